"""Conditions of the board as SQL: what each view holds, and what each value of each field means."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, Subquery, and_, false, func, not_, or_, select, true

from b24app.integrators.board_conditions import (
    BoardConditions,
    BoardField,
    BoardView,
    read_days,
    read_number,
)
from b24app.integrators.board_query import FRESH_COPY, BoardAt
from b24app.integrators.model import GroupedClient
from b24app.plans.usage import NEAR_PERCENT

UNKNOWN, NONE = "unknown", "none"
Meaning = Callable[[Subquery, BoardAt, str], ColumnElement[bool]]


def end_of_week(today: date) -> date:
    """The Sunday of the week of a day."""
    return today + timedelta(days=7 - today.isoweekday())


def in_view(board: Subquery, view: BoardView, today: date) -> ColumnElement[bool]:
    """The condition of a view in SQL."""
    return {
        BoardView.WEEK: board.c.act_on <= end_of_week(today),
        BoardView.YEAR: board.c.pay_by >= today,
        BoardView.MONEY: board.c.money == "paid",
        BoardView.BROKE: board.c.broke_count > 0,
        BoardView.NO_DATE: board.c.date_state == UNKNOWN,
        BoardView.GROWTH: board.c.usage >= NEAR_PERCENT,
        BoardView.ALL: true(),
    }[view]


def filtered(board: Subquery, at: BoardAt, conditions: BoardConditions) -> list[ColumnElement[bool]]:
    """The conditions in SQL, whatever the view: one of the wanted values of each field, none of the unwanted."""
    found: list[ColumnElement[bool]] = []
    for field in BoardField:
        wanted, unwanted = conditions.of(field), conditions.of(field, excluded=True)
        if wanted:
            found.append(_any(board, at, field, wanted))
        if unwanted:
            found.append(not_(func.coalesce(_any(board, at, field, unwanted), false())))
    return found


def _any(board: Subquery, at: BoardAt, field: BoardField, values: Iterable[str]) -> ColumnElement[bool]:
    return or_(*(MEANINGS[field](board, at, value) for value in values))


def _column(name: str, **other: str) -> Meaning:
    """A condition on a column; `unknown` finds its empty values, `other` has the column's own names where they differ."""

    def mean(board: Subquery, _at: BoardAt, value: str) -> ColumnElement[bool]:
        column = board.c[name]
        if value == UNKNOWN and UNKNOWN not in other:
            return func.coalesce(column, "") == ""
        return column == other.get(value, value)

    return mean


def _group(board: Subquery, at: BoardAt, value: str) -> ColumnElement[bool]:
    mine = and_(GroupedClient.client_id == board.c.client_id, GroupedClient.portal_id == at.seat.portal_id)
    if value == NONE:
        return ~_exists(select(GroupedClient.id).where(mine))
    number = read_number(value)
    return (
        _exists(select(GroupedClient.id).where(mine, GroupedClient.group_id == number)) if number else false()
    )


def _exists(query: Select[int]) -> ColumnElement[bool]:
    return query.exists()


def _person(board: Subquery, _at: BoardAt, value: str) -> ColumnElement[bool]:
    column = board.c.responsible_id
    return column.is_(None) if value == NONE else column == read_number(value)


def _copy(board: Subquery, at: BoardAt, value: str) -> ColumnElement[bool]:
    """Fresh and verified, old, not verified, none at all; what a consent does not give is none of them."""
    c, border = board.c, at.now - FRESH_COPY
    return {
        "fresh": and_(c.copied_at >= border, c.copy_verified.is_(True)),
        "old": c.copied_at < border,
        "unproven": c.copy_verified.is_(False),
        NONE: and_(c.copy_set_up.is_not(None), c.copied_at.is_(None)),
        UNKNOWN: c.copy_set_up.is_(None),
    }.get(value, false())


def _days(name: str) -> Meaning:
    def mean(board: Subquery, _at: BoardAt, value: str) -> ColumnElement[bool]:
        days = read_days(value)
        return board.c[name].between(*days) if days else false()

    return mean


def _text(board: Subquery, _at: BoardAt, value: str) -> ColumnElement[bool]:
    """Every word occurs in the name, the address, the INN or the integrator's own name for the client."""
    where = (board.c.search, board.c.note_search, board.c.inn)
    return and_(
        *(
            or_(*(column.contains(word, autoescape=True) for column in where))
            for word in value.lower().split()
        )
    )


def _reason(board: Subquery, _at: BoardAt, value: str) -> ColumnElement[bool]:
    """Clients whose terms are not given, or of whom nothing is read yet, do not count as having nothing to do."""
    if value == NONE:
        return and_(board.c.reason == "", board.c.sees_terms, board.c.day.is_not(None))
    return board.c.reason == value


MEANINGS: dict[BoardField, Meaning] = {
    BoardField.PLAN: _column("plan_code"),
    BoardField.GROUP: _group,
    BoardField.PERSON: _person,
    BoardField.STAGE: _column("stage"),
    BoardField.MONEY: _column("money", none=""),
    BoardField.REASON: _reason,
    BoardField.ACCESS: _column("access"),
    BoardField.DATE: _column("date_state", unknown=UNKNOWN),
    BoardField.COPY: _copy,
    BoardField.DAYS: _days("act_on"),
    BoardField.PAY: _days("pay_by"),
    BoardField.TEXT: _text,
}
