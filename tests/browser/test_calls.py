"""The log of calls in a browser: words are searched while they are typed, a batch is unfolded command by command, files are saved."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import Stage
from tests.browser.test_main_job import barriers, go, installed, overflow, settle, stage

__all__ = ["installed", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_a_command_is_found_and_unfolded_and_the_table_is_saved(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    go(frame, "settings/developer")
    frame.locator("#call-search [name=q]").fill("sale.paysystem.list")
    expect(frame.locator("#calls-end")).to_contain_text("Просмотрено")
    assert overflow(frame) <= 0
    frame.locator("#call-rows .btn-link").first.click()
    found = frame.locator(".call-command", has_text="найдено здесь").first
    found.locator("summary").click()
    expect(found.locator(".raw")).to_have_count(2)
    frame.locator("[data-search]").fill("no such command")
    expect(frame.locator(".call-command:visible")).to_have_count(0)
    settle(frame)
    assert (barriers(frame), overflow(frame)) == ([], 0)
    with installed.expect_download() as saved:
        frame.locator('form[action="/settings/calls.csv"] button').click()
    assert saved.value.suggested_filename.endswith(".csv")
    assert saved.value.path().read_bytes().startswith(b"\xef\xbb\xbfcall;command;")


def test_more_calls_come_under_those_that_are_shown(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    go(frame, "settings/developer")
    rows = frame.locator("#call-rows tbody tr:not(#calls-end)")
    before = rows.count()
    frame.locator("#calls-end button").click()
    settle(frame)
    assert rows.count() > before
    expect(frame.locator("#calls-end")).to_have_count(1)
