// The key of the copy: made in this browser, shown once, printed or saved; and later sealed for one worker. It is in no request.
(() => {
  "use strict";

  const SECRET = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/;
  const ANY_SECRET = /AGE-(SECRET-KEY|PLUGIN)-/i;
  const GROUP = 6;
  const made = new WeakMap();
  const taken = new Set(); // codes of keys made here that lie on paper or in a file and are not chosen
  const able = () => window.age && window.ReadableStream && window.TransformStream && window.crypto && typeof BigInt === "function";

  const groups = (secret) => [secret.slice(0, 16), ...secret.slice(16).match(new RegExp(`.{1,${GROUP}}`, "g"))];
  const code = (recipient) => `${recipient.slice(-8, -4)}-${recipient.slice(-4)}`.toUpperCase();
  const part = (root, name) => root.querySelector(`[data-key-${name}]`);
  const parts = (root, name) => [...root.querySelectorAll(`[data-key-${name}]`)];
  const open = () => [...document.querySelectorAll("[data-key]")].filter((place) => made.has(place));

  function prepare() {
    if (able()) for (const place of document.querySelectorAll("[data-key]")) place.classList.add("is-able");
    const left = [...taken].filter((one) => !open().some((place) => code(made.get(place).recipient) === one));
    for (const note of document.querySelectorAll("[data-key-left]")) {
      note.hidden = !left.length;
      part(note, "left-codes").textContent = left.join(", ");
    }
  }

  function write(root, secret, recipient) {
    for (const place of parts(root, "groups")) {
      place.replaceChildren(...groups(secret).map((text) => Object.assign(document.createElement("span"), { textContent: text })));
    }
    for (const place of parts(root, "code")) place.textContent = code(recipient);
    for (const place of parts(root, "public")) place.textContent = recipient;
  }

  // The form gets the public half alone.
  async function make(place) {
    const secret = await window.age.generateX25519Identity();
    const recipient = await window.age.identityToRecipient(secret);
    made.set(place, { secret, recipient });
    write(place, secret, recipient);
    place.querySelector("input[name=recipient]").value = recipient;
    part(place, "before").hidden = true;
    part(place, "own").open = false;
    part(place, "after").hidden = false;
    part(place, "groups").focus();
  }

  // The sheet stands beside the page while it is printed, so that nothing else comes on the paper.
  function print(place) {
    const { secret, recipient } = made.get(place);
    const sheet = part(place, "sheet").content.firstElementChild.cloneNode(true);
    write(sheet, secret, recipient);
    document.body.append(sheet);
    document.documentElement.classList.add("prints-key");
    const done = () => { sheet.remove(); document.documentElement.classList.remove("prints-key"); };
    window.addEventListener("afterprint", done, { once: true });
    taken.add(code(recipient));
    window.print();
  }

  function save(place) {
    const { secret, recipient } = made.get(place);
    const text = `# ${place.dataset.portal}, ${code(recipient)}\n# public key: ${recipient}\n${secret}\n`;
    const link = Object.assign(document.createElement("a"), { download: `renewal-copy-key-${code(recipient)}.txt` });
    taken.add(code(recipient));
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  async function copy(place, button) {
    taken.add(code(made.get(place).recipient));
    if (!(await window.copyText(made.get(place).secret, part(place, "groups")))) return;
    button.lastChild.data = button.dataset.done;
  }

  // A press that would take the page away waits for the answer; what the page does by itself is put off.
  let leaving = null;
  function stay(place) { leaving = null; part(place, "leave").hidden = true; }
  function leave(place) {
    const go = leaving;
    made.delete(place);
    stay(place);
    if (go) go();
  }

  document.addEventListener("htmx:confirm", (event) => {
    const { elt, target, triggeringEvent } = event.detail;
    const place = open()[0];
    if (!place || target.id !== "page" || place.contains(elt)) return;
    event.preventDefault();
    if (!elt.matches("a, button, form")) return;
    leaving = () => window.htmx.trigger(elt, triggeringEvent ? triggeringEvent.type : "click");
    part(place, "leave").hidden = false;
    part(place, "leave").querySelector("button").focus();
  }, true); // before parts.js, which would send it once the next page's parts are here

  const acts = { make, print, save, copy, stay, leave };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-key-act]");
    if (button) acts[button.dataset.keyAct](button.closest("[data-key]"), button);
  });

  // What was shown once is gone with the page: whoever leaves before the tick is asked.
  window.addEventListener("beforeunload", (event) => {
    if (open().length) event.preventDefault();
  });

  function complain(form, words) {
    const note = part(form, "wrong");
    note.hidden = !words;
    note.lastChild.textContent = words;
  }

  async function seal(form, secret) {
    const sealing = new window.age.Encrypter();
    sealing.addRecipient(form.elements.public_key.value);
    const bytes = await sealing.encrypt(secret);
    return btoa(String.fromCharCode(...bytes));
  }

  // A typed key is checked here, sealed to the worker that waits for it, and wiped from the field; the field has no name.
  async function give(form, event) {
    const field = part(form, "typed");
    const secret = field.value.replace(/\s/g, "").toUpperCase();
    if (!SECRET.test(secret)) return complain(form, form.dataset.mistyped);
    let recipient = "";
    try { recipient = await window.age.identityToRecipient(secret); } catch { return complain(form, form.dataset.mistyped); }
    if (!form.dataset.wanted.split(" ").includes(recipient)) return complain(form, form.dataset.other);
    complain(form, "");
    form.elements.sealed.value = await seal(form, secret);
    field.value = "";
    window.htmx.ajax("post", form.dataset.keySeal, { source: form, event, target: form, swap: "none" });
  }

  // A secret key in the place of a public one leaves the field at once and does not leave the browser.
  document.addEventListener("input", ({ target }) => {
    const form = target.matches("[name=recipient], [name=second_recipient]") && target.closest("form[data-public-key]");
    if (!form) return;
    const secret = ANY_SECRET.test(target.value);
    if (secret) target.value = "";
    if (secret || target.value) complain(form, secret ? form.dataset.publicKey : "");
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-key-seal]")) return;
    event.preventDefault();
    event.stopPropagation();
    give(event.target, event);
  }, true);

  document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful } }) => {
    if (successful && elt.matches("form[data-key-after]")) taken.delete(elt.querySelector("[data-key-code]").textContent);
    if (successful && elt.matches("form[data-key-seal]")) window.htmx.trigger("#redraw", "redraw");
  });

  document.addEventListener("htmx:afterSettle", prepare);
  prepare();
})();
