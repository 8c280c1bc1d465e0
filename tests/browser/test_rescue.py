"""One lapse and its rescue in a real browser: window, grace, lapse, the order of the recovery, what was missed, verified."""

import re

import pytest
from playwright.sync_api import Browser, Frame, Page, expect
from sqlalchemy import select

from b24app.database import db, every_portal
from b24app.renewal.model import Case
from b24app.services import services
from tests.browser.stage import Stage
from tests.browser.test_main_job import (
    APP,
    barriers,
    go,
    installed,
    open_place,
    overflow,
    run_checks,
    scenario,
    settle,
    verify,
)
from tests.browser.usual_stage import stage

__all__ = ["installed", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
BESIDE = (
    "/renewal?open=invoice",
    "/renewal/guide",
    "/renewal/late",
    "/settings/reminders",
    "/money/terms",
    "/money/terms/exchange",
    "/settings",
    "/settings/help",
    "/settings/errors",
    "/money/rules",
)
PLAN, SUBSCRIPTION = "Оплатите тариф картой", "Продлите подписку BitrixGPT + Маркетплейс"
REST = [
    "Убедитесь, что приложения и интеграции работают",
    "Сверьте портал со снимком",
    "Верните пропущенные заказы",
]


def queue(stage: Stage, job: str, *ids: int) -> None:
    """Let the worker do what the clock of the server would start."""
    with stage.app.app_context():
        services().queue.later(job, *ids)
        db.session.commit()


def wait_for_offer(stage: Stage, page: Page) -> None:
    """The worker looks at the portal, and then notices the renewal: a page that was drawn before does not show it."""
    for _ in range(100):
        with stage.app.app_context(), every_portal():
            if db.session.scalar(select(Case.id).where(Case.noticed_at.is_not(None))) is not None:
                return
        page.wait_for_timeout(100)
    message = "nobody noticed that the portal answers again"
    raise AssertionError(message)


def opened(stage: Stage, browser: Browser) -> tuple[Page, Frame]:
    """The application opened anew: a page does not outlive an hour, and here weeks pass."""
    page = stage.open(browser, APP)
    frame = stage.frame(page)
    frame.locator("#answer").wait_for()
    settle(frame)
    return page, frame


def steps_of(place: Page | Frame) -> list[str]:
    return place.locator(".step-list b.t-lg").all_inner_texts()


def read_status(page: Page, url: str, first: str) -> None:
    """Reload the page outside the portal until the worker has learned what the portal says now."""
    for _ in range(100):
        page.goto(url)
        if steps_of(page)[:1] == [first]:
            return
        page.wait_for_timeout(100)
    message = f"{steps_of(page)} does not begin with {first}"
    raise AssertionError(message)


def make_status_address(frame: Frame) -> str:
    open_place(frame, "links")
    frame.locator('[hx-post="/settings/reminders/links/status"]').first.click()
    address = frame.locator("code", has_text="/status/")
    address.wait_for()
    return address.inner_text()


def test_a_lapse_is_rescued_in_order_and_verified(stage: Stage, browser: Browser, installed: Page) -> None:
    frame = stage.frame(installed)
    run_checks(frame)
    go(frame, "renewal")
    frame.locator('#next-step [hx-post="/renewal/mark/mark_invoice_received"]').wait_for()
    address = make_status_address(frame)

    stage.world.clock.advance(days=21)  # the grace has begun, nobody paid
    page, frame = opened(stage, browser)
    frame.locator("#way-back").wait_for()  # the recovery stands in the stage that is open by itself
    assert PLAN in frame.locator(".way-back-steps").inner_text()
    assert overflow(frame) <= 0
    assert barriers(page) == []

    stage.world.clock.advance(days=20)  # and is over: the portal opens our frame no more
    scenario(stage, "lapse_to_free")
    scenario(stage, "end_marketplace")
    stage.open(browser, APP).locator('[data-refusal="access_denied"]').wait_for()
    queue(stage, "start_daily_run", 1)
    outside = browser.new_page()
    read_status(outside, address, PLAN)
    assert steps_of(outside) == [PLAN, SUBSCRIPTION, *REST]
    assert barriers(outside) == []

    stage.world.clock.advance(days=3)  # the shop sells on, nobody hears of it
    scenario(stage, "renew", months=12)  # the first step alone brings no application back
    stage.open(browser, APP).locator('[data-refusal="payment"]').wait_for()
    scenario(stage, "renew_marketplace")  # the second one does
    queue(stage, "probe_blocked")
    wait_for_offer(stage, installed)

    page, frame = opened(stage, browser)
    frame.locator("#offer [name=ends_on]").fill(stage.portal.paid_till.isoformat())
    frame.locator("#offer [type=submit]").click()
    frame.locator("#offer").wait_for(state="detached")
    go(frame, "shop/compare")

    go(frame, "renewal")
    missed = count_missed(frame)
    assert int(re.sub(r"\D", "", missed)) > 0
    assert barriers(page) == []
    go(frame, "renewal")
    frame.locator("#proof").wait_for(timeout=60_000)  # orders, payments and parcels are waited for

    stage.world.clock.advance(days=7)  # and have come; the telephony has been paid, too
    stage.portal.extra["sip"]["PAID_DATE_END"] = "31.12.2030"
    page, frame = opened(stage, browser)
    run_checks(frame)
    verify(frame)
    expect(frame.locator("#stages")).to_contain_text("Магазин проверен")


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_pages_beside_the_tabs_are_whole_on_a_phone(
    stage: Stage, browser: Browser, installed: Page, lang: str
) -> None:
    page = stage.open(browser, APP, width=390, lang=lang)
    frame = stage.frame(page)
    for path in BESIDE:
        settle(frame)
        with page.expect_response(lambda answer, path=path: answer.url.endswith(path)):
            frame.evaluate(
                "path => htmx.ajax('GET', path, {target: '#page', select: '#page', swap: 'outerHTML'})", path
            )
        settle(frame)
        assert overflow(frame) <= 0, path
        assert barriers(page) == [], path


def count_missed(frame: Frame) -> str:
    """Ask what integrations missed, and answer how many orders came meanwhile."""
    settle(frame)
    frame.locator("#missed > details:not([open]) > summary").click()
    frame.locator("#missed [type=submit]").click()
    frame.locator("#missed tbody tr").first.wait_for()
    return frame.locator("#missed tbody tr").first.locator("td").nth(1).inner_text()
