// What the pages of one part need comes when the pointer or the focus nears a link to it, at the latest before it is asked for.
(() => {
  "use strict";

  const parts = JSON.parse(document.querySelector("meta[name=parts]")?.content || "{}");
  function needed(path) {
    const [, tab, page] = new URL(path, window.location.href).pathname.split("/");
    return parts[`${tab}/${page}`] || parts[tab] || [];
  }
  const coming = new Map();
  const here = new Set();

  function bring(url) {
    if (coming.has(url)) return coming.get(url);
    const style = url.includes(".css");
    const known = document.querySelector(`link[href="${url}"], script[src="${url}"]`);
    const piece = known || Object.assign(document.createElement(style ? "link" : "script"), style ? { rel: "stylesheet", href: url } : { src: url });
    coming.set(url, known ? Promise.resolve() : new Promise((done) => { piece.onload = piece.onerror = done; document.head.append(piece); }));
    coming.get(url).then(() => here.add(url));
    return coming.get(url);
  }

  for (const nearing of ["pointerover", "focusin"]) {
    document.addEventListener(nearing, ({ target }) => {
      const link = target.closest("a[hx-get]");
      if (link) needed(link.getAttribute("hx-get")).forEach(bring);
    });
  }

  // Some things may stand on any page.
  const seen = { files: "form[data-download]", silent: "[data-read-only], form[data-send-after]", shop: ".diff", key: "[data-key]", dark: "html.dark" };
  const look = () => {
    (parts[document.querySelector("#page[data-needs]")?.dataset.needs] || []).forEach(bring);
    for (const [part, selector] of Object.entries(seen)) if (document.querySelector(selector)) (parts[part] || []).forEach(bring);
  };
  document.addEventListener("DOMContentLoaded", look);
  document.addEventListener("htmx:afterSettle", look);
  document.addEventListener("change", look);

  document.addEventListener("htmx:confirm", (event) => {
    if (event.defaultPrevented) return;
    const missing = needed(event.detail.path).filter((url) => !here.has(url));
    if (!missing.length) return;
    event.preventDefault();
    Promise.all(missing.map(bring)).then(() => event.detail.issueRequest(true));
  });
})();
