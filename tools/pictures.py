"""Takes a picture of every page and state, to be laid beside the reference: python tools/pictures.py [FOLDER] [--only money].

A story is a portal of its own and what happens in it; at its stops the pages are photographed in Russian at 1020 and 390, and
where it says so in English and dark too. A page that cannot be reached is named and left out, and the other pictures are taken.
"""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Error, sync_playwright

from tests.browser.stage import free_port, set_stage
from tests.browser.test_main_job import scenario
from tools import write_copies
from tools.mailbox import Mailbox
from tools.picture_story import CARD, FOLDER, MENU, PHONE, VISIT, WIDE, Act, Story
from tools.screenshots import CHROMIUM


def press(selector: str) -> Act:
    """Press the first such thing on the page."""
    return lambda frame: frame.locator(selector).first.click()


def before(story: Story) -> None:
    """Three weeks ahead: two pay systems are off, nothing has been asked for yet; every page of the application."""
    story.look()
    story.lose()
    story.look()
    story.take("renewal-before", "/renewal", looks=True)
    story.take("renewal-before-stage", "/renewal", act=press("#stages [aria-expanded=false]"))
    story.take("shop-inbox", "/shop", looks=True)
    story.take("shop-compare", "/shop/compare")
    story.take("shop-history", "/shop/runs", widths=(WIDE,))
    story.take("shop-applications", "/shop/register", widths=(WIDE,))
    story.take("shop-test-writes", "/shop/test-writes", widths=(WIDE,))
    story.take("shop-report", "/shop/report", widths=(WIDE,))
    story.take("terms-money", "/money", looks=True)
    story.take("settings", "/settings", looks=True)
    story.take("settings-reminders", "/settings/reminders", widths=(WIDE,))
    story.take("settings-errors", "/settings/errors", widths=(WIDE,))
    employee = story.stage.portal.employee.id
    story.take("widget-employee-480", widths=(CARD, PHONE), user=employee)
    story.take("widget-employee-report", widths=(PHONE,), user=employee, act=press("#report-opener"))
    story.send("/renewal/opened/order")
    story.take("renewal-before-asked", "/renewal")


def running(story: Story) -> None:
    """A look at the shop under way."""
    story.look()
    story.take("checklist-running", "/shop", widths=(WIDE,), act=press('[hx-post="/shop/run"]'))


def all_good(story: Story) -> None:
    """Nothing is in the way."""
    story.look()
    story.take("shop-all-good", "/shop")
    story.take("renewal-calm", "/renewal")


def paid(story: Story) -> None:
    """Paid, waiting for the activation; then renewed, compared and verified."""
    story.look()
    story.pay()
    story.take("renewal-paid", "/renewal")
    story.lose()
    story.renew()
    story.look()
    story.take("renewal-after", "/renewal")
    story.take("shop-compare-after", "/shop/compare")


def verified(story: Story) -> None:
    """Renewed, nothing was lost, and the renewal is closed."""
    story.look()
    story.pay()
    story.renew()
    story.later(7)
    story.look()
    story.send("/money/terms", kind="marketplace", ends_on="2028-12-31", sure_ends_on="1")
    story.send("/renewal/mark/mark_verified")
    story.take("renewal-verified", "/renewal")


def late(story: Story) -> None:
    """Two days are left, and a transfer comes too late."""
    story.look()
    story.later(21)
    story.take("renewal-card-late", "/renewal")


def grace(story: Story) -> None:
    """Three days after the end the portal still works."""
    story.look()
    story.later(26)
    story.take("renewal-grace", "/renewal")


def lapsed(story: Story) -> None:
    """The portal refuses applications; a page that was open goes on showing what is known."""
    story.look()
    page, frame = story.open()
    scenario(story.stage, "lapse_to_free")
    frame.evaluate("""() => htmx.ajax("POST", "/freshness", { swap: "none" })""")
    page.wait_for_timeout(3_000)
    for name, path in (
        ("renewal-lapsed", "/renewal"),
        ("shop-lapsed", "/shop"),
        ("terms-money-lapsed", "/money"),
    ):
        frame.evaluate(VISIT, path)
        story.keep(frame, name)


def silent(story: Story) -> None:
    """The portal does not answer: what is known, for reading only."""
    story.look()
    story.stage.portal.answer_next("html", times=999)
    story.take("renewal-silent", "/renewal", widths=(WIDE,))


def stale(story: Story) -> None:
    """The data is two days old and the portal did not answer the fresh look."""
    story.look()
    story.later(2)
    story.take("renewal-looking", "/renewal", widths=(WIDE,))


def wizard(story: Story) -> None:
    """The three steps of the installation."""
    page = story.stage.open(story.browser, "/marketplace/", width=WIDE + MENU)
    page.get_by_role("button", name="Установить").click()
    frame = story.stage.frame(page)
    story.keep(frame, "wizard-1")
    frame.get_by_test_id("wizard-continue").click()
    frame.locator("[name=ends_on]").fill(story.stage.portal.paid_till.isoformat())
    story.keep(frame, "wizard-2-new")
    frame.locator("[name=outside]").fill("m.kovaleva@kedr.example")
    frame.locator("#reach button").first.click()
    story.keep(frame, "wizard-2-new-sent")
    frame.get_by_test_id("wizard-save").click()
    frame.locator("#first-result:not([data-poll])").wait_for()
    story.keep(frame, "wizard-3")


def copy_empty(story: Story) -> None:
    """No copy yet: nothing chosen, then storage and key are there; the guided exports."""
    story.take("copy-empty", "/copy", looks=True)
    write_copies.get_ready(story)
    story.take("copy-ready", "/copy", widths=(WIDE,))
    story.take("copy-export", "/copy/export/preset")


def copy_running(story: Story) -> None:
    """A copy under way, paused, and resting because the storage is silent."""
    write_copies.begin(story)
    story.take("copy-running", "/copy", looks=True)
    write_copies.rest(story)
    story.take("copy-resting", "/copy")
    story.send("/copy/pause")
    story.take("copy-paused", "/copy", widths=(WIDE,))


def copy_ok(story: Story) -> None:
    """A verified copy with its neighbours, and what hangs on it."""
    write_copies.finish(story)
    story.take("copy-ok", "/copy", looks=True)
    story.take("copy-all", "/copy/all")
    story.take("copy-setup", "/copy/setup", widths=(WIDE,))
    story.take("renewal-with-copy", "/renewal", widths=(WIDE,))


def copy_missing(story: Story) -> None:
    """A copy that lacks two proofs."""
    write_copies.finish(story, without=("sample", "trial"))
    story.take("copy-missing", "/copy")


def copy_alarm(story: Story) -> None:
    """A pipeline and deals are gone; then it was meant to be so."""
    write_copies.finish(story)
    write_copies.lose(story)
    story.take("copy-alarm", "/copy", looks=True)


def copy_alarm_deals(story: Story) -> None:
    """Only deals are gone: the recycle bin comes first."""
    write_copies.finish(story)
    write_copies.lose(story, pipeline=False)
    story.take("copy-alarm-deals", "/copy")


STORIES: dict[str, Callable[[Story], None]] = {
    one.__name__: one
    for one in (
        before,
        running,
        all_good,
        late,
        paid,
        verified,
        grace,
        lapsed,
        silent,
        stale,
        copy_empty,
        copy_running,
        copy_ok,
        copy_missing,
        copy_alarm,
        copy_alarm_deals,
    )
}


def main() -> None:
    """Tell the stories one after another and say what could not be photographed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--only", default="", help="names of stories, by commas")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    wanted = options.only.split(",") if options.only else [*STORIES, "wizard"]
    left_out: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name in wanted:
            tell(name, browser, options.folder, left_out)
        browser.close()
    print(*("", "left out:", *left_out) if left_out else (), sep="\n")
    sys.exit(bool(left_out))


@contextlib.contextmanager
def mail_server() -> Iterator[str]:
    """A mail server that takes letters and keeps them for as long as the story goes."""
    with tempfile.TemporaryDirectory() as letters:
        server = Controller(Mailbox(Path(letters)), hostname="127.0.0.1", port=free_port())
        server.start()
        try:
            yield f"smtp://127.0.0.1:{server.port}"
        finally:
            server.stop()


def tell(name: str, browser: Browser, folder: Path, left_out: list[str]) -> None:
    """One story in a portal of its own; what breaks it does not stop the others."""
    paid_till = date.today() + timedelta(days=23)  # noqa: DTZ011 - as people count
    with (
        mail_server() as smtp_url,
        tempfile.TemporaryDirectory() as place,
        set_stage(Path(place), paid_till=paid_till, smtp_url=smtp_url) as stage,
    ):
        story = Story(stage, browser, folder, left_out)
        try:
            if name == "wizard":
                return wizard(story)
            stage.install(browser, width=1540).context.close()
            STORIES[name](story)
        except (Error, AssertionError) as error:
            left_out.append(f"{name}: {str(error).splitlines()[0][:200]}")


if __name__ == "__main__":
    main()
