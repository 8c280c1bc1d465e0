"""Each scope in turn is not granted: copies end and name what they lack, settings and previews say it, nothing raises."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from b24app.backup.entities.entity import PortalShape, Tier, entities_of
from b24app.backup.model import CopyEntity, CopyState, EntityState
from b24app.backup.proofs.left_out_parts import list_left_out
from b24app.backup.reading.portal_shape import entities_of_copy
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.plan import Action, RestoreChoice, RestorePlan, RestoreSource
from b24app.backup.restore.planning import NO_PERMISSION, make_plan
from b24app.backup.restore.writer import load_writers
from b24app.backup.settings_versions.settings_reading import read_settings
from b24app.checklist.engine.fact import Reason
from b24app.database import db, portal_scope
from b24app.errors import ScopeMissing
from b24app.json_values import is_object
from b24app.manifest import read_manifest
from b24app.portals.client_factory import open_client
from b24app.portals.model import Portal
from b24app.services import services
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.backup.copying import CopyStage
from tests.backup.restoring import Jobs, choose, plan_of, press, states, stored

pytestmark = pytest.mark.usefixtures("first_checks")

SCOPES = read_manifest().scopes
ANY_SHAPE = PortalShape(frozenset(), {128: ""}, (1,), (1,), file_fields={2: ("f",)})
FEW = 20
"""Rows of each table are enough: what is left out is what counts here."""
COPIED = sorted({one.scope for one in entities_of(ANY_SHAPE, Tier.DATA, Tier.FILES)})


@pytest.fixture
def stage(app: Flask, north: Actor, world: World, tmp_path: Path) -> Iterator[CopyStage]:
    with portal_scope(north.portal_id):
        yield CopyStage(app, north, world, tmp_path)


def but(scope: str) -> list[str]:
    return [one for one in SCOPES if one != scope]


def seen_last(actor: Actor, *scopes: str) -> None:
    """What we believe the portal grants."""
    db.session.get_one(Portal, actor.portal_id).scopes = list(scopes)
    db.session.commit()


@pytest.mark.cases
@pytest.mark.parametrize("scope", COPIED)
def test_a_copy_without_a_scope_ends_and_names_what_it_lacks(stage: CopyStage, scope: str) -> None:
    for table in stage.tables.values():
        for number in list(table.ids)[FEW:]:
            table.delete(number)
    stage.only(*but(scope))
    seen_last(stage.actor, *SCOPES)
    copy = stage.whole()
    assert (copy.state, copy.error) == (CopyState.PROVING, "")
    wanted = entities_of_copy(copy)
    rows = db.session.scalars(select(CopyEntity).where(CopyEntity.copy_id == copy.id)).all()
    refused = {row.entity: row.error for row in rows if row.state == EntityState.LEFT_OUT}
    assert set(refused) == {code for code, one in wanted.items() if one.scope == scope}
    assert set(refused.values()) <= {ScopeMissing.public}
    parts = [one for one in list_left_out(rows, wanted) if is_object(one)]
    assert bool(parts) is bool(refused)
    assert all(one["mendable"] for one in parts)
    assert scope not in db.session.get_one(Portal, stage.actor.portal_id).scopes


def test_a_scope_that_was_granted_since_the_last_visit_is_read(stage: CopyStage) -> None:
    stage.only("crm", "task")
    seen_last(stage.actor, "crm")
    copy = stage.copy(stage.begin())
    assert stage.read(copy.id, most=1).state == CopyState.READING
    assert stage.entity(copy.id, "task").state != EntityState.LEFT_OUT


@pytest.mark.parametrize("known", [True, False], ids=["the list of scopes is new", "it is old"])
def test_settings_are_read_without_each_scope_but_for_its_own(stage: CopyStage, *, known: bool) -> None:
    client = open_client(stage.actor.portal_id)
    for scope in SCOPES:
        stage.only(*but(scope))
        found = read_settings(client, but(scope) if known else SCOPES, "salt")
        own = {one.code for one in entities_of(ANY_SHAPE, Tier.SETTINGS) if one.scope == scope}
        left = {code for code in found.left_out if code in own}
        assert all(found.left_out[code] is Reason.SCOPE for code in left), (scope, found.left_out)
        assert set(found.left_out) <= {*own, "user_field_item"}, scope
        assert left.isdisjoint(found.rows)
        assert not own & found.rows.keys(), scope


def test_a_preview_of_every_kind_says_that_a_permission_is_missing(stage: CopyStage) -> None:
    stage.only()
    look = PortalLook(open_client(stage.actor.portal_id))
    for kind in load_writers():
        choice = RestoreChoice(kind, f"{kind}_1", "DEAL_STAGE:X", "X", {"ID": "1", "NAME": "X"})
        plan = make_plan(RestorePlan(RestoreSource.CHANGES, (choice,)), look, services().clock.now())
        assert plan.to_write == (), kind
        assert all(one.why.message for one in plan.of(Action.CANNOT)), kind


def test_what_lacks_its_permission_is_said_before_the_press_and_the_rest_is_written(
    first_checks: Actor, run_jobs: Jobs, loss: Opened
) -> None:
    made = choose(first_checks, "stage", "pay_system")
    withhold(first_checks, "pay_system")
    run_jobs()
    assert stored(first_checks, made).state == RestoreState.PREVIEW
    plan = plan_of(first_checks, made)
    assert [one.why.message for one in plan.of(Action.CANNOT) if one.kind == "pay_system"] == [NO_PERMISSION]
    assert [one.kind for one in plan.to_write] == ["crm_status"]
    press(first_checks, made)
    run_jobs()
    assert states(first_checks, made)[0] == "created"
    assert loss.status == 200


def test_a_permission_lost_between_preview_and_press_shows_the_preview_anew_and_writes_nothing(
    first_checks: Actor, run_jobs: Jobs, loss: Opened
) -> None:
    made = choose(first_checks, "stage", "pay_system")
    run_jobs()
    withhold(first_checks, "pay_system")
    press(first_checks, made)
    run_jobs()
    assert (stored(first_checks, made).state, states(first_checks, made)) == (RestoreState.PREVIEW, [])
    refused = plan_of(first_checks, made).of(Action.CANNOT)
    assert NO_PERMISSION in {one.why.message for one in refused}
    assert loss.status == 200


def withhold(actor: Actor, scope: str) -> None:
    for installation in actor.portal.installations.values():
        actor.portal.withhold_scope(installation.card, scope)
