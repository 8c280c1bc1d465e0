"""An integrator adds a webhook and a feed in a browser: the secret once, the list of sendings, the addresses of a group."""

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


def test_an_address_is_added_with_its_secret_and_a_feed_with_its_addresses(
    stage: Stage, installed: Page
) -> None:
    declare(stage)
    frame = stage.frame(installed)
    frame.evaluate(VISIT, "/clients/keys")
    frame.get_by_role("link", name="Вебхуки").click()
    expect(frame.get_by_role("heading", name="Вебхуки")).to_be_visible()
    frame.get_by_label("Адрес", exact=True).fill("http://hooks.example/")
    frame.get_by_role("button", name="Добавить", exact=True).click()
    expect(frame.locator("#add .wrong")).to_be_visible()
    frame.get_by_label("Адрес", exact=True).fill("https://8.8.8.8/renewal")
    frame.get_by_role("button", name="Добавить", exact=True).click()
    expect(frame.locator("#new-secret")).to_contain_text("whsec_")
    assert barriers(installed) == []
    frame.get_by_role("button", name="Изменить").click()
    expect(frame.get_by_label("Повторить всё, что было с")).to_be_visible()
    frame.get_by_role("link", name="К ключам").click()
    frame.get_by_role("link", name="Календарь и таблица группы").click()
    frame.get_by_role("button", name="Создать адрес").click()
    expect(frame.locator("#new-ics")).to_contain_text("/feeds/")
    expect(frame.locator("#new-csv")).to_contain_text(".csv")
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert barriers(installed) == []
