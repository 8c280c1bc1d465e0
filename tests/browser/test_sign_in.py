"""An integrator enters from outside in a browser of his own: by his portal, and out again."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from b24app.database import db, portal_scope
from b24app.integrators.members import IntegratorProfile, declare_integrator
from b24app.portals.model import find_portal
from b24app.terms.term import Author
from tests.browser.stage import Stage, set_stage
from tests.browser.test_main_job import barriers

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
PROFILE = IntegratorProfile("ООО «Верный шаг»", "7799104520", "Нина", "help@verny-shag.example", "")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A portal of an integrator."""
    with set_stage(tmp_path, paid_till=date.today() + timedelta(days=200), begins_installed=True) as stage:  # noqa: DTZ011 - as people count
        yield stage
        assert stage.complaints == []


@pytest.fixture
def installed(stage: Stage, browser: Browser) -> Page:
    """The application after its wizard."""
    return stage.install(browser)


def declare(stage: Stage) -> None:
    with stage.app.app_context():
        portal = find_portal(stage.portal.member_id)
        assert portal is not None
        with portal_scope(portal.id):
            declare_integrator(PROFILE, by=Author(stage.portal.admin.id, "Нина"), at=stage.world.clock.now())
            db.session.commit()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.usefixtures("installed")
def test_a_person_enters_by_his_portal_and_leaves(stage: Stage, browser: Browser, width: int) -> None:
    declare(stage)
    page = browser.new_context(viewport={"width": width, "height": 900}, locale="ru").new_page()
    page.goto(f"{stage.app_url}/sign-in")
    assert barriers(page) == []
    page.get_by_label("Адрес вашего портала").fill(stage.portal.url)
    page.get_by_role("button", name="Войти через Битрикс24").click()
    page.wait_for_url(f"{stage.app_url}/clients**")
    page.goto(f"{stage.app_url}/clients/access")
    expect(page.get_by_role("heading", name="Вход снаружи")).to_be_visible()
    expect(page.locator("#sessions")).to_contain_text("этот браузер")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Выйти").click()
    page.wait_for_url(f"{stage.app_url}/sign-in")
    answer = page.goto(f"{stage.app_url}/clients/access")
    assert answer is not None
    assert answer.status == 401
