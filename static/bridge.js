// Our side of the portal's postMessage protocol. Who the visitor is, the server decides: nothing here proves identity.
(() => {
  "use strict";

  const [host, proto, sid] = window.name.split("|");
  const origin = host && sid ? (proto === "1" ? "https://" : "http://") + host.replace(/:(80|443)$/, "") : "";
  const inside = origin !== "" && window.parent !== window;
  const waiting = new Map();
  const patience = 4000;

  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

  function send(command, params, reply) {
    if (!inside) return false;
    const id = reply ? newId() : "";
    if (reply) waiting.set(id, reply);
    window.parent.postMessage([command, params ? JSON.stringify(params) : "", id, sid].join(":"), origin);
    return true;
  }

  function parse(text) {
    try { return text ? JSON.parse(text) : undefined; } catch { return undefined; }
  }

  window.addEventListener("message", (event) => {
    if (event.origin !== origin || event.source !== window.parent || typeof event.data !== "string") return;
    const cut = event.data.indexOf(":");
    const reply = waiting.get(event.data.slice(0, cut));
    if (!reply) return;
    waiting.delete(event.data.slice(0, cut));
    reply(parse(event.data.slice(cut + 1)));
  });

  // The frame is as tall as the page: measured by the body, because the root is never lower than the frame itself.
  let lastHeight = 0;
  function fit() {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height && height !== lastHeight) send("resizeWindow", { width: "100%", height: (lastHeight = height) });
  }

  // Older portals refuse most paths, phones refuse all of them: then a new tab. A slider that opened answers only when it
  // is closed, so silence says nothing by itself: a link that got no answer goes to a new tab when it is pressed again.
  const silent = new Set();
  function openPath(path) {
    const address = origin + path;
    if (silent.has(path) || !inside) return void window.open(address, "_blank", "noopener");
    const timer = setTimeout(() => silent.add(path), patience);
    send("openPath", { path }, (answer) => {
      clearTimeout(timer);
      silent.delete(path);
      if (answer && answer.result === "error") window.open(address, "_blank", "noopener");
    });
  }

  // A portal that cannot give a token says so to the person and never answers us (applayout.js of rest 25.600).
  const tokenPatience = 10000;
  const refreshAuth = () => new Promise((resolve) => {
    const late = setTimeout(() => resolve(null), tokenPatience);
    const sent = send("refreshAuth", null, (auth) => { clearTimeout(late); resolve(auth); });
    if (!sent) { clearTimeout(late); resolve(null); }
  });

  const portal = {
    inside,
    fit,
    refreshAuth,
    openPath,
    setTitle: (title) => send("setTitle", { title }),
    openApplication: (params, closed) => send("openApplication", params, closed || (() => {})),
    closeApplication: () => send("closeApplication"),
    reload: () => send("reloadWindow") || window.location.reload(),
    installFinish: () => send("setInstallFinish", {}),
    openChat: (user) => send("imOpenMessenger", { dialogId: String(user) }),
    selectUser: (chosen) => send("selectUser", { mult: false }, chosen),
  };
  window.portal = portal;

  // A frame of the portal may not be allowed the clipboard: then the copying of the browser itself gets the text; true where it was taken.
  window.copyText = async (text, source) => {
    if (navigator.clipboard && (document.featurePolicy?.allowsFeature("clipboard-write") ?? true)) {
      try { await navigator.clipboard.writeText(text); return true; } catch { /* the way below is left */ }
    }
    window.getSelection().selectAllChildren(source);
    let taken = false;
    const give = (event) => { event.clipboardData.setData("text/plain", text); event.preventDefault(); taken = true; };
    document.addEventListener("copy", give, { once: true });
    document.execCommand("copy");
    document.removeEventListener("copy", give);
    return taken;
  };

  const taps = {
    portalPath: (value) => openPath(value),
    portalChat: (value) => portal.openChat(value),
    portalClose: () => portal.closeApplication(),
    portalReload: () => portal.reload(),
    portalFinish: () => portal.installFinish(),
    portalApp: (value) => portal.openApplication(parse(value) || {}),
    portalUser: (value) => portal.selectUser((user) => fillUser(value, user)),
  };

  // data-portal-user="#responsible": writes the chosen person's id and name into [data-user-id] and [data-user-name] there.
  function fillUser(selector, user) {
    const box = document.querySelector(selector);
    if (!box || !user) return;
    for (const input of box.querySelectorAll("[data-user-id]")) input.value = user.id;
    for (const name of box.querySelectorAll("[data-user-name]")) name.textContent = name.value = user.name;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  document.addEventListener("click", (event) => {
    if (!inside) return;
    for (const [key, act] of Object.entries(taps)) {
      const attribute = "data-" + key.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase());
      const target = event.target.closest(`[${attribute}]`);
      if (!target) continue;
      event.preventDefault();
      act(target.dataset[key]);
    }
  });

  document.addEventListener("DOMContentLoaded", () => {
    document.body.hidden = false; // also where the style sheet did not come
    if (!inside) return;
    fit();
    new ResizeObserver(fit).observe(document.body);
    document.body.addEventListener("htmx:afterSettle", fit);
    const title = document.querySelector("[data-portal-title]");
    if (title) portal.setTitle(title.dataset.portalTitle);
    if (document.querySelector("[data-portal-finish-now]")) portal.installFinish();
  });
})();
