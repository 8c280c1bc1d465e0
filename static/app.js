// Small habits of the pages: toasts, folds, focus, search, polling, copying. Words come from the page itself.
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

  // Search hides rows and opens the fold that it names; a part that is left without rows goes too.
  function filterRows(search) {
    const place = search.dataset.search.startsWith("#") ? document.querySelector(search.dataset.search) : document;
    const words = search.value.trim().toLowerCase();
    if (!place) return;
    for (const row of all("[data-verdict]", place)) row.hidden = !row.textContent.toLowerCase().includes(words);
    for (const part of all(".fold-area", place)) part.hidden = all("[data-verdict]", part).every((row) => row.hidden);
    if (words && place.matches?.("details")) place.open = true;
  }

  function toggle(button) {
    const panel = document.getElementById(button.getAttribute("aria-controls"));
    if (!panel) return;
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    const first = panel.querySelector("input, select, textarea, button");
    lookAt(panel.hidden ? button : first || panel);
  }

  function closePanel(inner) {
    const panel = inner.closest("[data-panel]");
    const opener = document.querySelector(panel.dataset.opener || `[aria-controls="${panel.id}"]`);
    panel.hidden = !panel.matches(":has([data-cancel][hx-get])");
    if (!opener) return;
    opener.setAttribute("aria-expanded", "false");
    (opener.closest(".menu")?.querySelector("summary") || opener).focus();
  }

  async function copy(button) {
    const source = document.querySelector(button.dataset.copy);
    const text = source ? source.value || source.textContent : "";
    if (!source || !(await window.copyText(text.trim(), source))) return;
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
    ["[data-copy]", copy],
    ["[data-step]", change],
    ["[data-print]", () => window.print()],
    // a place was opened: the panel that opened it asks what came of it; not by the click itself, which must stay a link
    ["[data-opens]", (link) => window.htmx.trigger(link, "opened")],
    ["[data-day]", keepDay],
    ["[data-open]", (link) => { const fold = document.getElementById(link.dataset.open); if (fold) fold.open = true; }],
  ];

  // An unlikely date is corrected or kept: its form is sent with the day that the button names. Not a submit button: Enter chooses nothing.
  // A form with more to fill in (`data-mends`) is not sent: the field takes the day and goes on.
  function keepDay(button) {
    const field = button.closest(".field");
    const sure = Object.assign(document.createElement("input"), { type: "hidden", name: button.dataset.sure, value: button.dataset.day });
    const input = field.querySelector("input");
    const moved = input.value !== button.dataset.day;
    input.value = button.dataset.day;
    all(`[name="${sure.name}"]`, input.form).forEach((one) => one.remove());
    field.append(sure);
    if (!field.closest("[data-mends]")) return field.closest("form").requestSubmit();
    if (moved) input.dispatchEvent(new Event("input", { bubbles: true }));
    else all(".said :not(:first-child)", field).forEach((one) => one.remove());
    input.focus();
  }

  // What was wrong with a field is no longer said once it is typed in.
  function forgive(field) {
    field.classList.remove("is-wrong");
    field.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
    field.querySelector(".wrong")?.remove();
  }

  document.addEventListener("click", (event) => {
    for (const [selector, act] of taps) {
      const target = event.target.closest(selector);
      if (target) act(target);
    }
  });

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-search]")) filterRows(event.target);
    const wrong = event.target.closest(".field.is-wrong");
    if (wrong) forgive(wrong);
  });

  // One menu is open at a time; a press outside it, or on one of its items, closes it.
  document.addEventListener("click", (event) => {
    const own = event.target.closest(".menu");
    const used = event.target.closest(".menu-item:not([data-stay])");
    for (const menu of all(".menu[open]")) if (menu !== own || used) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector(".menu[open]");
    if (!menu) return;
    menu.open = false;
    if (menu.contains(document.activeElement) || document.activeElement === document.body) menu.querySelector("summary").focus();
    event.stopImmediatePropagation();
  });

  // Escape closes the nearest panel and gives the focus back to what opened it.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const panel = event.target.closest("[data-panel]");
    if (!panel) return;
    const cancel = panel.querySelector("[data-cancel]");
    if (cancel) cancel.click(); else closePanel(panel);
  });

  // Whoever presses with a pointer needs no frame around what the focus is put on; `app.css` reads it.
  let by = "";
  for (const [name, how] of [["pointerdown", "pointer"], ["keydown", "keys"]]) {
    document.addEventListener(name, () => { by = document.documentElement.dataset.by = how; }, true);
  }

  // A swapped row keeps the focus: on itself when it had it, on the next row's title when it is gone.
  let focused = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const row = document.activeElement && document.activeElement.closest(".check[id]");
    focused = row && event.detail.target.contains(row) ? row.id : null;
  });

  function settle(root) {
    all(".toast").forEach(keepTime);
    all(".tab[aria-current], .place[aria-current]").forEach((here) => {
      here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 20;
    });
  }

  // The portal's page around the frame stays where it is unless what was asked for would be out of sight.
  function lookAt(element, target = element) {
    for (let fold = target; fold; fold = fold.parentElement && fold.parentElement.closest("details")) if ("open" in fold) fold.open = true;
    element.focus({ preventScroll: true });
    const near = () => { if (target.isConnected) target.scrollIntoView({ block: "nearest" }); };
    near();
    setTimeout(near, 300); // the portal has given the frame its new height by then
  }

  // `?open=<id>` in the address and [data-focus-me] in an answer: the very thing, unfolded, with the focus in it.
  const focusable = "input:not([type=hidden]), textarea, select, summary, button, a[href]";
  function land(root, address) {
    const id = address && new URL(address, window.location.href).searchParams.get("open");
    const place = id && document.getElementById(id);
    const wanted = (place || root).querySelector("[data-focus-me], [autofocus]") || (place && (place.querySelector(focusable) || place));
    if (!wanted) return false;
    if (!wanted.matches(focusable)) wanted.tabIndex = -1;
    lookAt(wanted, place || wanted);
    return true;
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    settle(event.target);
    all("[data-search]").filter((search) => search.value).forEach(filterRows);
    const row = focused && document.getElementById(focused);
    if (row && !row.contains(document.activeElement)) (row.querySelector("input, button, a") || row).focus({ preventScroll: true });
    focused = null;
    const { requestConfig } = event.detail;
    const visit = event.target.id === "page" && requestConfig && requestConfig.elt.matches("[hx-push-url]");
    const poll = requestConfig && "poll" in requestConfig.elt.dataset;
    if (!poll && land(event.target, visit && requestConfig.path)) return;
    // Another page: its top comes into sight, and the focus goes to its tab as after an ordinary link.
    // Not when the page has only been opened: nobody has pressed anything inside the frame yet.
    const tab = by && event.target.id === "page" && document.activeElement === document.body && document.querySelector(".tab[aria-current]");
    if (tab) tab.focus({ preventScroll: true });
    if (visit) event.target.querySelector(".bar-top").scrollIntoView({ block: "nearest" });
  });

  // A press ends on what it began on: nothing that asks by itself takes the page from under it. A press that is let go
  // outside the frame is told to nobody, so that it counts for two seconds at most.
  const LONGEST_PRESS = 2000;
  let pressedAt = -Infinity, redrawOwed = false, owed = [];
  const isPressed = () => performance.now() - pressedAt <= LONGEST_PRESS;
  // What a press has held back comes when it is let go, unless the press itself has asked for another answer there.
  function pay() {
    if (isPressed()) return;
    if (redrawOwed && !all("#main :is(input, textarea)").some(typed)) redraw();
    redrawOwed = false;
    for (const detail of owed.splice(0)) {
      const { target, xhr } = detail;
      const answered = !target.isConnected || target.querySelector(".htmx-request");
      if (!answered) window.htmx.swap(target, xhr.response, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 20 }, { eventInfo: detail });
    }
  }
  const letGo = () => setTimeout(() => { pressedAt = -Infinity; pay(); });
  document.addEventListener("pointerdown", () => { pressedAt = performance.now(); }, true);
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, letGo, true);
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { elt } = detail.requestConfig, trigger = elt.getAttribute("hx-trigger") || "";
    const once = elt.id === "redraw" || trigger.includes("from:body");
    const later = trigger.startsWith("load") && !trigger.includes("every"); // what asks every second asks again by itself
    if (!(once || later || trigger.includes("every")) || !isPressed()) {
      if (detail.target.id === "page") redrawOwed = false;
      return;
    }
    if (later && detail.shouldSwap) owed.push(detail);
    detail.shouldSwap = false;
    redrawOwed = redrawOwed || once;
    setTimeout(pay, LONGEST_PRESS + 100);
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
    const waits = "poll" in event.target.dataset || event.target.id === "redraw";
    if (waits && (document.hidden || (wholePage && asked))) return event.preventDefault();
    if ("poll" in event.target.dataset) event.target.addEventListener("htmx:beforeOnLoad", leave);
    if (!wholePage) return;
    asked = event.detail.xhr;
    // on the element itself: it may have left the page by the time of the answer
    event.target.addEventListener("htmx:beforeOnLoad", heed);
    event.target.addEventListener("htmx:afterRequest", forget);
  });

  document.addEventListener("page:note", ({ detail }) => show(detail, "#notices"));

  // A refusal in words goes where it says, whatever its status; a poll that failed just asks again, unless the page itself is over.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    const where = xhr.getResponseHeader("HX-Retarget");
    if (xhr.status === 401 || (where !== "#page" && "poll" in event.detail.requestConfig.elt.dataset)) return;
    if (xhr.status >= 400 && (where === "#notices" || where === "#page")) event.detail.shouldSwap = true;
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
  // What was taken back is not offered to be taken back again.
  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (detail.successful && target.matches("[data-undo]")) target.closest(".toast").remove();
  });
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);

  // Fresh data: the page redraws itself, unless something typed would be lost; then a button stands beside the moment.
  const typed = (field) => (field.matches("[type=radio], [type=checkbox]") ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
  function redraw() { window.htmx.trigger("#redraw", "redraw"); }
  document.addEventListener("htmx:afterSettle", () => {
    const fresh = document.querySelector("#freshness[data-fresh]");
    if (fresh && !all("#main :is(input, textarea)").some(typed)) redraw();
  });
  taps.push(["[data-redraw]", redraw]);
  // What a person has unfolded stays unfolded on the page drawn anew; a fold that fetches its inside does so again.
  // `#redraw` settles at once: a press before that would meet a fold that is not alive yet.
  let unfolded = [];
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.shouldSwap && detail.requestConfig.elt.id === "redraw") unfolded = all("#main details[open][id]").map(({ id }) => id);
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const fold of unfolded.map((id) => document.getElementById(id))) if (fold) fold.open = true;
    unfolded = [];
  });
  document.addEventListener("change", ({ target }) => { if (target.matches("[name=look]")) document.documentElement.className = target.value; });

  document.addEventListener("DOMContentLoaded", () => { settle(document); land(document); });
})();
