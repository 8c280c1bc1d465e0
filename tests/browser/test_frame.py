"""The frame inside the portal: it stays where it is, is as wide as its place, is light, and is worked by the keyboard alone."""

import re

import pytest
from playwright.sync_api import Browser, Frame, Locator, Page, expect

from tests.browser.stage import Stage
from tests.browser.test_main_job import APP, TABS, go, installed, overflow, run_checks, settle
from tests.browser.test_shop_inbox import lose_two
from tests.browser.usual_stage import stage

__all__ = ["installed", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
VISIT = """url => {
  const link = document.createElement("a");
  for (const [name, value] of Object.entries({ href: url, "hx-get": url, "hx-target": "#page", "hx-select": "#page",
    "hx-swap": "outerHTML", "hx-push-url": "true" })) link.setAttribute(name, value);
  document.querySelector("#main").append(link);
  htmx.process(link);
  link.click();
}"""


def follow(frame: Frame, url: str) -> None:
    """Press a link at the bottom of the page that leads to another page of ours."""
    with frame.page.expect_response(f"**{url}"):
        frame.evaluate(VISIT, url)
    settle(frame)
    frame.page.wait_for_timeout(300)


def scrolled(page: Page) -> int:
    return round(page.evaluate("scrollY"))


def test_the_portal_stays_where_it_is_while_pages_change(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    run_checks(frame)
    installed.set_viewport_size({"width": 1500, "height": 500})
    for start in (0, 60):
        installed.evaluate("y => scrollTo(0, y)", start)
        for tab in (*TABS, TABS[0]):
            frame.locator(f"#tab-{tab}").click()
            frame.locator(f'#tab-{tab}[aria-current="page"]').wait_for()
            settle(frame)
            assert scrolled(installed) == start, tab
        follow(frame, "/settings")
        assert scrolled(installed) == start
        go(frame, "renewal")


def test_a_page_asked_for_below_its_top_begins_at_its_top(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    run_checks(frame)
    go(frame, "renewal")
    installed.evaluate("scrollTo(0, 500)")
    follow(frame, "/shop")
    top = installed.evaluate("document.querySelector('iframe').getBoundingClientRect().top")
    assert 0 <= frame.locator(".bar-top").bounding_box()["y"] + 0 * top < 200  # type: ignore[index]


@pytest.mark.parametrize("width", [1020, 1280, 1540, 390])
def test_the_frame_has_no_scrollbar(stage: Stage, browser: Browser, installed: Page, width: int) -> None:
    run_checks(stage.frame(installed))
    page = stage.open(browser, APP, width=width if width == 390 else width + 260)
    frame = stage.frame(page)
    for tab in (*TABS, "shop/compare", "settings"):
        go(frame, tab)
        page.wait_for_timeout(200)
        assert overflow(frame) <= 0, tab
        assert frame.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0, tab


def colour(frame: Frame) -> int:
    found = frame.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
    return max(int(part) for part in re.findall(r"\d+", found)[:3])


def test_the_look_follows_the_portal_and_the_person_never_the_operating_system(
    stage: Stage, browser: Browser, installed: Page
) -> None:
    page = stage.open(browser, APP)
    page.emulate_media(color_scheme="dark")
    frame = stage.frame(page)
    assert colour(frame) > 200
    frame.evaluate(
        """() => htmx.ajax("POST", "/settings/look", { values: { look: "dark" }, swap: "none" })"""
    )
    page.wait_for_timeout(300)
    page.emulate_media(color_scheme="light")
    page.reload()
    assert colour(stage.frame(page)) < 80


def test_a_link_lands_on_the_very_thing(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    run_checks(frame)
    go(frame, "money")
    follow(frame, "/shop?open=shop-head")
    assert frame.evaluate("document.getElementById('shop-head').contains(document.activeElement)")


def press_while_redrawn(page: Page, frame: Frame, selector: str) -> None:
    """Begin a press on an element, let the page be drawn anew by itself meanwhile, and end the press."""
    frame.evaluate("() => { document.querySelector('#page').dataset.mark = 'old'; }")
    box = frame.locator(selector).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    with page.expect_response("**/renewal"):
        frame.evaluate("() => window.htmx.trigger('#redraw', 'redraw')")
    settle(frame)
    assert frame.locator("#page[data-mark]").count() == 1
    page.mouse.up()


def test_a_press_ends_on_what_it_began_on(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    run_checks(frame)
    go(frame, "renewal")
    press_while_redrawn(installed, frame, "#answer h1")
    expect(frame.locator("#page[data-mark]")).to_have_count(0)
    go(frame, "renewal")
    frame.evaluate(
        """() => document.querySelector("#main").insertAdjacentHTML("afterbegin", '<input id="typed" value="">')"""
    )
    frame.locator("#typed").fill("a word")
    press_while_redrawn(installed, frame, "#answer h1")
    settle(frame)
    assert frame.locator("#typed").input_value() == "a word"
    press_while_redrawn(installed, frame, "#tab-shop")
    expect(frame.locator("#tab-shop[aria-current]")).to_be_visible()


MARK = "(element) => { element.dataset.mark = 'old'; }"


def press_while_answered(page: Page, pressed: Locator, row: Locator, address: str) -> None:
    """Begin a press inside a row, let what the row asks for by itself come meanwhile, and end the press."""
    row.evaluate(MARK)
    box = pressed.bounding_box()
    assert box is not None
    with page.expect_response(address):
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
    page.wait_for_timeout(200)
    expect(row).to_have_attribute("data-mark", "old")
    page.mouse.up()


def test_a_press_is_not_lost_to_a_row_that_waits_for_the_result_of_a_test(
    stage: Stage, installed: Page
) -> None:
    frame = stage.frame(installed)
    run_checks(frame)
    follow(frame, "/settings/reminders")
    row = frame.locator("#channel-notification")
    row.get_by_role("button", name="Настроить").click()
    with stage.working:  # nobody sends the test meanwhile
        row.get_by_role("button", name="Проверить").click()
        row.locator(".is-busy").wait_for()
        installed.wait_for_timeout(800)
        folds = row.locator("[data-toggle]").first
        press_while_answered(installed, folds, row, "**/channels/notification?since=*")
        expect(folds).to_have_attribute("aria-expanded", "false")
    expect(frame.locator("#channel-notification[data-mark]")).to_have_count(0)
    expect(row).to_contain_text("Проверка отправлена")


@pytest.mark.parametrize("pressed", ["h3", ".asks button:last-of-type"])
def test_a_press_is_not_lost_to_a_row_that_asks_the_portal_by_itself(
    stage: Stage, browser: Browser, installed: Page, pressed: str
) -> None:
    lose_two(stage, stage.frame(installed))
    frame = stage.frame(installed)
    row = frame.locator("#check-pay_systems_still_on")
    row.locator("[data-portal-path]").click()
    row.locator(".asks").wait_for()
    stage.world.clock.advance(seconds=54)
    page = stage.open(browser, APP, width=1280)
    frame = stage.frame(page)
    go(frame, "shop")
    row = frame.locator("#check-pay_systems_still_on")
    trigger = row.locator(".asks [hx-trigger^=load]").get_attribute("hx-trigger") or ""
    page.wait_for_timeout(int(re.sub(r"\D", "", trigger)) * 1000 - 1200)
    press_while_answered(page, row.locator(pressed), row, "**/pay_systems_still_on/again")
    expect(frame.locator("#check-pay_systems_still_on[data-mark]")).to_have_count(0)
    expect(row.locator(".asks")).to_have_count(int(pressed == "h3"))
