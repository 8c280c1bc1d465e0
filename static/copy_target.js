// The storage step: what was typed for one storage is there again when another one was only looked at. It stays in this page's memory.
(() => {
  "use strict";

  const typed = new Map();
  const form = () => document.querySelector("#copy-target form[data-target-form]");
  const fields = (one) => [...one.elements].filter((field) => field.name && field.type !== "hidden");
  const isTick = (field) => field.type === "checkbox";
  const looks = (detail) => detail.requestConfig && detail.requestConfig.verb === "get" && detail.requestConfig.path.startsWith("/copy/target?");

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const one = form();
    if (!one || detail.target.id !== "copy-target") return;
    const values = looks(detail) ? fields(one).map((field) => [field.name, isTick(field) ? field.checked : field.value]) : [];
    typed.set(one.dataset.targetForm, values);
  });

  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const one = form();
    if (!one || !looks(detail)) return;
    for (const [name, value] of typed.get(one.dataset.targetForm) || []) {
      const field = one.elements.namedItem(name);
      if (field && isTick(field)) field.checked = value;
      else if (field && value) field.value = value;
    }
  });
})();
