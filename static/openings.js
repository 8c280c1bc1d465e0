// Pages of a portal that does not answer, brought by parts.js: an opening that waits is sent again, and on a page for reading only nothing is changed.
(() => {
  "use strict";

  const LOCKED = "#page[data-read-only]";
  const CHANGING = "[hx-post], [hx-put], [hx-patch], [hx-delete], form[method=post]";
  const locked = () => document.querySelector(LOCKED);

  // Nobody looks at a hidden tab: it is sent when it is seen again.
  function sendAgain(form) {
    const send = () => (document.hidden ? document.addEventListener("visibilitychange", send, { once: true }) : form.submit());
    const timer = setTimeout(send, Number(form.dataset.sendAfter) * 1000);
    form.addEventListener("submit", () => clearTimeout(timer));
  }

  // Links into the portal still open; what they would have kept here is not sent.
  function lock() {
    if (!locked()) return;
    for (const one of locked().querySelectorAll(CHANGING)) {
      const parts = one.matches("form") ? [...one.elements] : [one];
      for (const part of parts) if ("disabled" in part) part.disabled = true;
    }
  }

  document.addEventListener("htmx:confirm", (event) => {
    if (locked() && event.detail.verb !== "get") event.preventDefault();
  });
  document.addEventListener("htmx:afterSettle", lock);

  async function ask(button) {
    button.disabled = true;
    const wrong = await window.pageToken.renew();
    button.disabled = false;
    if (wrong) return document.dispatchEvent(new CustomEvent("page:note", { detail: wrong }));
    window.htmx.ajax("get", button.dataset.askPortal, { target: "#page", select: "#page", swap: "outerHTML" });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-ask-portal]");
    if (button) ask(button);
  });

  document.querySelectorAll("form[data-send-after]").forEach(sendAgain);
  lock();
})();
