"""Jobs of reminders: what fell due in a portal is written and sent, tasks are moved, people readdressed."""

import functools
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from b24app.database import db, portal_scope
from b24app.errors import AppError
from b24app.portals.model import InstallStatus, Portal
from b24app.reminders import due_time
from b24app.reminders.channels import Message
from b24app.reminders.channels.task import list_moved, move_tasks
from b24app.reminders.dispatch import (
    Dispatcher,
    address_message,
    client_of,
    compose,
    open_dispatcher,
    reach_somebody,
    send_waiting_of,
)
from b24app.reminders.kinds import UNPLANNED, Planned
from b24app.reminders.kinds.weekly_digest import draft_digest, due_digest
from b24app.reminders.outbox import keep_due, note_unbuilt, sent_keys
from b24app.reminders.portal_schedule import subject_of
from b24app.reminders.recipients import people_of, readdress_waiting
from b24app.reminders.reminder_settings import get_schedule
from b24app.reminders.schedule import draft_message, due_now, plan_reminders
from b24app.reminders.sending import due_for_users
from b24app.renewal.situation_reading import ask_people, list_roles, situation_of
from b24app.services import services
from b24app.terms.stored_terms import timeline_view
from b24app.terms.timeline import TermRow, Timeline

log = structlog.get_logger(__name__)


def remind_portal(portal_id: int) -> None:
    """Write what is due in one portal and send everything that waits."""
    portal = db.session.get(Portal, portal_id)
    if portal is None or portal.status != InstallStatus.ACTIVE:
        return
    with portal_scope(portal_id):
        dispatcher, token = open_dispatcher(portal), due_time.start_look()
        steps = (write_due, write_digest, move_deadlines, readdress, deliver)
        done = [_do_alone(dispatcher, step) for step in steps]
        if token and all(done):
            _do_alone(dispatcher, rest_with(token))


def _do_alone(dispatcher: Dispatcher, step: Callable[[Dispatcher], int]) -> bool:
    """One step of reminding; a failure is written down and the next step goes on."""
    try:
        step(dispatcher)
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        log.exception("a step of reminding failed", step=step.__name__, error=type(error).__name__)
        return False
    return True


def rest_with(token: str) -> Callable[[Dispatcher], int]:
    """The last step of a look: with nothing left to do a portal is not looked at until its next morning."""

    def rest(dispatcher: Dispatcher) -> int:
        timeline = timeline_view(dispatcher.now, dispatcher.today)
        if due_reminders(dispatcher, timeline) or due_digest(dispatcher) or list_moved(timeline):
            return False
        morning = due_time.next_morning(dispatcher.local, get_schedule())
        return due_time.keep_due_time(token, morning, dispatcher.now)

    return rest


def deliver(dispatcher: Dispatcher) -> int:
    """Send everything that waits in this portal."""
    return send_waiting_of(dispatcher)


def ask_who_works(dispatcher: Dispatcher) -> None:
    """Ask the portal about the people of a message that is due; whoever works there, it goes out."""
    try:
        ask_people(dispatcher.portal.id)
        db.session.commit()
    except Exception as error:  # noqa: BLE001 - an answer that is missing changes nobody
        db.session.rollback()
        log.warning("people were not asked about", error=type(error).__name__)


def readdress(dispatcher: Dispatcher) -> int:
    """Messages that have waited for dismissed people go to an administrator."""
    if due_for_users(services().clock.now()):
        ask_who_works(dispatcher)
    return readdress_waiting()


def move_deadlines(dispatcher: Dispatcher) -> int:
    """Move the deadlines of tasks whose day has moved."""
    timeline = timeline_view(dispatcher.now, dispatcher.today)
    return move_tasks(client_of(dispatcher), timeline, functools.partial(_compose_term, dispatcher))


def send_waiting(portal_id: int) -> None:
    """Send what waits in one portal and write nothing new; a portal in the middle of its installation is served too."""
    portal = db.session.get(Portal, portal_id)
    if portal is None or portal.status == InstallStatus.DELETED:
        return
    with portal_scope(portal_id):
        dispatcher = open_dispatcher(portal)
        _do_alone(dispatcher, readdress)
        send_waiting_of(dispatcher)


def write_due(dispatcher: Dispatcher) -> int:
    """Turn what is due into messages; returns how many reminders are new. What cannot be built fails alone."""
    timeline = timeline_view(dispatcher.now, dispatcher.today)
    planned = [item for row in timeline.rows for item in _plan_alone(dispatcher, row)]
    due = _due_of(planned, dispatcher)
    if due:
        ask_who_works(dispatcher)
        timeline = timeline_view(dispatcher.now, dispatcher.today)
    return sum(_write_term(dispatcher, item, timeline) for item in due)


def due_reminders(dispatcher: Dispatcher, timeline: Timeline) -> tuple[Planned, ...]:
    """The reminders of all terms that are due now and not written yet; raises for a term that cannot be planned."""
    return _due_of([item for row in timeline.rows for item in _plan(dispatcher, row)], dispatcher)


def _due_of(planned: list[Planned], dispatcher: Dispatcher) -> tuple[Planned, ...]:
    planned.sort(key=lambda item: item.on)
    return due_now(planned, sent_keys(item.key for item in planned), dispatcher.local, get_schedule())


def _plan(dispatcher: Dispatcher, row: TermRow) -> tuple[Planned, ...]:
    subject = subject_of(row, dispatcher.now, dispatcher.today)
    return plan_reminders(subject, get_schedule()) if subject else ()


def _plan_alone(dispatcher: Dispatcher, row: TermRow) -> tuple[Planned, ...]:
    """The reminders of one term; a term that cannot be planned is kept with its error for the day."""
    try:
        return _plan(dispatcher, row)
    except Exception as error:
        log.exception("a term was not planned", term=row.term.id, error=type(error).__name__)
        key = f"{row.term.id}:{UNPLANNED.code}:{dispatcher.today}"
        item = Planned(key, f"{row.term.id}:term", UNPLANNED.code, dispatcher.today, 0)
        _note_alone(dispatcher, item, row.term.id, error)
        return ()


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


def write_digest(dispatcher: Dispatcher) -> bool:
    """The weekly digest by every channel that carries it."""
    item = due_digest(dispatcher)
    if item is None:
        return False
    ask_who_works(dispatcher)
    return _write_alone(
        dispatcher, item, None, lambda: compose(dispatcher, draft_digest(dispatcher), item.key, item.line)
    )
