/* The parent side of the frame protocol: opens application frames and answers their messages. */
import { commandsFor } from "./commands.js";
import { announce } from "./dialogs.js";
import { closeSlider, openSlider, sliderOf, topSlider } from "./slider.js";

const hosts = new Map();
const ownWindow = { openSlider, closeSlider, topSlider, sliderOf, announce, fire, hosts };
window.SandboxPortal = ownWindow;

/** Return the portal object of the top window: sliders and their order belong to it alone. */
export function portalOnTop() {
  try {
    return window.top.SandboxPortal || ownWindow;
  } catch {
    return ownWindow;
  }
}

/** Open every application frame of this page. */
export function openFrames(root = document) {
  for (const layout of root.querySelectorAll("[data-app-frame]")) {
    const settings = JSON.parse(layout.querySelector("script[type='application/json']").textContent);
    if (hosts.has(settings.sid)) continue;
    const frame = layout.querySelector("iframe");
    const host = { settings, frame, layout, bound: [], firstRun: settings.initData.FIRST_RUN, reply: replier(frame, settings) };
    host.commands = commandsFor(host, portalOnTop());
    hosts.set(settings.sid, host);
    frame.addEventListener("load", () => layout.querySelector(".app-loader")?.remove());
    layout.querySelector("form")?.submit();
  }
}

/** Tell the frames that listen to this event of their placement that it has happened. */
export function fire(event, data) {
  let told = 0;
  for (const { bound, reply } of hosts.values()) {
    for (const each of bound.filter((one) => one.event === event)) {
      reply(each.callback, data);
      told += 1;
    }
  }
  return told;
}

/** Read both forms of a message: `method:json:callback:sid` from its tail, or an object. */
export function readMessage(data) {
  if (typeof data === "object" && data !== null) {
    return { method: data.method, params: data.params ?? {}, callback: data.callback ?? "", sid: data.appSid };
  }
  const parts = String(data).split(":");
  if (parts.length < 3) return null;
  const sid = parts.pop();
  const callback = parts.pop();
  const method = parts.shift();
  return { method, params: readJson(parts.join(":")), callback, sid };
}

function readJson(text) {
  if (!text) return {};
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function replier(frame, settings) {
  return (callback, result) => {
    if (!callback || !frame.contentWindow) return;
    const body = result === undefined ? "" : JSON.stringify(result);
    frame.contentWindow.postMessage(`${callback}:${body}`, settings.appOrigin);
  };
}

function hear(event) {
  const message = readMessage(event.data);
  const host = message && hosts.get(message.sid);
  if (!host || event.origin !== host.settings.appOrigin) return;
  const known = Object.hasOwn(host.commands, message.method);
  if (!known || host.settings.denied.includes(message.method)) return;
  host.commands[message.method](message.params, (result) => host.reply(message.callback, result), message.callback);
}

window.addEventListener("message", hear);
openFrames();
