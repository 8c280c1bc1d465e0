"""Takes the screenshots of the vendor's card into listing/screenshots: python tools/listing_pictures.py [ru|en].

The application is open in the slider of the sandbox portal, as a link to it from a task or a notification opens it, with a filled
shop behind it; at most 1280 x 720, in the portal's own language from edge to edge: a letter of the other language stops the work.
"""

import re
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Frame, Page, expect, sync_playwright
from sqlalchemy import select

from b24app.backup.backup_plan import plan_to_change
from b24app.backup.model import BackupCopy
from b24app.database import db
from b24app.reminders.outside_addresses import confirm_address, list_addresses
from tests.browser.stage import CARD, Stage
from tools import write_copies
from tools.listing_shops import NIGHT_STORAGE, SHOPS, Shop, open_shop
from tools.listing_stale import SCREENSHOTS, digest_of_pages
from tools.picture_file import keep_picture
from tools.picture_story import SEND, VISIT, Story, keep_still
from tools.pictures import mail_server
from tools.screenshots import CHROMIUM

WIDTH, HEIGHT = 1280, 720
MAIL = "renewal@riverside.example"
BEHIND = "/crm/deal/"
OPEN = "address => window.SandboxPortal.openSlider(address)"
WAITING = ".skeleton, [data-poll], [hx-trigger*=every]"
BLANKS = """() => [...document.querySelectorAll("input, textarea, select")].filter(one =>
  !["hidden", "search", "checkbox", "radio", "file"].includes(one.type) && one.checkVisibility() && !one.value).map(one => one.name)"""
CYRILLIC = re.compile("[А-Яа-яЁё]+")


@dataclass(frozen=True, slots=True)
class Taking:
    """One shop under way, and where its pictures go."""

    shop: Shop
    story: Story
    folder: Path

    @property
    def stage(self) -> Stage:
        """The portal and the application."""
        return self.story.stage

    def open(self) -> tuple[Page, Frame]:
        """The application in the slider over the list of deals."""
        page = self.stage.open(self.story.browser, BEHIND, width=WIDTH, lang=self.shop.language)
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        page.evaluate(OPEN, f"/marketplace/view/{CARD['client_id']}/?params[screen]=overview")
        frame = self.stage.frame(page)
        keep_still(frame)
        expect(page.locator(".slider iframe")).to_have_count(1)
        if frame.parent_frame is None or frame.parent_frame.parent_frame is not page.main_frame:
            raise SystemExit("the application is not in the slider")
        return page, frame

    def take(self, name: str, path: str, shows: str, *, act: str = "") -> None:
        """Photograph a page of ours, which has `shows` on it; `act` is pressed before."""
        page, frame = self.open()
        frame.evaluate(VISIT, path)
        keep_still(frame)
        if act:
            frame.locator(act).first.click()
            expect(frame.locator(act)).to_have_count(0)
            expect(frame.locator(WAITING)).to_have_count(0, timeout=60_000)
            keep_still(frame)
        for one in (page, frame):
            one.evaluate("document.activeElement.blur()")
        page.mouse.move(1, 1)
        page.wait_for_timeout(500)
        expect(frame.locator(shows).first).to_be_in_viewport()
        self.look_for_strangers(page)
        if blanks := frame.evaluate(BLANKS):
            raise SystemExit(f"{name} shows empty fields: {blanks}")
        keep_picture(page.screenshot(), self.folder / f"{name}.png", digest_of_pages())
        page.context.close()
        print(self.shop.language, name, flush=True)

    def look_for_strangers(self, page: Page) -> None:
        """Stop where an English picture would show a letter of another language."""
        if self.shop.language != "en":
            return
        found = {word for frame in page.frames[1:] for word in CYRILLIC.findall(frame.inner_text("body"))}
        found |= set(CYRILLIC.findall(" ".join(page.locator("#menu, .brand").all_inner_texts())))
        if found:
            raise SystemExit(f"a picture in English shows {sorted(found)}")


def tell(taking: Taking) -> None:
    """What happens in the shop, with the pictures on the way."""
    shop, now = taking.shop, taking.stage.world.clock.now()
    press(taking, "/shop/run")
    confirm_mail(taking)
    day = f"{now + timedelta(days=310):%Y-%m-%d}"
    press(taking, "/money/terms", kind="marketplace", ends_on=day, sure_ends_on="1")
    press(taking, "/money/price", **shop.money)
    write_copies.finish(taking.story)
    name_copies(taking)
    taking.take("01-renewal", "/renewal", "#stages")
    taking.take("04-terms-and-money", "/money", "#terms")
    taking.take("05-copy", "/copy", "#tab-copy[aria-current=page]")
    taking.story.lose()
    press(taking, "/shop/run")
    taking.take("02-shop", "/shop", "#shop-head")
    press(taking, "/shop/compare/run")
    taking.take("03-comparison", "/shop/compare", "[id^=line-]")
    taking.take("06-putting-back", "/shop/compare", "#restore-form", act='#page [hx-post="/restore/new"]')


def press(taking: Taking, path: str, **values: str) -> None:
    """Press what sends a form of ours, and wait until the work that it asked for is done."""
    page, frame = taking.story.open(lang=taking.shop.language)
    with page.expect_response(f"**{path}"):
        frame.evaluate(SEND, [path, values])
    keep_still(frame)
    page.context.close()
    taking.stage.wait_for_work()


def confirm_mail(taking: Taking) -> None:
    """An address outside the portal, named by the administrator and confirmed by its reader."""
    press(taking, "/settings/reminders/outside", outside=MAIL)
    with write_copies.inside(taking.story) as now:
        for address in list_addresses():
            confirm_address(address.id, now)


def name_copies(taking: Taking) -> None:
    """Give the copies the storage and the person of this shop."""
    with write_copies.inside(taking.story):
        row = plan_to_change()
        row.target_title, row.key_by_name = NIGHT_STORAGE[taking.shop.language], taking.shop.responsible
        for copy in db.session.scalars(select(BackupCopy).where(BackupCopy.asked_by_name != "")):
            copy.asked_by_name = taking.shop.responsible


def main() -> int:
    """Open the shops one after another and take their pictures; what cannot be taken stops it."""
    wanted = sys.argv[1:] or [shop.language for shop in SHOPS]
    with sync_playwright() as play, mail_server() as smtp_url:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for shop in (one for one in SHOPS if one.language in wanted):
            photograph(shop, browser, smtp_url)
        browser.close()
    return 0


def photograph(shop: Shop, browser: Browser, smtp_url: str) -> None:
    """The pictures of one language, in a portal of their own."""
    folder = SCREENSHOTS / shop.language
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, open_shop(shop, Path(place), smtp_url) as stage:
        install(stage, browser, shop)
        tell(Taking(shop, Story(stage, browser, folder, []), folder))


def install(stage: Stage, browser: Browser, shop: Shop) -> None:
    """Go through the wizard as an administrator does."""
    page = stage.open(browser, "/marketplace/", width=1540, lang=shop.language)
    page.locator("form[action$='/install'] button").first.click()
    wizard = stage.frame(page)
    wizard.get_by_test_id("wizard-continue").click()
    wizard.locator("[name=ends_on]").fill(stage.portal.paid_till.isoformat())
    wizard.locator("button[form=wizard-date]").click()
    wizard.get_by_test_id("wizard-finish").click()
    page.wait_for_url("**install_finished=Y**")
    stage.frame(page).locator("#answer").wait_for()
    page.context.close()


if __name__ == "__main__":
    sys.exit(main())
