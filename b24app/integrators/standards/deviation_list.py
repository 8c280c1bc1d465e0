"""The list of a standard's differences: a page of it behind a place, and one of them by client and rule."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Label,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from b24app.database import db, every_portal
from b24app.errors import NotFound
from b24app.integrators.board_query import BoardAt
from b24app.integrators.standards.decisions import Difference
from b24app.integrators.standards.deviation_query import (
    ACCEPTED,
    DIFFERS,
    HANDED,
    MET,
    NOT_KNOWN,
    allowed,
    clients_of_standard,
    known,
    status,
)
from b24app.integrators.standards.model import DeviationDecision, FoundValue, StandardLine
from b24app.integrators.standards.stored_standards import ExpectedValue, StandardView
from b24app.stored_values import MOST_INTEGER

PAGE = 30
SHOWN = {
    "all": (DIFFERS, HANDED, ACCEPTED, NOT_KNOWN),
    "open": (DIFFERS,),
    "handed": (HANDED,),
    "accepted": (ACCEPTED,),
    "unknown": (NOT_KNOWN,),
}
"""What a part of the list holds, by its word in the address."""


@dataclass(frozen=True, slots=True)
class DeviationRow:
    """One value that is not the expected one, or not known; nothing of it that the client does not show."""

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
) -> tuple[DeviationRow, Difference]:
    """One value that differs, as it is now, decided or not; raises NotFound for every other one, whatever the reason."""
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
    return row, Difference(
        standard.id, row.client_id, client_code, line.rule, line.expected, row.digest or ""
    )


def _read(query: Select[Any]) -> tuple[DeviationRow, ...]:
    with every_portal():
        found = db.session.execute(query).mappings().all()
    names = [one.name for one in fields(DeviationRow)]
    return tuple(DeviationRow(**{name: row[name] for name in names}) for row in found)


def _rows(at: BoardAt, standard: StandardView, only: Collection[str] = ()) -> Select[Any]:
    """Every rule of every client; the columns of a value are empty where it is not shown, those of a decision where none counts."""
    members = clients_of_standard(at, standard)
    lines = [one for one in standard.lines if not only or one.rule.code in only]
    state = _each(lines, lambda line: status(at, standard, line, members), NOT_KNOWN, Integer)
    sees = _each(lines, lambda line: allowed(members, line), false(), Boolean)
    decision = DeviationDecision
    return (
        select(
            members.c.code.label("client_code"),
            members.c.client_id,
            members.c.name,
            members.c.responsible_id,
            StandardLine.code.label("code"),
            _each(lines, lambda line: literal(standard.lines.index(line)), 0, Integer).label("place"),
            _each(lines, lambda line: literal(0 if line.rule.loses_orders else 1), 1, Integer).label("rank"),
            state.label("state"),
            sees.label("sees"),
            _each(lines, lambda line: func.coalesce(known(line, at.now), false()), false(), Boolean).label("is_known"),
            *(_shown(sees, name) for name in ("lack", "number", "moment", "names", "digest", "read_at", "since")),
            *_decision_columns(state),
        )
        .select_from(members)
        .join(StandardLine, and_(StandardLine.standard_id == standard.id, StandardLine.code.in_([one.rule.code for one in lines])))
        .outerjoin(FoundValue, and_(FoundValue.portal_id == members.c.client_id, FoundValue.code == StandardLine.code))
        .outerjoin(
            decision,
            and_(
                decision.standard_id == standard.id,
                decision.client_id == members.c.client_id,
                decision.code == StandardLine.code,
                decision.closed_at.is_(None),
            ),
        )
        .where(state != MET)
    )  # fmt: skip


def _each(lines: Sequence[ExpectedValue], of: Any, otherwise: Any, kind: Any) -> ColumnElement[Any]:
    """One expression for each rule."""
    return cast(
        case(*((StandardLine.code == line.rule.code, of(line)) for line in lines), else_=otherwise), kind
    )


def _shown(sees: ColumnElement[bool], name: str) -> Label[Any]:
    return case((sees, getattr(FoundValue, name))).label(name)


def _decision_columns(state: ColumnElement[int]) -> list[Label[Any]]:
    """A decision that counts for this value alone; an acceptance that is over, or of another value, is told as its past."""
    row = DeviationDecision
    named = {
        "decision_id": row.id, "by": row.by, "decided_at": row.at, "reason": row.reason, "note": row.note, "until": row.until,
        "user_name": row.user_name, "task_state": row.task_state, "task_error": row.error,
    }  # fmt: skip
    counts = or_(state == HANDED, state == ACCEPTED)
    return [case((counts, column)).label(name) for name, column in named.items()]


def read_place(text: str) -> tuple[int, int, int, int] | None:
    """The place that an address names; None for what is none."""
    parts = text.split("~")
    if len(parts) != 4 or len(text) > 40 or not all(one.isascii() and one.isdecimal() for one in parts):
        return None
    first, second, third, last = (int(one) for one in parts)
    return (first, second, third, last) if max(first, second, third, last) <= MOST_INTEGER else None
