"""Messages to and from employees: the notice in the feed once a day, and reports from the widget.

A report is kept at once, passed to the responsible person by the worker, and settled later.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from b24app.database import db, portal_scope
from b24app.errors import BadInput, NotFound
from b24app.portal_rows import PortalRows
from b24app.portals.model import Portal
from b24app.reminders import model
from b24app.reminders.channels import Addressee, Recipient, load_channels, users
from b24app.reminders.channels.notification import CHANNEL as NOTIFICATION
from b24app.reminders.dispatch import Dispatcher, compose, open_dispatcher, send_waiting_of
from b24app.reminders.kinds import MessageDraft, Planned, ReminderKind
from b24app.reminders.outbox import Outgoing, keep_due, last_delivery, sent_keys
from b24app.reminders.recipients import people_of
from b24app.renewal.case import Situation
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import list_roles, situation_of
from b24app.services import services
from b24app.terms.policy import State
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import Author
from b24app.terms.timeline import TermRow
from b24app.text.messages import N_, sentence

REASONS = {
    "login": N_("Cannot sign in"),
    "orders": N_("Orders do not come"),
    "payment": N_("Payment does not work"),
    "calls": N_("Calls or chats"),
    "other": N_("Something else"),
}
LONGEST_TEXT, MOST_A_DAY = 1000, 20
NOTICE, REPORT = "notice", "report"
KINDS = (
    ReminderKind(NOTICE, N_("A notice to employees"), line=NOTICE, for_everybody=True),
    ReminderKind(REPORT, N_("An employee tells")),
)


@dataclass(frozen=True, slots=True)
class EmployeeNotice:
    """The notice of today; `state` is that of its delivery, empty while it was not sent."""

    draft: MessageDraft
    state: str
    sent_at: datetime | None


def notice_of(dispatcher: Dispatcher) -> EmployeeNotice | None:
    """What employees would read today; None while the end of the main term is unknown."""
    main = timeline_view(dispatcher.now, dispatcher.today).main
    if main is None or main.term.ends_on is None:
        return None
    found = last_delivery(_planned_notice(dispatcher, main).key)
    draft = draft_notice(situation_of(main, dispatcher.now, dispatcher.today))
    return EmployeeNotice(draft, found.state if found else "", found.sent_at if found else None)


def send_notice(portal_id: int) -> None:
    """Post the notice to employees in the feed, once a day at most; the job behind the button."""
    with portal_scope(portal_id):
        dispatcher = open_dispatcher(db.session.get_one(Portal, portal_id))
        main = timeline_view(dispatcher.now, dispatcher.today).main
        if main is None:
            return
        item = _planned_notice(dispatcher, main)
        if sent_keys([item.key]):
            return
        draft = draft_notice(situation_of(main, dispatcher.now, dispatcher.today))
        message = compose(dispatcher, draft, item.key, item.line)
        everybody = [one for one in load_channels().values() if one.addressee is Addressee.EVERYBODY]
        messages = [Outgoing(channel.code, Recipient("0"), message) for channel in everybody]
        keep_due(item, messages, main.term.id, dispatcher.now)
        db.session.commit()
        send_waiting_of(dispatcher)


def _planned_notice(dispatcher: Dispatcher, main: TermRow) -> Planned:
    return Planned(f"{NOTICE}:{main.term.id}:{dispatcher.today}", NOTICE, NOTICE, dispatcher.today, 0)


def draft_notice(s: Situation) -> MessageDraft:
    """The notice to every employee: no money, no blame, only what changes for them."""
    lines = (
        sentence(N_("Signing in, tasks and deals stay as they are; nobody has to sign in again.")),
        sentence(N_("Calls and chats are not switched off by the renewal.")),
        sentence(
            N_("If something stopped working, open the application and press “Tell the administrator”.")
        ),
    )
    subject = N_("The portal is being renewed")
    if s.state is State.ACTIVE_AGAIN:
        subject = N_("The portal is renewed, it is paid until %(day)s")
    elif s.days_left >= 0:
        subject = N_("The portal is being renewed, it is paid until %(day)s")
        if not (s.ordered or s.paid):
            subject = N_("The portal is to be renewed, it is paid until %(day)s")
    return MessageDraft(sentence(subject, day=s.term.ends_on), lines, public=True)


@dataclass(frozen=True, slots=True)
class EmployeeReportView:
    """One report as administrators see it."""

    id: int
    reason: str
    text: str
    user_id: int
    user_name: str
    reported_at: datetime
    settled_at: datetime | None


def report_to_administrator(reason: str, text: str, *, by: Author, at: datetime) -> str:
    """Keep what an employee reports and queue the message; returns the name of who gets it."""
    text = text.strip()
    if reason not in REASONS:
        raise BadInput(N_("Choose what does not work."), "reason")
    if reason == "other" and not text:
        raise BadInput(N_("Describe in a few words what does not work."), "text")
    if len(text) > LONGEST_TEXT:
        raise BadInput(N_("This is too long: a few sentences are enough."), "text")
    user_id = by.user_id or 0
    _limit_reports(user_id, at)
    row = model.EmployeeReport(reason=reason, text=text, user_id=user_id, user_name=by.name, reported_at=at)
    db.session.add(row)
    db.session.flush()
    services().queue.later("pass_report", row.portal_id, row.id)
    people = people_of((Role.RESPONSIBLE,), list_roles())
    return people[0].name if people else ""


def _limit_reports(user_id: int, at: datetime) -> None:
    today = at.replace(hour=0, minute=0, second=0, microsecond=0)
    query = select(func.count(model.EmployeeReport.id)).where(
        model.EmployeeReport.user_id == user_id, model.EmployeeReport.reported_at >= today
    )
    if (db.session.scalar(query) or 0) >= MOST_A_DAY:
        raise BadInput(N_("You have told a lot today: please write to the administrator."), "text")


def pass_report(portal_id: int, report_id: int) -> None:
    """Hand one report to the responsible person's notifications; the job behind `report_to_administrator`.

    It is sent as reminders are: each person alone, tried again later, with its end in the log.
    """
    with portal_scope(portal_id):
        row = db.session.scalar(select(model.EmployeeReport).where(model.EmployeeReport.id == report_id))
        if row is None or row.passed_at is not None:
            return
        dispatcher = open_dispatcher(db.session.get_one(Portal, portal_id))
        messages = _messages(dispatcher, row)
        if messages:
            row.passed_at = dispatcher.now
            item = Planned(f"{REPORT}:{row.id}", REPORT, REPORT, dispatcher.today, 0)
            keep_due(item, messages, None, dispatcher.now)
            db.session.commit()
            send_waiting_of(dispatcher)


def _messages(dispatcher: Dispatcher, row: model.EmployeeReport) -> tuple[Outgoing, ...]:
    draft = MessageDraft(
        sentence(N_("%(name)s tells: %(reason)s"), name=row.user_name, reason=sentence(REASONS[row.reason])),
        (sentence("%(text)s", text=row.text),) if row.text else (),
        public=True,
    )
    message = compose(dispatcher, draft, f"{REPORT}:{row.id}", f"{REPORT}:{row.id}")
    people = users(people_of((Role.RESPONSIBLE,), list_roles()))
    return tuple(Outgoing(NOTIFICATION.code, person, message) for person in people)


REPORTS = PortalRows(
    select(model.EmployeeReport)
    .where(model.EmployeeReport.settled_at.is_(None))
    .order_by(model.EmployeeReport.id.desc())
)


def open_reports() -> tuple[EmployeeReportView, ...]:
    """Reports that nobody has settled, newest first."""
    return tuple(
        EmployeeReportView(
            row.id, row.reason, row.text, row.user_id, row.user_name, row.reported_at, row.settled_at
        )
        for row in REPORTS.read()
    )


def settle_report(report_id: int, *, by: Author, at: datetime) -> None:
    """An administrator has dealt with it."""
    row = db.session.scalar(select(model.EmployeeReport).where(model.EmployeeReport.id == report_id))
    if row is None:
        raise NotFound
    row.settled_at, row.settled_by = at, by.name
    db.session.flush()
