"""The main job in a real browser: install, check, lose, renew, compare; the widget; the lapse; both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, Page

from tests.browser.stage import Stage, set_stage

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
APP = "/marketplace/app/1/"
SERIOUS = {"serious", "critical"}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with set_stage(tmp_path) as stage:
        yield stage
        assert stage.complaints == []


def install(stage: Stage, browser: Browser) -> Page:
    """Install as the administrator does; answers the portal's page with the application in it."""
    page = stage.open(browser, "/marketplace/")
    page.get_by_role("button", name="Установить").click()
    wizard = stage.frame(page)
    wizard.get_by_role("button", name="Продолжить").click()
    wizard.get_by_label("Последний оплаченный день").fill(paid_till(stage))
    wizard.get_by_role("button", name="Сохранить дату").click()
    wizard.get_by_role("button", name="Перейти").click()
    page.wait_for_url("**install_finished=Y**")
    return page


def paid_till(stage: Stage) -> str:
    return stage.portal.paid_till.isoformat()


def check(frame: Frame) -> None:
    """Run the checks and wait for their end."""
    frame.get_by_role("link", name="Проверки").click()
    frame.get_by_role("button", name="Проверить").first.click()
    frame.get_by_text("проверено").first.wait_for()


def find_barriers(page: Page) -> list[str]:
    """What axe calls serious, in the portal's page and in our frame."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in found if rule["impact"] in SERIOUS]


def test_the_wizard_ends_in_the_application_by_itself(stage: Stage, browser: Browser) -> None:
    page = install(stage, browser)
    frame = stage.frame(page)
    frame.get_by_text("До конца тарифа").wait_for()
    assert find_barriers(page) == []
    width = frame.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert width <= 0
