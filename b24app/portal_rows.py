"""Small sets of rows of one portal, each asked for where it is needed; a page reads all of them in one statement.

The statement answers one line: for every set a JSON array of its rows, read back by the types of their columns. Only what is
few by nature belongs here: terms, people, settings, answers; never runs, calls or messages.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, TypeVar, cast

from sqlalchemy import (
    Connection,
    Date,
    DateTime,
    LargeBinary,
    Numeric,
    ScalarSelect,
    Select,
    String,
    TextClause,
    TypeDecorator,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import InstrumentedAttribute, Mapper, defer
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine

from b24app.database import OfPortal, current_portal_id, db

Found = TypeVar("Found")
KNOWN: list["PortalRows[OfPortal]"] = []
Sets = tuple["PortalRows[OfPortal]", ...]
Read = Callable[[object], object]
Part = tuple[str, Sequence[Read]]
"""The rows of one set as JSON, and what reads each value back."""


class PortalRows(Generic[Found]):
    """The rows that a query of one table finds in the portal of the scope; nobody changes them, and `without` is left out."""

    def __init__(self, query: Select[Found], *, without: Sequence[str] = ()) -> None:
        self.query = query
        self.mapper: Mapper[Found] = query.column_descriptions[0]["entity"].__mapper__
        keys = [attribute.key for attribute in self.mapper.column_attrs if attribute.key not in without]
        self.columns: Mapping[str, InstrumentedAttribute[object]] = {
            key: getattr(self.mapper.class_, key) for key in keys
        }
        self._lighter = query.options(*(defer(getattr(self.mapper.class_, key)) for key in without))
        KNOWN.append(cast("PortalRows[OfPortal]", self))

    def read(self) -> Sequence[Found]:
        """The rows, read once per transaction; anything written makes it ask again."""
        session = db.session()
        if session.new or session.dirty or session.deleted:
            session.flush()
        kept, portal_id = session.info.setdefault("read", {}), current_portal_id()
        if (self, portal_id) not in kept:
            if session.info.get("together"):
                found = self._pick(session.connection(), kept, portal_id)
            else:
                found = session.scalars(self._lighter).all()
            kept[self, portal_id] = found
        rows: Sequence[Found] = kept[self, portal_id]
        return rows

    def _pick(self, connection: Connection, kept: dict[object, Part], portal_id: int) -> Sequence[Found]:
        """The rows out of the statement for all sets, which is asked once; only what is used is read back.

        A set of a module that is imported while a page is drawn, by this thread or another, brings a statement of its own.
        """
        if (self, portal_id, "as text") not in kept:
            known = tuple(KNOWN)
            statement, readers = _written(connection.dialect, known)
            answer = connection.execute(statement, {"portal": portal_id}).one()
            kept |= {
                (one, portal_id, "as text"): (part, readers[one])
                for one, part in zip(known, answer, strict=True)
            }
        lines, mine = kept[self, portal_id, "as text"]
        return [self._row(mine, line) for line in json.loads(lines)]

    def _row(self, readers: Sequence[Read], line: Sequence[object]) -> Found:
        row: Found = self.mapper.class_manager.new_instance()
        for key, read, value in zip(self.columns, readers, line, strict=True):
            set_committed_value(row, key, None if value is None else read(value))
        return row

    def first(self) -> Found | None:
        """The first row; None when there is none."""
        return next(iter(self.read()), None)


@contextmanager
def together() -> Iterator[None]:
    """Let the first set that is asked for bring all others with it."""
    info = db.session().info
    info["together"] = True
    try:
        yield
    finally:
        info.pop("together")


Written = tuple[TextClause, Mapping["PortalRows[OfPortal]", Sequence[Read]]]


def _written(dialect: Dialect, known: Sets) -> Written:
    """The statement and the readers of its values, cached: making them takes longer than asking."""
    key = dialect.name, *known
    if key not in _WRITTEN:
        whole = select(*(_array(one, dialect.name) for one in known))
        statement = text(str(whole.compile(dialect=dialect, compile_kwargs={"literal_binds": True})))
        readers = {
            one: [_reader(attribute.type, dialect) for attribute in one.columns.values()] for one in known
        }
        _WRITTEN[key] = statement, readers
    return _WRITTEN[key]


_WRITTEN: dict[tuple[object, ...], Written] = {}


def _array(one: "PortalRows[OfPortal]", dialect: str) -> ScalarSelect[str]:
    """All rows of a set as one JSON array of arrays."""
    mine = one.mapper.class_.portal_id == literal_column(":portal")
    found = one.query.with_only_columns(*one.columns.values()).where(mine).subquery()
    cells = [_cell(column, dialect) for column in found.c]
    if dialect == "sqlite":
        return select(func.json_group_array(func.json_array(*cells))).select_from(found).scalar_subquery()
    rows = cast_to(func.json_agg(func.json_build_array(*cells)), String)
    return select(func.coalesce(rows, "[]")).select_from(found).scalar_subquery()


def _cell(column: ColumnElement[object], dialect: str) -> ColumnElement[object]:
    """A value as JSON holds it without loss: bytes in hexadecimal digits, sums as texts."""
    kind = _plain(column.type)
    if isinstance(kind, LargeBinary):
        return func.nullif(func.hex(column), "") if dialect == "sqlite" else func.encode(column, "hex")
    return cast_to(column, String) if isinstance(kind, Numeric) else column


def _reader(kind: TypeEngine[object], dialect: Dialect) -> Read:
    """Converts a value in JSON to the driver's value, and that to the column's."""
    native = next(
        (read for base, read in NATIVE[dialect.name].items() if isinstance(_plain(kind), base)), None
    )
    has_meaning = (
        isinstance(kind, TypeDecorator) or dialect.name == "sqlite"
    )  # psycopg gives whole values itself
    meant = kind.dialect_impl(dialect).result_processor(dialect, None) if has_meaning else None
    if native is None or meant is None:
        return native or meant or (lambda value: value)
    return lambda value: meant(native(value))


def _plain(kind: TypeEngine[object]) -> TypeEngine[object]:
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


def _text_of(read: Callable[[str], object]) -> Read:
    return lambda value: read(str(value))


NATIVE: Mapping[str, Mapping[type, Read]] = {
    "sqlite": {LargeBinary: _text_of(bytes.fromhex), Numeric: _text_of(float)},
    "postgresql": {
        LargeBinary: _text_of(bytes.fromhex),
        Numeric: _text_of(Decimal),
        DateTime: _text_of(datetime.fromisoformat),
        Date: _text_of(date.fromisoformat),
    },
}
