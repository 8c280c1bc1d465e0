"""In a browser: a page for reading only sends nothing and comes back to life, a waiting page opens by itself, a report downloads."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox import token_endpoint
from tests.browser.stage import Stage
from tests.browser.test_main_job import APP, go, run_checks, settle
from tests.browser.usual_stage import usual_stage

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.fixture
def stage(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stage]:
    with usual_stage(tmp_path, request, installed_for="page") as stage:
        yield stage


@pytest.fixture
def page(stage: Stage, browser: Browser) -> Page:
    """The administrator's page of a portal in which the application has just been installed."""
    return stage.install(browser)


def test_a_page_for_reading_only_sends_nothing_and_comes_back_to_life(
    stage: Stage, browser: Browser, page: Page
):
    stage.portal.answer_next("html", times=999)
    frame = stage.frame(silent := stage.open(browser, APP))
    frame.locator("#page[data-read-only]").wait_for()
    posts: list[str] = []
    silent.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    frame.evaluate("htmx.trigger(document.querySelector('#answer a[hx-post]'), 'opened')")
    go(frame, "shop")
    expect(frame.locator('[hx-post="/shop/run"]')).to_have_count(0)
    assert [url for url in posts if url.startswith(stage.app_url)] == []
    with silent.expect_response("**/frame/renew"):
        frame.locator("[data-ask-portal]").click()
    expect(frame.locator("#page[data-read-only]")).to_have_count(1)
    stage.portal.faults.clear()
    frame.locator("[data-ask-portal]").click()
    expect(frame.locator("#page[data-read-only]")).to_have_count(0)
    expect(frame.locator('[hx-post="/shop/run"]').first).to_be_enabled()


def test_a_waiting_page_opens_by_itself(
    stage: Stage, browser: Browser, page: Page, monkeypatch: pytest.MonkeyPatch
):
    def nobody(*_: object) -> object:
        raise ConnectionResetError

    stage.portal.answer_next("html", times=999)
    with monkeypatch.context() as silence:
        silence.setattr(token_endpoint, "describe_token", nobody)
        waiting = stage.open(browser, APP)
        expect(stage.frame(waiting).locator("form[data-send-after]")).to_have_count(1)
    stage.portal.faults.clear()
    waiting.wait_for_timeout(4_000)
    stage.frame(waiting).locator("#answer").wait_for()
    assert stage.frame(waiting).locator("#page[data-read-only]").count() == 0


def test_a_report_is_saved_in_place_without_a_new_tab(stage: Stage, page: Page):
    frame = stage.frame(page)
    run_checks(frame)
    frame.evaluate(
        "htmx.ajax('get', '/shop/report', {target: '#page', select: '#page', swap: 'outerHTML', source: document.body})"
    )
    frame.locator('form[action="/shop/report.pdf"]').wait_for()
    settle(frame)
    with page.expect_download() as taken:
        frame.locator('form[action="/shop/report.pdf"] button').click()
    assert taken.value.suggested_filename.startswith("report-")
    assert Path(taken.value.path()).read_bytes().startswith(b"%PDF")
