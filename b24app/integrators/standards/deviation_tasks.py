"""Tasks of differences in the integrator's own portal: set once whatever happens, completed when the value agrees again.

Source: api-reference/tasks/tasks-task-add.md, tasks-task-update.md, fields.md (status 5 is completed) and tasks-task-delete.md.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import structlog
from sqlalchemy import or_, select

from b24app.clock import today as day_in
from b24app.database import db, every_portal, portal_scope
from b24app.errors import PortalError, WriteUncertain
from b24app.integrators.adding_claims import claim_adding
from b24app.integrators.client_notes import read_note
from b24app.integrators.members import find_seat
from b24app.integrators.pipeline.states import SETTLES, seconds_until_settled
from b24app.integrators.standards.allowed_rules import gives_rule, sees_rule
from b24app.integrators.standards.decisions import JOB, own_decision
from b24app.integrators.standards.model import (
    DecisionEnd,
    DecisionKind,
    DeviationDecision,
    FoundValue,
    HandedState,
)
from b24app.integrators.standards.rule_registry import load_rules
from b24app.integrators.standards.standard_rule import StandardRule
from b24app.integrators.standards.value_words import expected_words, found_words
from b24app.portals.client_factory import open_client
from b24app.portals.model import Portal
from b24app.reminders.channels import Message
from b24app.reminders.channels.task import DONE, find_marked, find_task, mark_of
from b24app.reminders.channels.task import send as set_task
from b24app.reminders.dispatch import compose, open_dispatcher
from b24app.reminders.kinds import MessageDraft, Screen
from b24app.rest_client import RestClient
from b24app.services import services
from b24app.text.messages import N_, sentence

ASK_AGAIN = N_("The portal did not answer as expected. Hand it on once more.")
NOT_GIVEN = N_("The task was not set: the access to this value has ended.")
log = structlog.get_logger(__name__)


def keep_deviation_task(portal_id: int, row_id: int) -> None:
    """Do what the task of a decision needs now: set it, or complete it. May run twice, and may be killed at any moment."""
    with portal_scope(portal_id):
        row = own_decision(row_id)
        if row is None or row.kind != DecisionKind.TASK:
            return
        if row.closed_at is None and row.task_state == HandedState.WAITING:
            _set(row)
        elif row.closed_at is not None and row.end == DecisionEnd.MET and row.task_state != HandedState.ENDED:
            _complete(row)


def fail_deviation_task(words: str, portal_id: int, row_id: int) -> None:
    """The work was given up: store that in the row; the page offers to hand it on once more."""
    with portal_scope(portal_id):
        row = own_decision(row_id)
        if row is not None and row.task_state == HandedState.WAITING:
            row.task_state, row.error = HandedState.FAILED, words
            db.session.commit()


def open_deviation_tasks() -> Iterator[tuple[int, int]]:
    """The tasks that wait to be set, and those that wait to be completed."""
    row = DeviationDecision
    waits = or_(
        (row.task_state == HandedState.WAITING) & row.closed_at.is_(None),
        (row.task_state != HandedState.ENDED) & (row.end == DecisionEnd.MET),
    )
    with every_portal():
        found = db.session.execute(
            select(row.portal_id, row.id).where(row.kind == DecisionKind.TASK, waits)
        ).all()
    yield from ((portal_id, row_id) for portal_id, row_id in found)


def _set(row: DeviationDecision) -> None:
    now, rule = services().clock.now(), load_rules().get(row.code)
    if rule is None or not _may_tell(row, rule, now):
        row.task_state, row.error = HandedState.FAILED, NOT_GIVEN
        db.session.commit()
        return
    row_id, portal_id, key, user_id, seen = row.id, row.portal_id, row.key, row.user_id or 0, row.adding_since
    if seen is not None and (left := seconds_until_settled(seen, now)):
        services().queue.later(JOB, portal_id, row_id, delay=left)
        db.session.commit()
        return
    message = _message(row, rule)
    unadded = DeviationDecision.id == row_id, DeviationDecision.closed_at.is_(None)
    if not claim_adding(DeviationDecision.adding_since, seen, now, *unadded):
        return
    try:
        kept = set_task(_client(portal_id), message, user_id)
    except WriteUncertain:
        db.session.rollback()
        services().queue.later(JOB, portal_id, row_id, delay=SETTLES.total_seconds())
        db.session.commit()
        return
    except PortalError as error:
        db.session.rollback()
        log.warning("the task of a difference was not set", error=type(error).__name__)
        _note(row_id, key, state=HandedState.FAILED, error=ASK_AGAIN if error.retryable else error.public)
        return
    if not _note(row_id, key, state=HandedState.SET, task_id=kept.id):
        services().queue.later("drop_check_task", portal_id, int(kept.id), key, user_id)
        db.session.commit()


def _may_tell(row: DeviationDecision, rule: StandardRule, now: datetime) -> bool:
    """Whether at this moment who gave the task and who gets it see this value of the client."""
    people = (row.by_id, row.user_id or 0)
    return all(sees_rule(find_seat(row.portal_id, one), row.client_id, rule, now) for one in people)


def _client(portal_id: int) -> RestClient:
    return open_client(portal_id, background=True, person=True)


def _note(row_id: int, key: str, *, state: HandedState, task_id: str = "", error: str = "") -> bool:
    """Keep what came of it; False when it was taken back meanwhile."""
    row = own_decision(row_id)
    if row is None or row.key != key or (row.closed_at is not None and row.end != DecisionEnd.MET):
        return False
    row.task_state, row.task_id, row.error, row.adding_since = state, task_id, error, None
    if row.closed_at is not None and task_id:  # it agreed while the task was being set
        services().queue.later(JOB, row.portal_id, row_id)
    db.session.commit()
    return True


def _complete(row: DeviationDecision) -> None:
    """Complete the task, unless people have done so or the client shows the value no more: then it stays as it is."""
    now, rule = services().clock.now(), load_rules().get(row.code)
    row_id, portal_id, user_id, number = row.id, row.portal_id, row.user_id or 0, row.task_id
    mark, sought = mark_of(_full_key(row), user_id), row.adding_since is not None
    told = rule is not None and gives_rule(portal_id, row.client_id, rule, now)
    if sought and not number and (left := seconds_until_settled(row.adding_since or now, now)):
        services().queue.later(JOB, portal_id, row_id, delay=left)
        db.session.commit()
        return
    db.session.commit()
    if told and (number or sought):
        client = _client(portal_id)
        number = number or find_marked(client, mark, user_id)
        found = find_task(client, number) if number else None
        if found is not None and not found.closed:
            fields = {"STATUS": DONE}
            client.call("tasks.task.update", {"taskId": int(number), "fields": fields}, write=True)
    if (again := own_decision(row_id)) is not None:
        again.task_state, again.task_id = HandedState.ENDED, number
    db.session.commit()


def _full_key(row: DeviationDecision) -> str:
    """The key of the message, as `compose` makes it and `drop_check_task` looks for it."""
    return f"{db.session.get_one(Portal, row.portal_id).member_id}:check:{row.key}"


def _message(row: DeviationDecision, rule: StandardRule) -> Message:
    """The task in the language of the own portal: the client, what is expected, what was found and when."""
    portal = db.session.get_one(Portal, row.portal_id)
    dispatcher = open_dispatcher(portal)
    name = read_note(row.client_id).name or db.session.get_one(Portal, row.client_id).domain
    with portal_scope(row.client_id):
        value = db.session.scalar(select(FoundValue).where(FoundValue.code == row.code))
    found = found_words(rule, value, dispatcher.now) if value is not None else sentence(N_("not known"))
    read_at = value.read_at if value is not None else None
    lines = [
        sentence(N_("Expected: %(value)s"), value=expected_words(rule, row.expected)),
        sentence(N_("In the portal: %(value)s"), value=found),
    ]
    if read_at is not None:
        lines.append(
            sentence(N_("Read: %(moment)s, %(source)s"), moment=read_at, source=sentence(rule.source))
        )
    lines.append(sentence(N_("The task is completed by itself as soon as the value agrees.")))
    title = sentence(N_("%(client)s: %(rule)s"), client=name, rule=sentence(rule.title))
    draft = MessageDraft(
        title, tuple(lines), screen=Screen.CLIENTS, deadline=_deadline(row, portal), public=True
    )
    message = compose(dispatcher, draft, f"check:{row.key}", row.code)
    return replace(message, link_text=dispatcher.translator.say(sentence(N_("Open the list of clients"))))


def _deadline(row: DeviationDecision, portal: Portal) -> date | None:
    """The day that was chosen, unless it has passed while the task waited."""
    return row.until if row.until and row.until >= day_in(services().clock, portal.time_zone) else None
