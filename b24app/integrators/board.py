"""The board read: a page of clients, how many there are for each reason and day, and whose consent has ended lately."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, select, tuple_

from b24app.clock import months_later
from b24app.database import db, every_portal, portal_scope
from b24app.integrators.act_by import ActReason
from b24app.integrators.board_conditions import BoardConditions, BoardView
from b24app.integrators.board_filters import end_of_week, filtered, in_view
from b24app.integrators.board_query import NEVER, BoardAt, clients_of
from b24app.integrators.model import ClientGroup, ClientNote, Consent, GroupedClient, Values
from b24app.integrators.own_clients import own_client_ids
from b24app.stored_values import MOST_INTEGER

PAGE = 30
ENDED_SHOWN = timedelta(days=30)
COUNTED = (BoardView.MONEY, BoardView.BROKE, BoardView.NO_DATE, BoardView.GROWTH)


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One client as the board shows it; None is unknown, or not given: `sees_…` distinguish the two.

    `act_on` is the day of everything that is to be done, today at the earliest; `term_act_on` the term's own, even a past one.
    """

    code: str
    client_id: int
    name: str
    domain: str
    inn: str
    responsible_id: int | None
    sees_terms: bool
    sees_checks: bool
    sees_papers: bool
    sees_copies: bool
    may_run: bool
    may_act: bool
    may_copy: bool
    day: date | None
    act_on: date | None
    reason: str
    rank: int
    plan_code: str | None
    plan_name: str | None
    ends_on: date | None
    date_state: str | None
    said_by: str | None
    said_at: datetime | None
    pay_by: date | None
    state: str | None
    act_step: str | None
    term_act_on: date | None
    stage: str | None
    steps: str | None
    money: str | None
    usage: int | None
    usage_code: str | None
    amount: Decimal | None
    currency: str | None
    estimate: bool | None
    amount_from: str | None
    blockers: int | None
    blocking: Sequence[str] | None
    broke_count: int | None
    broke: Sequence[Values] | None
    copy_set_up: bool | None
    copied_at: datetime | None
    copy_verified: bool | None
    access: str
    access_since: datetime | None
    swept_at: datetime | None

    @property
    def cursor(self) -> str:
        """Its place in the order of the board, for an address."""
        return f"{(self.act_on or NEVER).isoformat()}~{self.rank}~{self.client_id}"


SHOWN = tuple(one.name for one in fields(ClientRow))


@dataclass(frozen=True, slots=True)
class BoardTally:
    """How many clients the conditions leave: in all, by day and reason, and in each view."""

    total: int
    by_day: Mapping[tuple[date | None, str], int]
    by_view: Mapping[BoardView, int]

    def until(self, last: date, first: date | None = None) -> int:
        """How many clients have to be acted for from one day to another."""
        found = (
            n for (day, _), n in self.by_day.items() if day and day <= last and (not first or day >= first)
        )
        return sum(found)

    def reasons(self, last: date) -> dict[str, int]:
        """How many clients there are of each reason until a day."""
        found = {str(reason): 0 for reason in ActReason}
        for (day, reason), number in self.by_day.items():
            if day is not None and day <= last and reason in found:
                found[reason] += number
        return found

    @property
    def next_day(self) -> date | None:
        """The nearest day on which anybody has to act."""
        return min((day for day, _ in self.by_day if day is not None), default=None)


def read_page(
    at: BoardAt, conditions: BoardConditions, after: str = "", most: int = PAGE
) -> tuple[ClientRow, ...]:
    """The clients of a view in the order of their days, those behind a cursor; one more than a page when there are more."""
    board = clients_of(at)
    columns = [board.c[name] for name in SHOWN]
    order = (board.c.act_key, board.c.rank, board.c.client_id)
    query = select(*columns).where(
        *filtered(board, at, conditions), in_view(board, conditions.view, at.today)
    )
    if (place := read_cursor(after)) is not None:
        query = query.where(tuple_(*order) > tuple_(*place))
    with every_portal():
        found = db.session.execute(query.order_by(*order).limit(most + 1))
        return tuple(ClientRow(*row) for row in found)


def read_chosen(
    at: BoardAt, conditions: BoardConditions, codes: Collection[str] = frozenset()
) -> tuple[ClientRow, ...]:
    """All clients that the conditions leave in their view, or those among all of them that were ticked."""
    board = clients_of(at)
    columns = [board.c[name] for name in SHOWN]
    which: list[ColumnElement[bool]] = [board.c.code.in_(sorted(codes))]
    if not codes:
        which = [*filtered(board, at, conditions), in_view(board, conditions.view, at.today)]
    query = select(*columns).where(*which).order_by(board.c.act_key, board.c.rank, board.c.client_id)
    with every_portal():
        return tuple(ClientRow(*row) for row in db.session.execute(query))


def find_client(at: BoardAt, code: str) -> ClientRow | None:
    """One client by the code of its living consent; nothing when this person does not see it."""
    return next(iter(read_chosen(at, BoardConditions(BoardView.ALL), {code})), None)


def read_cursor(text: str) -> tuple[date, int, int] | None:
    """The place that an address names; None for what is none."""
    parts = text.split("~")
    if len(parts) != 3 or not (parts[1] + parts[2]).isdecimal() or len(text) > 40:
        return None
    try:
        place = date.fromisoformat(parts[0]), int(parts[1]), int(parts[2])
    except ValueError:
        return None
    return place if max(place[1:]) <= MOST_INTEGER else None


def tally(at: BoardAt, conditions: BoardConditions) -> BoardTally:
    """Count the clients in one statement, whatever the view and its days."""
    board = clients_of(at)
    lasting = conditions.with_view(BoardView.ALL)
    parts = [
        func.sum(cast(func.coalesce(case((in_view(board, view, at.today), 1), else_=0), 0), Integer))
        for view in COUNTED
    ]
    query = (
        select(board.c.act_on, board.c.reason, func.count(), *parts)
        .where(*filtered(board, at, lasting))
        .group_by(board.c.act_on, board.c.reason)
    )
    with every_portal():
        rows = db.session.execute(query).all()
    by_day = {(row[0], row[1] or ""): int(row[2]) for row in rows}
    sums = {view: sum(int(row[3 + n] or 0) for row in rows) for n, view in enumerate(COUNTED)}
    total = sum(by_day.values())
    found = BoardTally(total, by_day, sums)
    week = found.until(end_of_week(at.today))
    return BoardTally(total, by_day, {**sums, BoardView.ALL: total, BoardView.WEEK: week})


@dataclass(frozen=True, slots=True)
class PayDay:
    """The last day to pay of so many clients; `amount` is None while the sum of one of them is unknown."""

    clients: int
    amount: Decimal
    priced: int
    estimates: int


def tally_year(at: BoardAt, conditions: BoardConditions) -> dict[tuple[date, str], PayDay]:
    """How many clients have their last day to pay on each day of the next twelve months, with sums by currency."""
    board = clients_of(at)
    lasting = conditions.with_view(BoardView.ALL)
    last = months_later(datetime.combine(at.today.replace(day=1), datetime.min.time()), 12).date()
    query = (
        select(
            board.c.pay_by,
            board.c.currency,
            func.count(),
            func.sum(board.c.amount),
            func.count(board.c.amount),
            func.sum(case((board.c.estimate, 1), else_=0)),
        )
        .where(*filtered(board, at, lasting), board.c.pay_by >= at.today, board.c.pay_by < last)
        .group_by(board.c.pay_by, board.c.currency)
    )
    with every_portal():
        rows = db.session.execute(query).all()
    return {
        (row[0], row[1] or ""): PayDay(int(row[2]), Decimal(row[3] or 0), int(row[4]), int(row[5] or 0))
        for row in rows
    }


def plans_seen(at: BoardAt) -> dict[str, str]:
    """The plans of all clients, by code."""
    board = clients_of(at)
    query = select(board.c.plan_code, func.max(board.c.plan_name)).where(board.c.plan_code != "")
    with every_portal():
        rows = db.session.execute(query.group_by(board.c.plan_code))
        return {code: name or code for code, name in rows}


def groups_of(portal_id: int, client_ids: Collection[int]) -> dict[int, list[str]]:
    """The groups of some clients, by client."""
    query = (
        select(GroupedClient.client_id, ClientGroup.name)
        .join(ClientGroup, ClientGroup.id == GroupedClient.group_id)
        .where(GroupedClient.client_id.in_(client_ids))
        .order_by(ClientGroup.name)
    )
    found: dict[int, list[str]] = {}
    with portal_scope(portal_id):
        for client_id, name in db.session.execute(query):
            found.setdefault(client_id, []).append(name)
    return found


def ended_lately(at: BoardAt) -> tuple[str, ...]:
    """The names of clients whose consent ended within thirty days and who have given no other: the kept name alone."""
    seat, now = at.seat, at.now
    own = own_client_ids(seat)
    end = case((Consent.ended_at.is_(None), Consent.ends_at), else_=Consent.ended_at)
    other = Consent.__table__.alias()
    lives = and_(
        other.c.portal_id == Consent.portal_id,
        other.c.integrator_id == seat.portal_id,
        other.c.ended_at.is_(None),
        other.c.ends_at > now,
    )
    newest = (
        select(func.max(other.c.id))
        .where(other.c.portal_id == Consent.portal_id, other.c.integrator_id == seat.portal_id)
        .scalar_subquery()
    )
    query = (
        select(func.coalesce(func.nullif(ClientNote.name, ""), Consent.client_name))
        .select_from(Consent)
        .outerjoin(
            ClientNote,
            and_(ClientNote.client_id == Consent.portal_id, ClientNote.portal_id == seat.portal_id),
        )
        .where(Consent.integrator_id == seat.portal_id, end > now - ENDED_SHOWN, end <= now)
        .where(Consent.id == newest)
        .where(
            ~select(other.c.id).where(lives).exists(), *(() if own is None else (Consent.portal_id.in_(own),))
        )
        .distinct()
    )
    with every_portal():
        return tuple(sorted(db.session.scalars(query)))
