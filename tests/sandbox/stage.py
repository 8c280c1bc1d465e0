"""A stage for the frame protocol: a live portal on localhost, a tiny application on 127.0.0.1, a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, request
from playwright.sync_api import BrowserContext, Frame, Page, expect

from sandbox.application import ApplicationCard, Installation, PlacementBinding
from sandbox.portal import Portal
from sandbox.world import World

CHILD = Path(__file__).parent / "pages" / "child.html"


@dataclass(slots=True)
class Opening:
    """What one opening of the application brought."""

    path: str
    query: dict[str, str]
    form: dict[str, str]


def tiny_application(openings: list[Opening]) -> Flask:
    """An application of one page that remembers how it was opened."""
    app = Flask("tiny")

    @app.route("/<path:_path>", methods=["GET", "POST"])
    def show(_path: str) -> str:
        openings.append(Opening(request.path, dict(request.args), dict(request.form)))
        return CHILD.read_text(encoding="utf-8")

    return app


@dataclass(slots=True)
class Stage:
    """One test's portal with the application installed."""

    world: World
    portal: Portal
    card: ApplicationCard
    context: BrowserContext
    openings: list[Opening]
    complaints: list[str] = field(default_factory=list)

    @property
    def row(self) -> Installation:
        return self.portal.installations[self.card.client_id]

    def bind(self, placement: str) -> PlacementBinding:
        binding = PlacementBinding(self.portal.next_id(), placement, self.card.app_url + "/" + placement)
        self.row.placements.append(binding)
        return binding

    def look_as(self, user_id: int) -> None:
        self.context.add_cookies([{"name": "sandbox_user", "value": str(user_id), "url": self.portal.url}])

    def opens(self, path: str = "") -> tuple[Page, Frame]:
        page = self.context.new_page()
        page.on("console", lambda told: self.complaints.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.portal.url + (path or f"/marketplace/app/{self.row.app_id}/"))
        return page, child_of(page)


def child_of(page: Page, place: int = 0) -> Frame:
    """The application's frame on a page, once its script runs; sliders count after the page itself."""
    for _ in range(100):
        found = [each for each in page.frames if "APP_SID=" in each.url and not each.is_detached()]
        if len(found) > place:
            found[place].wait_for_function("typeof ask === 'function'")
            return found[place]
        page.wait_for_timeout(50)
    raise AssertionError(f"no application frame among {[each.url for each in page.frames]}")


def closes_slider(page: Page) -> None:
    page.locator(".slider-label").last.click()
    expect(page.locator(".slider")).to_have_count(0)


def chooses(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_label(name, exact=True).check()
    page.locator(".dialog button.main-action").click()
