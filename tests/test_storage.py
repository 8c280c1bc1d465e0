"""A query never forgets its portal, and what is sealed lies encrypted."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, false, func, select, text, update

from b24app.database import PortalForgotten, current_portal_id, db, every_portal, portal_scope
from b24app.portals.model import Person, Portal

NOW = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture
def portals(app: Flask) -> tuple[int, int]:
    """Ids of two portals, each with one person who has the same user id."""
    rows = [
        Portal(
            member_id=name,
            domain=f"{name}.example",
            client_endpoint="",
            server_endpoint="",
            application_token=f"token of {name}",
            created_at=NOW,
        )
        for name in ("north", "south")
    ]
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        with portal_scope(row.id):
            db.session.add(Person(user_id=1, name=row.member_id, seen_at=NOW))
            db.session.flush()
    db.session.commit()
    return rows[0].id, rows[1].id


def names() -> list[str]:
    return sorted(db.session.scalars(select(Person.name)))


def test_a_scope_shows_only_its_portal(portals: tuple[int, int]) -> None:
    with portal_scope(portals[1]):
        assert names() == ["south"]
    with portal_scope(portals[0]):
        assert names() == ["north"]


def test_a_query_outside_a_scope_is_refused(portals: tuple[int, int]) -> None:
    with pytest.raises(PortalForgotten):
        names()


EVERYBODY = select(Person.id)
SHAPES = {
    "a count of rows": select(func.count()).select_from(Person),
    "a subquery": select(func.count()).select_from(EVERYBODY.subquery()),
    "a subquery within one": select(func.count()).select_from(
        select(EVERYBODY.limit(9).subquery()).subquery()
    ),
    "a common table expression": select(func.count()).select_from(EVERYBODY.cte()),
    "a union": select(func.count()).select_from(EVERYBODY.union_all(EVERYBODY.where(false())).subquery()),
    "a scalar beside no row": select(
        select(func.count()).select_from(Person).scalar_subquery().label("count")
    ),
    "a condition on portals": select(func.count())
    .select_from(Portal)
    .where(select(Person.id).where(Person.portal_id == Portal.id).exists()),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_statement_of_any_shape_finds_the_rows_of_its_portal_alone(
    portals: tuple[int, int], shape: str
) -> None:
    with portal_scope(portals[0]):
        assert db.session.scalar(SHAPES[shape]) == 1
    with every_portal():
        assert db.session.scalar(SHAPES[shape]) == 2


@pytest.mark.parametrize("shape", SHAPES)
def test_a_statement_of_any_shape_outside_a_scope_is_refused(portals: tuple[int, int], shape: str) -> None:
    with pytest.raises(PortalForgotten):
        db.session.execute(SHAPES[shape])


def test_every_portal_has_to_be_said_aloud(portals: tuple[int, int]) -> None:
    with every_portal():
        assert names() == ["north", "south"]


def test_a_row_of_another_portal_is_not_found_by_its_id(portals: tuple[int, int]) -> None:
    with portal_scope(portals[0]):
        mine = db.session.scalars(select(Person.id)).one()
    db.session.expunge_all()
    with portal_scope(portals[1]):
        assert db.session.get(Person, mine) is None


def test_changing_and_deleting_stay_inside(portals: tuple[int, int]) -> None:
    with portal_scope(portals[0]):
        db.session.execute(update(Person).values(name="changed"))
        db.session.execute(delete(Person))
        db.session.commit()
    with every_portal():
        assert names() == ["south"]


def test_writing_for_another_portal_is_refused(portals: tuple[int, int]) -> None:
    with portal_scope(portals[0]):
        db.session.add(Person(portal_id=portals[1], user_id=2, name="stray", seen_at=NOW))
        with pytest.raises(PortalForgotten):
            db.session.flush()


def test_outside_a_scope_there_is_no_portal(app: Flask) -> None:
    with pytest.raises(PortalForgotten):
        current_portal_id()


def test_sealed_texts_lie_encrypted(portals: tuple[int, int]) -> None:
    raw = db.session.execute(text("SELECT application_token FROM portal")).scalars().all()
    assert all(b"token of" not in bytes(value) for value in raw)
    assert {portal.application_token for portal in db.session.scalars(select(Portal))} == {
        "token of north",
        "token of south",
    }


def test_moments_come_back_aware(portals: tuple[int, int]) -> None:
    portal = db.session.get_one(Portal, portals[0])
    db.session.expire(portal)
    assert portal.created_at == NOW
    portal.created_at = NOW.replace(tzinfo=None) + timedelta(1)
    with pytest.raises(Exception, match="time zone"):
        db.session.flush()
    db.session.rollback()
