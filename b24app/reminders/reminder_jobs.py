"""Jobs of reminders: every hour what fell due in a portal is written and sent, tasks are moved, people readdressed."""

from collections.abc import Callable, Iterator

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from b24app.database import db, portal_scope
from b24app.each_portal import for_each_portal
from b24app.errors import AppError
from b24app.portals.model import InstallStatus, Portal
from b24app.reminders.channels import Message
from b24app.reminders.channels.task import move_tasks
from b24app.reminders.dispatch import (
    Dispatcher,
    address_message,
    client_of,
    compose,
    open_dispatcher,
    reach_somebody,
    sender_for,
)
from b24app.reminders.kinds import UNPLANNED, Planned, ReminderSchedule
from b24app.reminders.kinds.weekly_digest import draft_digest, plan_digest
from b24app.reminders.outbox import deliver_waiting, keep_due, note_unbuilt, sent_keys
from b24app.reminders.recipients import people_of, readdress_waiting
from b24app.reminders.reminder_settings import get_schedule
from b24app.reminders.schedule import draft_message, due_now, plan_reminders, subject_of
from b24app.renewal.renewal_state import situation_of
from b24app.renewal.role_holders import list_roles
from b24app.services import services
from b24app.terms.stored_terms import timeline_view
from b24app.terms.timeline import TermRow, Timeline

log = structlog.get_logger(__name__)
WORKS = (InstallStatus.ACTIVE, InstallStatus.BLOCKED)


def remind_everyone() -> None:
    """Ask each portal for what fell due; a portal that refuses us is reminded by other channels all the more."""
    found = db.session.scalars(select(Portal.id).where(Portal.status.in_(WORKS)).order_by(Portal.id)).all()
    for_each_portal(found, lambda portal_id: services().queue.later("remind_portal", portal_id))


def remind_portal(portal_id: int) -> None:
    """Write what is due in one portal and send everything that waits."""
    portal = db.session.get(Portal, portal_id)
    if portal is None or portal.status not in WORKS:
        return
    with portal_scope(portal_id):
        dispatcher = open_dispatcher(portal)
        for step in (write_due, write_digest, move_deadlines, readdress, deliver):
            _do_alone(dispatcher, step)


def _do_alone(dispatcher: Dispatcher, step: Callable[[Dispatcher], int]) -> None:
    """One step of reminding; a failure is written down and the next step goes on."""
    try:
        step(dispatcher)
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        log.exception("a step of reminding failed", step=step.__name__, error=type(error).__name__)


def deliver(dispatcher: Dispatcher) -> int:
    """Send everything that waits in this portal."""
    return deliver_waiting(sender_for(dispatcher), dispatcher.now)


def readdress(_dispatcher: Dispatcher) -> int:
    """Messages that wait for dismissed people go to an administrator."""
    return readdress_waiting()


def move_deadlines(dispatcher: Dispatcher) -> int:
    """Move the deadlines of tasks whose day has moved."""

    def renewed(item: Planned, row: TermRow) -> Message:
        return _compose_term(dispatcher, item, row)

    return move_tasks(client_of(dispatcher), timeline_view(dispatcher.now, dispatcher.today), renewed)


def send_waiting(portal_id: int) -> None:
    """Send what waits in one portal and write nothing new; a portal in the middle of its installation is served too."""
    portal = db.session.get(Portal, portal_id)
    if portal is None or portal.status == InstallStatus.DELETED:
        return
    with portal_scope(portal_id):
        dispatcher = open_dispatcher(portal)
        deliver_waiting(sender_for(dispatcher), dispatcher.now)


def write_due(dispatcher: Dispatcher) -> int:
    """Turn what is due into messages; answers how many reminders are new. What cannot be built fails alone."""
    timeline, schedule = timeline_view(dispatcher.now, dispatcher.today), get_schedule()
    planned = [item for row in timeline.rows for item in _plan_alone(dispatcher, row, schedule)]
    planned.sort(key=lambda item: item.on)
    due = due_now(planned, sent_keys(item.key for item in planned), dispatcher.local, schedule)
    return sum(_write_term(dispatcher, item, timeline) for item in due)


def _plan_alone(dispatcher: Dispatcher, row: TermRow, schedule: ReminderSchedule) -> Iterator[Planned]:
    """The reminders of one term; a term that cannot be planned is kept with its error for the day."""
    try:
        subject = subject_of(row, dispatcher.now, dispatcher.today)
        planned = plan_reminders(subject, schedule) if subject else ()
    except Exception as error:
        log.exception("a term was not planned", term=row.term.id, error=type(error).__name__)
        key = f"{row.term.id}:{UNPLANNED.code}:{dispatcher.today}"
        _note_alone(
            dispatcher,
            Planned(key, f"{row.term.id}:term", UNPLANNED.code, dispatcher.today, 0),
            row.term.id,
            error,
        )
        return
    yield from planned


def _write_term(dispatcher: Dispatcher, item: Planned, timeline: Timeline) -> bool:
    term_id = int(item.line.partition(":")[0])
    row = next(row for row in timeline.rows if row.term.id == term_id)
    return _write_alone(dispatcher, item, term_id, lambda: _compose_term(dispatcher, item, row))


def _compose_term(dispatcher: Dispatcher, item: Planned, row: TermRow) -> Message:
    situation = situation_of(row, dispatcher.now, dispatcher.today)
    return compose(dispatcher, draft_message(item, situation, row.name), item.key, item.line)


def _write_alone(
    dispatcher: Dispatcher, item: Planned, term_id: int | None, build: Callable[[], Message]
) -> bool:
    """Build and keep one reminder; what goes wrong is kept with it and does not stop the next."""
    try:
        messages = reach_somebody(address_message(build(), item.code, people_of(item.roles, list_roles())))
        kept = keep_due(item, messages, term_id, dispatcher.now)
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        ours = not isinstance(error, AppError)
        log.warning("a reminder was not written", key=item.key, error=type(error).__name__, exc_info=ours)
        _note_alone(dispatcher, item, term_id, error)
        return False
    return kept


def _note_alone(dispatcher: Dispatcher, item: Planned, term_id: int | None, error: Exception) -> None:
    try:
        note_unbuilt(item, term_id, error, dispatcher.now)
        db.session.commit()
    except SQLAlchemyError:
        db.session.rollback()
        log.exception("the error of a reminder was not kept", key=item.key)


def write_digest(dispatcher: Dispatcher) -> int:
    """The weekly digest by every channel that carries it."""
    item = plan_digest(dispatcher)
    if item is None or sent_keys([item.key]):
        return 0
    return _write_alone(
        dispatcher, item, None, lambda: compose(dispatcher, draft_digest(dispatcher), item.key, item.line)
    )
