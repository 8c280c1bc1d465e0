"""The list of a standard's differences: a page of it behind a place, and one of them by client and rule."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Label,
    RowMapping,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute

from b24app.database import db, every_portal
from b24app.errors import NotFound
from b24app.integrators.board_query import BoardAt
from b24app.integrators.standards.decisions import ValueDifference
from b24app.integrators.standards.deviation_query import (
    ACCEPTED,
    DIFFERS,
    HANDED,
    NOT_KNOWN,
    allowed,
    clients_of_standard,
    decided,
    known,
    line_codes,
    of_value,
    status,
)
from b24app.integrators.standards.model import DeviationDecision, FoundValue, StandardLine
from b24app.integrators.standards.stored_standards import StandardView
from b24app.stored_values import MOST_INTEGER

PAGE = 30
SHOWN = {
    "all": (DIFFERS, HANDED, ACCEPTED, NOT_KNOWN),
    "open": (DIFFERS,),
    "handed": (HANDED,),
    "accepted": (ACCEPTED,),
    "unknown": (NOT_KNOWN,),
}
"""The states of a part of the list, by its word in the address."""


@dataclass(frozen=True, slots=True)
class DeviationRow:
    """One value that is not the expected one, or is unknown; nothing of it that the client does not show."""

    client_code: str
    client_id: int
    name: str
    responsible_id: int | None
    code: str
    place: int
    rank: int
    state: int
    sees: bool
    is_known: bool
    lack: str | None
    number: int | None
    moment: datetime | None
    names: Sequence[str]
    digest: str | None
    read_at: datetime | None
    since: datetime | None
    decision_id: int | None
    by: str | None
    decided_at: datetime | None
    reason: str | None
    note: str | None
    until: date | None
    user_name: str | None
    task_state: str | None
    task_error: str | None

    @property
    def cursor(self) -> str:
        """Its place in the list, for an address."""
        return f"{self.state}~{self.rank}~{self.client_id}~{self.place}"


def list_deviations(
    at: BoardAt, standard: StandardView, shown: str = "all", after: str = "", most: int = PAGE
) -> tuple[DeviationRow, ...]:
    """The differences behind a place, what is to be decided first; one more than a page when there are more."""
    if not standard.lines:
        return ()
    rows = _rows(at, standard).subquery("rows")
    order = (rows.c.state, rows.c.rank, rows.c.client_id, rows.c.place)
    query = select(rows).where(rows.c.state.in_(SHOWN[shown]))
    if (place := read_place(after)) is not None:
        query = query.where(tuple_(*order) > tuple_(*(literal(one) for one in place)))
    return _read(query.order_by(*order).limit(most + 1))


def find_difference(
    at: BoardAt, standard: StandardView, client_code: str, rule_code: str
) -> tuple[DeviationRow, ValueDifference]:
    """One differing value, as it is now, decided or not; raises NotFound in every other case."""
    line = standard.line(rule_code)
    rows = _rows(at, standard, {rule_code}).subquery("rows") if line else None
    wanted = (DIFFERS, HANDED, ACCEPTED)
    found = (
        _read(select(rows).where(rows.c.client_code == client_code, rows.c.state.in_(wanted)))
        if rows is not None
        else ()
    )
    if not found or line is None:
        raise NotFound("deviation")
    row = found[0]
    return row, ValueDifference(
        standard.id, row.client_id, client_code, line.rule, line.expected, row.digest or ""
    )


def _read(query: Select[Any]) -> tuple[DeviationRow, ...]:
    with every_portal():
        found = db.session.execute(query).mappings().all()
    return tuple(_row(row) for row in found)


def _row(row: RowMapping) -> DeviationRow:
    """Leave out a decision that does not count for this value, such as an acceptance that is over."""
    counts = row["state"] in (HANDED, ACCEPTED)
    told: dict[str, Any] = {one.name: row[one.name] for one in fields(DeviationRow)}
    told |= {} if counts else dict.fromkeys(DECISION)
    told["names"] = told["names"] or ()
    return DeviationRow(**told)


def _rows(at: BoardAt, standard: StandardView, only: Collection[str] = ()) -> Select[Any]:
    """Every rule of every client; the columns of a value are empty where it is not shown."""
    members = clients_of_standard(at, standard)
    codes = [one.rule.code for one in standard.lines if not only or one.rule.code in only]
    state, sees = status(at, standard, members, decided(at)), allowed(standard, members)
    losing = StandardLine.code.in_(line_codes(standard, lambda rule: rule.loses_orders))
    places = [(StandardLine.code == one.rule.code, n) for n, one in enumerate(standard.lines)]
    return (
        select(
            members.c.code.label("client_code"),
            members.c.client_id,
            members.c.name,
            members.c.responsible_id,
            StandardLine.code.label("code"),
            case(*places, else_=0).label("place"),
            case((losing, 0), else_=1).label("rank"),
            state.label("state"),
            sees.label("sees"),
            func.coalesce(known(standard, at.now), false()).label("is_known"),
            *(_shown(sees, name) for name in VALUE),
            *(column.label(name) for name, column in DECISION.items()),
        )
        .select_from(members)
        .join(StandardLine, and_(StandardLine.standard_id == standard.id, StandardLine.code.in_(codes)))
        .outerjoin(FoundValue, and_(FoundValue.portal_id == members.c.client_id, FoundValue.code == StandardLine.code))
        .outerjoin(DeviationDecision, of_value(at, members))
    )  # fmt: skip


VALUE = ("lack", "number", "moment", "names", "digest", "read_at", "since")
DECISION: Mapping[str, InstrumentedAttribute[Any]] = {
    "decision_id": DeviationDecision.id, "by": DeviationDecision.by, "decided_at": DeviationDecision.at,
    "reason": DeviationDecision.reason, "note": DeviationDecision.note, "until": DeviationDecision.until,
    "user_name": DeviationDecision.user_name, "task_state": DeviationDecision.task_state, "task_error": DeviationDecision.error,
}  # fmt: skip


def _shown(sees: ColumnElement[bool], name: str) -> Label[Any]:
    return case((sees, getattr(FoundValue, name))).label(name)


def read_place(text: str) -> tuple[int, int, int, int] | None:
    """The place that an address names; None for what is none."""
    parts = text.split("~")
    if len(parts) != 4 or len(text) > 40 or not all(one.isascii() and one.isdecimal() for one in parts):
        return None
    first, second, third, last = (int(one) for one in parts)
    return (first, second, third, last) if max(first, second, third, last) <= MOST_INTEGER else None
