"""Our side of the portal's postMessage protocol, and the small habits of the pages, in a real browser."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, Route

from b24app.web.bundles import KINDS, bundle_names, put_together
from tools.gallery import ROOT, environment

pytestmark = pytest.mark.browser

PORTAL, APP = "https://warm.bitrix24.example", "https://renewal.example"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
PARENT = """<body><iframe name="warm.bitrix24.example|1|sid" width="900" height="500" src="{src}"></iframe><script>
window.log = []; window.replies = {{}};
addEventListener("message", (event) => {{
  const parts = event.data.split(":"), id = parts[parts.length - 2], reply = replies[parts[0]];
  log.push({{command: parts[0], params: parts.slice(1, -2).join(":"), sid: parts[parts.length - 1]}});
  if (id && reply) event.source.postMessage(id + ":" + JSON.stringify(reply), event.origin);
}});</script>"""


@dataclass(slots=True)
class Screen:
    """A portal's page with one of our sample pages in its frame."""

    page: Page
    frame: Frame

    def said(self, command: str) -> list[str]:
        """Parameters of every message with this command that the portal has heard."""
        return self.page.evaluate("name => log.filter(m => m.command === name).map(m => m.params)", command)

    def hears(self, command: str) -> str:
        """Wait for the command and answer its latest parameters."""
        self.page.wait_for_function("name => log.some(m => m.command === name)", arg=command)
        return self.said(command)[-1]

    def answers(self, command: str, reply: Any) -> None:
        self.page.evaluate("([name, reply]) => { replies[name] = reply }", [command, reply])


@pytest.fixture
def opens(browser: Browser) -> Iterator[Callable[[str], Screen]]:
    context = browser.new_context()
    context.route(f"{APP}/**", _app)
    context.route(f"{PORTAL}/**", _portal)
    context.clock.install()
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))

    def open_page(name: str) -> Screen:
        page.goto(f"{PORTAL}/?show={name}")
        page.frames[1].wait_for_load_state()
        return Screen(page, page.frames[1])

    yield open_page
    context.close()


def _portal(route: Route) -> None:
    name = route.request.url.partition("show=")[2]
    route.fulfill(content_type="text/html", body=PARENT.format(src=f"{APP}/{name}") if name else "a place")


def _app(route: Route) -> None:
    path = route.request.url.removeprefix(f"{APP}/").partition("?")[0]
    if (name := path.removeprefix("static/")) in bundle_names():
        return route.fulfill(body=put_together(name).text, content_type=KINDS[Path(name).suffix])
    if path.startswith("static/"):
        return route.fulfill(path=ROOT / path)
    html = environment("ru", "/static").get_template(f"gallery/{path}.html").render(lang="ru", theme="light")
    return route.fulfill(content_type="text/html", body=html, headers={"content-security-policy": POLICY})


def test_the_portal_hears_the_height_of_the_page(opens: Callable[[str], Screen]) -> None:
    screen = opens("widget")
    height = screen.frame.evaluate("document.body.offsetHeight")
    assert screen.hears("resizeWindow") == f'{{"width":"100%","height":{height}}}'


def test_a_fold_changes_the_height(opens: Callable[[str], Screen]) -> None:
    screen = opens("habits")
    screen.hears("resizeWindow")
    screen.frame.click("#fold > summary")
    screen.page.wait_for_function("log.filter(m => m.command === 'resizeWindow').length > 1")


@pytest.mark.parametrize("code", ["PATH_NOT_AVAILABLE", "METHOD_NOT_SUPPORTED_ON_DEVICE"])
def test_a_refused_path_opens_in_a_new_tab(opens: Callable[[str], Screen], code: str) -> None:
    screen = opens("habits")
    screen.answers("openPath", {"result": "error", "errorCode": code})
    with screen.page.context.expect_page() as tab:
        screen.frame.click("[data-portal-path]")
    assert tab.value.url == f"{PORTAL}/shop/settings/"


def test_an_accepted_path_stays_in_the_portal(opens: Callable[[str], Screen]) -> None:
    screen = opens("habits")
    screen.answers("openPath", {"result": "close"})
    screen.frame.click("[data-portal-path]")
    assert screen.hears("openPath") == '{"path":"/shop/settings/"}'
    assert len(screen.page.context.pages) == 1


def test_the_wizard_finishes_the_installation(opens: Callable[[str], Screen]) -> None:
    screen = opens("habits")
    screen.frame.click("[data-portal-finish]")
    assert screen.hears("setInstallFinish") == "{}"


def test_a_message_to_a_colleague_opens_the_portals_chat(opens: Callable[[str], Screen]) -> None:
    screen = opens("widget")
    screen.frame.click("[data-portal-chat]")
    assert screen.hears("imOpenMessenger") == '{"dialogId":"1"}'


def test_escape_closes_a_panel_and_returns_the_focus(opens: Callable[[str], Screen]) -> None:
    frame = opens("widget").frame
    frame.click("#report-opener")
    frame.press("#report textarea", "Escape")
    assert frame.locator("#report").is_hidden()
    assert frame.evaluate("document.activeElement.id") == "report-opener"


def test_a_search_leaves_the_rows_with_the_words(opens: Callable[[str], Screen]) -> None:
    frame = opens("habits").frame
    frame.fill("[data-search]", "avito")
    assert frame.locator(".check:visible").all_inner_texts()[0].startswith("Avito")


def test_a_toast_about_a_failure_stays(opens: Callable[[str], Screen]) -> None:
    screen = opens("components")
    screen.page.clock.fast_forward(7000)
    assert screen.frame.locator(".toast").count() == 1
