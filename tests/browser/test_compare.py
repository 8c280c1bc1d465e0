"""The comparison in a browser: broken, led back, put right; accepted by the keyboard; the report saved without another tab."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.first_screen import first_screen
from tests.browser.stage import Stage
from tests.browser.test_main_job import APP, barriers, go, installed, overflow, run_checks, scenario, settle
from tests.browser.usual_stage import stage

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
__all__ = ["installed", "stage"]


def test_what_broke_is_led_back_and_answers_itself(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    run_checks(frame)
    lost = next(row for row in stage.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    scenario(stage, "switch_off", kind="pay_system", id=lost["ID"])
    go(frame, "shop/compare")
    frame.locator('[hx-post="/shop/compare/run"]').first.click()
    expect(frame.locator("#compare-progress")).to_have_count(0, timeout=60_000)
    row = frame.locator("#group-off .diff")
    row.wait_for()  # by itself, without a click
    assert barriers(installed) == []
    seen = first_screen(frame)
    assert (seen.controls <= 25, seen.filled) == (True, 1)
    expect(frame.locator('#answer .btn-filled[hx-post="/restore/new"]')).to_have_count(1)
    # who would rather do it himself has opened its page in the portal
    frame.evaluate("htmx.trigger(document.querySelector('#group-off .diff-open'), 'opened')")
    frame.locator(".diff-panel").wait_for()
    assert barriers(installed) == []
    lost["ACTIVE"] = "Y"
    row.locator(".diff-panel .btn-outlined").click()
    row.locator(".is-back").wait_for(timeout=60_000)
    expect(frame.locator("#answer h1 .v-fail")).to_have_count(0, timeout=60_000)


def test_a_difference_is_accepted_and_taken_back_by_the_keyboard(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    run_checks(frame)
    lost = next(row for row in stage.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    scenario(stage, "switch_off", kind="pay_system", id=lost["ID"])
    run_checks(frame)
    go(frame, "shop/compare")
    accept = frame.locator("#group-off .diff-accept")
    accept.focus()
    installed.keyboard.press("Enter")
    chip = frame.locator("#group-off [name=reason]:checked")
    expect(chip).to_be_focused()
    installed.keyboard.press("Escape")
    expect(frame.locator("#group-off .diff-panel")).to_have_count(0)
    settle(frame)
    expect(frame.locator("#group-off .diff-accept")).to_be_focused()
    installed.keyboard.press("Enter")
    expect(chip).to_be_focused()
    installed.keyboard.press("Enter")
    back = frame.locator("#group-off .diff-back")
    expect(back).to_be_focused()
    frame.locator(".toast [data-undo]").click()
    frame.locator("#group-off .diff-accept").wait_for()


def test_the_report_is_saved_and_no_tab_waits_for_it(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    run_checks(frame)
    go(frame, "shop/report")
    with installed.expect_download(timeout=60_000) as saved:
        frame.locator('form[action="/shop/report.pdf"] [type=submit]').click()
    assert saved.value.suggested_filename.endswith(".pdf")
    assert saved.value.path().read_bytes().startswith(b"%PDF")
    assert len(installed.context.pages) == 1
    expect(frame.locator('form[action="/shop/report.pdf"] .is-busy')).to_have_count(0)
    settle(frame)


@pytest.mark.parametrize("width", [1020, 390])
def test_nothing_sticks_out_of_the_pages_behind_the_shop(
    stage: Stage, browser: Browser, installed: Page, width: int
) -> None:
    run_checks(stage.frame(installed))
    row = next(row for row in stage.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    scenario(stage, "switch_off", kind="pay_system", id=row["ID"])
    run_checks(stage.frame(installed))
    page = stage.open(browser, APP, width=width if width < 760 else width + 260)
    frame = stage.frame(page)
    for place in ("shop/compare", "shop/runs", "shop/register", "shop/test-writes", "shop/report"):
        go(frame, place)
        assert overflow(frame) <= 0, place
        assert barriers(page) == [], place
