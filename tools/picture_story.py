"""A portal under way and the pictures that are taken of it; the stories are in tools/pictures.py."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Error, Frame, Page
from sqlalchemy import select

from b24app.checklist.model import ACTIVE, Run
from b24app.database import db, every_portal
from tests.browser.stage import Stage
from tests.browser.test_main_job import APP, scenario, settle

FOLDER = Path(__file__).resolve().parent.parent / ".state" / "pictures"
WIDE, PHONE, CARD = 1020, 390, 480
"""Widths of the frame: on a screen of 1280, on a phone, of an employee's card."""
MENU, EDGES, TALL = 260, 24, 3200
"""What the portal takes of the width for itself, on a desk and on a phone; a window in which everything is painted."""
PATIENCE = 6_000
VISIT = """path => htmx.ajax("GET", path, { target: "#page", select: "#page", swap: "outerHTML" })"""
SEND = """([path, values]) => htmx.ajax("POST", path, { values, target: "#page", select: "#page", swap: "outerHTML" })"""
LOOK = """look => {
  document.documentElement.className = look;
  document.body.dispatchEvent(new Event("change", { bubbles: true }));
}"""
Act = Callable[[Frame], object]


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name, the page, and how it is looked at."""

    name: str
    path: str = ""
    width: int = WIDE
    lang: str = "ru"
    theme: str = ""
    act: Act | None = None
    user: int = 0


def keep_still(frame: Frame) -> None:
    """Wait until nothing moves on the page."""
    settle(frame)
    frame.page.wait_for_timeout(400)


@dataclass(slots=True)
class Story:
    """One portal under way, and where its pictures go."""

    stage: Stage
    browser: Browser
    folder: Path
    left_out: list[str]

    def open(self, width: int = WIDE, *, lang: str = "ru", user: int = 0) -> tuple[Page, Frame]:
        """The application opened anew by the administrator, or by another person."""
        page = self.stage.open(
            self.browser, APP, width=width + (EDGES if width < WIDE else MENU), lang=lang, user=user
        )
        page.set_default_timeout(PATIENCE)
        frame = self.stage.frame(page)
        settle(frame)
        return page, frame

    def take(
        self,
        name: str,
        path: str = "",
        *,
        widths: tuple[int, ...] = (WIDE, PHONE),
        looks: bool = False,
        act: Act | None = None,
        user: int = 0,
    ) -> None:
        """Photograph a page at every width; with `looks` in English and dark too; `act` does something on it before."""
        for width in widths:
            ending = "" if width in (WIDE, CARD) else f"-{width}"
            self.shoot(Shot(f"{name}{ending}", path, width, act=act, user=user))
        if looks:
            self.shoot(Shot(f"{name}-en", path, lang="en", act=act))
            self.shoot(Shot(f"{name}-dark", path, theme="dark", act=act))

    def shoot(self, shot: Shot) -> None:
        """Take one picture, or say why not."""
        page, frame = self.open(shot.width, lang=shot.lang, user=shot.user)
        try:
            if shot.theme:
                frame.evaluate(LOOK, shot.theme)
            if shot.path:
                frame.evaluate(VISIT, shot.path)
            keep_still(frame)
            if shot.act:
                shot.act(frame)
                keep_still(frame)
            self.keep(frame, shot.name)
        except (Error, AssertionError) as error:
            self.left_out.append(f"{shot.name}: {str(error).splitlines()[0][:160]}")
        finally:
            page.context.close()

    def keep(self, frame: Frame, name: str) -> None:
        """Save what the frame shows now."""
        frame.evaluate(
            "document.activeElement.matches('input, textarea, select') || document.activeElement.blur()"
        )
        frame.page.set_viewport_size({"width": frame.page.viewport_size["width"], "height": TALL})
        keep_still(frame)
        frame.locator("body").screenshot(path=self.folder / f"{name}.png")
        print(name, flush=True)

    def send(self, path: str, **values: str) -> None:
        """Press what sends a form of ours, whatever it looks like today."""
        page, frame = self.open()
        frame.evaluate(SEND, [path, values])
        settle(frame)
        page.wait_for_timeout(300)
        page.context.close()

    def look(self) -> None:
        """Run the checks as the administrator does."""
        page, frame = self.open()
        frame.evaluate(SEND, ["/shop/run", {}])
        settle(frame)
        page.context.close()
        time.sleep(2)
        for _ in range(300):
            with self.stage.app.app_context(), every_portal():
                if not db.session.scalar(select(Run.id).where(Run.state.in_(ACTIVE))):
                    return
            time.sleep(0.2)

    def lose(self, ways: int = 2) -> None:
        """Switch off pay systems."""
        rows = [row for row in self.stage.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y"]
        for row in rows[:ways]:
            scenario(self.stage, "switch_off", kind="pay_system", id=row["ID"])

    def later(self, days: int) -> None:
        """Let days pass."""
        self.stage.world.clock.advance(days=days)

    def pay(self) -> None:
        """Mark every step up to the payment."""
        for mark in ("mark_invoice_requested", "mark_invoice_received", "mark_approved", "mark_paid"):
            self.send(f"/renewal/mark/{mark}")

    def renew(self) -> None:
        """The portal is renewed for a year, and the administrator says so."""
        scenario(self.stage, "renew", months=12)
        self.send("/renewal/renewed", ends_on=self.stage.portal.paid_till.isoformat())
