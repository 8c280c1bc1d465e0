"""Monday in a browser: the board, one client chosen, its date asked for, confirmed in the client's own frame, and seen on the board."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from b24app.database import db, portal_scope
from b24app.integrators.summaries import remake
from b24app.portals.model import find_portal
from b24app.services import services
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import INTEGRATOR, Author
from tests.browser.stage import Stage
from tests.browser.test_client_frame import look_after
from tests.browser.test_main_job import barriers, installed, overflow, settle, stage

__all__ = ["installed", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
END = date.today() + timedelta(days=100)  # noqa: DTZ011 - as people count
ASKS = "просит подтвердить дату окончания"


def tell_date(stage: Stage) -> None:
    """The integrator has told a date of the client that nobody there has confirmed."""
    with stage.app.app_context():
        client = find_portal(stage.portal.member_id)
        assert client is not None
        with portal_scope(client.id):
            by, now = Author(None, "Н. Рябова (ООО «Верный шаг»)"), services().clock.now()
            set_paid_term("plan", END, by=by, at=now, source=INTEGRATOR)
            db.session.commit()
    make_summary(stage)


def make_summary(stage: Stage) -> None:
    """What the job of each minute does."""
    with stage.app.app_context():
        client = find_portal(stage.portal.member_id)
        assert client is not None
        remake(client.id)
        db.session.commit()


def open_clients(stage: Stage, browser: Browser, token: str, path: str = "", width: int = 1020) -> Page:
    """A place of «Clients» in the integrator's own frame; the first address carries the token as a link would."""
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()

    def carry(route: Route) -> None:
        first = route.request.resource_type == "document"
        route.continue_(headers={**route.request.headers, **({"X-Frame-Token": token} if first else {})})

    page.route("**/clients**", carry)
    page.set_default_timeout(30_000)
    page.goto(f"{stage.app_url}/clients{path}")
    page.locator("#main").wait_for()
    return page


def test_a_date_is_asked_for_and_confirmed(stage: Stage, installed: Page, browser: Browser) -> None:
    _code, token = look_after(stage)
    tell_date(stage)
    board = open_clients(stage, browser, token, "?view=all")
    row = board.locator(".clients-table tbody tr").first
    expect(row.locator(".c-said")).to_contain_text("назвал интегратор")
    row.locator("[name=code]").check()
    assert (barriers(board), overflow(board.main_frame)) == ([], 0)
    board.get_by_role("button", name="Попросить дату").click()
    expect(board.locator("h1")).to_contain_text("Спросим дату у 1 клиента")
    assert barriers(board) == []
    board.get_by_role("button", name="Начать").click()
    expect(board.locator("#work h1")).to_contain_text("Спросили дату у 1 клиента", timeout=60_000)

    client = stage.frame(installed)
    client.locator("#tab-renewal").click()
    asked = client.locator("[id^=date-request-]")
    expect(asked).to_contain_text(ASKS)
    settle(client)
    assert barriers(installed) == []
    asked.get_by_role("button", name="Дата верна").click()
    expect(client.locator("[id^=date-request-]")).to_have_count(0)

    make_summary(stage)
    board.get_by_role("link", name="К списку").click()
    board.get_by_role("link", name="Все", exact=False).first.click()
    said = board.locator(".clients-table tbody tr").first.locator(".c-said")
    expect(said).not_to_contain_text("назвал интегратор")
    expect(said.locator(".v-pass")).to_have_count(1)
    assert stage.complaints == []
