"""What a portal has one row of is made once, though two ask for it at the same moment."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from b24app.backup.model import BackupPlan
from b24app.backup.settings_versions.model import SettingsNight
from b24app.database import Base, db, portal_scope
from b24app.portals.model import Employment
from b24app.reminders.model import TelegramLink
from b24app.single_rows import single_row
from tests.actors import Actor
from tests.at_once import at_once
from tests.story import DAY_OF_THE_STORY

pytestmark = pytest.mark.dialect

BEGINS = {Employment: {"active": True, "asked_at": DAY_OF_THE_STORY}}


STRANGER = {"user_id": 4711}


@pytest.mark.parametrize(
    ("table", "key"),
    [(BackupPlan, {}), (SettingsNight, {}), (TelegramLink, STRANGER), (Employment, STRANGER)],
)
def test_two_that_find_none_get_the_same_row(
    app: Flask, north: Actor, table: type[Base], key: dict[str, int]
) -> None:
    found, looked = list[int](), threading.Barrier(2)

    def ask() -> None:
        with portal_scope(north.portal_id):
            event.listen(db.session(), "before_flush", lambda *_: looked.wait(20), once=True)
            found.append(single_row(table, begins=BEGINS.get(table), **key).id)

    db.session.commit()
    assert at_once(app, ask, ask) == []
    assert len(set(found)) == 1
    with portal_scope(north.portal_id):
        assert db.session.scalar(select(func.count()).select_from(table).filter_by(**key)) == 1


def test_a_row_that_is_refused_for_another_reason_is_not_taken_for_an_earlier_one(north: Actor) -> None:
    with portal_scope(north.portal_id), pytest.raises(IntegrityError):
        single_row(Employment, user_id=STRANGER["user_id"])
