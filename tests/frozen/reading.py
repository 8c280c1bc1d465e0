"""Opens everything that is drawn from storage, and lets every job that reads it run."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from b24app.checklist.engine.runs import start_run
from b24app.checklist.model import Run
from b24app.database import db, portal_scope
from b24app.portals.model import Access, Portal
from b24app.reminders.reminder_jobs import remind_portal
from b24app.renewal.signed_links import list_links
from b24app.services import services
from tests.actors import Actor, Opened
from tests.frozen.rows import Rows, put_back
from tests.report_taking import take_report

CHECK = "/shop/check/pay_system_for_orders"
PAGES = (
    "/renewal", "/shop", "/shop/runs", "/shop/runs/2", "/shop/register", "/shop/test-writes",
    "/shop/progress", "/shop/question/ask_backup", CHECK, "/shop/compare", "/shop/report",
    "/money/terms", "/money/plan", "/settings/reminders", "/settings", "/money/documents", "/money/rules", "/settings/errors",
    "/support", "/renewal/guide", "/widget",
)  # fmt: skip
AFTER_A_RUN = ("/renewal", "/shop", "/shop/compare", "/shop/report", "/settings/reminders")
JOBS = ("learn_portal", "remind_portal", "tell_checks")


@dataclass(frozen=True, slots=True)
class Reader:
    """The portal `north` with rows of another release under it, and its administrator's open frame."""

    north: Actor
    admin: Opened
    run_jobs: Callable[[], int]
    caplog: pytest.LogCaptureFixture

    def has_rows(self, rows: Rows) -> "Reader":
        """Put these rows in the place of all others, sealed with the keys and tokens of this test."""
        db.session.rollback()
        with portal_scope(self.north.portal_id):
            secrets = dict(_secrets())
        db.session.remove()
        put_back(rows, db.engine, secrets)
        return self

    def faults(self) -> dict[str, object]:
        """Everything that answers otherwise than a page, and every job that fell."""
        found: dict[str, object] = {path: code for path, code in self._pages() if code != 200}
        found |= {path: code for path, code in self._outside() if code != 200}
        if (state := self._run()) != "done":
            found["a new run"] = state
        self._other_jobs()
        found |= {path: code for path in AFTER_A_RUN if (code := self.admin.get(path).status_code) != 200}
        return found | dict.fromkeys(self._logged(), "logged")

    def _pages(self) -> Iterator[tuple[str, int]]:
        for path in PAGES:
            yield path, self.admin.get(path).status_code
        yield "/shop/report.json", take_report(self.admin, "json").status_code
        yield "/shop/report.xlsx", take_report(self.admin, "xlsx").status_code

    def _outside(self) -> Iterator[tuple[str, int]]:
        with portal_scope(self.north.portal_id):
            urls = [link.url for link in list_links()]
        for url in urls:
            path = url.removeprefix(services().settings.public_url)
            yield path.split("/")[1], self.north.client.get(path).status_code

    def _run(self) -> str:
        with portal_scope(self.north.portal_id):
            number = start_run(at=services().clock.now(), kind="daily")
        self.run_jobs()
        db.session.rollback()
        with portal_scope(self.north.portal_id):
            return db.session.scalars(select(Run.state).where(Run.id == number)).one()

    def _other_jobs(self) -> None:
        for name in JOBS:
            services().queue.later(name, self.north.portal_id)
        services().queue.later("start_due_repeats")
        self.run_jobs()
        db.session.rollback()
        with portal_scope(self.north.portal_id):
            remind_portal(self.north.portal_id)

    def _logged(self) -> list[str]:
        grave = [one for one in self.caplog.records if one.levelno >= logging.ERROR]
        return [f"{one.getMessage()} {one.exc_text or one.exc_info}" for one in grave]


def _secrets() -> Iterator[tuple[tuple[str, str, int], str | None]]:
    for row in db.session.execute(select(Access.user_id, Access.access_token, Access.refresh_token)):
        yield ("access", "access_token", row.user_id), row.access_token
        yield ("access", "refresh_token", row.user_id), row.refresh_token
    for row in db.session.execute(select(Portal.id, Portal.application_token)):
        yield ("portal", "application_token", row.id), row.application_token


@pytest.fixture
def reader(
    north: Actor, loss: Opened, run_jobs: Callable[[], int], caplog: pytest.LogCaptureFixture
) -> Reader:
    return Reader(north, loss, run_jobs, caplog)
