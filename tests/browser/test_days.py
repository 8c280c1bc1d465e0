"""The days of a renewal in a real browser: as wide as their card at every width, labels that do not meet, conditions, the calendar, asking."""

from datetime import timedelta
from itertools import combinations

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from b24app.database import db, every_portal, portal_scope
from b24app.portals.model import Portal
from b24app.services import services
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from tests.browser.stage import Stage
from tests.browser.test_main_job import APP, barriers, go, installed, overflow, settle
from tests.browser.usual_stage import stage

__all__ = ["installed", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
BOXES = """() => [...document.querySelectorAll('.days-lines text')].map((one) => {
  const {x, y, right, bottom} = one.getBoundingClientRect(); return [x, y, right, bottom]; })"""
LINES = """() => [...document.querySelectorAll('.days-lines line[class^=lead]')].map((one) => {
  const {x, y, bottom} = one.getBoundingClientRect(); return [x, y, bottom]; })"""
EDGES = """() => { const card = document.querySelector('#days').getBoundingClientRect();
  return [...document.querySelectorAll('.days-row > li, .days-lines text')].map((one) => one.getBoundingClientRect())
    .filter((one) => one.width && (one.left < card.left + 8 || one.right > card.right - 8)).length; }"""


def let_end(stage: Stage, days: int) -> None:
    """Write down another end of the plan, so many days from today."""
    with stage.app.app_context():
        with every_portal():
            portal_id = db.session.query(Portal.id).first()[0]
        with portal_scope(portal_id):
            now = services().clock.now()
            ends_on = now.date() + timedelta(days=days)
            set_paid_term("plan", ends_on, by=Author(1, "Марина"), at=now)
            db.session.commit()


def opened(stage: Stage, browser: Browser, width: int, **cookies: str) -> tuple[Page, Frame]:
    """The days in a frame of this width; a wide screen has the portal's own menu beside it."""
    page = stage.open(browser, APP, width=width if width < 700 else width + 260, **cookies)
    frame = stage.frame(page)
    settle(frame)
    go(frame, "renewal")
    frame.locator("#days").wait_for()
    return page, frame


def unfold(frame: Frame, *folds: str) -> None:
    """Press one fold after another; the portal makes the frame higher after each, and a press meanwhile hits nothing."""
    for fold in folds:
        frame.locator(f"{fold} > summary").click()
        settle(frame)
        frame.wait_for_timeout(400)


def crossings(frame: Frame) -> list[object]:
    """Texts that meet, and lines that run through a text, as the browser has drawn them."""
    boxes, lines = frame.evaluate(BOXES), frame.evaluate(LINES)
    wrong: list[object] = [
        (one, other)
        for one, other in combinations(boxes, 2)
        if one[0] < other[2] and other[0] < one[2] and one[1] + 2 < other[3] - 2 and other[1] + 2 < one[3] - 2
    ]
    return wrong + [
        (line, box)
        for line in lines
        for box in boxes
        if box[0] < line[0] < box[2] and line[1] < box[3] - 2 and box[1] + 2 < line[2]
    ]


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_the_ribbon_fits_its_card_at_every_width(
    stage: Stage, browser: Browser, installed: Page, lang: str
) -> None:
    for days in (23, 12, 2, -3):
        let_end(stage, days)
        page, frame = opened(stage, browser, 1540, lang=lang)
        for width in (1540, 1280, 1020, 760, 390):
            page.set_viewport_size({"width": width if width < 700 else width + 260, "height": 900})
            settle(frame)
            assert overflow(frame) <= 0, (days, width)
            assert frame.evaluate(EDGES) == 0, (days, width)
            assert crossings(frame) == [], (days, width)
            expect(frame.locator(".days-lines")).to_be_visible(visible=width > 1000)
            assert frame.locator(".days-facts > div").count() >= 2
        page.context.close()


def test_the_conditions_are_changed_in_the_fold_and_it_stays_open(
    stage: Stage, browser: Browser, installed: Page
) -> None:
    let_end(stage, 23)
    page, frame = opened(stage, browser, 1020)
    unfold(frame, "#later", "#counted")
    assert barriers(page) == []
    with page.expect_response("**/renewal/days"):
        frame.locator("#counted [value=card]").check(force=True)
    expect(frame.locator(".d-invoice")).to_have_count(0)
    expect(frame.locator("#counted")).to_have_attribute("open", "")
    settle(frame)
    frame.locator('#days [hx-post="/renewal/days/feed"]').click()
    assert (frame.locator("#feed a").get_attribute("href") or "").startswith("webcal://")
    assert barriers(page) == []


def test_a_page_that_redraws_itself_keeps_what_was_unfolded(
    stage: Stage, browser: Browser, installed: Page
) -> None:
    let_end(stage, 23)
    _, frame = opened(stage, browser, 1020)
    unfold(frame, "#later", "#counted")
    frame.locator("#counted [value=card]").wait_for(state="attached")
    frame.evaluate("document.querySelector('#days').dataset.old = ''; htmx.trigger('#redraw', 'redraw')")
    expect(frame.locator("#days[data-old]")).to_have_count(0)
    expect(frame.locator("#later")).to_have_attribute("open", "")
    expect(frame.locator("#counted [value=card]")).to_have_count(1)


def test_the_portal_is_asked_at_once(stage: Stage, browser: Browser, installed: Page) -> None:
    let_end(stage, -3)
    page, frame = opened(stage, browser, 1020)
    assert barriers(page) == []
    with page.expect_response("**/renewal/late/ask"):
        frame.locator('[hx-post="/renewal/late/ask"]').click()
    expect(frame.locator("#works .is-busy")).to_have_count(0, timeout=60_000)
    assert "по ответу портала сегодня" in frame.locator("#works").inner_text()
