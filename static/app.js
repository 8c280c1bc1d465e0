// Small habits of the pages: toasts, folds, focus, filters, polling, copying. Words come from the page itself.
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const toastTime = 6000;
  const retryDelay = 30000;

  // Toasts leave after six seconds, stay under the pointer, failures stay until closed.
  function keepTime(toast) {
    if (toast.dataset.timed || "keep" in toast.dataset) return;
    toast.dataset.timed = "yes";
    let timer = 0;
    const start = () => { timer = setTimeout(() => toast.remove(), toastTime); };
    toast.addEventListener("pointerenter", () => clearTimeout(timer));
    toast.addEventListener("pointerleave", start);
    toast.addEventListener("focusin", () => clearTimeout(timer));
    start();
  }

  function show(templateId, place) {
    const template = document.getElementById(templateId);
    const box = document.querySelector(place);
    if (!template || !box || box.querySelector(`[data-from="${templateId}"]`)) return;
    const piece = template.content.firstElementChild.cloneNode(true);
    piece.dataset.from = templateId;
    box.append(piece);
    if (window.htmx) window.htmx.process(piece);
  }

  // Filters: chips by verdict, search by words; both hide rows and the sections left without rows.
  function filterRows() {
    const chip = document.querySelector('[data-filter][aria-pressed="true"]');
    const search = document.querySelector("[data-search]");
    const wanted = chip ? chip.dataset.filter : "all";
    const words = search ? search.value.trim().toLowerCase() : "";
    for (const row of all("[data-verdict]:not(.passed)")) {
      const fits = wanted === "all" || row.dataset.verdict === wanted;
      row.hidden = !(fits && row.textContent.toLowerCase().includes(words));
    }
    for (const fold of all(".passed, .section")) {
      const rows = all("[data-verdict]:not(.passed)", fold);
      fold.hidden = rows.length > 0 && rows.every((row) => row.hidden);
      if (!fold.hidden && (words || wanted !== "all") && rows.length) fold.open = true;
    }
  }

  function press(chip) {
    for (const other of all("[data-filter]", chip.parentElement)) other.setAttribute("aria-pressed", String(other === chip));
    const address = new URL(window.location.href);
    address.searchParams.set("show", chip.dataset.filter);
    history.replaceState(history.state, "", address);
    filterRows();
  }

  function toggle(button) {
    const panel = document.getElementById(button.getAttribute("aria-controls"));
    if (!panel) return;
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    const first = panel.querySelector("input, select, textarea, button");
    (panel.hidden ? button : first || panel).focus();
  }

  function closePanel(inner) {
    const panel = inner.closest("[data-panel]");
    const opener = document.querySelector(panel.dataset.opener || `[aria-controls="${panel.id}"]`);
    panel.hidden = !panel.matches(":has([data-cancel][hx-get])");
    if (!opener) return;
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
  }

  async function copy(button) {
    const source = document.querySelector(button.dataset.copy);
    const text = source ? source.value || source.textContent : "";
    try { await navigator.clipboard.writeText(text.trim()); } catch { return void window.getSelection().selectAllChildren(source); }
    const label = [...button.childNodes].findLast((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (label) label.data = button.dataset.done;
  }

  function change(button) {
    const input = button.closest(".input").querySelector("input");
    button.dataset.step === "up" ? input.stepUp() : input.stepDown();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  const taps = [
    ["[data-close]", (button) => button.closest(".toast, .note").remove()],
    ["[data-toggle]", toggle],
    ["[data-cancel]", closePanel],
    ["[data-filter]", press],
    ["[data-copy]", copy],
    ["[data-step]", change],
    ["[data-print]", () => window.print()],
    // a place was opened: the panel that opened it asks what came of it; not by the click itself, which must stay a link
    ["[data-opens]", (link) => window.htmx.trigger(link, "opened")],
    ["[data-open]", (link) => { const fold = document.getElementById(link.dataset.open); if (fold) fold.open = true; }],
  ];

  document.addEventListener("click", (event) => {
    for (const [selector, act] of taps) {
      const target = event.target.closest(selector);
      if (target) act(target);
    }
  });

  document.addEventListener("input", (event) => { if (event.target.matches("[data-search]")) filterRows(); });

  // Escape closes the nearest panel and gives the focus back to what opened it.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const panel = event.target.closest("[data-panel]");
    if (!panel) return;
    const cancel = panel.querySelector("[data-cancel]");
    if (cancel) cancel.click(); else closePanel(panel);
  });

  // A swapped row keeps the focus: on itself when it had it, on the next row's title when it is gone.
  let focused = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const row = document.activeElement && document.activeElement.closest(".check[id]");
    focused = row && event.detail.target.contains(row) ? row.id : null;
  });

  function settle(root) {
    all(".toast").forEach(keepTime);
    for (const box of all("[data-start-at]", root)) {
      const mark = box.querySelector(box.dataset.startAt);
      if (mark) box.scrollLeft += mark.getBoundingClientRect().left - box.getBoundingClientRect().left - 40;
    }
    const tab = document.querySelector(".tab[aria-current]");
    if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 20;
    if (document.querySelector("[data-filter]")) filterRows();
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    settle(event.target);
    const row = focused && document.getElementById(focused);
    if (row && !row.contains(document.activeElement)) (row.querySelector("input, button, a") || row).focus();
    focused = null;
    // A new page under the tabs: the focus goes to the tab of that page, as after an ordinary link.
    const tab = event.target.id === "page" && document.activeElement === document.body && document.querySelector(".tab[aria-current]");
    if (tab) tab.focus({ preventScroll: true });
  });

  // Polling rests while nobody looks, and never takes the page from under what a person has asked for. Of two
  // answers that would replace the page the later wish wins: otherwise the first takes away the place of the second.
  let asked = null;
  const heed = (event) => { if (event.detail.target.id === "page" && event.detail.xhr !== asked) event.preventDefault(); };
  const forget = (event) => { if (event.detail.xhr === asked) asked = null; };
  // A poll whose page has been left answers nobody: the areas that it would draw are gone.
  const leave = (event) => { if (!event.currentTarget.isConnected) event.preventDefault(); };
  document.addEventListener("htmx:beforeRequest", (event) => {
    const wholePage = event.detail.target.id === "page";
    if ("poll" in event.target.dataset && (document.hidden || (wholePage && asked))) return event.preventDefault();
    if ("poll" in event.target.dataset) event.target.addEventListener("htmx:beforeOnLoad", leave);
    if (!wholePage) return;
    asked = event.detail.xhr;
    // on the element itself: it may have left the page by the time of the answer
    event.target.addEventListener("htmx:beforeOnLoad", heed);
    event.target.addEventListener("htmx:afterRequest", forget);
  });

  document.addEventListener("page:note", ({ detail }) => show(detail, "#notices"));

  // A refusal in words goes where it says, whatever its status; a poll that failed just asks again.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status === 401 || "poll" in event.detail.requestConfig.elt.dataset) return;
    if (xhr.status >= 400 && xhr.getResponseHeader("HX-Retarget") === "#notices") event.detail.shouldSwap = true;
  });

  // A failed save keeps the page as it is, says so, and is tried once more.
  function failed(event) {
    const { xhr, requestConfig, elt } = event.detail;
    if (xhr && xhr.status === 401 && !elt.dataset.retried) return; // token.js asks the portal again
    if (!requestConfig || requestConfig.verb === "get") return;
    const again = !xhr || xhr.status === 0 || xhr.status === 503;
    show(again ? "tpl-retry" : "tpl-failed", "#toasts");
    settle(document);
    if (!again || elt.dataset.retried) return;
    elt.dataset.retried = "yes";
    setTimeout(() => {
      all('[data-from="tpl-retry"]').forEach((toast) => toast.remove());
      if (elt.isConnected) window.htmx.trigger(elt, requestConfig.triggeringEvent ? requestConfig.triggeringEvent.type : "submit");
    }, retryDelay);
  }
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);

  document.addEventListener("DOMContentLoaded", () => settle(document));
})();
