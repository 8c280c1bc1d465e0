"""Jobs of reminding: every hour each portal says what fell due; a weekly digest; a test; a notice to employees."""

import functools
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from b24app.database import db, portal_scope
from b24app.errors import AppError, BadInput
from b24app.portals.model import InstallStatus, Portal
from b24app.reminders import due_time, model
from b24app.reminders.channels import Message
from b24app.reminders.delivery import deliver_waiting
from b24app.reminders.dismissed_people import readdress_waiting
from b24app.reminders.dispatch import (
    Dispatcher,
    address_letter,
    client_of,
    compose,
    open_dispatcher,
    sender_for,
)
from b24app.reminders.message_texts import MessageDraft, draft_message, team_notice
from b24app.reminders.outbox import Outgoing, keep_due, note_unbuilt, reach_somebody, sent_keys
from b24app.reminders.portal_tasks import list_moved, move_tasks
from b24app.reminders.recipients import Recipient, people_of
from b24app.reminders.reminder_settings import CHANNELS, get_digest, get_schedule, list_channels, note_test
from b24app.reminders.schedule import Planned, due_now, plan_reminders
from b24app.reminders.upcoming import subject_of
from b24app.renewal.failure_words import describe
from b24app.renewal.headline import write_headline
from b24app.renewal.next_step import next_step
from b24app.renewal.renewal_stages import Holder, Role
from b24app.renewal.renewal_state import asked_until, list_roles, situation_of
from b24app.terms.stored_terms import timeline_view
from b24app.terms.timeline import TermRow, Timeline
from b24app.text.messages import N_, NN_
from b24app.text.sentences import Sentence, sentence

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
    """The last step of a look: with nothing left to do a portal rests until morning, or until people are asked about."""

    def rest(dispatcher: Dispatcher) -> int:
        timeline, people = timeline_view(dispatcher.now, dispatcher.today), asked_until(dispatcher.now)
        left = due_reminders(dispatcher, timeline) or due_digest(dispatcher) or list_moved(timeline)
        if people is None or left or due_time.is_sending():
            return False
        return due_time.keep_due_time(
            token, min(people, due_time.next_morning(dispatcher.local, get_schedule()))
        )

    return rest


def deliver(dispatcher: Dispatcher) -> int:
    """Send everything that waits in this portal."""
    return deliver_waiting(sender_for(dispatcher), dispatcher.now)


def readdress(_desk: Dispatcher) -> int:
    """Letters that wait for dismissed people go to an administrator."""
    return readdress_waiting()


def move_deadlines(dispatcher: Dispatcher) -> int:
    """Move the deadlines of tasks whose day has moved."""
    timeline = timeline_view(dispatcher.now, dispatcher.today)
    return move_tasks(client_of(dispatcher), timeline, functools.partial(_letter, dispatcher))


def send_waiting(portal_id: int) -> None:
    """Send what waits in one portal and write nothing new; a portal in the middle of its installation is served too."""
    portal = db.session.get(Portal, portal_id)
    if portal is None or portal.status == InstallStatus.DELETED:
        return
    with portal_scope(portal_id):
        dispatcher = open_dispatcher(portal)
        deliver_waiting(sender_for(dispatcher), dispatcher.now)


def write_due(dispatcher: Dispatcher) -> int:
    """Turn what is due into letters; answers how many reminders are new. What cannot be built fails alone."""
    timeline = timeline_view(dispatcher.now, dispatcher.today)
    planned = [item for row in timeline.rows for item in _plan_alone(dispatcher, row)]
    return sum(_write_term(dispatcher, item, timeline) for item in _due_of(planned, dispatcher))


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
    """What is to be said of one term; a term that cannot be planned is kept with its error for the day."""
    try:
        return _plan(dispatcher, row)
    except Exception as error:
        log.exception("a term was not planned", term=row.term.id, error=type(error).__name__)
        key = f"{row.term.id}:unplanned:{dispatcher.today}"
        item = Planned(key, f"{row.term.id}:term", "unplanned", dispatcher.today, 0)
        _note_alone(dispatcher, item, row.term.id, error)
        return ()


def _write_term(dispatcher: Dispatcher, item: Planned, timeline: Timeline) -> bool:
    clock_id = int(item.line.partition(":")[0])
    row = next(row for row in timeline.rows if row.term.id == clock_id)
    return _write_alone(dispatcher, item, clock_id, lambda: _letter(dispatcher, item, row))


def _letter(dispatcher: Dispatcher, item: Planned, row: TermRow) -> Message:
    situation = situation_of(row, dispatcher.now, dispatcher.today)
    return compose(dispatcher, draft_message(item, situation, row.name), item.key, item.line)


def _write_alone(
    dispatcher: Dispatcher, item: Planned, clock_id: int | None, build: Callable[[], Message]
) -> bool:
    """Build and keep one reminder; what goes wrong is kept with it and does not stop the next."""
    try:
        letters = reach_somebody(address_letter(build(), item.code, people_of(item.roles, list_roles())))
        return keep_due(item, letters, clock_id, dispatcher.now)
    except Exception as error:
        db.session.rollback()
        ours = not isinstance(error, AppError)
        log.warning("a reminder was not written", key=item.key, error=type(error).__name__, exc_info=ours)
        _note_alone(dispatcher, item, clock_id, error)
        return False


def _note_alone(dispatcher: Dispatcher, item: Planned, clock_id: int | None, error: Exception) -> None:
    try:
        note_unbuilt(item, clock_id, error, dispatcher.now)
    except SQLAlchemyError:
        db.session.rollback()
        log.exception("the error of a reminder was not kept", key=item.key)


def write_digest(dispatcher: Dispatcher) -> bool:
    """The weekly letter by every way that carries it: where things stand, and by coming it says that reminders work."""
    item = due_digest(dispatcher)
    if item is None:
        return False
    return _write_alone(
        dispatcher, item, None, lambda: compose(dispatcher, _digest_draft(dispatcher), item.key, item.line)
    )


def due_digest(dispatcher: Dispatcher) -> Planned | None:
    """The weekly letter, when it is due and not written yet."""
    digest, ladder = get_digest(), get_schedule()
    if not digest.on or dispatcher.today.weekday() != digest.weekday or ladder.is_quiet(dispatcher.local):
        return None
    year, week, _ = dispatcher.today.isocalendar()
    item = Planned(f"digest:{year}-{week}", "digest", "digest", dispatcher.today, 0, (Role.RESPONSIBLE,))
    return None if sent_keys([item.key]) else item


def _digest_draft(dispatcher: Dispatcher) -> MessageDraft:
    timeline = timeline_view(dispatcher.now, dispatcher.today)
    lines: list[Sentence] = []
    if timeline.main is not None:
        situation = situation_of(timeline.main, dispatcher.now, dispatcher.today)
        answer, step = write_headline(situation), next_step(situation)
        lines += [
            answer.answer,
            answer.lead,
            sentence(N_("Next: %(step)s. %(reason)s"), step=step.title, reason=step.reason),
        ]
    else:
        lines.append(
            sentence(N_("No term is written down yet: open the application and write the date of the plan."))
        )
    lines += [
        sentence("%(name)s: %(left)s", name=row.name, left=row.left) for row in timeline.rows if not row.main
    ]
    lines.append(_week(dispatcher))
    return MessageDraft(sentence(N_("Renewal: the week in short")), tuple(lines))


def _week(dispatcher: Dispatcher) -> Sentence:
    since = dispatcher.now - timedelta(days=7)
    states = list(db.session.scalars(select(model.Delivery.state).where(model.Delivery.next_at >= since)))
    failed = sum(state in ("failed", "uncertain") for state in states)
    sent = states.count("sent")
    text = NN_(
        "Reminders work: %(count)s letter sent in a week, not delivered: %(failed)s.",
        "Reminders work: %(count)s letters sent in a week, not delivered: %(failed)s.",
    )
    return sentence(text, count=sent, failed=failed)


def try_channel(portal_id: int, code: str, user_id: int, name: str) -> None:
    """Send a test by one channel to the person who pressed the button, and keep how it ended."""
    if code not in CHANNELS:
        raise BadInput(N_("There is no such channel."), "code")
    with portal_scope(portal_id):
        dispatcher = open_dispatcher(db.session.get_one(Portal, portal_id))
        error = _try_channel(dispatcher, code, Holder(Role.RESPONSIBLE, user_id, name, _email_of(user_id)))
        note_test(code, dispatcher.now, error)
        db.session.commit()


def _email_of(user_id: int) -> str:
    return next((holder.email for holder in list_roles().values() if holder.user_id == user_id), "")


def _try_channel(dispatcher: Dispatcher, code: str, person: Holder) -> str:
    subject, line = N_("A test of reminders"), N_("If you can read this, this way of reminding works.")
    draft = MessageDraft(sentence(subject), (sentence(line),), public=code == "feed")
    try:
        letter = compose(dispatcher, draft, f"test:{code}:{dispatcher.now.isoformat()}", "test")
        targets = _test_targets(code, person)
        db.session.commit()
    except Exception as error:  # noqa: BLE001 - the end of a test is what it is for
        db.session.rollback()
        return describe(error)
    return next(filter(None, [_try_target(dispatcher, code, letter, target) for target in targets]), "")


def _try_target(dispatcher: Dispatcher, code: str, letter: Message, target: Recipient) -> str:
    try:
        sender_for(dispatcher, even_off=True)(code, letter, target)
    except Exception as error:  # noqa: BLE001 - the other addresses are tried all the same
        db.session.rollback()
        return describe(error)
    return ""


def _test_targets(code: str, person: Holder) -> tuple[Recipient, ...]:
    channel = next(item for item in list_channels() if item.code == code)
    if code in ("notification", "task", "feed"):
        return (Recipient(str(person.user_id or 0), person.name),)
    parts = [channel.address] if code == "webhook" else channel.address.split(",")
    found = [Recipient(part.strip()) for part in parts if part.strip()]
    if code == "email" and person.email:
        found.append(Recipient(person.email, person.name))
    if not found:
        raise BadInput(N_("This channel has no address yet."), "address")
    return tuple(found)


def send_notice(portal_id: int) -> None:
    """Post the notice to employees in the feed, once a day at most."""
    with portal_scope(portal_id):
        dispatcher = open_dispatcher(db.session.get_one(Portal, portal_id))
        main = timeline_view(dispatcher.now, dispatcher.today).main
        if main is None:
            return
        item = Planned(f"notice:{main.term.id}:{dispatcher.today}", "notice", "notice", dispatcher.today, 0)
        if sent_keys([item.key]):
            return
        draft = team_notice(situation_of(main, dispatcher.now, dispatcher.today))
        letter = compose(dispatcher, draft, item.key, item.line)
        keep_due(item, (Outgoing("feed", Recipient("0"), letter),), main.term.id, dispatcher.now)
        deliver_waiting(sender_for(dispatcher), dispatcher.now)
