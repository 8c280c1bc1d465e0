"""Scopes in life: what an ordinary installation really sends needs every scope of the card, and nothing beside it."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from flask import Flask

from b24app.database import db, portal_scope
from b24app.manifest import read_manifest
from b24app.reminders.dispatch import try_channel
from b24app.reminders.reminder_settings import set_channel
from sandbox.rest.registry import METHODS
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copying import CopyStage
from tests.operations.test_scopes import documented, named_in_code

pytestmark = [pytest.mark.once, pytest.mark.cases]

WAYS = ("notification", "task", "feed")
"""The channels that lead through the portal."""
FEW = 3
"""Rows of each table are enough: which methods are asked is what counts here."""


@pytest.fixture
def received(
    app: Flask, first_checks: Actor, run_jobs: Callable[[], int], world: World, tmp_path: Path
) -> set[str]:
    """Every method that the portal was asked: install, checks, its settings kept, a copy of everything, reminders, changes."""
    with portal_scope(first_checks.portal_id):
        stage = CopyStage(app, first_checks, world, tmp_path)
        for table in stage.tables.values():
            for number in list(table.ids)[FEW:]:
                table.delete(number)
        stage.whole()
        for way in WAYS:
            set_channel(way, enabled=True, address="")
        db.session.commit()
    for way in WAYS:
        try_channel(first_checks.portal_id, way, first_checks.portal.admin.id)
    run_jobs()
    # What is gone since is a change, and the journal is asked who made it.
    first_checks.opens().post("/shop/run")
    run_jobs()
    return {name.lower() for request in world.requests for name in request.commands}


def base_scope(method: str) -> frozenset[str]:
    """The scope of a method that has no page of its own: none, by the sandbox."""
    return frozenset(filter(None, METHODS[method].scope.split("|")))


def test_what_is_sent_is_what_is_declared(received: set[str]) -> None:
    """Both ways: each scope of the card is needed by something that was sent, each that was sent is covered, and the code names it."""
    named = {name.removeprefix("api/") for name in named_in_code()} | {"profile", "scope", "events", "batch"}
    assert [one for one in received if not any(fnmatchcase(one, name) for name in named)] == []
    known = {one.method.removeprefix("api/"): one.scopes for one in documented()}
    needs = {one: known[one] if one in known else base_scope(one) for one in received}
    asked = read_manifest().permissions
    covered = {code for one in asked for code in (one.code, *one.same)}
    assert {one: scopes for one, scopes in needs.items() if scopes and not scopes & covered} == {}
    used = set[str]().union(*needs.values())
    unused = {one.code for one in asked if used.isdisjoint({one.code, *one.same})}
    assert unused == {one.code for one in asked if one.stays}
