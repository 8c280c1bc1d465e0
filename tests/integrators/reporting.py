"""An integrator that reports to a client: what is made, read by the client, sent; `south` looks after `north`."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.client_reports.model import ClientReport, ReportReader
from b24app.integrators.client_reports.report_look import LookDraft, keep_look
from b24app.integrators.client_reports.report_mails import send_reports
from b24app.integrators.rights import MemberRole, Right
from b24app.reminders.model import Delivery, Reminder
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.integrators.looking import EVERYTHING, Looking, looks_after

READER = "owner@north.example"
NINA = Author(1, "Нина Рябова")
GOES = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
"""What a browser says when a person goes to a page."""


@dataclass(slots=True)
class Reporting:
    """The integrator's frame, the client, the clock, and the jobs."""

    looking: Looking
    home: Actor
    world: World
    run_jobs: Callable[[], int]

    @property
    def own(self) -> Opened:
        return self.looking.own

    @property
    def code(self) -> str:
        return self.looking.code

    @property
    def visitor(self) -> FlaskClient:
        return self.looking.browser

    def reopens(self) -> None:
        """The page anew: a token lasts an hour."""
        self.looking.own = self.home.opens()

    def moves(self, to: datetime) -> None:
        """Let it be this moment, with a page opened then."""
        self.world.clock.advance(seconds=(to - self.world.clock.now()).total_seconds())
        self.reopens()

    def asks_draft(self) -> int:
        """Ask for a draft from the list of clients; answers its number."""
        answer = self.own.post("/clients/bulk", kind="report", code=self.code)
        assert answer.status_code == 200, answer.text
        self.run_jobs()
        return self.rows()[-1].id

    def rows(self) -> list[ClientReport]:
        db.session.rollback()
        db.session.expire_all()
        with every_portal():
            found = list(db.session.scalars(select(ClientReport).order_by(ClientReport.id)))
        db.session.expunge_all()
        return found

    def row(self) -> ClientReport:
        (found,) = self.rows()
        return found

    def reader_agrees(self, report_id: int, email: str = READER) -> None:
        """Name the reader of a report and let him press the button of the letter."""
        answer = self.own.post(f"/clients/reports/{report_id}/reader", email=email, name="Марина")
        assert answer.status_code == 200, answer.text
        db.session.rollback()
        with every_portal():
            code = db.session.scalars(select(ReportReader.code)).one()
        assert self.visitor.post(f"/client-reports/reader/{code}", data={"answer": "yes"}).status_code == 200

    def approved(self) -> ClientReport:
        """One draft, read and approved, with a reader who has agreed."""
        report_id = self.asks_draft()
        self.reader_agrees(report_id)
        answer = self.own.post(f"/clients/reports/{report_id}/approve")
        assert answer.status_code == 200, answer.text
        return self.row()

    def sent(self) -> ClientReport:
        """The same, after its hour: the mail server has taken it."""
        row = self.approved()
        assert row.send_at is not None
        self.moves(row.send_at)
        self.works()
        return self.row()

    def works(self, minutes: int = 3) -> None:
        """The worker for a few minutes: the job of every minute, and what it asks for."""
        for _ in range(minutes):
            send_reports()
            self.run_jobs()
            self.world.clock.advance(seconds=60)

    def letters(self) -> list[Delivery]:
        """The deliveries of letters with reports."""
        db.session.rollback()
        with every_portal():
            query = select(Delivery).join(Reminder, Reminder.id == Delivery.reminder_id)
            mine = query.where(Reminder.code == "client_report").order_by(Delivery.id)
            found = list(db.session.scalars(mine))
        db.session.expunge_all()
        return found

    def address(self) -> str:
        """The path of the signed page, out of the letter."""
        link = str(self.letters()[-1].message["link"])
        return link[link.index("/client-reports/") :]

    def opens_page(self, **headers: str) -> TestResponse:
        return self.visitor.get(self.address(), headers=headers or GOES)


def reports_to(
    world: World,
    integrator: Actor,
    client: Actor,
    run_jobs: Callable[[], int],
    rights: Iterable[Right] = EVERYTHING,
    *,
    role: MemberRole = MemberRole.OWNER,
) -> Reporting:
    """The integrator has kept the look of its reports, and the client gives these rights."""
    looking = looks_after(integrator, client, rights, role)
    with portal_scope(integrator.portal_id):
        keep_look(
            LookDraft("#0b5d57", "сопровождение магазинов", "", True, True), by=NINA, at=world.clock.now()
        )
        db.session.commit()
    return Reporting(looking, integrator, world, run_jobs)


WORDS = re.compile(r"<[^>]+>")


def plain(text: str) -> str:
    """A page without its tags."""
    return " ".join(WORDS.sub(" ", text).split())
