"""The version of a portal's state: new with every commit that wrote a row of the portal, whoever wrote and however."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Connection, delete, event, insert, inspect, select, text, update
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from b24app.database import Base, OfPortal, db, every_portal, portal_scope
from b24app.portals.availability import note_answer
from b24app.portals.model import Access, Person, Portal
from b24app.portals.token_store import AccessStore
from b24app.services import services
from b24app.state_version import LOGS
from tests.actors import Actor, Opened
from tests.story import DAY_OF_THE_STORY

pytestmark = pytest.mark.dialect

TABLES = sorted(
    (mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, OfPortal)),
    key=lambda model: model.__tablename__,
)
DRAWN = [model for model in TABLES if model.__tablename__ not in LOGS]


def version_of(portal_id: int) -> str | None:
    db.session.rollback()
    return db.session.scalar(select(Portal.state_version).where(Portal.id == portal_id))


def test_the_logs_are_tables(app: Flask) -> None:
    assert Base.metadata.tables.keys() > LOGS


def test_a_statement_on_any_table_makes_a_new_version(first_checks: Actor) -> None:
    portal_id = first_checks.portal_id
    writes = [(model, update(model).values(portal_id=model.portal_id)) for model in DRAWN]
    for model, write in (*writes, *((model, delete(model)) for model in DRAWN)):
        before = version_of(portal_id)
        with portal_scope(portal_id):
            db.session.execute(write, execution_options={"synchronize_session": False})
            db.session.commit()
        assert version_of(portal_id) != before, model


def test_a_row_written_by_the_session_makes_a_new_version(loss: Opened, first_checks: Actor) -> None:
    portal_id, tried = first_checks.portal_id, 0
    for model in DRAWN:
        with portal_scope(portal_id):
            row = db.session.scalar(select(model).limit(1))
        if row is None:
            continue
        tried += 1
        before = version_of(portal_id)
        with portal_scope(portal_id):
            identity = inspect(row).identity
            flag_modified(db.session.get_one(model, identity), "portal_id")
            db.session.commit()
            changed = version_of(portal_id)
            db.session.delete(db.session.get_one(model, identity))
            db.session.commit()
        assert changed != before, model
        assert version_of(portal_id) != changed, model
    assert tried > 8


def test_a_new_row_and_one_inserted_by_a_statement_make_new_versions(north: Actor) -> None:
    portal_id = north.portal_id
    first = version_of(portal_id)
    with portal_scope(portal_id):
        db.session.add(Person(user_id=71, name="Anna", seen_at=DAY_OF_THE_STORY))
        db.session.commit()
    second = version_of(portal_id)
    with portal_scope(portal_id):
        values = {"user_id": 72, "name": "Olga", "seen_at": DAY_OF_THE_STORY, "portal_id": portal_id}
        db.session.execute(insert(Person).values(values))
        db.session.commit()
    assert len({first, second, version_of(portal_id)}) == 3


def test_the_row_of_the_portal_itself_counts(north: Actor) -> None:
    before = version_of(north.portal_id)
    db.session.get_one(Portal, north.portal_id).plan_code = "ru_pro100"
    db.session.commit()
    changed = version_of(north.portal_id)
    with Session(db.engine) as session:  # without a scope, as an address change is kept
        session.execute(update(Portal).where(Portal.id == north.portal_id).values(domain="moved.example"))
        session.commit()
    assert len({before, changed, version_of(north.portal_id)}) == 3


def test_a_session_of_its_own_counts(north: Actor) -> None:
    with every_portal():
        access_id, state = db.session.execute(select(Access.id, Access.state)).one()
    before = version_of(north.portal_id)
    AccessStore(access_id, services().clock, lambda _seconds: None).set_state(state)
    assert version_of(north.portal_id) != before


@pytest.mark.parametrize("log", sorted(LOGS))
def test_a_log_leaves_the_version(north: Actor, log: str) -> None:
    before = version_of(north.portal_id)
    with portal_scope(north.portal_id):
        db.session.execute(delete(Base.metadata.tables[log]))
        db.session.commit()
    assert version_of(north.portal_id) == before


def test_reading_and_what_is_taken_back_leave_the_version(north: Actor, south: Actor) -> None:
    before = version_of(north.portal_id)
    with portal_scope(north.portal_id):
        db.session.scalars(select(Person)).all()
        db.session.commit()
        note_answer(DAY_OF_THE_STORY)
        db.session.rollback()
        db.session.commit()
    with portal_scope(south.portal_id):
        note_answer(DAY_OF_THE_STORY)
        db.session.commit()
    assert version_of(north.portal_id) == before


def test_what_a_savepoint_wrote_counts_at_the_commit(north: Actor) -> None:
    before = version_of(north.portal_id)
    with portal_scope(north.portal_id):
        with db.session.begin_nested():
            note_answer(DAY_OF_THE_STORY)
        db.session.commit()
    assert version_of(north.portal_id) != before


def test_over_every_portal_those_whose_rows_are_written_change(north: Actor, south: Actor) -> None:
    before = version_of(north.portal_id), version_of(south.portal_id)
    with every_portal():
        db.session.execute(update(Person).where(Person.portal_id == south.portal_id).values(theme="dark"))
        db.session.commit()
    assert version_of(north.portal_id) == before[0]
    assert version_of(south.portal_id) != before[1]


@pytest.mark.parametrize("as_text", [False, True])
def test_rows_of_no_named_portal_change_all(north: Actor, south: Actor, as_text: bool) -> None:
    ids = north.portal_id, south.portal_id
    before = [version_of(one) for one in ids]
    values = {"user_id": 72, "name": "Olga", "seen_at": DAY_OF_THE_STORY, "portal_id": ids[0]}
    write = text("UPDATE person SET theme = 'dark'") if as_text else insert(Person).values(values)
    with every_portal():
        db.session.execute(write)
        db.session.commit()
    assert all(version_of(one) != old for one, old in zip(ids, before, strict=True))


def test_a_portal_that_is_gone_has_no_version(north: Actor) -> None:
    portal_id = north.portal_id
    with every_portal():
        db.session.execute(delete(Portal).where(Portal.id == portal_id))
        db.session.commit()
    assert version_of(portal_id) is None


class Transactions:
    """What the open transactions wrote without a new version, and what was committed like that, by any way at all."""

    def __init__(self) -> None:
        self.counted = {model.__tablename__ for model in DRAWN} | {"portal"}
        self.owing: dict[int, set[str]] = {}
        self.forgotten: list[set[str]] = []

    def note(self, connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        found = re.match(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)", statement)
        if found and found[1] == "portal_state":
            self.owing.pop(id(connection), None)
        elif found and found[1] in self.counted:
            self.owing.setdefault(id(connection), set()).add(found[1])

    def commit(self, connection: Connection) -> None:
        if lost := self.owing.pop(id(connection), None):
            self.forgotten.append(lost)

    def roll_back(self, connection: Connection) -> None:
        self.owing.pop(id(connection), None)


@contextmanager
def watched() -> Iterator[list[set[str]]]:
    """The tables of each transaction that wrote rows of portals and gave their state no new version."""
    seen = Transactions()
    listeners = (("before_cursor_execute", seen.note), ("commit", seen.commit), ("rollback", seen.roll_back))
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    try:
        yield seen.forgotten
    finally:
        for name, listener in listeners:
            event.remove(Engine, name, listener)


def test_no_commit_writes_a_row_of_a_portal_without_a_new_version(
    loss: Opened, first_checks: Actor, run_jobs: Callable[[], int]
) -> None:
    with watched() as forgotten:
        for path, form in (
            ("/shop/run", {}),
            ("/settings/reminders/outside", {"outside": "boss@example.com"}),
        ):
            assert loss.post(path, **form).status_code == 200
        assert run_jobs() > 1
        first_checks.portal.world.clock.advance(hours=25)
        assert first_checks.opens().status == 200
        run_jobs()
    assert forgotten == []


def test_a_write_past_the_session_would_be_found(north: Actor) -> None:
    with watched() as forgotten, db.engine.begin() as connection:
        connection.execute(update(Person.__table__).values(theme="dark"))
    assert forgotten == [{"person"}]
