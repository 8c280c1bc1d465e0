"""Notifies a client's administrator that his integrator asks for the end of the plan: by his own channels, again after a week."""

from datetime import datetime

from sqlalchemy import or_, select

from b24app.database import db, every_portal, portal_scope
from b24app.each_portal import for_each_portal
from b24app.integrators.bulk.asking_schedules import ask_by_schedule
from b24app.integrators.bulk.date_requests import AGAIN, MOST_TELLS, close_unwanted, main_term
from b24app.integrators.bulk.model import DateRequest, RequestState
from b24app.reminders.dispatch import send_waiting_of
from b24app.reminders.kinds import MessageDraft
from b24app.reminders.kinds.date_request_notice import CODE, draft_date_request
from b24app.reminders.needless_messages import end_line
from b24app.reminders.notices import dispatcher_of, keep_notice
from b24app.services import services
from b24app.terms.term import Term


def notify_date_requests(portal_id: int) -> None:
    """Send the due requests of one client; what has ended or is answered by now is not sent."""
    now = services().clock.now()
    with portal_scope(portal_id):
        dispatcher = dispatcher_of(portal_id)
        if dispatcher is None:
            return
        close_unwanted(now)
        rows = db.session.scalars(select(DateRequest).order_by(DateRequest.id)).all()
        for row in rows:
            if row.state != RequestState.OPEN:
                end_line(line_of_request(row))
        term = main_term(now)
        for row in rows:
            if row.state == RequestState.OPEN and _is_due(row, now):
                key = f"{CODE}:{portal_id}:{row.id}:{row.asked_at:%Y%m%d%H%M%S}:{row.tells}"
                keep_notice(dispatcher, CODE, key, _draft(row, term), line=line_of_request(row))
                _note_sent(row, now)
        db.session.commit()
        send_waiting_of(dispatcher)


def line_of_request(row: DateRequest) -> str:
    """The line of all messages about one request."""
    return f"{CODE}:{row.id}"


def _draft(row: DateRequest, term: Term | None) -> MessageDraft:
    return draft_date_request(row.integrator, row.person, term.ends_on if term else None)


def _is_due(row: DateRequest, now: datetime) -> bool:
    return row.due_at is not None and (row.due_at <= now or row.due_at - now > AGAIN)


def _note_sent(row: DateRequest, now: datetime) -> None:
    row.tells, row.told_at = row.tells + 1, now
    row.due_at = now + AGAIN if row.tells < MOST_TELLS else None
    db.session.flush()


def remind_date_requests() -> int:
    """Ask by schedule, remind of requests that wait for a week, close the needless ones; the daily job, returns in how many portals."""
    ask_by_schedule()
    now = services().clock.now()
    with every_portal():
        due = or_(DateRequest.due_at <= now, DateRequest.due_at > now + AGAIN)
        found = db.session.scalars(
            select(DateRequest.portal_id).where(DateRequest.state == RequestState.OPEN, due).distinct()
        ).all()
    return sum(done is True for done in for_each_portal(list(found), _tell))


def _tell(portal_id: int) -> bool:
    notify_date_requests(portal_id)
    return True
