"""Every page of ours in a window of 1280: no scrollbar of the frame, no error of a script; and none is wider than a phone."""

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.browser.stage import APP, Stage
from tests.browser.test_main_job import installed, overflow, run_checks, settle
from tests.browser.usual_stage import stage
from tests.integrators.consent_story import PROFILE
from tests.web.test_portal_refused import every_page

__all__ = ["installed", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

HEADERS = "JSON.parse(document.body.getAttribute('hx-headers'))"
DECLARE = f"""(form) => fetch("/settings/profile", {{method: "POST", headers: {HEADERS},
  body: new URLSearchParams(form)}}).then((answer) => answer.status)"""
WHOLE = f"""async (paths) => {{
  const whole = [];
  for (const path of paths) {{
    const answer = await fetch(path, {{headers: {{...{HEADERS}, "HX-Request": "true"}}}});
    if ((await answer.text()).includes('id="page"') && answer.ok && new URL(answer.url).pathname === path) whole.push(path);
  }}
  return whole;
}}"""
SHOW = """(path) => htmx.ajax("GET", path, {target: "#page", select: "#page", swap: "outerHTML"})"""


def show(frame: Frame, path: str) -> None:
    frame.evaluate(SHOW, path)
    settle(frame)
    frame.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 150)))")


def hidden_below(frame: Frame) -> int:
    """Pixels that only a scrollbar of the frame would show."""
    return int(frame.evaluate("document.documentElement.scrollHeight - innerHeight"))


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_brings_a_scrollbar_into_the_frame(
    stage: Stage, browser: Browser, installed: Page, width: int
) -> None:
    run_checks(stage.frame(installed))
    page = stage.open(browser, APP, width=width)
    frame = stage.frame(page)
    assert frame.evaluate(DECLARE, PROFILE) == 200
    paths = frame.evaluate(WHOLE, [one for one in every_page() if not one.startswith("/health")])
    assert len(paths) > 25
    found = {}
    for path in paths:
        show(frame, path)
        expect(frame.locator("#page")).to_be_visible()
        if (seen := (overflow(frame), hidden_below(frame))) > (0, 0) or seen[1] > 0:
            found[path] = seen
    assert found == {}
