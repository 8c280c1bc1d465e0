"""Killed at any point, a restore is finished or taken back by the next press, and nothing is doubled."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.plan import Action, RestoreChoice, RestoreSource
from b24app.backup.restore.planning import prepare
from b24app.backup.restore.presses import go_on, start_undo
from b24app.backup.restore.running import put_back
from b24app.database import db, portal_scope
from b24app.services import services
from sandbox.world import World
from tests.actors import Actor
from tests.backup.dying_worker import Killed, dying
from tests.backup.restoring import MARINA, Jobs, plan_of, press, states, stored

POINTS = [(moment, number) for moment in ("before", "after", "commit") for number in range(1, 13)]
STAGES = [("NEW", "Заявка", ""), ("VISIT", "Замер", ""), ("WON", "Монтаж", "S")]


def choices(actor: Actor) -> list[RestoreChoice]:
    """A dictionary entry and a pipeline with stages that are gone, a pay system that is off."""
    way = next(row for row in actor.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    actor.portal.switch_off("pay_system", way["ID"])
    entry: dict[str, Any] = {"ENTITY_ID": "SOURCE", "STATUS_ID": "FAIR", "NAME": "Выставка", "SORT": "80"}
    stages = [
        {"ENTITY_ID": "DEAL_STAGE_9", "STATUS_ID": f"C9:{code}", "NAME": name, "SORT": str(place * 10 + 10), "SEMANTICS": end}
        for place, (code, name, end) in enumerate(STAGES)
    ]  # fmt: skip
    pipeline = {"id": 9, "name": "Монтаж", "sort": 400, "_stages": stages}
    return [
        RestoreChoice("crm_status", "crm_status", "SOURCE:FAIR", "Выставка", entry),
        RestoreChoice("pipeline", "pipeline_2", "2:9", "Монтаж", pipeline),
        RestoreChoice(
            "pay_system", "pay_system", str(way["ID"]), way["NAME"], {"ACTIVE": "Y"}, only=("ACTIVE",)
        ),
    ]


def begun(actor: Actor, run_jobs: Jobs) -> int:
    """A restore that was pressed; its job is still to be done."""
    with portal_scope(actor.portal_id):
        at = services().clock.now()
        made = prepare(choices(actor), source=RestoreSource.COMPARISON, title="Back", by=MARINA, at=at)
        db.session.commit()
    run_jobs()
    press(actor, made)
    return made


def work_and_die(app: Flask, world: World, made: int, moment: str, number: int) -> None:
    """One worker takes the job and dies; the next one takes it over."""
    with dying(app, world, moment, number), contextlib.suppress(Killed):
        put_back(made)
    db.session.remove()
    put_back(made)


@dataclass(frozen=True, slots=True)
class Place:
    """A portal with what was lost in it, and a restore that was pressed."""

    app: Flask
    world: World
    actor: Actor
    run_jobs: Jobs
    made: int

    def dies(self, moment: str, number: int) -> None:
        work_and_die(self.app, self.world, self.made, moment, number)


@pytest.fixture
def place(app: Flask, world: World, first_checks: Actor, run_jobs: Jobs) -> Place:
    return Place(app, world, first_checks, run_jobs, begun(first_checks, run_jobs))


def held(actor: Actor) -> dict[str, list[str]]:
    """What of it stands in the portal."""
    tables = actor.portal.tables
    mine = {row["id"] for row in tables["category"].all() if row["name"] == "Монтаж"}
    lists = {f"DEAL_STAGE_{number}" for number in mine}
    return {
        "entries": [row["NAME"] for row in tables["status"].all() if row["STATUS_ID"] == "FAIR"],
        "pipelines": [row["name"] for row in tables["category"].all() if row["name"] == "Монтаж"],
        "stages": [
            row["NAME"]
            for row in tables["status"].all()
            if row["ENTITY_ID"] in lists and row["NAME"] in ("Заявка", "Замер", "Монтаж")
        ],
        "on": [row["ACTIVE"] for row in tables["paysystem"].all() if row["ID"] == 1],
    }


WHOLE = {
    "entries": ["Выставка"],
    "pipelines": ["Монтаж"],
    "stages": ["Заявка", "Монтаж", "Замер"],
    "on": ["Y"],
}
NOTHING: dict[str, list[str]] = {"entries": [], "pipelines": [], "stages": [], "on": ["N"]}


def in_order(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: sorted(values) for name, values in found.items()}


@pytest.mark.parametrize(("moment", "number"), POINTS)
def test_a_killed_restore_is_finished_by_the_next_press(moment: str, number: int, place: Place) -> None:
    first_checks, made = place.actor, place.made
    place.dies(moment, number)
    state = stored(first_checks, made).state
    assert state in {RestoreState.STOPPED, RestoreState.DONE, RestoreState.PREVIEW}
    place.world.clock.advance(minutes=2)
    with portal_scope(first_checks.portal_id):
        go_on(made, by=MARINA)
        db.session.commit()
    if state == RestoreState.PREVIEW:
        press(first_checks, made)
    place.run_jobs()
    assert stored(first_checks, made).state == RestoreState.DONE
    assert in_order(held(first_checks)) == in_order(WHOLE)
    assert set(states(first_checks, made)) <= {"created", "changed"}


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("before", 8),
        ("after", 7),
        ("after", 8),
        ("after", 9),
        ("after", 10),
        ("commit", 5),
        ("commit", 7),
        ("commit", 9),
    ],
)
def test_a_killed_restore_is_taken_back_by_the_next_press(moment: str, number: int, place: Place) -> None:
    first_checks, made = place.actor, place.made
    place.dies(moment, number)
    if (
        stored(first_checks, made).state != RestoreState.STOPPED
        or stored(first_checks, made).begun_at is None
    ):
        pytest.skip("nothing was written yet")
    place.world.clock.advance(minutes=2)
    with portal_scope(first_checks.portal_id):
        back = start_undo(made, by=MARINA, at=services().clock.now())
        db.session.commit()
    place.run_jobs()
    if plan_of(first_checks, back).to_write:
        press(first_checks, back)
    place.run_jobs()
    assert in_order(held(first_checks)) == in_order(NOTHING)
    assert not plan_of(first_checks, back).of(Action.CANNOT)
