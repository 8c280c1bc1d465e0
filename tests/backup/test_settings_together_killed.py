"""Settings that name each other, made in one restore that is killed: finished by the next press, nothing twice, every name true."""

from __future__ import annotations

import pytest
from flask import Flask

from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.presses import go_on
from b24app.database import db, portal_scope
from sandbox.shop.further_settings import settings_table
from sandbox.world import World
from tests.backup.restoring import MARINA, press, states, stored
from tests.backup.test_references import FIELD, GROUP, OLD, PAYER, Thing
from tests.backup.test_restore_kills import work_and_die
from tests.backup.test_restore_rules import Desk, desk

__all__ = ["desk"]

DOMAIN = Thing("person_domain", "person_domain", 4, "_", key="{personTypeId}:{domain}")
VALUE = Thing("order_property_variant", "order_property_variant", 1, "value")
POINTS = [(moment, number) for moment in ("before", "after", "commit") for number in (6, 8, 10, 12, 14)]


@pytest.mark.parametrize(("moment", "number"), POINTS)
def test_killed_in_the_middle_it_is_finished_by_the_next_press(
    moment: str, number: int, app: Flask, world: World, desk: Desk
) -> None:
    made = desk.previews(
        PAYER.choice(desk, OLD, "Посредник"),
        GROUP.choice(desk, OLD, "Посреднику", personTypeId=OLD),
        FIELD.choice(desk, OLD, "Номер договора", personTypeId=OLD, propsGroupId=OLD, type="ENUM"),
        VALUE.choice(desk, OLD, "first", orderPropsId=OLD),
        DOMAIN.choice(desk, OLD, "", personTypeId=OLD),
    )
    press(desk.actor, made)
    work_and_die(app, world, made, moment, number)
    world.clock.advance(minutes=2)
    with portal_scope(desk.actor.portal_id):
        go_on(made, by=MARINA)
        db.session.commit()
    if stored(desk.actor, made).state == RestoreState.PREVIEW:
        press(desk.actor, made)
    desk.run_jobs()
    assert set(states(desk.actor, made)) == {"created"}
    tables, portal = desk.portal.tables, desk.portal
    (payer,) = [row["id"] for row in tables["person_type"].all() if row["name"] == "Посредник"]
    groups = settings_table(portal, "order_property_group").all()
    (group,) = [row for row in groups if row["name"] == "Посреднику"]
    (field,) = [row for row in tables["order_property"].all() if row["name"] == "Номер договора"]
    domains = settings_table(portal, "person_domain").all()
    (value,) = [
        row for row in settings_table(portal, "order_property_variant").all() if row["value"] == "first"
    ]
    assert len([row for row in domains if str(row["personTypeId"]) == str(payer)]) == 1
    found = [group["personTypeId"], field["personTypeId"], field["propsGroupId"], value["orderPropsId"]]
    assert list(map(str, found)) == list(map(str, [payer, payer, group["id"], field["id"]]))  # fmt: skip
