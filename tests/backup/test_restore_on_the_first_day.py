"""Putting back on the first day: no version of the settings is as old as the first snapshot, or there is none at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from b24app.backup.restore.model import Restore
from b24app.backup.restore.plan import Action
from b24app.backup.settings_versions.model import SettingsVersion
from b24app.database import db, portal_scope
from tests.actors import Actor, Opened
from tests.backup.restoring import Jobs, choose, plan_of, press, stage, stored


def order_of(actor: Actor) -> list[str]:
    """The codes of the second pipeline in their order."""
    rows = [row for row in actor.portal.tables["status"].all() if row["ENTITY_ID"] == "DEAL_STAGE_1"]
    return [row["STATUS_ID"] for row in sorted(rows, key=lambda row: int(row["SORT"]))]


def take_away(actor: Actor, code: str, loss: Opened, run_jobs: Jobs) -> dict[str, Any]:
    """Delete a stage and let a run see it; answers the row that it had."""
    found = stage(actor, f"DEAL_STAGE_1:{code}")
    assert found is not None
    was = dict(found)
    actor.portal.remove("stage", was["ID"])
    actor.portal.world.clock.advance(minutes=60)
    loss.post("/shop/run")
    run_jobs()
    return was


def keep_versions(actor: Actor, *, later: timedelta | None) -> None:
    """Have every version of the settings taken so much later, or forget all of them."""
    with portal_scope(actor.portal_id):
        if later is None:
            db.session.execute(delete(SettingsVersion))
        else:
            first = db.session.scalar(select(func.min(SettingsVersion.taken_at)))
            assert first is not None
            db.session.execute(update(SettingsVersion).values(taken_at=first + later, seen_at=first + later))
        db.session.commit()


def heading_of(admin: Opened, made: int) -> str:
    """The answer of the page of a restore."""
    return admin.get(f"/restore/{made}").text.split("<h1", 1)[1].split("</h1>", 1)[0]


def put_back(actor: Actor, run_jobs: Jobs) -> int:
    """The preview of every stage of the comparison."""
    made = choose(actor, "stage")
    run_jobs()
    return made


def test_the_first_snapshot_has_the_settings_kept_at_once(first_checks: Actor) -> None:
    with portal_scope(first_checks.portal_id):
        kept = set(db.session.scalars(select(SettingsVersion.entity)))
    assert "crm_status" in kept


@pytest.mark.parametrize("code", ["C1:PREPARATION", "C1:LOSE"])
def test_a_version_taken_after_the_snapshot_gives_the_place_and_the_colour_back(
    first_checks: Actor, run_jobs: Jobs, loss: Opened, code: str
) -> None:
    before = order_of(first_checks)
    keep_versions(first_checks, later=timedelta(minutes=10))
    was = take_away(first_checks, code, loss, run_jobs)
    made = put_back(first_checks, run_jobs)
    assert "по настройкам от" in loss.get(f"/restore/{made}").text
    press(first_checks, made)
    run_jobs()
    found = stage(first_checks, f"DEAL_STAGE_1:{code}")
    assert found is not None
    assert (order_of(first_checks), found["SORT"], found["COLOR"]) == (before, was["SORT"], was["COLOR"])


@pytest.mark.parametrize("code", ["C1:NEW", "C1:PREPARATION", "C1:LOSE"])
def test_without_any_version_the_place_is_between_the_neighbours_and_the_colour_is_said_to_be_unknown(
    first_checks: Actor, run_jobs: Jobs, loss: Opened, code: str
) -> None:
    before = order_of(first_checks)
    take_away(first_checks, code, loss, run_jobs)
    keep_versions(first_checks, later=None)
    made = put_back(first_checks, run_jobs)
    plan = plan_of(first_checks, made)
    told = [one for one in plan.of(Action.CANNOT) if one.key.endswith(f"{code}:unknown")]
    assert len(told) == 1
    page = loss.get(f"/restore/{made}").text
    assert "Неизвестно: цвет." in page
    assert "по настройкам от" not in page
    press(first_checks, made)
    run_jobs()
    assert order_of(first_checks) == before


def test_a_moved_stage_goes_back_among_its_neighbours_without_any_version(
    first_checks: Actor, run_jobs: Jobs, loss: Opened
) -> None:
    before = order_of(first_checks)
    moved = stage(first_checks, f"DEAL_STAGE_1:{before[1]}")
    last = stage(first_checks, f"DEAL_STAGE_1:{before[-1]}")
    assert moved is not None
    assert last is not None
    first_checks.portal.tables["status"].update(moved["ID"], SORT=int(last["SORT"]) + 50)
    first_checks.portal.world.clock.advance(minutes=60)
    loss.post("/shop/run")
    run_jobs()
    keep_versions(first_checks, later=None)
    made = put_back(first_checks, run_jobs)
    press(first_checks, made)
    run_jobs()
    assert order_of(first_checks) == before


def test_a_change_of_the_year_goes_back_into_its_place_without_any_version(
    first_checks: Actor, run_jobs: Jobs, loss: Opened
) -> None:
    from b24app.backup.restore.choosing import prepare_change
    from b24app.backup.settings_versions.listed_changes import find_change
    from b24app.backup.settings_versions.model import SettingsChange
    from b24app.services import services
    from b24app.web.filters import zone
    from tests.backup.restoring import MARINA

    before = order_of(first_checks)
    take_away(first_checks, "C1:PREPARATION", loss, run_jobs)
    keep_versions(first_checks, later=None)
    with portal_scope(first_checks.portal_id):
        wanted = SettingsChange.key == "DEAL_STAGE_1:C1:PREPARATION"
        found = db.session.scalar(select(SettingsChange.id).where(wanted))
        assert found is not None
        now = services().clock.now()
        made = prepare_change(find_change(found, now, zone()), title="Back", by=MARINA, at=now)
        db.session.commit()
    run_jobs()
    press(first_checks, made)
    run_jobs()
    assert order_of(first_checks) == before


def test_the_page_claims_no_success_while_the_comparison_still_finds_a_difference(
    first_checks: Actor, run_jobs: Jobs, loss: Opened
) -> None:
    made = put_back(first_checks, run_jobs)
    press(first_checks, made)
    run_jobs()
    assert "вернули" in heading_of(loss, made)
    assert stored(first_checks, made).checks_run_id is not None
    first_checks.portal.remove("stage", stage(first_checks, "DEAL_STAGE:NEW")["ID"])  # type: ignore[index]
    first_checks.portal.world.clock.advance(minutes=5)
    loss.post("/shop/run")
    run_jobs()
    heading = heading_of(loss, made)
    assert "сверка ещё видит отличие" in heading
    assert "ернули" not in heading


def test_until_the_checks_have_run_again_the_page_says_so_and_does_not_ask_for_ever(
    first_checks: Actor, run_jobs: Jobs, loss: Opened
) -> None:
    made = put_back(first_checks, run_jobs)
    press(first_checks, made)
    run_jobs()
    clock = first_checks.portal.world.clock
    with portal_scope(first_checks.portal_id):
        db.session.execute(update(Restore).values(ended_at=clock.now() + timedelta(minutes=1)))
        db.session.commit()
    assert "сверяем снова" in heading_of(loss, made)
    assert "data-poll" in loss.get(f"/restore/{made}").text
    clock.advance(minutes=10)
    assert "data-poll" not in loss.get(f"/restore/{made}").text
