"""Takes the pictures of the README from a portal and an application of its own: python tools/screenshots.py."""

import os
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Frame, Page, sync_playwright

from tests.browser.stage import Stage, set_stage
from tests.browser.test_main_job import APP, go, run_checks, scenario, settle

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
CHROMIUM = os.environ.get("B24_TEST_CHROMIUM", "/usr/bin/chromium")


def shoot(page: Page, name: str, height: int = 860) -> None:
    """Keep the visible part of the portal's page with our frame in it."""
    page.set_viewport_size({"width": 1540, "height": height})
    settle(page.frames[-1])
    page.wait_for_timeout(400)
    page.screenshot(path=PICTURES / f"{name}.png")
    print(PICTURES.name, name)


def shoot_part(frame: Frame, selector: str, name: str) -> None:
    """Keep one card."""
    frame.locator(selector).screenshot(path=PICTURES / f"{name}.png")
    print(PICTURES.name, name)


def shoot_tabs(stage: Stage, pages: dict[str, Page], *tabs: str) -> None:
    """Keep a tab in every language; the pages are those of one administrator."""
    for ending, page in pages.items():
        for tab in tabs:
            go(stage.frame(page), tab)
            shoot(page, tab + ending)


def tell_the_story(stage: Stage, browser: Browser) -> None:
    """Install, check, lose something, compare; photograph on the way in both languages."""
    russian = stage.install(browser, width=1540)
    run_checks(stage.frame(russian))
    english = stage.open(browser, APP, width=1540, lang="en")
    stage.frame(english).locator("main").wait_for()
    pages = {"": russian, "-en": english}
    shoot_tabs(stage, pages, "renewal")
    for ending, page in pages.items():
        shoot_part(stage.frame(page), "#days", f"days{ending}")
    shoot_tabs(stage, pages, "money")
    for ending, page in pages.items():
        shoot_part(stage.frame(page), "#terms", f"terms{ending}")
    lost = next(row for row in stage.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    scenario(stage, "switch_off", kind="pay_system", id=lost["ID"])
    run_checks(stage.frame(russian))
    shoot_tabs(stage, pages, "shop")
    for ending, page in pages.items():
        go(stage.frame(page), "shop/compare")
        shoot(page, f"compare{ending}")
    for ending, language in (("", "ru"), ("-en", "en")):
        shoot_card(stage, browser, f"widget{ending}", language)


def shoot_card(stage: Stage, browser: Browser, name: str, language: str) -> None:
    """Keep what an employee sees."""
    card = stage.open(browser, APP, width=900, user=stage.portal.employee.id, lang=language)
    stage.frame(card).locator("#answer").wait_for()
    card.wait_for_timeout(400)
    card.screenshot(path=PICTURES / f"{name}.png")
    print(PICTURES.name, name)


def main(story: Callable[[Stage, Browser], None] = tell_the_story) -> None:
    """Start everything, tell the story, leave the pictures in docs/pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        paid_till = date.today() + timedelta(days=20)  # noqa: DTZ011 - as people count
        with set_stage(Path(folder), paid_till=paid_till) as stage:
            story(stage, browser)
        browser.close()


if __name__ == "__main__":
    main()
