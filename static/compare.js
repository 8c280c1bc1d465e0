// Rows of the comparison: the focus goes into what opens under a row, and back to the button that opened it.
(() => {
  "use strict";

  let row = null;
  let opener = "";

  document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
    row = target && target.matches(".diff[id]") ? target.id : null;
    opener = row && target.querySelector("form.diff-panel") ? ".diff-accept" : ".btn-outlined";
  });

  document.addEventListener("htmx:afterSettle", () => {
    const fresh = row && document.getElementById(row);
    row = null;
    if (!fresh) return;
    const panel = fresh.querySelector(".diff-panel");
    const place = panel ? panel.querySelector("[aria-invalid], input:checked, button") : fresh.querySelector(`.diff-do ${opener}`);
    (place || fresh.querySelector(".diff-do button, .diff-do a") || fresh).focus();
  });
})();
