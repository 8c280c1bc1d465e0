// The page «Shop»: folds stay open, keys walk over the rows.
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const shown = (row) => row.offsetParent !== null;
  const here = () => document.getElementById("shop-head");
  let open = [];

  // A part that is swapped keeps the folds that a person has opened.
  const remember = () => { open = all("#folds details[open], #deck details[open]").map((fold) => fold.id).filter(Boolean); };
  document.addEventListener("htmx:beforeSwap", remember);
  document.addEventListener("htmx:oobBeforeSwap", remember);

  function reopen() {
    for (const id of open) { const fold = document.getElementById(id); if (fold) fold.open = true; }
  }
  document.addEventListener("htmx:afterSettle", reopen);

  // One note at a time: what was said about the deed before has been read, or is of no use any more.
  document.addEventListener("htmx:beforeRequest", ({ target, detail }) => {
    if (detail.requestConfig.verb === "post" && target.closest("#deck, #blockers, #folds")) all("#toasts .toast:not([data-keep])").forEach((toast) => toast.remove());
  });

  function step(way) {
    const rows = all("#blockers > .check, .deck-card, #deck > details, #folds details > summary, #folds .check, #deck .check").filter(shown);
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const row = rows[Math.min(Math.max(at + way, 0), rows.length - 1)];
    if (!row) return;
    const target = row.matches("summary") ? row : row.querySelector("summary, h3 > button, h2") || row;
    (row.matches(".blockers > .check") ? row : target).focus();
  }

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    a: () => document.querySelector("[data-answer]")?.focus(),
    m: () => document.activeElement.closest(".check")?.querySelector('[data-key="m"]')?.click(),
    "?": () => document.getElementById("keys")?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (!here() || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog, [contenteditable]")) return;
    if (event.key === "Enter" && document.activeElement.matches(".check")) return void document.activeElement.querySelector("a, button")?.focus();
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-keys]")) document.getElementById("keys")?.showModal();
    else if (target.matches("dialog.keys")) target.close();
  });
})();
