/* The choosing dialogs of the portal: one list, ticked by a person, answered once. */

/** Show a list and resolve with the chosen options; closing without a choice never resolves, as in a portal. */
export function choose({ title, options, multiple, picked = [], words }) {
  return new Promise((resolve) => {
    const shade = Object.assign(document.createElement("div"), { className: "dialog-shade" });
    const dialog = shade.appendChild(Object.assign(document.createElement("form"), { className: "dialog" }));
    dialog.setAttribute("role", "dialog");
    dialog.setAttribute("aria-label", title);
    dialog.append(Object.assign(document.createElement("h2"), { textContent: title }));
    const list = dialog.appendChild(Object.assign(document.createElement("ul"), { className: "dialog-options" }));
    options.forEach((option, index) => list.append(row(option, index, multiple, picked)));
    dialog.append(actions(words, () => shade.remove()));
    dialog.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = [...dialog.querySelectorAll("input:checked")].map((input) => options[Number(input.value)]);
      shade.remove();
      resolve(chosen);
    });
    document.body.append(shade);
    (dialog.querySelector("input") || dialog.querySelector("button")).focus();
  });
}

/** Show a short message in the corner for a few seconds. */
export function announce(text) {
  const toast = Object.assign(document.createElement("div"), { className: "toast", textContent: text });
  toast.setAttribute("role", "status");
  document.body.append(toast);
  setTimeout(() => toast.remove(), 6000);
}

function row(option, index, multiple, picked) {
  const item = document.createElement("li");
  const label = item.appendChild(document.createElement("label"));
  const input = Object.assign(document.createElement("input"), {
    type: multiple ? "checkbox" : "radio", name: "choice", value: String(index), checked: picked.includes(option.id),
  });
  label.append(input, option.name || option.title);
  return item;
}

function actions(words, cancel) {
  const line = Object.assign(document.createElement("div"), { className: "dialog-actions" });
  const done = Object.assign(document.createElement("button"), { className: "button main-action", textContent: words.choose });
  const back = Object.assign(document.createElement("button"), { className: "button", type: "button", textContent: words.cancel });
  back.addEventListener("click", cancel);
  line.append(done, back);
  return line;
}
