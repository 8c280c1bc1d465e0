"""Secrets never leak: every path is driven with marked tokens, then everything we write is searched for them."""

import json
import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from b24app.bitrix24.call_texts import unpack_bytes
from b24app.bitrix24.transport import Limits
from b24app.database import Base, db
from b24app.errors import PortalError
from b24app.portals.client_factory import open_client
from b24app.rest_client import Command
from sandbox.world import World
from tests.actors import Actor
from tests.conftest import CLIENT_SECRET

PAGES = (
    "/renewal",
    "/money/plan",
    "/settings",
    "/settings/reminders",
    "/metrics",
    "/health",
)
FAULTS = ("html", "empty", "truncated", "cut", "huge")
CODES = (
    "QUERY_LIMIT_EXCEEDED",
    "expired_token",
    "insufficient_scope",
    "SOMETHING_NEW",
    "INTERNAL_SERVER_ERROR",
)


@pytest.fixture
def secrets_seen(world: World) -> "Secrets":
    return Secrets(world)


class Secrets:
    """Every secret that has ever existed in the story."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known = {CLIENT_SECRET}

    def note(self) -> None:
        book = self.world.tokens
        self.known |= {*book.access, *book.refresh, *book.codes}
        for portal in self.world.portals.values():
            self.known |= {one.application_token for one in portal.installations.values()}

    def found_in(self, place: str) -> list[str]:
        self.note()
        return [secret[:6] for secret in self.known if secret and secret in place]


def drive(north: Actor, world: World, seen: Secrets) -> Iterator[str]:
    """Call in every way that succeeds or fails; yield what people and logs could see of it."""
    door = open_client(north.portal_id)
    door.connection.limits = Limits(body=200_000)
    seen.note()
    yield str(door.batch({"me": Command("profile"), "bad": Command("no.such.method")}))
    for kind in FAULTS:
        north.portal.answer_next(kind, times=99)
        yield attempt(north)
        north.portal.faults.clear()
    for code in CODES:
        north.portal.refuse_next(code, times=1)
        yield attempt(north)
    world.clock.advance(hours=2)
    seen.note()
    yield attempt(north)
    for code in ("invalid_client", "PAYMENT_REQUIRED", "invalid_grant"):
        world.clock.advance(hours=2)
        seen.note()
        world.refuse_next_token(code)
        yield attempt(north)
    north.portal.change_address("moved.bitrix24.example")
    yield attempt(north)


def attempt(north: Actor) -> str:
    try:
        return str(open_client(north.portal_id).call("profile"))
    except PortalError as error:
        return f"{error!r} {error} {error.__cause__!r} {vars(error)}"


def dump() -> str:
    rows = [
        tuple(row)
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(text(f'SELECT * FROM "{table.name}"'))  # noqa: S608
    ]
    return json.dumps(
        rows,
        default=lambda value: (
            (unpack_bytes(bytes(value)) or bytes(value)).decode(errors="replace")
            if isinstance(value, bytes | memoryview)
            else str(value)
        ),
    )


def test_secrets_are_found_nowhere(
    north: Actor,
    world: World,
    secrets_seen: Secrets,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    said = "\n".join(drive(north, world, secrets_seen))
    opened = north.opens()
    pages = "\n".join([opened.text, *(opened.get(page).text for page in PAGES)])
    with opened.download("/settings/calls.csv") as answer:
        calls = answer.text
    output = "".join(capsys.readouterr())
    places = {
        "errors": said,
        "pages": pages,
        "calls": calls,
        "log": caplog.text,
        "output": output,
        "database": dump(),
    }
    assert "profile" in calls
    assert len(secrets_seen.known) > 8
    assert secrets_seen.found_in(f"auth={max(world.tokens.access)}")
    assert {name: found for name, place in places.items() if (found := secrets_seen.found_in(place))} == {}
