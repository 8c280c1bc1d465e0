"""What employees tell from the widget: kept at once, passed to the responsible person by the worker, settled later."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from b24app.database import db, portal_scope
from b24app.errors import BadInput, NotFound
from b24app.portals.model import Portal
from b24app.reminders import model
from b24app.reminders.delivery import deliver_waiting
from b24app.reminders.dispatch import Dispatcher, compose, open_dispatcher
from b24app.reminders.dispatch import sender_for as sender
from b24app.reminders.message_texts import MessageDraft
from b24app.reminders.outbox import Outgoing, keep_due
from b24app.reminders.recipients import Recipient, people_of
from b24app.reminders.schedule import Planned
from b24app.renewal.renewal_stages import Role
from b24app.renewal.renewal_state import list_roles
from b24app.services import services
from b24app.text.messages import N_
from b24app.text.sentences import sentence

REASONS = {
    "login": N_("Cannot sign in"),
    "orders": N_("Orders do not come"),
    "payment": N_("Payment does not work"),
    "calls": N_("Calls or chats"),
    "other": N_("Something else"),
}
MOST_LETTERS, MOST_A_DAY = 1000, 20


@dataclass(frozen=True, slots=True)
class EmployeeReportView:
    """One report as administrators see it."""

    id: int
    reason: str
    text: str
    user_id: int
    user_name: str
    told_at: datetime
    settled_at: datetime | None


def tell_administrator(reason: str, text: str, *, user_id: int, user_name: str, at: datetime) -> str:
    """Keep what an employee tells and queue the message; answers the name of who gets it."""
    text = text.strip()
    if reason not in REASONS:
        raise BadInput(N_("Choose what does not work."), "reason")
    if reason == "other" and not text:
        raise BadInput(N_("Describe in a few words what does not work."), "text")
    if len(text) > MOST_LETTERS:
        raise BadInput(N_("This is too long: a few sentences are enough."), "text")
    _refuse_floods(user_id, at)
    row = model.EmployeeReport(reason=reason, text=text, user_id=user_id, user_name=user_name, told_at=at)
    db.session.add(row)
    db.session.flush()
    services().queue.later("pass_report", row.portal_id, row.id)
    people = people_of((Role.RESPONSIBLE,), list_roles())
    return people[0].name if people else ""


def _refuse_floods(user_id: int, at: datetime) -> None:
    today = at.replace(hour=0, minute=0, second=0, microsecond=0)
    query = select(func.count(model.EmployeeReport.id)).where(
        model.EmployeeReport.user_id == user_id, model.EmployeeReport.told_at >= today
    )
    if (db.session.scalar(query) or 0) >= MOST_A_DAY:
        raise BadInput(N_("You have told a lot today: please write to the administrator."), "text")


def pass_report(portal_id: int, report_id: int) -> None:
    """Hand one report to the responsible person's notifications; the job behind `tell_administrator`.

    It is sent as reminders are: each person alone, tried again later, with its end in the log.
    """
    with portal_scope(portal_id):
        row = db.session.scalar(select(model.EmployeeReport).where(model.EmployeeReport.id == report_id))
        if row is None or row.passed_at is not None:
            return
        dispatcher = open_dispatcher(db.session.get_one(Portal, portal_id))
        letters = _letters(dispatcher, row)
        if letters:
            row.passed_at = dispatcher.now
            keep_due(
                Planned(f"report:{row.id}", "report", "report", dispatcher.today, 0),
                letters,
                None,
                dispatcher.now,
            )
            deliver_waiting(sender(dispatcher), dispatcher.now)


def _letters(dispatcher: Dispatcher, row: model.EmployeeReport) -> tuple[Outgoing, ...]:
    draft = MessageDraft(
        sentence(N_("%(name)s tells: %(reason)s"), name=row.user_name, reason=sentence(REASONS[row.reason])),
        (sentence("%(text)s", text=row.text),) if row.text else (),
        public=True,
    )
    letter = compose(dispatcher, draft, f"report:{row.id}", f"report:{row.id}")
    people = people_of((Role.RESPONSIBLE,), list_roles())
    return tuple(
        Outgoing("notification", Recipient(str(person.user_id), person.name), letter)
        for person in people
        if person.user_id
    )


def open_reports() -> tuple[EmployeeReportView, ...]:
    """Reports that nobody has settled, newest first."""
    query = (
        select(model.EmployeeReport)
        .where(model.EmployeeReport.settled_at.is_(None))
        .order_by(model.EmployeeReport.id.desc())
    )
    return tuple(
        EmployeeReportView(
            row.id, row.reason, row.text, row.user_id, row.user_name, row.told_at, row.settled_at
        )
        for row in db.session.scalars(query)
    )


def settle_report(report_id: int, *, by: str, at: datetime) -> None:
    """An administrator has dealt with it."""
    row = db.session.scalar(select(model.EmployeeReport).where(model.EmployeeReport.id == report_id))
    if row is None:
        raise NotFound
    row.settled_at, row.settled_by = at, by
    db.session.flush()
