"""How much a visitor meets on the first screen of a page: words, controls and filled buttons, counted in the browser.

    seen = first_screen(frame)      # seen.words, seen.controls, seen.filled, seen.text

A word is what stands between spaces and holds a letter or a digit; «83 880» is one. Pictures (`svg`, `[role=img]`, the days of
a ribbon, anything in `[data-axis]`), avatars and what only a screen reader gets are not counted, nor what is folded away.
"""

from dataclasses import dataclass

from playwright.sync_api import Frame

HEIGHT = 780
COUNT = r"""height => {
  const skipped = "svg, [role=img], [data-axis], .avatar, .sr, .days-row, script, style, template, .toasts, option, .skip-link";
  const shows = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const onScreen = (box) => box.width > 1 && box.height > 1 && box.top < height && box.bottom > 0;
  const words = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const owner = node.parentElement;
    if (owner.closest(skipped) || !shows(owner)) continue;
    const range = document.createRange();
    for (const found of node.data.matchAll(/\d+(?:[\u00a0\u202f]\d{3})+|\S+/g)) {
      if (!/[\p{L}\d]/u.test(found[0])) continue;
      range.setStart(node, found.index);
      range.setEnd(node, found.index + found[0].length);
      if (onScreen(range.getBoundingClientRect())) words.push(found[0]);
    }
  }
  for (const field of document.querySelectorAll("select, input[value], textarea")) {
    if (field.matches("[type=hidden], [type=radio], [type=checkbox]") || !shows(field) || !onScreen(field.getBoundingClientRect())) continue;
    const text = field.matches("select") ? field.selectedOptions[0]?.text ?? "" : field.value;
    words.push(...text.split(/\s+/).filter((word) => /[\p{L}\d]/u.test(word)));
  }
  const place = (control) => (control.matches("[type=radio], [type=checkbox]") && control.labels?.[0]) || control;
  const control = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [contenteditable=true]";
  const all = [...document.querySelectorAll(control)].filter((one) => !one.closest(".toasts, .skip-link") && shows(place(one)) && place(one).getBoundingClientRect().width > 1);
  const here = all.filter((one) => onScreen(place(one).getBoundingClientRect()));
  return {
    text: words.join(" "), words: words.length, controls: here.length, all_controls: all.length,
    filled: here.filter((one) => one.matches(".btn-filled")).length,
    control_names: here.map((one) => (one.getAttribute("aria-label") || place(one).innerText || one.name || one.tagName).trim().replace(/\s+/g, " ").slice(0, 40)),
  };
}"""


@dataclass(frozen=True, slots=True)
class FirstScreen:
    """What stands on the first 780 pixels of a page; `all_controls` counts those of the whole page."""

    text: str
    words: int
    controls: int
    all_controls: int
    filled: int
    control_names: list[str]


def first_screen(frame: Frame, height: int = HEIGHT) -> FirstScreen:
    """Count a page that has been drawn."""
    return FirstScreen(**frame.evaluate(COUNT, height))
