"""«Shop» in a real browser: a blocker to the portal's page and back, questions by one click, folds, keys, nothing covered."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.browser.first_screen import first_screen
from tests.browser.stage import Stage
from tests.browser.test_main_job import (
    APP,
    BUSY,
    barriers,
    go,
    installed,
    overflow,
    run_checks,
    scenario,
    settle,
)
from tests.browser.usual_stage import stage

__all__ = ["installed", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
WORDS, CONTROLS = 160, 25

COVERED = """() => {
  const shown = (box) => box.width > 1 && box.height > 1;
  const lines = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return [...range.getClientRects()].filter(shown);
  };
  const visible = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
  const texts = visible('.check-text, .fold-title, .fold-names, .area-head h3');
  const tools = visible('#main .btn, #main .search, #main .check-side');
  const found = [];
  for (const tool of tools) {
    const a = tool.getBoundingClientRect();
    for (const text of texts) if (!tool.contains(text)) for (const b of lines(text)) {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 1) found.push(tool.textContent.trim() + ' over ' + text.textContent.trim().slice(0, 60));
    }
  }
  return found;
}"""


def lose_two(stage: Stage, frame: Frame) -> str:
    """Switch a pay system off and drop a stage, and let the checks see it; answers the id of the pay system."""
    lost = next(row for row in stage.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    scenario(stage, "switch_off", kind="pay_system", id=lost["ID"])
    stages = [
        row for row in stage.portal.tables["status"].all() if row["ENTITY_ID"].startswith("DEAL_STAGE_")
    ]
    scenario(stage, "remove", kind="stage", id=stages[1]["ID"])
    run_checks(frame)
    return str(lost["ID"])


def test_a_blocker_leads_to_its_page_and_the_portal_decides(
    stage: Stage, browser: Browser, installed: Page
) -> None:
    frame = stage.frame(installed)
    key = lose_two(stage, frame)
    row = frame.locator("#check-pay_systems_still_on")
    with installed.expect_request(f"**/shop/settings/sale_pay_system_edit/?*ID={key}*"):
        row.locator("[data-portal-path]").click()
    row.locator(".asks").wait_for()
    scenario(stage, "switch_on", kind="pay_system", id=key)
    page = stage.open(browser, APP, width=1280)
    frame = stage.frame(page)
    go(frame, "shop")
    row = frame.locator("#check-pay_systems_still_on")
    row.get_by_role("button", name="Да, проверить").click()
    expect(row).to_contain_text("проверено в", timeout=60_000)
    expect(frame.locator("#shop-head h1")).to_contain_text("Мешают 1")
    expect(frame.locator("#tab-count-shop")).to_contain_text("1")


def test_five_questions_take_five_clicks_and_the_focus_goes_along(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    run_checks(frame)
    for number in range(1, 6):
        expect(frame.locator(".deck-count")).to_contain_text(f"Вопрос {number} из 5")
        frame.locator("[data-answer]").click()
        settle(frame)
        if number < 5:
            expect(frame.locator("#deck h2")).to_be_focused()
    expect(frame.locator("#fold-optional > summary")).to_contain_text("Спросили всё")
    frame.locator(".toast button").last.click()
    expect(frame.locator(".deck-count")).to_contain_text("Вопрос 5 из 5")


@pytest.mark.parametrize("width", [1020, 1280, 1600, 390])
def test_nothing_is_printed_over_text(stage: Stage, browser: Browser, installed: Page, width: int) -> None:
    lose_two(stage, stage.frame(installed))
    page = stage.open(browser, APP, width=width if width < 700 else width + 260)
    frame = stage.frame(page)
    go(frame, "shop")
    assert frame.evaluate(COVERED) == []
    for place in ("noted", "unchecked", "fine"):
        frame.locator(f"#fold-{place} > summary").click()
        frame.locator(f"#fold-{place} .check:not(.skeleton)").first.wait_for()
        settle(frame)
        assert frame.evaluate(COVERED) == [], place
    frame.locator("#folds .search input").fill("ав")
    assert frame.evaluate(COVERED) == []
    assert overflow(frame) <= 0


def test_search_opens_the_fold_and_finds_by_name(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    run_checks(frame)
    frame.locator("#folds .search input").fill("стадии")
    expect(frame.locator("#check-stages_present")).to_be_visible()
    shown = frame.locator("#fold-fine .check:visible")
    assert all("стадии" in text.lower() for text in shown.all_inner_texts())


def test_the_keys_walk_unfold_set_aside_and_answer(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    lose_two(stage, frame)
    frame.locator("#shop-head h1").click()
    page = installed
    page.keyboard.press("j")
    expect(frame.locator("#check-stages_present")).to_be_focused()
    page.keyboard.press("j")
    expect(frame.locator("#check-pay_systems_still_on")).to_be_focused()
    page.keyboard.press("m")
    expect(frame.locator("#aside-pay_systems_still_on")).to_be_visible()
    page.keyboard.press("j")  # a field has the focus: a letter is a letter
    page.keyboard.press("Escape")
    expect(frame.locator("#aside-pay_systems_still_on")).to_be_hidden()
    page.keyboard.press("a")
    expect(frame.locator("[data-answer]")).to_be_focused()
    page.keyboard.press("?")
    expect(frame.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(frame.locator("#keys")).to_be_hidden()


@pytest.mark.parametrize("code", ["ask_domain", "stages_present", "deals_can_be_made"])
def test_a_link_lands_on_the_very_thing(stage: Stage, installed: Page, code: str) -> None:
    frame = stage.frame(installed)
    run_checks(frame)
    go(frame, f"shop?open={code}")
    thing = frame.locator(f"#check-{code}")
    expect(thing).to_be_in_viewport()
    assert thing.evaluate("one => one.contains(document.activeElement)")


def test_the_first_screen_says_little_and_is_open_to_everybody(stage: Stage, installed: Page) -> None:
    frame = stage.frame(installed)
    lose_two(stage, frame)
    seen = first_screen(frame)
    assert (seen.words <= WORDS, seen.controls <= CONTROLS, seen.filled) == (True, True, 1), seen
    assert barriers(installed) == []


def test_an_opening_after_three_days_brings_a_fresh_look_by_itself(
    stage: Stage, browser: Browser, installed: Page
) -> None:
    run_checks(stage.frame(installed))
    stage.world.clock.advance(seconds=timedelta(days=3).total_seconds())
    frame = stage.frame(stage.open(browser, APP))
    go(frame, "shop")
    expect(frame.locator(BUSY)).to_have_count(0, timeout=60_000)
    expect(frame.locator("#freshness:not(.is-old)")).to_contain_text("Данные", timeout=60_000)
