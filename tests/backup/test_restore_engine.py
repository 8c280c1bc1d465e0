"""Putting back: a preview writes nothing, the press writes once, and what was written can be taken back."""

from __future__ import annotations

import pytest

from b24app.backup.restore.ending import fail_restore
from b24app.backup.restore.model import RestoreState
from b24app.backup.restore.plan import Action
from b24app.database import db
from b24app.jobs.execution import INTERRUPTED
from b24app.jobs.job import load_jobs
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.backup.restoring import Jobs, choose, lines, plan_of, press, stage, states, stored

pytestmark = pytest.mark.usefixtures("loss")
READS = ("list", "get", "profile", "types", "getlist", "batch", "fields", "info", "scope", "rights")


def writes(world: World) -> list[str]:
    """Every method that changes a portal."""
    names = [name for record in world.requests for name in record.commands if "notify" not in name]
    return [name for name in names if name.rsplit(".", 1)[-1] in {"add", "update", "delete", "set"}]


def test_a_preview_says_what_is_created_and_what_changed_and_writes_nothing(
    first_checks: Actor, run_jobs: Jobs, world: World
) -> None:
    made = choose(first_checks, "stage", "pay_system")
    run_jobs()
    plan = plan_of(first_checks, made)
    assert (stored(first_checks, made).state, plan.is_read) == (RestoreState.PREVIEW, True)
    assert [(one.kind, one.action) for one in plan.to_write] == [
        ("crm_status", Action.CREATE),
        ("pay_system", Action.CHANGE),
    ]
    assert writes(world) == []


def test_the_press_puts_the_stage_and_the_pay_system_back(first_checks: Actor, run_jobs: Jobs) -> None:
    made = choose(first_checks, "stage", "pay_system")
    run_jobs()
    press(first_checks, made)
    run_jobs()
    assert states(first_checks, made) == ["created", "changed"]
    assert stored(first_checks, made).state == RestoreState.DONE
    found = stage(first_checks, "DEAL_STAGE:NEW")
    assert found is not None
    assert found["NAME"] == "Новый заказ"
    order = sorted(
        (int(row["SORT"]), row["STATUS_ID"])
        for row in first_checks.portal.tables["status"]
        if row["ENTITY_ID"] == "DEAL_STAGE"
    )
    assert order[0][1] == "NEW"
    systems = first_checks.portal.tables["paysystem"].all()
    assert next(row for row in systems if row["ID"] == 1)["ACTIVE"] == "Y"
    assert all(line.at is not None for line in lines(first_checks, made))


def test_pressed_twice_nothing_is_doubled(
    first_checks: Actor, run_jobs: Jobs, world: World, loss: Opened
) -> None:
    made = choose(first_checks, "stage", "pay_system")
    run_jobs()
    press(first_checks, made)
    press(first_checks, made)
    run_jobs()
    press(first_checks, made)
    run_jobs()
    assert writes(world).count("crm.status.add") == 1
    assert loss.status == 200


def test_a_stage_of_another_pipeline_comes_back_into_its_place(
    first_checks: Actor, run_jobs: Jobs, loss: Opened
) -> None:
    row = next(
        row for row in first_checks.portal.tables["status"].all() if row["STATUS_ID"] == "C1:PREPARATION"
    )
    first_checks.portal.remove("stage", row["ID"])
    loss.post("/shop/run")
    run_jobs()
    made = choose(first_checks, "stage")
    run_jobs()
    cells = [cell for lane in plan_of(first_checks, made).lanes for cell in lane.after]
    assert ("Коммерческое предложение", "new") in cells
    press(first_checks, made)
    run_jobs()
    assert "refused" not in states(first_checks, made)
    order = sorted(
        (int(one["SORT"]), one["STATUS_ID"])
        for one in first_checks.portal.tables["status"]
        if one["ENTITY_ID"] == "DEAL_STAGE_1"
    )
    assert [code for _, code in order][:2] == ["C1:NEW", "C1:PREPARATION"]


def test_a_preview_whose_job_is_given_up_says_so_and_can_be_tried_again(
    first_checks: Actor, run_jobs: Jobs
) -> None:
    made = choose(first_checks, "stage")
    assert load_jobs()["plan_restore"].failed is fail_restore
    fail_restore(INTERRUPTED, made)
    db.session.commit()
    assert (stored(first_checks, made).state, stored(first_checks, made).error) == (
        RestoreState.PREVIEW,
        INTERRUPTED,
    )
    opened = first_checks.opens(lang="en")
    assert INTERRUPTED in opened.get(f"/restore/{made}").text
    opened.post(f"/restore/{made}/again")
    run_jobs()
    assert stored(first_checks, made).error == ""
    assert plan_of(first_checks, made).is_read
