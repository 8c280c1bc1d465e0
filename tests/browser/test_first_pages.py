"""What the first pages promise, in a real browser: an address asked and confirmed, a button that opens and asks, text that nothing covers."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Frame, Page, expect

from tests.browser.stage import Stage, set_stage
from tests.browser.test_main_job import APP, barriers, go, overflow, run_checks, settle
from tests.renewal.postman import open_office

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
LINK = re.compile(r"https?://\S+/confirm/\S+")
ADDRESS = "marina@mail.example"
WIDTHS = (1020, 1265, 1280, 1600, 390)  # 1265: with a scroll bar

COVERED = """() => {
  const shown = (box) => box.width > 1 && box.height > 1;
  const lines = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return [...range.getClientRects()].filter(shown);
  };
  const texts = [...document.querySelectorAll('.check-text, .check-side, .passed > summary')]
    .filter((one) => one.checkVisibility());
  const tools = [...document.querySelectorAll('.section-tools .btn')].filter((one) => one.checkVisibility());
  const found = [];
  for (const tool of tools) {
    const a = tool.getBoundingClientRect();
    for (const text of texts) for (const b of lines(text)) {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 1) found.push(tool.textContent.trim() + ' over ' + text.textContent.trim().slice(0, 60));
    }
  }
  return found;
}"""


@pytest.fixture
def office() -> Iterator[Controller]:
    office = open_office()
    yield office
    office.stop()


@pytest.fixture
def stage(tmp_path: Path, office: Controller) -> Iterator[Stage]:
    paid_till = date.today() + timedelta(days=20)  # noqa: DTZ011 - as people count
    url = f"smtp://127.0.0.1:{office.port}"
    with set_stage(tmp_path, smtp_url=url, paid_till=paid_till) as stage:
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
    settle(frame)
    return frame


def test_the_wizard_asks_one_address_and_its_reader_confirms_it(
    stage: Stage, browser: Browser, office: Controller
) -> None:
    page, wizard = begin(stage, browser)
    wizard.locator("[name=outside]").fill(ADDRESS)
    wizard.locator("#reach button").click()
    expect(wizard.locator("#reach")).to_contain_text("Письмо отправлено", timeout=20_000)
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
    expect(frame.locator("#reach .v-fail")).to_have_count(0, timeout=20_000)
    assert len(office.handler.taken) == 1


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
    expect(line).to_contain_text("Письмо отправлено", timeout=20_000)
    assert overflow(frame) <= 0
    assert office.handler.taken[0]["To"] == ADDRESS


def test_the_main_button_opens_the_order_page_and_then_asks(
    stage: Stage, browser: Browser, office: Controller
) -> None:
    page, wizard = begin(stage, browser)
    frame = finish(stage, page, wizard)
    with page.expect_request("**/settings/license_all.php**"):
        frame.locator("#next-step [data-opens]").first.click()
    yes = frame.locator('#next-step [hx-post="/overview/mark/mark_invoice_requested"].btn-filled')
    yes.wait_for(state="attached")

    page = stage.open(browser, APP, width=1280)
    frame = stage.frame(page)
    yes = frame.locator('#next-step [hx-post="/overview/mark/mark_invoice_requested"].btn-filled')
    expect(frame.locator("#next-step h2")).to_have_text("Запросили счёт?")
    frame.locator('[hx-post="/overview/not-yet/invoice"]').click()
    yes.wait_for(state="detached")
    assert frame.locator("#last-mark").count() == 0
    frame.locator("#next-step [data-opens]").first.click()
    page.keyboard.press("Escape")
    yes.wait_for(state="attached")
    page = stage.open(browser, APP, width=390)
    frame = stage.frame(page)
    frame.locator('#next-step [hx-post="/overview/mark/mark_invoice_requested"]').first.click()
    frame.locator("#last-mark button").click()
    frame.locator("#last-mark").wait_for(state="detached")
    assert overflow(frame) <= 0
    assert barriers(page) == []


def test_the_actions_of_a_section_cover_no_text_under_any_filter(
    stage: Stage, browser: Browser, office: Controller
) -> None:
    page, wizard = begin(stage, browser, width=1280)
    frame = finish(stage, page, wizard)
    run_checks(frame)
    go(frame, "checklist")
    codes = frame.evaluate(
        "[...document.querySelectorAll('[data-filter]')].map((chip) => chip.dataset.filter)"
    )
    assert len(codes) > 2
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for code in codes:
            frame.locator(f'[data-filter="{code}"]').click()
            assert frame.evaluate(COVERED) == [], (width, code)
        frame.locator("[data-search]").fill("а")
        assert frame.evaluate(COVERED) == [], width
        frame.locator("[data-search]").fill("")
