"""What came back under new numbers counts as there: the comparison and its check turn green, and red again when it is undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from b24app.backup.restore.data.choices import by_numbers
from b24app.backup.restore.presses import start_undo
from b24app.checklist.engine.runs import latest_run, verdicts_of_run
from b24app.checklist.engine.verdict import Level
from b24app.comparison.stored_comparison import ComparisonView, compare_with_baseline
from b24app.database import db, portal_scope
from b24app.services import services
from sandbox.application import EventBinding
from tests.actors import Actor
from tests.backup.copied_data import (
    MARINA,
    Jobs,
    choose,
    lines,
    make_copy,
    press,
    rows_of_deals,
)
from tests.backup.test_restore_of_data import lose

LOST = range(150, 190)


def look(actor: Actor, run_jobs: Jobs) -> tuple[ComparisonView, Level]:
    """Check again, and what the comparison and the check of records say then."""
    actor.portal.world.clock.advance(minutes=60)
    actor.opens().post("/shop/run")
    run_jobs()
    db.session.expire_all()
    with portal_scope(actor.portal_id):
        found, run = compare_with_baseline(), latest_run(finished=True)
        assert found is not None
        assert run is not None
        return found, verdicts_of_run(run.id, ["records_kept"])["records_kept"].level


@pytest.mark.usefixtures("loss")
def test_deals_that_were_put_back_are_no_loss_any_more(
    first_checks: Actor, tmp_path: Path, run_jobs: Jobs
) -> None:
    portal = first_checks.portal
    copied = make_copy(first_checks, tmp_path, rows_of_deals(portal, LOST))
    lose(portal, *LOST)
    lost, level = look(first_checks, run_jobs)
    assert (lost.records_gone, level) == (len(LOST), Level.FAIL)
    made = choose(copied, by_numbers("deal", [str(one) for one in LOST]), run_jobs)
    press(copied, made, run_jobs)
    assert [line.state for line in lines(copied, made)] == ["created"] * len(LOST)
    back, level = look(first_checks, run_jobs)
    assert (back.records_gone, level) == (0, Level.PASS)
    assert not [line for line in back.must_return if line.change.kind.code == "crm_total"]
    lose(portal, next(iter(portal.tables["deal"].ids)))
    again, _ = look(first_checks, run_jobs)
    assert [line.change.fields[0].after for line in again.lines if line.change.kind.code == "crm_total"]
    with portal_scope(first_checks.portal_id):
        undo = start_undo(made, by=MARINA, at=services().clock.now())
        db.session.commit()
    run_jobs()
    press(copied, undo, run_jobs)
    undone, level = look(first_checks, run_jobs)
    assert (undone.records_gone, level) == (len(LOST) + 1, Level.FAIL)


@pytest.mark.usefixtures("loss")
def test_subscriptions_to_deletions_that_we_bind_ourselves_are_not_told_as_changes(
    first_checks: Actor, run_jobs: Jobs
) -> None:
    (installation,) = first_checks.portal.installations.values()
    installation.events.append(
        EventBinding(900, "ONCRMDEALDELETE", f"https://{first_checks.host}/events", offline=True)
    )
    found, _ = look(first_checks, run_jobs)
    assert [line.change.key for line in found.lines if line.change.kind.code == "event"] == []
