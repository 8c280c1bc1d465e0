"""A page after its hour in a real browser: one press, one question to the portal, and nothing typed is lost."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, Route, expect

from tests.browser.stage import Stage
from tests.browser.test_main_job import go, installed, open_panel, open_place, settle
from tests.browser.usual_stage import usual_stage

__all__ = ["installed"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
SILENT = "Портал не ответил, кто открыл эту страницу"


@pytest.fixture
def stage(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stage]:
    with usual_stage(tmp_path, request) as stage:
        yield stage


class Asked:
    """How often the page asked for another hour, and what it sent."""

    def __init__(self, page: Page) -> None:
        self.paths: list[str] = []
        page.context.on(
            "request", lambda request: self.paths.append(request.url.partition("127.0.0.1")[2][6:])
        )

    def count(self, path: str) -> int:
        return sum(one.partition("?")[0] == path for one in self.paths)


def grow_old(stage: Stage, frame: Frame) -> None:
    """Let the hour pass once the page has come to rest."""
    settle(frame)
    stage.world.clock.advance(minutes=61)


def on_reminders(stage: Stage, installed: Page) -> Frame:
    frame = stage.frame(installed)
    open_place(frame, "channels")
    open_panel(frame, "edit-schedule")
    return frame


def on_links(stage: Stage, installed: Page) -> Frame:
    frame = stage.frame(installed)
    open_place(frame, "links")
    frame.locator("#links").wait_for()
    return frame


def test_a_press_after_the_hour_is_done_once_with_what_was_typed(stage: Stage, installed: Page) -> None:
    frame = on_reminders(stage, installed)
    asked = Asked(installed)
    frame.locator("[name=days_before]").fill("40, 20, 5")
    grow_old(stage, frame)
    frame.locator('form[hx-post="/settings/reminders/schedule"] [type=submit]').click()
    expect(frame.locator(".toast, .note.v-pass").first).to_be_visible()
    settle(frame)
    assert frame.locator("[name=days_before]").input_value() == "40, 20, 5"
    assert (asked.count("/frame/renew"), asked.count("/settings/reminders/schedule")) == (1, 2)
    go(frame, "money/plan")
    assert asked.count("/frame/renew") == 1


def test_several_presses_wait_for_one_question(stage: Stage, installed: Page) -> None:
    frame = on_links(stage, installed)
    asked = Asked(installed)
    grow_old(stage, frame)
    installed.context.route("**/frame/renew", later)
    frame.evaluate("""() => {
        for (const purpose of ["status", "calendar"]) document.querySelector(`[hx-post="/settings/reminders/links/${purpose}"]`).click();
    }""")
    expect(frame.locator("#link-status, #link-calendar").first).to_be_visible()
    settle(frame)
    assert asked.count("/frame/renew") == 1


def later(route: Route) -> None:
    """Answer so late that every press has to wait."""
    route.request.frame.page.wait_for_timeout(700)
    route.continue_()


def test_a_silent_portal_leaves_the_page_and_what_was_typed(stage: Stage, installed: Page) -> None:
    frame = on_reminders(stage, installed)
    asked = Asked(installed)
    frame.locator("[name=days_before]").fill("40, 20, 5")
    grow_old(stage, frame)
    stage.portal.lapse_to_free()
    press = frame.locator('form[hx-post="/settings/reminders/schedule"] [type=submit]')
    started = frame.evaluate("performance.now()")
    press.click()
    expect(frame.locator("#notices .note")).to_contain_text(SILENT, timeout=60_000)
    assert 9_000 < frame.evaluate("performance.now()") - started < 25_000
    assert frame.locator("[name=days_before]").input_value() == "40, 20, 5"
    assert asked.count("/frame/renew") == 0
    stage.portal.renew()
    press.click()
    expect(frame.locator(".toast, .note.v-pass").first).to_be_visible()
    expect(frame.locator("#notices .note", has_text=SILENT)).to_have_count(0)
    settle(frame)
    assert frame.locator("[name=days_before]").input_value() == "40, 20, 5"


def test_a_file_comes_after_the_hour_too(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    open_place(frame, "developer")
    form = frame.locator('form[action="/settings/calls.csv"]')
    form.wait_for()
    asked = Asked(installed)
    grow_old(stage, frame)
    with installed.context.expect_event(
        "response", lambda one: one.url.endswith("/settings/calls.csv") and one.status != 401
    ) as got:
        form.locator("button").click()
    assert got.value.status == 200
    assert got.value.headers["content-type"].startswith("text/csv")
    assert (asked.count("/frame/renew"), asked.count("/settings/calls.csv")) == (1, 2)


def test_what_asks_by_itself_and_a_hidden_tab_ask_for_nothing(stage: Stage, installed: Page) -> None:
    frame = on_links(stage, installed)
    asked = Asked(installed)
    grow_old(stage, frame)
    frame.evaluate("""() => {
        const poll = document.createElement("div");
        Object.assign(poll.dataset, { poll: "" });
        for (const [name, value] of [["hx-get", "/renewal"], ["hx-trigger", "every 100ms"], ["hx-swap", "none"]]) poll.setAttribute(name, value);
        document.querySelector("#main").append(poll);
        window.htmx.process(poll);
    }""")
    installed.wait_for_timeout(1500)
    assert asked.count("/renewal") == 1
    assert asked.count("/frame/renew") == 0
    expect(frame.locator("#notices .note")).to_have_count(0)
    hide(frame, hidden=True)
    frame.evaluate("""() => document.querySelector('[hx-post="/settings/reminders/links/status"]').click()""")
    installed.wait_for_timeout(1000)
    assert asked.count("/frame/renew") == 0
    hide(frame, hidden=False)
    expect(frame.locator("#link-status")).to_be_visible()
    assert asked.count("/frame/renew") == 1


def hide(frame: Frame, *, hidden: bool) -> None:
    """Say to the page that nobody looks, as a browser does with a tab behind another."""
    frame.evaluate(
        """hidden => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event("visibilitychange"));
    }""",
        hidden,
    )


def test_an_administrator_who_is_none_any_more_is_told_so(stage: Stage, installed: Page) -> None:
    frame = on_reminders(stage, installed)
    grow_old(stage, frame)
    stage.portal.admin.admin = False
    frame.locator('form[hx-post="/settings/reminders/schedule"] [type=submit]').click()
    expect(frame.locator("#notices .note")).to_contain_text(re.compile("только администратор"))
