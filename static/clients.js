// The board: how many clients are ticked, and that the bar is there only while any is.
(() => {
  "use strict";

  const boxes = (form) => [...form.querySelectorAll('[name="code"]')];

  function count(form) {
    const bar = form.querySelector("[data-bulk]");
    if (!bar) return;
    const ticked = boxes(form).filter((box) => box.checked).length;
    const every = bar.querySelector("[data-every]").checked;
    bar.classList.toggle("is-open", ticked > 0 || every);
    bar.querySelector("[data-count]").textContent = ticked;
    const all = bar.querySelector("[data-all]");
    all.checked = ticked > 0 && ticked === boxes(form).length;
    all.indeterminate = ticked > 0 && !all.checked;
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("#clients-form");
    if (!form) return;
    if (event.target.matches("[data-all]")) for (const box of boxes(form)) box.checked = event.target.checked;
    count(form);
  });
  document.addEventListener("htmx:afterSettle", () => {
    const form = document.getElementById("clients-form");
    if (form) count(form);
  });
})();
