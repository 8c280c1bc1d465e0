"""Decisions about differences: accepted until a day, handed on as a task, taken back; what agrees again closes by itself."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from b24app.database import current_portal_id, db, every_portal, portal_scope
from b24app.errors import BadInput
from b24app.input_limits import check_text
from b24app.integrators.acting_persons import person_of
from b24app.integrators.audit import Deed, write_line
from b24app.integrators.members import MemberSeat, find_seat
from b24app.integrators.pipeline.states import seconds_until_settled
from b24app.integrators.standards.allowed_rules import gives_rule, sees_rule
from b24app.integrators.standards.model import (
    DecisionEnd,
    DecisionKind,
    DeviationDecision,
    HandedState,
    StandardLine,
)
from b24app.integrators.standards.rule_registry import load_rules
from b24app.integrators.standards.standard_rule import FoundReading, StandardRule, agrees, is_current
from b24app.services import services
from b24app.text.messages import N_

JOB = "keep_deviation_task"
PLACE = "/clients/standards"
LONGEST_DAYS = 366
LONGEST_NOTE = 500
REASONS = {
    "client_decided": N_("The client has decided so"),
    "being_mended": N_("It is being mended"),
    "not_needed": N_("This client does not need it"),
    "other": N_("Another reason"),
}
"""Why a difference is accepted; the code is stored."""


@dataclass(frozen=True, slots=True)
class ValueDifference:
    """One value that is not the expected one, as the page has found it."""

    standard_id: int
    client_id: int
    consent_code: str
    rule: StandardRule
    expected: int
    digest: str


def accept(
    one: ValueDifference, seat: MemberSeat, reason: str, note: str, until: date, *, today: date, at: datetime
) -> None:
    """Accept a value until a day; another wrong value is not covered by it. Raises BadInput."""
    if reason not in REASONS:
        raise BadInput(N_("Choose why."), "reason")
    if not 0 <= (until - today).days < LONGEST_DAYS:
        raise BadInput(N_("Choose a day from today to a year from now."), "until")
    row = _new(one, seat, DecisionKind.ACCEPTED, at)
    row.reason, row.note, row.until = reason, check_text(note.strip(), "note", LONGEST_NOTE), until
    row.task_state = HandedState.ENDED
    _put_in_place(one, row, seat, at)


def hand_on(
    one: ValueDifference, seat: MemberSeat, user_id: int | None, until: date, *, today: date, at: datetime
) -> bool:
    """Hand a difference on to a colleague as a task of the own portal; False when it is handed on already. Raises BadInput."""
    member = find_seat(seat.portal_id, user_id) if user_id else None
    if member is None:
        raise BadInput(N_("Choose who does it."), "user")
    if not sees_rule(member, one.client_id, one.rule, at):
        raise BadInput(N_("This person does not see this value of the client: the role or the groups do not include it."), "user")  # fmt: skip
    if not 0 <= (until - today).days < LONGEST_DAYS:
        raise BadInput(N_("Choose a day from today to a year from now."), "until")
    known = open_decision(one)
    if known is not None and known.kind == DecisionKind.TASK and known.task_state != HandedState.FAILED:
        return False
    row = _new(one, seat, DecisionKind.TASK, at)
    row.user_id, row.user_name, row.until = member.user_id, member.name[:255], until
    row.key, row.task_state = secrets.token_hex(8), HandedState.WAITING
    _put_in_place(one, row, seat, at)
    services().queue.later(JOB, seat.portal_id, row.id)
    return True


def take_back(one: ValueDifference, seat: MemberSeat, *, at: datetime) -> bool:
    """Take a decision back: the difference is to be decided again, a task of it is deleted; False when there was none."""
    known = open_decision(one)
    if known is None:
        return False
    _close(known, DecisionEnd.WITHDRAWN, at)
    _write_down(one, seat, at)
    return True


def open_decision(one: ValueDifference) -> DeviationDecision | None:
    """The open decision of a difference."""
    return db.session.scalar(
        select(DeviationDecision).where(
            DeviationDecision.standard_id == one.standard_id,
            DeviationDecision.client_id == one.client_id,
            DeviationDecision.code == one.rule.code,
            DeviationDecision.closed_at.is_(None),
        )
    )


def _new(one: ValueDifference, seat: MemberSeat, kind: DecisionKind, at: datetime) -> DeviationDecision:
    return DeviationDecision(
        standard_id=one.standard_id, client_id=one.client_id, code=one.rule.code, kind=kind, expected=one.expected,
        digest=one.digest, by=seat.name[:255], by_id=seat.user_id, at=at,
    )  # fmt: skip


def _put_in_place(one: ValueDifference, row: DeviationDecision, seat: MemberSeat, at: datetime) -> None:
    """Keep the one open decision of a difference: the one before ends, and of two at the same moment the first stays."""
    known = open_decision(one)
    if known is not None:
        _close(known, DecisionEnd.REPLACED, at)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise BadInput(
            N_("Somebody has decided this at the same moment: look at the list again."), ""
        ) from None
    _write_down(one, seat, at)


def _write_down(one: ValueDifference, seat: MemberSeat, at: datetime) -> None:
    """Record in the client's journal that something was done by what it has shown."""
    who = person_of(seat)
    with portal_scope(one.client_id):
        write_line(one.consent_code, who, Deed.ACTED, at, right=str(one.rule.right), detail=PLACE)


def _close(row: DeviationDecision, end: DecisionEnd, at: datetime) -> None:
    """End a decision; a task whose value agrees again is completed by its job, every other one is deleted."""
    row.closed_at, row.end = at, end
    db.session.flush()
    if row.kind != DecisionKind.TASK or row.task_state == HandedState.ENDED:
        return
    if end is DecisionEnd.MET:
        services().queue.later(JOB, row.portal_id, row.id)
        return
    row.task_state = HandedState.ENDED
    db.session.flush()
    if row.task_id or row.adding_since is not None:
        delay = seconds_until_settled(row.adding_since, at) if row.adding_since and not row.task_id else 0
        number = int(row.task_id) if row.task_id else 0
        services().queue.later(
            "drop_check_task", row.portal_id, number, row.key, row.user_id or 0, delay=delay
        )


def withdraw_lines(standard_id: int, left: Collection[str], at: datetime) -> None:
    """End the decisions about rules that a standard of the portal in scope has no more."""
    mine = select(DeviationDecision).where(
        DeviationDecision.standard_id == standard_id,
        DeviationDecision.closed_at.is_(None),
        DeviationDecision.code.not_in(left),
    )
    for row in db.session.scalars(mine).all():
        _close(row, DecisionEnd.WITHDRAWN, at)


def settle_decisions(client_id: int, found: Mapping[str, FoundReading], now: datetime) -> None:
    """Close decisions whose value agrees again, of those integrators alone to whom the client shows that value now."""
    rules = load_rules()
    with every_portal():
        rows = db.session.execute(
            select(DeviationDecision, StandardLine.expected)
            .join(
                StandardLine,
                (StandardLine.standard_id == DeviationDecision.standard_id)
                & (StandardLine.code == DeviationDecision.code),
            )
            .where(DeviationDecision.client_id == client_id, DeviationDecision.closed_at.is_(None))
            .order_by(DeviationDecision.id)
        ).all()
    for row, expected in rows:
        rule, reading = rules.get(row.code), found.get(row.code)
        if rule is None or reading is None or not _met(rule, expected, reading, now):
            continue
        if gives_rule(row.portal_id, client_id, rule, now):
            with portal_scope(row.portal_id):
                _close(row, DecisionEnd.MET, now)


def _met(rule: StandardRule, expected: int, reading: FoundReading, now: datetime) -> bool:
    return (
        not reading.lack and is_current(rule, reading.read_at, now) and agrees(rule, expected, reading, now)
    )


def own_decision(row_id: int) -> DeviationDecision | None:
    """A decision of the portal in scope as it is stored now."""
    query = select(DeviationDecision).where(
        DeviationDecision.id == row_id, DeviationDecision.portal_id == current_portal_id()
    )
    return db.session.scalar(query.execution_options(populate_existing=True))
