"""The main job in a real browser: install, check, lose, renew, compare; the widget; the lapse; both languages."""

import contextlib
import re
from datetime import date, timedelta

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, Page, expect
from playwright.sync_api import TimeoutError as PatienceEnded

from tests.browser.stage import APP, Stage
from tests.browser.usual_stage import stage

__all__ = ["APP", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
SERIOUS = {"serious", "critical"}
BUSY = "[data-poll], #progress[hx-get]"
TABS = ("renewal", "shop", "money")
PAGES = (
    *TABS,
    "shop/compare",
    "money/plan",
    "money/documents",
    "copy",
    "copy/all",
    "copy/setup",
    "copy/export/preset",
    "settings",
    "settings/reminders",
    "settings/links",
    "settings/employees",
    "settings/data",
    "settings/developer",
    "settings/help",
)


@pytest.fixture
def installed(stage: Stage, browser: Browser) -> Page:
    """The administrator's page of a portal in which the application has just been installed."""
    return stage.install(browser)


def scenario(stage: Stage, verb: str, **values: object) -> None:
    """Press a control of the scenario panel, by its HTTP call."""
    answer = requests.post(f"{stage.portal.url}/scenario/api/{verb}", json=values, timeout=10)
    assert answer.ok, answer.text


def name_subscription(frame: Frame) -> None:
    """Write down until when the Marketplace subscription is paid, as the tab asks."""
    frame.locator('#proof [hx-get="/money/terms?subscription"]').click()
    field = frame.locator(".term-form [name=ends_on]")
    field.fill((date.today() + timedelta(days=300)).isoformat())  # noqa: DTZ011 - as people count
    field.press("Enter")
    frame.locator(".term-form").wait_for(state="detached")


def verify(frame: Frame) -> None:
    """Close the renewal: everything is passed, accepted or explained, and the end of the subscription is known."""
    go(frame, "renewal")
    name_subscription(frame)
    go(frame, "renewal")
    frame.locator('#next-step [hx-post="/renewal/mark/mark_verified"]').click()
    frame.locator("#left").wait_for()


def settle(frame: Frame) -> None:
    """Wait until htmx has put everything into its place and listens again."""
    expect(frame.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")).to_have_count(0)


def open_place(frame: Frame, code: str) -> None:
    """Open a place of the settings: the gear, then its link in the list."""
    settle(frame)
    frame.locator(".tab-gear").click()
    frame.locator(f"#place-{code}").wait_for()
    settle(frame)
    frame.locator(f"#place-{code}").click()
    frame.locator(f"#place-{code}[aria-current]").wait_for()
    settle(frame)


def open_panel(frame: Frame, panel: str, within: str = "") -> None:
    """Press what opens a folded form; once more where the first press fell between two drawings of the page."""
    opener, shown = frame.locator(f'{within}[aria-controls="{panel}"]'), frame.locator(f"#{panel}")
    opener.wait_for()
    settle(frame)
    opener.click()
    with contextlib.suppress(PatienceEnded):
        shown.wait_for(timeout=5_000)
    if shown.is_hidden():
        opener.click()
        shown.wait_for()


OPEN = """path => htmx.ajax("GET", "/" + path, {target: "#page", select: "#page", swap: "outerHTML"})"""


def go(frame: Frame, place: str) -> None:
    """Open a tab by its click, or another page of ours as a link to it does."""
    settle(frame)
    with frame.page.expect_response(f"**/{place}"):
        if place in TABS:
            frame.locator(f"#tab-{place}").click()
        else:
            frame.evaluate(OPEN, place)
    settle(frame)
    if place in TABS:
        frame.locator(f'#tab-{place}[aria-current="page"]').wait_for()


def run_checks(frame: Frame) -> None:
    """Press «check» and wait until the results have been drawn by themselves."""
    go(frame, "shop")
    expect(frame.locator(BUSY)).to_have_count(0, timeout=60_000)
    with frame.page.expect_response("**/shop/run"):
        frame.locator('[hx-post="/shop/run"]').first.dispatch_event("click")
    settle(frame)
    expect(frame.locator(BUSY)).to_have_count(0, timeout=60_000)
    settle(frame)
    frame.locator("#shop-head").wait_for()


def barriers(page: Page) -> list[str]:
    """What axe calls serious, in the portal's page and in our frame."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found if rule["impact"] in SERIOUS]


def overflow(frame: Frame) -> int:
    return int(frame.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_the_wizard_ends_in_the_application_by_itself(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    assert frame.locator("#answer h1").inner_text()
    assert barriers(installed) == []
    assert overflow(frame) <= 0


def test_the_administrator_checks_loses_renews_and_reads_what_was_lost(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    run_checks(frame)
    assert barriers(installed) == []
    lost = next(row for row in stage.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    scenario(stage, "switch_off", kind="pay_system", id=lost["ID"])
    scenario(stage, "lapse_to_free")
    scenario(stage, "renew", months=12)
    run_checks(frame)
    go(frame, "shop/compare")
    frame.locator("#group-off").wait_for()
    assert lost["NAME"] in frame.locator("#group-off").inner_text()
    assert barriers(installed) == []


def test_of_two_quick_wishes_the_later_is_answered(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    go(frame, "shop")
    expect(frame.locator(BUSY)).to_have_count(0, timeout=60_000)
    settle(frame)
    frame.evaluate("""() => {
        document.querySelector("#tab-shop").click();
        document.querySelector('[hx-post="/shop/run"]').click();
    }""")
    frame.locator(BUSY).first.wait_for(state="attached")
    frame.evaluate(
        "for (const tab of ['renewal', 'shop', 'money']) document.querySelector('#tab-' + tab).click()"
    )
    frame.locator('#tab-money[aria-current="page"]').wait_for()
    settle(frame)
    assert frame.locator('#tab-money[aria-current="page"]').count() == 1


def test_every_tab_is_whole_in_both_widths(stage: Stage, browser: Browser, installed: Page) -> None:
    run_checks(stage.frame(installed))
    for width in (1500, 390):
        page = stage.open(browser, APP, width=width)
        frame = stage.frame(page)
        for tab in PAGES:
            go(frame, tab)
            assert overflow(frame) <= 0, (tab, width)
            assert barriers(page) == [], (tab, width)


def test_an_employee_sees_the_card_and_tells_the_administrator(
    stage: Stage, browser: Browser, installed: Page
) -> None:
    employee = stage.portal.employee.id
    page = stage.open(browser, APP, user=employee)
    frame = stage.frame(page)
    assert str(stage.portal.paid_till.day) in frame.locator("#answer h1").inner_text()
    assert "₽" not in frame.locator("body").inner_text()
    frame.locator("#report-opener").click()
    frame.locator("#report label").first.click()
    frame.locator("#report [type=submit]").click()
    frame.locator("#report[role=status]").wait_for()
    assert barriers(page) == []
    installed.goto(stage.portal.url + "/online/")
    assert stage.portal.employee.name in installed.inner_text("body")


def test_english_is_whole(stage: Stage, browser: Browser, installed: Page) -> None:
    page = stage.open(browser, APP, lang="en")
    frame = stage.frame(page)
    run_checks(frame)
    for tab in PAGES:
        go(frame, tab)
        texts = frame.evaluate(
            "[...document.querySelectorAll('h1,h2,button,.tab,.badge')].map(e => e.textContent).join(' ')"
        )
        assert not re.findall(r"[а-яё]{3,}", texts.lower()), tab


def test_the_dark_look_is_dark(stage: Stage, browser: Browser, installed: Page) -> None:
    go(stage.frame(installed), "settings")
    with installed.expect_response("**/settings/look"):
        stage.frame(installed).locator('label:has([name="look"][value="dark"])').click()
    page = stage.open(browser, APP)
    frame = stage.frame(page)
    colour = frame.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", colour)[:3]) < 80
    assert barriers(page) == []


def test_a_lapsed_portal_shows_its_own_page_and_ours_waits(
    stage: Stage, browser: Browser, installed: Page
) -> None:
    scenario(stage, "lapse_to_free")
    page = stage.open(browser, APP)
    page.locator('[data-refusal="access_denied"]').wait_for()
    scenario(stage, "renew", months=12)
    page = stage.open(browser, APP)
    stage.frame(page).locator("#answer").wait_for()


MARKS = (
    ("invoice", "mark_invoice_requested"),
    ("invoice", "mark_invoice_received"),
    ("payment", "mark_approved"),
    ("payment", "mark_paid"),
)


def test_one_renewal_is_walked_from_the_window_to_verified(
    stage: Stage, browser: Browser, installed: Page
) -> None:
    frame = stage.frame(installed)
    run_checks(frame)
    go(frame, "renewal")
    for code, mark in MARKS:
        go(frame, f"renewal?open={code}")
        button = frame.locator(f'#stage-panel .marks [hx-post^="/renewal/mark/{mark}"]')
        button.click()
        button.wait_for(state="detached")
    scenario(stage, "renew", months=12)
    open_panel(frame, "renewed", "#next-step ")
    frame.locator("#renewed [name=ends_on]").fill(stage.portal.paid_till.isoformat())
    frame.locator("#renewed [type=submit]").click()
    frame.locator("#proof").wait_for(timeout=60_000)  # by itself: the comparison, then what is waited for
    assert barriers(installed) == []

    stage.world.clock.advance(days=7)  # what was waited for has come
    frame = stage.frame(stage.open(browser, APP))
    run_checks(frame)
    verify(frame)


def test_a_move_down_says_who_is_locked_out(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    run_checks(frame)
    go(frame, "money/plan")
    frame.locator('[hx-get="/money/plan?to=basic"]').click()
    frame.locator("#move .v-fail").first.wait_for()
    assert "38" in frame.locator("#move").inner_text()
