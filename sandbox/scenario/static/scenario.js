/* The scenario panel: forms become JSON calls, and each shows itself as a command. */

const SETTLE = 700;

function valuesOf(form) {
  const values = {};
  for (const input of form.querySelectorAll("[data-kind]")) {
    const { name, dataset, value } = input;
    if (dataset.kind === "flag") {
      if (input.checked) values[name] = true;
    } else if (value !== "") {
      values[name] = dataset.kind === "int" || dataset.kind === "float" ? Number(value) : value;
    }
  }
  return values;
}

function showCommand(form) {
  const line = form.querySelector("[data-command]");
  if (!line) return;
  const body = JSON.stringify(valuesOf(form)).replaceAll("'", "'\\''");
  const data = body === "{}" ? "" : ` \\\n  -d '${body}'`;
  line.textContent = `curl -X POST ${form.action}${data}`;
}

function tell(form, text, wrong) {
  const line = form.querySelector("[data-answer]");
  line.textContent = text;
  line.hidden = false;
  line.classList.toggle("wrong", wrong);
}

async function send(form) {
  const response = await fetch(form.action, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(valuesOf(form)),
  });
  const answer = await response.json();
  if (!answer.ok) {
    tell(form, answer.error, true);
    return;
  }
  tell(form, "✓", false);
  setTimeout(() => moveOn(answer.state.portal.host), SETTLE);
}

function moveOn(host) {
  sessionStorage.setItem("scenario-scroll", String(window.scrollY));
  if (host !== location.host) location.assign(`${location.protocol}//${host}/scenario/`);
  else location.reload();
}

for (const form of document.querySelectorAll("[data-verb]")) {
  showCommand(form);
  form.addEventListener("input", () => showCommand(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!form.dataset.asks || window.confirm(form.dataset.asks)) send(form);
  });
}
window.scrollTo(0, Number(sessionStorage.getItem("scenario-scroll") || 0));
sessionStorage.removeItem("scenario-scroll");
