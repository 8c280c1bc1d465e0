"""Runs thin out: thirty days whole, then one a week; what anything refers to stays; facts go with their last run."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.runs import choose_baseline, facts_of_run, start_run, store_facts
from b24app.checklist.engine.thinning import MOST_RUNS, OldRun, surplus, thin_runs
from b24app.checklist.facts.apps.me import Me
from b24app.checklist.model import AfterStep, BaselineChoice, KeptFact, Run, RunResult, RunState
from b24app.database import db, every_portal, portal_scope
from b24app.services import services
from b24app.terms.term import Author
from tests.actors import Actor

pytestmark = [pytest.mark.usefixtures("first_checks"), pytest.mark.dialect]
MONDAY = datetime(2026, 6, 1, 4, 10, tzinfo=UTC)
ANNA = Author(1, "Анна")


def old(number: int, day: int, state: str = "done", *, complete: bool = True) -> OldRun:
    return OldRun(number, MONDAY + timedelta(days=day), state, complete)


def test_of_each_week_the_newest_stays() -> None:
    assert surplus([old(1, 0), old(2, 3), old(3, 6), old(4, 7)]) == [1, 2]


@pytest.mark.parametrize(
    "worse",
    [old(2, 3, complete=False), old(2, 3, "failed", complete=False), old(2, 3, "refused", complete=False)],
)
def test_a_complete_run_is_worth_more_than_a_newer_one_without_answers(worse: OldRun) -> None:
    assert surplus([old(1, 0), worse]) == [2]


def test_a_week_of_refusals_keeps_one_of_them() -> None:
    assert surplus([old(n, n, "refused", complete=False) for n in range(1, 6)]) == [1, 2, 3, 4]


@given(st.lists(st.integers(0, 400), max_size=60, unique=True))
def test_every_week_keeps_exactly_one_and_thinning_again_changes_nothing(days: list[int]) -> None:
    runs = [old(day + 1, day) for day in days]
    gone = set(surplus(runs))
    left = [run for run in runs if run.id not in gone]
    assert {run.created_at.isocalendar()[:2] for run in runs} == {
        run.created_at.isocalendar()[:2] for run in left
    }
    assert len({run.created_at.isocalendar()[:2] for run in left}) == len(left)
    assert surplus(left) == []


def now() -> datetime:
    return services().clock.now()


def runs_of(days: int, first: int = 31) -> list[int]:
    """Complete runs, one a day, the newest `first` days ago; each with a fact of its own, oldest first."""
    rows = [Run(kind="daily", state=RunState.DONE, complete=True, created_at=now() - timedelta(days=first + back))
            for back in reversed(range(days))]  # fmt: skip
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        store_facts(row.id, Facts({"me": Me(id=1000 + row.id, admin=True)}))
    return [row.id for row in rows]


def left() -> set[int]:
    return set(db.session.scalars(select(Run.id)))


def count(table: type[KeptFact | RunResult | BaselineChoice]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_year_of_daily_runs_becomes_thirty_days_and_weeks(north: Actor) -> None:
    with portal_scope(north.portal_id):
        made = runs_of(365, first=1)
        while thin_runs(now()):
            db.session.commit()
        mine = left() & set(made)
        assert set(made[-29:]) <= mine
        assert 29 + 47 <= len(mine) <= 31 + 50


def test_facts_go_with_the_last_run_that_has_them(north: Actor) -> None:
    with portal_scope(north.portal_id):
        before = count(KeptFact)
        made = runs_of(8)
        store_facts(made[0], Facts({"me": Me(id=1000 + made[-1], admin=True)}))
        assert thin_runs(now()) > 4
        assert count(KeptFact) - before == count(RunResult) - 1 == len(left() & set(made))
        assert facts_of_run(made[-1]).of(Me) == Me(id=1000 + made[-1], admin=True)


def test_work_of_one_night_is_bounded(north: Actor) -> None:
    with portal_scope(north.portal_id):
        runs_of(80)
        assert thin_runs(now()) == MOST_RUNS


def test_baselines_of_people_the_present_one_and_those_of_renewals_stay(north: Actor) -> None:
    with portal_scope(north.portal_id):
        made = runs_of(35, first=40)
        choose_baseline(made[1], at=now() - timedelta(days=74), by=ANNA)
        for run_id in made[2:16]:
            choose_baseline(run_id, at=now() - timedelta(days=60))
        activated = now() - timedelta(days=60) + timedelta(hours=1)
        db.session.add(AfterStep(activated_at=activated, step="24h", due_at=activated, run_id=made[16]))
        for run_id in made[17:26]:
            choose_baseline(run_id, at=now() - timedelta(days=50))
        while thin_runs(now()):
            pass
        assert {made[1], made[15], made[16], made[25]} <= left()
        assert len(left() & set(made)) <= 4 + 6
        assert count(BaselineChoice) < 13


def test_the_newest_results_stay_however_old_they_are(north: Actor) -> None:
    with portal_scope(north.portal_id):
        db.session.query(Run).delete()
        made = runs_of(5, first=40 + (now() - timedelta(days=40)).weekday())
        for run_id in made[2:]:
            db.session.get_one(Run, run_id).complete = False
        thin_runs(now())
        assert left() == {made[1], made[4]}


def test_another_portal_keeps_its_runs_and_a_run_under_way_is_let_alone(north: Actor, south: Actor) -> None:
    with portal_scope(south.portal_id):
        theirs = set(runs_of(10))
    with portal_scope(north.portal_id):
        mine = runs_of(10)
        db.session.get_one(Run, mine[0]).state = RunState.RUNNING
        db.session.flush()
        assert thin_runs(now())
        assert mine[0] in left()
    with every_portal():
        assert theirs <= left()


def test_a_daily_run_thins_out(north: Actor, run_jobs: Callable[[], int]) -> None:
    with portal_scope(north.portal_id):
        made = runs_of(10)
        start_run(at=now(), kind="daily")
        run_jobs()
        assert len(left() & set(made)) in {2, 3}


def test_a_fact_that_a_worker_is_about_to_use_is_not_cleared_away(app: Flask, north: Actor) -> None:
    """The other worker has found the fact, and commits only afterwards that its run uses it."""
    with portal_scope(north.portal_id):
        made = runs_of(14)
        later = Run(state=RunState.DONE, created_at=now())
        db.session.add(later)
        db.session.commit()
        content = Facts({"me": Me(id=1000 + made[0], admin=True)})
        store_facts(later.id, content)
        beside = threading.Thread(target=thin_out, args=(app, north.portal_id))
        beside.start()
        beside.join(0.5)
        assert beside.is_alive()
        db.session.commit()
        beside.join()
        assert made[0] not in left()
        assert facts_of_run(later.id) == content


def thin_out(app: Flask, portal_id: int) -> None:
    with app.app_context(), portal_scope(portal_id):
        thin_runs(now())
        db.session.commit()
        db.session.remove()
