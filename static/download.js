// Files: the button stays busy while a worker makes one, then the browser saves it; no tab is opened for it.
(() => {
  "use strict";

  const HEADER = "X-Frame-Token";
  const WAITS = 202, STALE = 401;
  const pause = 1500;
  const patience = 300000;

  const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")[HEADER] || "";
  const sleep = (time) => new Promise((resolve) => { setTimeout(resolve, time); });
  const client = () => document.getElementById("page")?.dataset.client || ""; // whose page this is: the server compares it with the token
  const ask = (form, fields) => fetch(form.action, {
    method: "POST", body: fields, headers: { [HEADER]: token(), "X-Client": client(), "HX-Request": "true", "X-Download": "yes" },
  });

  function say(text) {
    const toast = document.getElementById("tpl-failed").content.firstElementChild.cloneNode(true);
    if (text) toast.querySelector("span").textContent = text;
    document.getElementById("toasts").append(toast);
  }

  function save(blob, disposition) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = decodeURIComponent((/filename\*=UTF-8''([^;]+)/.exec(disposition) || /filename="?([^";]+)/.exec(disposition) || [])[1] || "");
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  // Once more after the page's hour; again and again while the file is being made.
  async function fetchFile(form, label) {
    const fields = new FormData(form);
    let answer = await ask(form, fields);
    if (answer.status === STALE) {
      const wrong = await window.pageToken.renew();
      if (wrong) return void document.dispatchEvent(new CustomEvent("page:note", { detail: wrong }));
      answer = await ask(form, fields);
    }
    for (const begun = Date.now(); answer.status === WAITS && Date.now() - begun < patience; answer = await ask(form, fields)) {
      const { file, text } = await answer.json();
      fields.set("file", file);
      label.data = text;
      await sleep(pause);
      if (!form.isConnected) return;
    }
    if (answer.ok && answer.status !== WAITS) return save(await answer.blob(), answer.headers.get("Content-Disposition") || "");
    // an access that has ended takes the page with it
    if (answer.headers.get("HX-Retarget") === "#page") return void window.htmx.ajax("get", "/renewal", { target: "#page", select: "#page", swap: "outerHTML" });
    if (answer.headers.get("HX-Retarget") === "#notices") return void (document.getElementById("notices").innerHTML = await answer.text());
    const told = (answer.headers.get("Content-Type") || "").includes("json") && answer.status !== WAITS;
    say(told ? (await answer.json()).text : "");
  }

  // an item of a menu has its words in a part of its own
  const texts = (place) => [...place.childNodes].flatMap((node) => (node.nodeType === Node.TEXT_NODE ? [node] : texts(node)));

  async function download(form) {
    const button = form.querySelector("button[type=submit]");
    if (button.classList.contains("is-busy")) return;
    const label = texts(button).findLast((node) => node.data.trim());
    const usual = label.data;
    button.style.minWidth = `${button.offsetWidth}px`;
    button.classList.add("is-busy");
    button.setAttribute("aria-busy", "true");
    label.data = form.dataset.download;
    try { await fetchFile(form, label); } catch { say(""); }
    label.data = usual;
    button.classList.remove("is-busy");
    button.removeAttribute("aria-busy");
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-download]")) return;
    event.preventDefault();
    download(event.target);
  });
})();
