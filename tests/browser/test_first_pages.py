"""What the first pages promise, in a real browser: an address asked and confirmed, a button that opens and asks."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Frame, Page, expect

from tests.browser.stage import Stage, set_stage
from tests.browser.test_main_job import APP, barriers, overflow, settle
from tests.browser.usual_stage import in_twenty_days
from tests.renewal.postman import open_office

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
LINK = re.compile(r"https?://\S+/confirm/\S+")
ADDRESS = "marina@mail.example"
WIDTHS = (1020, 1265, 1280, 1600, 390)  # 1265: with a scroll bar


@pytest.fixture
def office() -> Iterator[Controller]:
    office = open_office()
    yield office
    office.stop()


@pytest.fixture
def stage(tmp_path: Path, office: Controller) -> Iterator[Stage]:
    url = f"smtp://127.0.0.1:{office.port}"
    with set_stage(tmp_path, smtp_url=url, paid_till=in_twenty_days()) as stage:
        yield stage
        assert stage.complaints == []


def begin(stage: Stage, browser: Browser, width: int = 1280) -> tuple[Page, Frame]:
    """The second step of the wizard with the date filled in."""
    page = stage.open(browser, "/marketplace/", width=width)
    page.get_by_role("button", name="Установить").click()
    wizard = stage.frame(page)
    wizard.get_by_test_id("wizard-continue").click()
    wizard.locator("[name=ends_on]").fill(stage.portal.paid_till.isoformat())
    return page, wizard


def finish(stage: Stage, page: Page, wizard: Frame) -> Frame:
    wizard.locator("button[form=wizard-date]").click()
    wizard.get_by_test_id("wizard-finish").click()
    page.wait_for_url("**install_finished=Y**")
    frame = stage.frame(page)
    frame.locator("#answer").wait_for()
    expect(frame.locator("#freshness[data-poll], #freshness[data-fresh]")).to_have_count(0, timeout=60_000)
    settle(frame)
    return frame


def test_the_wizard_asks_one_address_and_its_reader_confirms_it(
    stage: Stage, browser: Browser, office: Controller
) -> None:
    page, wizard = begin(stage, browser)
    wizard.locator("[name=outside]").fill(ADDRESS)
    wizard.locator("#reach button").click()
    expect(wizard.locator("#reach")).to_contain_text("Пришло?", timeout=60_000)
    wizard.locator("#reach button").first.click()
    expect(wizard.locator("#reach")).to_contain_text("Подтвердить адрес")
    assert wizard.locator("[name=ends_on]").input_value() == stage.portal.paid_till.isoformat()
    assert barriers(page) == []
    frame = finish(stage, page, wizard)
    expect(frame.locator("#reach .v-fail")).to_contain_text(ADDRESS)
    assert barriers(page) == []

    letter = office.handler.taken[0].get_body(("plain",)).get_content()
    reader = browser.new_context().new_page()
    reader.goto(LINK.search(letter).group(0))  # type: ignore[union-attr] - a letter without a link fails here
    assert barriers(reader) == []
    reader.get_by_role("button").click()
    expect(reader.locator("h1")).to_contain_text("подтверждён")
    expect(frame.locator("#reach .v-fail")).to_have_count(0, timeout=60_000)
    assert len(office.handler.taken) == 1


def test_from_the_installation_to_the_first_answer_two_clicks_and_one_date(
    stage: Stage, browser: Browser, office: Controller
) -> None:
    page, wizard = begin(stage, browser)  # one click and the date
    wizard.get_by_test_id("wizard-save").click()
    expect(wizard.locator("h1")).to_contain_text("До конца тарифа")
    result = wizard.locator("#first-result")
    expect(wizard.locator("#first-result:not([data-poll])")).to_be_visible(timeout=60_000)
    expect(result).to_contain_text("в порядке")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(wizard) <= 0
    assert barriers(page) == []


def test_a_wrong_year_is_mended_by_one_click_and_the_way_back_loses_nothing(
    stage: Stage, browser: Browser, office: Controller
) -> None:
    page, wizard = begin(stage, browser)
    right = stage.portal.paid_till
    wizard.locator("[name=ends_on]").fill(right.replace(year=right.year - 1).isoformat())
    wizard.locator("[name=outside]").fill(ADDRESS)
    wizard.locator(".doubt").wait_for()
    assert barriers(page) == []
    wizard.locator(".card-foot button").first.click()
    wizard.get_by_test_id("wizard-continue").click()
    expect(wizard.locator("[name=outside]")).to_have_value(ADDRESS)
    wizard.get_by_test_id("wizard-save").click()
    wizard.locator(f"[data-day='{right.isoformat()}']").click()
    expect(wizard.locator("[name=ends_on]")).to_have_value(right.isoformat())
    expect(wizard.locator(".doubt")).to_have_count(0)
    expect(wizard.locator("[name=outside]")).to_have_value(ADDRESS)  # the step goes on: nothing was sent
    wizard.get_by_test_id("wizard-save").click()
    wizard.locator("#first-result").wait_for()
    assert "До конца тарифа" in wizard.locator("h1").inner_text()


def test_skipped_the_red_line_stands_and_asks_in_place(
    stage: Stage, browser: Browser, office: Controller
) -> None:
    page, wizard = begin(stage, browser)
    frame = finish(stage, page, wizard)
    line = frame.locator("#reach")
    expect(line.locator(".v-fail")).to_be_visible()
    line.locator("[data-toggle]").click()
    line.locator("[name=outside]").fill("marina")
    line.locator("[name=outside]").evaluate("field => field.type = 'text'")
    line.locator("[type=submit]").click()
    expect(line.get_by_role("alert")).to_be_visible()
    line.locator("[name=outside]").fill(ADDRESS)
    line.locator("[type=submit]").click()
    expect(line).to_contain_text("Письмо отправлено", timeout=60_000)
    assert overflow(frame) <= 0
    assert office.handler.taken[0]["To"] == ADDRESS


def test_the_main_button_opens_the_order_page_and_then_asks(
    stage: Stage, browser: Browser, office: Controller
) -> None:
    page, wizard = begin(stage, browser)
    frame = finish(stage, page, wizard)
    with page.expect_request("**/settings/license_all.php**"):
        frame.locator("#next-step [data-opens]").first.click()
    yes = frame.locator('#next-step [hx-post="/renewal/mark/mark_invoice_requested"].btn-filled')
    yes.wait_for(state="attached")

    page = stage.open(browser, APP, width=1280)
    frame = stage.frame(page)
    yes = frame.locator('#next-step [hx-post="/renewal/mark/mark_invoice_requested"].btn-filled')
    expect(frame.locator("#next-step h2")).to_have_text("Заказ оформлен?")
    frame.locator('[hx-post="/renewal/not-yet/invoice"]').click()
    yes.wait_for(state="detached")
    assert frame.locator(".toast").count() == 0
    frame.locator("#next-step [data-opens]").first.click()
    page.keyboard.press("Escape")
    yes.wait_for(state="attached")
    page = stage.open(browser, APP, width=390)
    frame = stage.frame(page)
    frame.locator('#next-step [hx-post="/renewal/mark/mark_invoice_requested"]').first.click()
    frame.locator(".toast [data-undo]").click()
    frame.locator(".toast").wait_for(state="detached")
    frame.locator("#next-step [data-opens]").first.wait_for()
    assert overflow(frame) <= 0
    assert barriers(page) == []
