/* Sliders of the portal: pages laid over the page, newest on top, kept by the top window only. */

const opened = [];
const LABEL_COLOURS = {
  aqua: "#06bab1", green: "#a5de00", orange: "#ffa801", brown: "#b47a3c",
  pink: "#ff5b55", blue: "#2fc6f6", violet: "#7b64d3", grey: "#a1a6ac",
};

/** Open a page of the portal over the current one; `whenClosed` runs once, after it is gone. */
export function openSlider(url, { width, leftBoundary, title, label = {}, fields, whenClosed } = {}) {
  const shade = element("div", "slider");
  const panel = shade.appendChild(element("div", "slider-panel"));
  shade.setAttribute("role", "dialog");
  shade.setAttribute("aria-modal", "true");
  shade.setAttribute("aria-label", title || "");
  if (Number(width) > 0) panel.style.width = `min(100%, ${Number(width)}px)`;
  else if (Number(leftBoundary) >= 0 && leftBoundary !== undefined) panel.style.width = `calc(100% - ${Number(leftBoundary)}px)`;
  const slider = { url, shade, panel, whenClosed, returnTo: document.activeElement };
  panel.append(closingLabel(label, () => closeSlider(slider)));
  if (title) panel.append(Object.assign(element("div", "slider-title"), { textContent: title }));
  slider.frame = panel.appendChild(element("iframe"));
  slider.frame.name = `slider_${Date.now()}_${opened.length}`;
  slider.frame.title = title || url;
  shade.addEventListener("click", (event) => event.target === shade && closeSlider(slider));
  document.body.append(shade);
  opened.push(slider);
  load(slider.frame, withFrameMark(url), fields);
  panel.querySelector("button").focus();
  return slider;
}

/** Close one slider (the top one unless told otherwise). */
export function closeSlider(slider = opened.at(-1)) {
  const place = opened.indexOf(slider);
  if (place < 0) return false;
  for (const each of opened.splice(place).reverse()) {
    each.shade.remove();
    each.whenClosed?.();
  }
  slider.returnTo?.focus?.();
  return true;
}

/** Return the slider on top, or undefined. */
export const topSlider = () => opened.at(-1);

/** Return the slider that holds this window. */
export const sliderOf = (inner) => opened.find((slider) => slider.frame.contentWindow === inner);

function withFrameMark(url) {
  return url.includes("IFRAME=Y") ? url : `${url}${url.includes("?") ? "&" : "?"}IFRAME=Y&IFRAME_TYPE=SIDE_SLIDER`;
}

function load(frame, url, fields) {
  if (!fields) {
    frame.src = url;
    return;
  }
  const form = Object.assign(element("form"), { method: "POST", action: url, target: frame.name, hidden: true });
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(element("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

function closingLabel({ bgColor, text, color } = {}, close) {
  const button = element("button", "slider-label");
  button.type = "button";
  button.style.setProperty("--label", LABEL_COLOURS[bgColor] || "#2fc6f6");
  if (color) button.style.setProperty("--label-text", color);
  button.textContent = `✕ ${text || ""}`.trim();
  button.setAttribute("aria-label", document.documentElement.lang === "ru" ? "Закрыть" : "Close");
  button.addEventListener("click", close);
  return button;
}

function element(tag, className = "") {
  return Object.assign(document.createElement(tag), { className });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (opened.length) closeSlider();
  else if (window !== window.top) window.top.SandboxPortal?.closeSlider();
});
