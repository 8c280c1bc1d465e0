"""Keys rotate: everything is sealed anew under the first one, while others write, and then the earlier key may go."""

import json
from collections.abc import Callable
from contextvars import Context

import pytest
from click.testing import Result
from cryptography.fernet import Fernet, InvalidToken
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import select

from b24app.cli.sealed_columns import opens_with, sealed_columns
from b24app.database import Base, Sealed, SealedBytes, db, portal_scope
from b24app.factory import create_app
from b24app.portals.model import Access
from b24app.reminders.channels import Message
from b24app.reminders.model import Delivery, Reminder
from b24app.reminders.packed_messages import pack, unpack
from b24app.services import services
from b24app.settings import Settings
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.installation import sessions_of

pytestmark = pytest.mark.dialect
Run = Callable[..., Result]


@pytest.fixture
def new_key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture
def run(settings: Settings, world: World) -> Run:
    """The command under other keys, as in a process of its own."""

    def reseal(*keys: str, command: str = "reseal") -> Result:
        changed = settings.model_copy(update={"seal_keys": tuple(SecretStr(key) for key in keys)})
        app = create_app(changed, clock=world.clock, http=sessions_of(world))
        done = Context().run(app.test_cli_runner().invoke, args=[command, "--json"])
        with app.app_context():
            db.engine.dispose()
        return done

    return reseal


def states(found: Result) -> dict[str, int]:
    rows = json.loads(found.stdout)
    return {name: sum(row[name] for row in rows) for name in ("kept", "renewed", "lost")}


def test_every_sealed_column_is_known():
    kinds = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Sealed | SealedBytes)
    }
    assert {one.name for one in sealed_columns()} == kinds
    assert {"access.refresh_token", "portal.application_token", "restore.plan"} <= kinds


@pytest.mark.usefixtures("loss")
def test_after_resealing_the_earlier_key_is_not_needed(
    north: Actor, run: Run, seal_key: str, new_key: str, settings: Settings
):
    message_with_link(north.portal_id)
    first = states(run(new_key, seal_key))
    assert first["renewed"] > 5
    assert (first["kept"], first["lost"]) == (0, 0)
    again = states(run(new_key, seal_key))
    assert again == {"kept": first["renewed"], "renewed": 0, "lost": 0}
    later = create_app(settings.model_copy(update={"seal_keys": (SecretStr(new_key),)}))
    with later.app_context(), portal_scope(north.portal_id):
        access = db.session.scalars(select(Access)).one()
        assert access.access_token
        kept = db.session.scalars(select(Delivery.message).where(Delivery.recipient == "link")).one()
        assert unpack("email", kept).link == "https://renewal.example/secret-link"
        db.session.remove()
        db.engine.dispose()


def message_with_link(portal_id: int) -> None:
    now = services().clock.now()
    message = Message("k", "t", "s", ("l",), link="https://renewal.example/secret-link", opens=True)
    with portal_scope(portal_id):
        reminder = Reminder(key="k", line="term", code="c", on=now.date(), due_at=now)
        db.session.add(reminder)
        db.session.flush()
        row = {"reminder_id": reminder.id, "channel": "email", "next_at": now}
        db.session.add(Delivery(recipient="link", message=pack(message), **row))
        db.session.commit()


def test_without_the_earlier_key_nothing_is_lost_and_it_is_said(
    north_admin: Opened, north: Actor, run: Run, seal_key: str, new_key: str
):
    told = run(new_key)
    assert told.exit_code == 1
    assert states(told)["renewed"] == 0
    assert states(told)["lost"] > 2
    assert states(run(new_key, seal_key))["lost"] == 0


def test_a_row_that_somebody_wrote_meanwhile_stays_his(app: Flask, north: Actor, new_key: str):
    column = next(one for one in sealed_columns() if one.name == "access.access_token")
    (row,) = column.rows(None, 10)
    with portal_scope(north.portal_id):
        db.session.scalars(select(Access)).one().access_token = "fresh"
        db.session.commit()
    assert not column.replace(row, Fernet(new_key).encrypt(b"stale"))
    with portal_scope(north.portal_id):
        assert db.session.scalars(select(Access.access_token)).one() == "fresh"


def test_the_application_reads_under_both_keys_and_writes_under_the_first(
    north: Actor, settings: Settings, world: World, seal_key: str, new_key: str
):
    keys = (SecretStr(new_key), SecretStr(seal_key))
    app = create_app(settings.model_copy(update={"seal_keys": keys}), clock=world.clock)
    with app.app_context(), portal_scope(north.portal_id):
        access = db.session.scalars(select(Access)).one()
        access.access_token += "."
        db.session.commit()
        column = next(one for one in sealed_columns() if one.name == "access.access_token")
        (row,) = column.rows(None, 10)
        assert opens_with(Fernet(new_key), row[1])
        with pytest.raises(InvalidToken):
            Fernet(seal_key).decrypt(row[1])
        db.session.remove()
        db.engine.dispose()
