"""The clients of an integrator as one query: living consents at this moment, and of each what it and the person's role give.

What is not given is NULL here already: no condition, count, order or file can reveal any of it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Label,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
)

from b24app.clock import CLOCKS_DIFFER
from b24app.integrators.act_by import ActReason
from b24app.integrators.members import MemberSeat
from b24app.integrators.model import ClientNote, ClientSummary, Consent
from b24app.integrators.own_clients import own_client_ids
from b24app.integrators.rights import NEEDS, Right
from b24app.portals.model import InstallStatus, Portal

SILENT_SWEEP = timedelta(hours=48)
"""After two nights without an answer a portal no longer counts as being in order."""

RANKS = {ActReason.BROKE: 0, ActReason.PAY: 1, ActReason.DATE: 2, ActReason.FINISH: 3}
MAY = {Right.RUN: "may_run", Right.CASE: "may_act", Right.COPY: "may_copy"}
NEVER = date(9999, 12, 31)
FRESH_COPY = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class BoardAt:
    """The person of a board, its moment, and the day of the integrator."""

    seat: MemberSeat
    now: datetime
    today: date


def clients_of(board: BoardAt) -> Subquery:
    """All clients that the person sees now."""
    seat, now = board.seat, board.now
    own = own_client_ids(seat)
    return (
        _columns(board)
        .select_from(Consent)
        .join(Portal, Portal.id == Consent.portal_id)
        .outerjoin(ClientSummary, ClientSummary.portal_id == Consent.portal_id)
        .outerjoin(
            ClientNote,
            and_(ClientNote.client_id == Consent.portal_id, ClientNote.portal_id == seat.portal_id),
        )
        .where(
            Consent.integrator_id == seat.portal_id,
            Consent.ended_at.is_(None),
            Consent.ends_at > now,
            Portal.status != InstallStatus.DELETED,
            *(() if own is None else (Consent.portal_id.in_(own),)),
        )
        .subquery("board")
    )


def gives(seat: MemberSeat, right: Right) -> ColumnElement[bool]:
    """Whether a consent gives a right to a person of this role; together with the right that it needs."""
    wanted = {right, NEEDS.get(right, right)}
    if not wanted <= seat.rights:
        return false()
    return and_(*(cast(Consent.rights, String).contains(f'"{one}"') for one in wanted))


def _columns(board: BoardAt) -> Select[*tuple[Any, ...]]:
    seat, today = board.seat, literal(board.today, Date)
    terms, checks = gives(seat, Right.TERMS), gives(seat, Right.CHECKS)
    papers, copies = gives(seat, Right.PAPERS), or_(gives(seat, Right.CHECKS), gives(seat, Right.COPY))
    broke = and_(checks, ClientSummary.broke_count > 0)
    by_term = case((terms, case((ClientSummary.act_on < today, today), else_=ClientSummary.act_on)))
    act_on = case((broke, today), else_=by_term)
    reason = case(
        (broke, str(ActReason.BROKE)), (terms, func.coalesce(ClientSummary.act_reason, "")), else_=""
    )
    return select(
        Consent.code.label("code"),
        Consent.portal_id.label("client_id"),
        func.coalesce(func.nullif(ClientNote.name, ""), func.nullif(ClientSummary.name, ""), Portal.domain).label("name"),
        Portal.domain.label("domain"),
        func.coalesce(ClientNote.search, "").label("note_search"),
        func.coalesce(ClientSummary.search, Portal.domain).label("search"),
        func.coalesce(ClientNote.inn, "").label("inn"),
        ClientNote.responsible_id.label("responsible_id"),
        terms.label("sees_terms"),
        checks.label("sees_checks"),
        papers.label("sees_papers"),
        copies.label("sees_copies"),
        *(gives(seat, right).label(name) for right, name in MAY.items()),
        ClientSummary.day.label("day"),
        act_on.label("act_on"),
        func.coalesce(act_on, literal(NEVER, Date)).label("act_key"),
        reason.label("reason"),
        _rank(reason).label("rank"),
        *_given(terms, "plan_code", "plan_name", "ends_on", "date_state", "said_by", "said_at", "pay_by", "state"),
        *_given(terms, "act_step", "stage", "steps", "money", "usage", "usage_code"),
        case((terms, ClientSummary.act_on)).label("term_act_on"),
        *_given(papers, "amount", "currency", "estimate", "amount_from"),
        *_given(checks, "blockers", "blocking", "broke_count", "broke"),
        *_given(copies, "copy_set_up", "copied_at", "copy_verified"),
        _access(board).label("access"),
        ClientSummary.access_since.label("access_since"),
        ClientSummary.swept_at.label("swept_at"),
    )  # fmt: skip


def _given(allowed: ColumnElement[bool], *names: str) -> list[Label[Any]]:
    columns = ((name, getattr(ClientSummary, name)) for name in names)
    return [case((allowed, column)).label(name) for name, column in columns]


def _rank(reason: ColumnElement[str]) -> ColumnElement[int]:
    return case(*((reason == str(code), rank) for code, rank in RANKS.items()), else_=len(RANKS))


def _access(board: BoardAt) -> ColumnElement[str]:
    """The stored access; `late` instead of `alive` when the answer is old, or of a moment to come."""
    stale = or_(
        ClientSummary.answered_at < board.now - SILENT_SWEEP,
        ClientSummary.answered_at > board.now + CLOCKS_DIFFER,
    )
    return case(
        (and_(ClientSummary.access == "alive", stale), "late"), else_=func.coalesce(ClientSummary.access, "")
    )
