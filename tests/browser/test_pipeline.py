"""An integrator makes the pipeline of renewals in his CRM, in a browser: what will be made, the press, what is there."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.stage import Stage, set_stage
from tests.browser.test_main_job import barriers
from tests.browser.test_sign_in import declare

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
VISIT = "(path) => htmx.ajax('GET', path, {target: '#page', select: '#page', swap: 'outerHTML'})"


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


def test_one_press_makes_the_pipeline(stage: Stage, installed: Page) -> None:
    declare(stage)
    frame = stage.frame(installed)
    frame.evaluate(VISIT, "/clients/pipeline")
    expect(frame.get_by_role("heading", name="Воронка «Продления» в вашем CRM")).to_be_visible()
    expect(frame.locator("#pipeline")).to_contain_text("Пока ничего не создано")
    assert barriers(installed) == []
    frame.get_by_role("button", name="Создать воронку").click()
    expect(frame.locator("#pipeline")).to_contain_text("Воронка работает", timeout=60_000)
    expect(frame.get_by_role("link", name="Открыть воронку")).to_be_visible()
    switch = frame.get_by_role("switch", name="В «Оплата» вручную")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert barriers(installed) == []
    names = [row["name"] for row in stage.portal.tables["category"].all()]
    assert names.count("Продления") == 1
