// The page's token: it travels with every request, and after its hour the first press asks the portal again who this is.
// Nothing here runs by a timer or in a hidden tab; who the visitor is, the server decides.
(() => {
  "use strict";

  const HEADER = "X-Frame-Token";
  const REPEATED = "X-Repeated";
  const GOOD = 204;
  const patience = 20000;
  const held = new WeakSet();
  let renewing = null;
  let stale = false;

  const headers = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  const token = () => headers()[HEADER] || "";
  const say = (name) => document.dispatchEvent(new CustomEvent("page:note", { detail: name }));
  // No event at all, or one that htmx made: asking again and again, drawing on load, a save tried once more.
  const byItself = ({ elt, triggeringEvent }) => "poll" in elt.dataset || !triggeringEvent || triggeringEvent instanceof CustomEvent;

  function keep(fresh) {
    if (!fresh) return;
    document.body.setAttribute("hx-headers", JSON.stringify({ [HEADER]: fresh }));
    for (const input of document.querySelectorAll("input[name=frame_token]")) input.value = fresh;
  }

  const send = (path, body) => fetch(path, {
    method: "POST", body, headers: { [HEADER]: token(), "HX-Request": "true" }, signal: AbortSignal.timeout(patience),
  });

  const seen = () => document.hidden
    ? new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true })) : undefined;

  // Several presses wait for one and the same question. Answers what to say when it came to nothing.
  const renew = () => { renewing = renewing || ask().finally(() => { renewing = null; }); return renewing; };

  window.pageToken = { renew };

  async function ask() {
    await seen();
    if (!window.portal.inside) return "tpl-stale";
    const auth = await window.portal.refreshAuth();
    if (!auth || !auth.AUTH_ID) return "tpl-silent";
    try {
      const answer = await send("/frame/renew", new URLSearchParams(auth));
      if (answer.status !== GOOD) return answer.status < 500 && answer.status !== 429 ? "tpl-stale" : "tpl-silent";
      keep(answer.headers.get(HEADER));
    } catch { return "tpl-silent"; }
    stale = false;
    for (const note of document.querySelectorAll('[data-from="tpl-silent"], [data-from="tpl-stale"]')) note.remove();
    return "";
  }

  // While a press waits it looks busy, and pressing again adds nothing.
  async function hold(element, work) {
    if (held.has(element)) return;
    held.add(element);
    await null; // htmx is about to take the mark of its own request off
    element.classList.add("htmx-request");
    try { await work(); } finally {
      held.delete(element);
      element.classList.remove("htmx-request");
    }
  }

  // The server refused the token before it did anything, so the same press is sent once more, with what was typed.
  async function repeat({ elt, requestConfig, pathInfo }) {
    let wrong = "";
    await hold(elt, async () => { wrong = requestConfig.headers[HEADER] === token() ? await renew() : ""; });
    if (wrong) return say(wrong);
    if (!elt.isConnected) return;
    window.htmx.ajax(requestConfig.verb, pathInfo.requestPath, {
      source: elt, event: requestConfig.triggeringEvent, target: requestConfig.target, headers: { [REPEATED]: "yes" },
    });
  }

  document.addEventListener("htmx:responseError", ({ detail }) => {
    const told = Boolean(detail.xhr.getResponseHeader("HX-Retarget"));  // the server's own words say it already
    if (detail.xhr.status === 403) return void (told || say("tpl-rights"));
    if (detail.xhr.status !== 401) return;
    if (byItself(detail.requestConfig)) stale = true;
    else if (detail.requestConfig.headers[REPEATED]) say("tpl-stale");
    else repeat(detail);
  });

  // What asks by itself rests until a person has pressed something; a press that waits is not sent twice.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, requestConfig } = event.detail;
    if (held.has(elt) || (stale && byItself(requestConfig))) event.preventDefault();
  });

  // A late answer to a request with an older token must not bring that token back.
  document.addEventListener("htmx:afterRequest", ({ detail: { xhr, requestConfig } }) => {
    if (xhr && requestConfig && requestConfig.headers[HEADER] === token()) keep(xhr.getResponseHeader(HEADER));
  });

  // The back button. An address names the client whose page it is, and the page that comes brings the token of its portal.
  document.addEventListener("htmx:beforeHistoryUpdate", ({ detail: { history } }) => {
    const { client } = document.getElementById("page")?.dataset || {};
    if (client && !history.path.startsWith("/clients/") && history.path !== "/clients") history.path = `/clients/${client}/open${history.path}`;
  });
  document.addEventListener("htmx:historyCacheMissLoad", ({ detail: { xhr } }) => keep(xhr.getResponseHeader(HEADER)));
  document.addEventListener("htmx:historyCacheMiss", ({ detail }) => {
    for (const [name, value] of Object.entries(headers())) detail.xhr.setRequestHeader(name, value);
  });
  document.addEventListener("htmx:historyCacheMissLoadError", async ({ detail }) => {
    if (![401, 403, 404].includes(detail.xhr.status)) return;
    const wrong = detail.xhr.status === 401 && await renew();
    if (wrong) return say(wrong);
    window.htmx.ajax("get", detail.path, { target: "#page", select: "#page", swap: "outerHTML", headers: { [REPEATED]: "yes" } });
  });

  // A form that opens a file in a new tab could only show the refusal there: it asks first, and goes once.
  const sure = new WeakSet();

  function go(form, button) {
    const { target } = form;
    // Too long after the press browsers open no tab; an answer that is saved leaves the page where it is.
    if (navigator.userActivation && !navigator.userActivation.isActive) form.removeAttribute("target");
    sure.add(form);
    form.requestSubmit(button);
    form.target = target;
  }

  async function isStale() {
    try { return (await send("/frame/check")).status === 401; } catch { return false; }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.querySelector("input[name=frame_token]") || sure.delete(form)) return;
    event.preventDefault();
    hold(form, async () => {
      const wrong = (await isStale()) ? await renew() : "";
      if (wrong) return say(wrong);
      keep(token());
      go(form, event.submitter);
    });
  });
})();
