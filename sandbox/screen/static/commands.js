/* What an application may ask of the page that holds its frame: one function per command. */
import { announce, choose } from "./dialogs.js";

const LISTED_PATHS = /^\/(crm\/(deal|lead|contact|company|type)|marketplace|company\/personal\/user\/\d+|workgroups\/group\/\d+)\//;
const SLIDER_SETTINGS = ["bx24_width", "bx24_leftBoundary", "bx24_title", "bx24_label"];

/** Return the commands one frame may give: those of every frame and those of its placement. */
export function commandsFor(host, portal) {
  const all = {
    ...identity(host), ...size(host), ...options(host), ...installing(host, portal),
    ...dialogs(host), ...messenger(portal), ...windows(host, portal),
  };
  if (host.settings.placement !== "DEFAULT") all.placementBindEvent = bindEvent(host);
  for (const name of host.settings.interface.command) all[name] = placementCommands(host)[name];
  return Object.fromEntries(Object.entries(all).filter(([, action]) => action));
}

function identity(host) {
  const { settings } = host;
  return {
    getInitData(_params, reply) {
      reply({ ...settings.initData, FIRST_RUN: host.firstRun });
      host.firstRun = false;
    },
    getInterface: (_params, reply) => reply(settings.interface),
    async refreshAuth(_params, reply) {
      const tokens = await ask(host, "access_refresh", {});
      if (!tokens.access_token) {
        announce(tokens.error_description || settings.words.refresh_failed);
        return;
      }
      const fresh = { AUTH_ID: tokens.access_token, AUTH_EXPIRES: tokens.expires_in, REFRESH_ID: tokens.refresh_token };
      Object.assign(settings.initData, fresh);
      reply(fresh);
    },
  };
}

function size({ frame }) {
  return {
    resizeWindow({ width = "100%", height }, reply) {
      frame.style.width = String(width).endsWith("%") ? String(width) : `${Number.parseInt(width, 10) || 0}px`;
      if (Number.parseInt(height, 10) > 0) frame.style.height = `${Number.parseInt(height, 10)}px`;
      reply({ width: frame.offsetWidth, height: frame.offsetHeight });
    },
    setTitle(params, reply) {
      const title = document.getElementById("pagetitle");
      if (title) title.textContent = String(params.title ?? "");
      reply(params);
    },
    setScroll(params, reply) {
      window.scrollTo(0, Number(params.scroll) || 0);
      reply(params);
    },
  };
}

function options(host) {
  const { settings } = host;
  return {
    async setUserOption(params, reply) {
      await ask(host, "set_user_option", params);
      settings.initData.USER_OPTIONS = { ...settings.initData.USER_OPTIONS, [params.name]: params.value };
      reply(params);
    },
    async setAppOption(params, reply) {
      if (!settings.initData.IS_ADMIN) return;
      const kept = await ask(host, "set_option", params);
      settings.initData.APP_OPTIONS = kept;
      reply(kept);
    },
  };
}

function installing(host, portal) {
  return {
    async setInstall(params, reply) {
      await ask(host, "set_install", params);
      reply(params);
    },
    async setInstallFinish(params) {
      const wanted = params?.value !== false;
      const { result } = await ask(host, "set_installed", { value: wanted });
      const slider = portal.sliderOf(window);
      if (slider?.reopen) {
        portal.closeSlider(slider);
        slider.reopen();
        return;
      }
      const next = new URL(location.href);
      next.searchParams.set("install_finished", result === "true" && wanted ? "Y" : "N");
      location.assign(next);
    },
  };
}

function dialogs(host) {
  const { words } = host.settings;
  const pick = async (kind, title, params, multiple, picked = []) => {
    const found = await ask(host, kind, params);
    return choose({ title, options: found, multiple, picked, words });
  };
  return {
    async selectUser({ mult } = {}, reply) {
      const many = Boolean(Number(mult ?? 0));
      const chosen = await pick("select_user", words.select_user, {}, many);
      reply(many ? chosen : chosen[0]);
    },
    async selectAccess({ value = [] } = {}, reply) {
      const found = await ask(host, "select_access", {});
      const free = found.filter(({ id }) => !Object.values(value).includes(id));
      reply(await choose({ title: words.select_access, options: free, multiple: true, words }));
    },
    async selectCRM({ entityType = ["lead", "contact", "company", "deal", "quote"], multiple = false, value = {} } = {}, reply) {
      const kinds = [entityType].flat();
      const many = multiple === true || multiple === "Y" || multiple === 1;
      const picked = many ? pickedIn(value) : [];
      const chosen = await pick("select_crm", words.select_crm, { entityType: kinds }, many, picked);
      reply(Object.fromEntries(kinds.map((kind) => [kind, { ...chosen.filter((each) => each.type === kind) }])));
    },
  };
}

function pickedIn(value) {
  const letters = { lead: "L", contact: "C", company: "CO", deal: "D", quote: "Q" };
  return Object.entries(value).flatMap(([kind, ids]) => Object.values(ids).map((id) => `${letters[kind]}_${id}`));
}

function messenger(portal) {
  const talk = (query) => portal.openSlider(`/online/?${new URLSearchParams(query)}`, { width: 900 });
  return {
    imCallTo: ({ userId, video } = {}) => talk({ IM_CALL: userId ?? "", VIDEO: video ? "Y" : "N" }),
    imPhoneTo: ({ phone } = {}) => talk({ IM_PHONE: phone ?? "" }),
    imOpenMessenger: ({ dialogId } = {}) => talk({ IM_DIALOG: dialogId ?? "" }),
    imOpenHistory: ({ dialogId } = {}) => talk({ IM_HISTORY: dialogId ?? "" }),
  };
}

function windows(host, portal) {
  const { settings } = host;
  return {
    reloadWindow: () => location.reload(),
    openApplication(params, reply) {
      const open = () => openOwnSlider(settings, portal, params, reply);
      open();
    },
    openPath({ path = "" } = {}, reply) {
      const refusal = refusePath(String(path), settings);
      if (refusal) {
        reply({ result: "error", errorCode: refusal });
        return;
      }
      const url = new URL(String(path), location.origin);
      url.searchParams.set("from", "rest_placement");
      url.searchParams.set("from_app", settings.clientId);
      portal.openSlider(url.pathname + url.search + url.hash, { whenClosed: () => reply({ result: "close" }) });
    },
    closeApplication(_params, reply) {
      const slider = portal.topSlider();
      const own = slider && settings.ownPaths.some((path) => slider.url.startsWith(path));
      reply();
      if (own) portal.closeSlider(slider);
    },
    showAppForm(params) {
      choose({ title: params?.title || settings.words.settings_form, options: [], multiple: false, words: settings.words });
    },
  };
}

function openOwnSlider(settings, portal, params, reply) {
  const passed = Object.entries(params ?? {}).filter(([name]) => !SLIDER_SETTINGS.includes(name));
  const look = {
    width: params?.bx24_width, leftBoundary: params?.bx24_leftBoundary,
    title: params?.bx24_title, label: params?.bx24_label || {},
    fields: {
      sessid: settings.sessid, "PARAMS[params][ID]": settings.appId, "PARAMS[params][POPUP]": "1",
      "PARAMS[params][PLACEMENT_OPTIONS]": JSON.stringify(Object.fromEntries(passed)),
    },
  };
  const slider = portal.openSlider(settings.sliderPath, { ...look, whenClosed: () => reply() });
  slider.reopen = () => openOwnSlider(settings, portal, params, reply);
}

function refusePath(path, { openPathRule, mobile }) {
  if (mobile) return "METHOD_NOT_SUPPORTED_ON_DEVICE";
  if (openPathRule === "listed") return LISTED_PATHS.test(path) ? "" : "PATH_NOT_AVAILABLE";
  try {
    const plain = decodeURI(path);
    return plain.startsWith("/") && new URL(plain, location.origin).origin === location.origin ? "" : "PATH_NOT_AVAILABLE";
  } catch {
    return "PATH_NOT_AVAILABLE";
  }
}

function bindEvent(host) {
  return ({ event } = {}, _reply, callback) => {
    if (host.settings.interface.event.includes(event)) host.bound.push({ event, callback });
  };
}

function placementCommands(host) {
  return {
    async reloadData(_params, reply) {
      const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
      for (const old of document.querySelectorAll("[data-reloads]")) {
        const fresh = page.querySelector(`[data-reloads="${old.dataset.reloads}"]`);
        if (fresh) old.replaceChildren(...fresh.childNodes);
      }
      reply();
    },
    setValue(value, reply) {
      host.fieldValue = value;
      reply(value);
    },
    getValue: (_params, reply) => reply(host.fieldValue ?? host.settings.initData.PLACEMENT_OPTIONS.VALUE ?? ""),
  };
}

async function ask(host, action, params) {
  const { ajax, sessid, appId, sid } = host.settings;
  const answer = await fetch(`${ajax}${action}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Bitrix-Csrf-Token": sessid },
    body: JSON.stringify({ ID: appId, sid, params }),
  });
  return answer.json();
}
