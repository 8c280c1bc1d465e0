"""«Terms and money» in a browser: a date is changed in its row, corrected, taken back; the price of the invoice becomes the budget."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.first_screen import first_screen
from tests.browser.stage import Stage
from tests.browser.test_main_job import APP, go, installed, run_checks, settle
from tests.browser.usual_stage import stage

__all__ = ["installed", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_a_row_is_its_own_form(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    go(frame, "money")
    row = frame.locator(".terms-table tr", has_text="Тариф")
    before = row.inner_text()
    row.get_by_role("button", name="Изменить").click()
    day = frame.locator(".term-form [name=ends_on]")
    day.wait_for()
    assert frame.evaluate("document.activeElement.name") == "ends_on"

    end = stage.portal.paid_till
    day.fill(end.replace(year=end.year - 1).isoformat())
    repair = frame.locator(".term-form [name=repair]")
    repair.wait_for()
    assert str(end.year) in repair.inner_text()
    day.press("Escape")
    frame.locator(".term-form").wait_for(state="detached")
    assert frame.evaluate("document.activeElement.textContent.trim()") == "Изменить"

    row.get_by_role("button", name="Изменить").click()
    day.fill((end + timedelta(days=3)).isoformat())
    day.press("Enter")
    frame.locator(".term-form").wait_for(state="detached")
    assert row.inner_text() != before
    frame.locator(".toast").get_by_role("button", name="Отменить").click()
    frame.wait_for_function(
        "text => [...document.querySelectorAll('.terms-table tr')].some((one) => one.innerText === text)",
        arg=before,
    )
    assert stage.complaints == []


def test_the_price_of_the_invoice_becomes_the_budget(stage: Stage, installed: Page, browser: Browser) -> None:
    frame = stage.frame(installed)
    run_checks(frame)
    go(frame, "money")
    assert frame.locator("#budget").count() == 0
    frame.locator("#price [name=amount]").fill("83 880")
    frame.locator("#price [name=amount]").press("Enter")
    frame.locator("#budget").wait_for()
    assert "83 880" in frame.locator("#answer").inner_text().replace("\u00a0", " ")

    phone = stage.open(browser, APP, width=390)
    narrow = stage.frame(phone)
    settle(narrow)
    go(narrow, "money")
    for one in (frame, narrow):
        seen = first_screen(one)
        assert seen.words <= 120
        assert seen.controls <= 25
        assert (
            one.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        )
    frame.locator("#plans > summary").click()
    frame.locator("#plans-body .plan").first.wait_for()
    frame.locator("#sources summary").first.click()
    frame.locator("#limits").wait_for()
    assert stage.complaints == []
