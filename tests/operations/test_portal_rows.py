"""Small rows that a page reads in one statement: the same values as asked for one by one, and of one portal only."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    TypeDecorator,
    insert,
    select,
)

from b24app.database import Base, OfPortal, Sealed, SealedBytes, db, portal_scope
from b24app.discovery import import_tables
from b24app.portal_rows import KNOWN, PortalRows, together
from b24app.portals.model import Person, Portal
from tests.terms.conftest import other, portal, portals

pytestmark = pytest.mark.dialect

__all__ = ["other", "portal", "portals"]

SAMPLES = {
    Boolean: True,
    Integer: 7,
    Float: 1.5,
    Numeric: Decimal("380.10"),
    DateTime: datetime(2026, 11, 30, 6, 40, 1, 250_000, tzinfo=UTC),
    Date: date(2026, 12, 23),
    JSON: ["Ирина", 1],
    LargeBinary: b"sealed",
}


def value_for(column: Column[object], ids: dict[str, int], owner: int) -> object:
    if column.name == "portal_id":
        return owner
    if column.foreign_keys:
        return ids[next(iter(column.foreign_keys)).column.table.name]
    if isinstance(column.type, Sealed):
        return "тайна"
    if isinstance(column.type, SealedBytes):
        return b"file"
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return next((value for base, value in SAMPLES.items() if isinstance(kind, base)), words(column, owner))


def words(column: Column[object], owner: int) -> str:
    """A text with everything that a statement or JSON could stumble over, as long as the column lets it be."""
    text = f"%{owner}:x“'Ы"
    return text[: getattr(column.type, "length", None) or len(text)]


def fill(table: Table, ids: dict[str, int], owner: int, *, sparse: bool) -> int:
    """Write a row; a sparse one has nothing where nothing may be."""
    values = {
        column.name: value_for(column, ids, owner)
        for column in table.c
        if not column.primary_key and not (sparse and column.nullable)
    }
    done = db.session.connection().execute(insert(table).values(values))
    return int(done.inserted_primary_key[0])


@pytest.fixture(params=[False, True], ids=["full", "sparse"])
def rows(portal: Portal, other: Portal, request: pytest.FixtureRequest) -> None:
    """A row in every table, of each of two portals."""
    import_tables()
    owners = (portal.id, other.id)
    names = {one.mapper.local_table.name for one in KNOWN}
    for owner in owners:
        ids: dict[str, int] = {"portal": owner}
        for table in Base.metadata.sorted_tables:
            parents = {key.column.table.name for column in table.c for key in column.foreign_keys}
            if table.name in names | {"run", "renewal_case", "question_answer"} and parents <= ids.keys():
                ids[table.name] = fill(table, ids, owner, sparse=request.param)
    db.session.commit()


def values_of(one: PortalRows[OfPortal]) -> list[dict[str, object]]:
    return [{key: getattr(row, key) for key in one.columns} for row in one.read()]


@pytest.mark.usefixtures("rows")
def test_read_together_or_alone_the_values_are_the_same(portal: Portal, other: Portal) -> None:
    found = 0
    for owner in (portal.id, other.id):
        with portal_scope(owner):
            with together():
                at_once = [values_of(one) for one in KNOWN]
            db.session.rollback()
            alone = [values_of(one) for one in KNOWN]
            db.session.rollback()
        assert at_once == alone
        assert all(row["portal_id"] == owner for table in at_once for row in table)
        assert [[type(v) for v in row.values()] for rows in at_once for row in rows] == [
            [type(v) for v in row.values()] for rows in alone for row in rows
        ]
        found += sum(map(len, at_once))
    assert found > len(KNOWN)


@pytest.mark.usefixtures("rows")
def test_what_is_left_out_is_not_asked_for() -> None:
    assert {"access_token", "refresh_token", "content"}.isdisjoint(
        key for one in KNOWN if one.mapper.class_.__tablename__ != "channel" for key in one.columns
    )


def test_what_was_written_meanwhile_is_read(portal: Portal) -> None:
    people = PortalRows(select(Person).where(Person.name == "Ирина"))
    try:
        with portal_scope(portal.id), together():
            assert people.read() == []
            db.session.add(Person(user_id=91, name="Ирина", seen_at=SAMPLES[DateTime]))
            assert [row.user_id for row in people.read()] == [91]
    finally:
        KNOWN.pop()


@pytest.mark.usefixtures("rows")
def test_what_cannot_be_opened_fails_only_who_asks_for_it(portal: Portal) -> None:
    with portal_scope(portal.id), together():
        db.session.connection().exec_driver_sql("UPDATE channel SET address = 'not sealed by us'")
        for one in KNOWN:
            if one.mapper.class_.__tablename__ != "channel":
                one.read()


def test_a_set_of_a_module_that_is_imported_while_a_page_is_drawn_is_read_as_well(portal: Portal) -> None:
    """The statement was asked for the sets that were known then."""
    with portal_scope(portal.id), together():
        before = [person.name for person in next(one for one in KNOWN if one.mapper.class_ is Person).read()]
        late = PortalRows(select(Person))
        try:
            assert [person.name for person in late.read()] == before
        finally:
            KNOWN.remove(late)  # type: ignore[arg-type]
