"""The test event of a run: it comes back, is on its way, or is lost and people hear of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from b24app.checklist.checks.apps.own_events_arrive import own_events_arrive
from b24app.checklist.engine.own_facts import ReturnedTestEvents
from b24app.checklist.engine.own_facts_reading import read_test_events
from b24app.checklist.engine.run_jobs import rerun
from b24app.checklist.engine.runs import latest_run, start_run, verdicts_of_run
from b24app.checklist.engine.verdict import Level, Verdict
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.apps.own_test_event import PATIENCE, OwnTestEvent
from b24app.database import portal_scope
from b24app.jobs.checks import judge_test_event
from b24app.portals.event_inbox import prune_test_events
from b24app.reminders.outbox import list_deliveries
from b24app.services import services
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.jobs import jobs_of

pytestmark = pytest.mark.usefixtures("first_checks")
Jobs = Callable[[], int]
CODE = "own_events_arrive"
NOON = datetime(2026, 12, 3, 12, 0, tzinfo=UTC)
SENT = OwnTestEvent("run1", NOON)


def lose_events(world: World) -> None:
    """What the portal sends does not reach us any more."""
    world.deliver = lambda _url, _form: 0


def a_run(actor: Actor, run_jobs: Jobs) -> Verdict:
    actor.portal.world.clock.advance(minutes=1)
    with portal_scope(actor.portal_id):
        run_id = start_run(at=services().clock.now())
        run_jobs()
        return verdicts_of_run(run_id)[CODE]


def told(actor: Actor) -> int:
    """How many letters went out."""
    with portal_scope(actor.portal_id):
        return len(list_deliveries())


def newest(actor: Actor) -> Verdict:
    with portal_scope(actor.portal_id):
        run = latest_run(finished=True)
        assert run is not None
        return verdicts_of_run(run.id)[CODE]


@pytest.mark.parametrize(
    ("echoes", "after", "level"),
    [
        ({"run1": NOON + timedelta(seconds=4)}, timedelta(0), Level.PASS),
        ({"run0": NOON}, timedelta(minutes=9), Level.UNKNOWN),
        ({"run0": NOON}, timedelta(minutes=10), Level.FAIL),
    ],
)
def test_only_the_event_of_this_very_run_counts(
    echoes: dict[str, datetime], after: timedelta, level: Level
) -> None:
    assert own_events_arrive(SENT, ReturnedTestEvents(echoes), NOON + after).level is level


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        (4, "The test event came back after %(seconds)s s"),
        (0.2, "The test event came back within a second"),
        (-3600, "The test event came back"),
    ],
)
def test_how_long_it_took_is_said_only_where_our_clock_was_not_put_back(seconds: float, message: str) -> None:
    echoes = ReturnedTestEvents({"run1": NOON + timedelta(seconds=seconds)})
    verdict = own_events_arrive(SENT, echoes, NOON + timedelta(minutes=1))
    assert (verdict.level, verdict.sentence.message) == (Level.PASS, message)


@pytest.mark.parametrize(("installed", "level"), [(False, Level.UNKNOWN), (True, Level.FAIL)])
def test_an_event_sent_before_the_end_of_the_installation_is_not_called_lost(
    installed: bool, level: Level
) -> None:
    late, application = NOON + PATIENCE, Application(installed=installed)
    assert own_events_arrive(SENT, ReturnedTestEvents({}), late, application).level is level


def test_an_event_that_comes_back_passes(north: Actor, run_jobs: Jobs) -> None:
    assert a_run(north, run_jobs).level is Level.PASS


def test_an_event_that_comes_late_is_heard(north: Actor, world: World, run_jobs: Jobs) -> None:
    deliver, held = world.deliver, []
    world.deliver = lambda url, form: held.append((url, form)) or 200
    assert a_run(north, run_jobs).level is Level.UNKNOWN
    for url, form in held:
        deliver(url, form)
    run_jobs()
    assert newest(north).level is Level.PASS


def test_an_event_that_never_comes_is_lost_after_the_wait_and_people_are_told_once(
    north: Actor, world: World, run_jobs: Jobs, app: Flask
) -> None:
    assert a_run(north, run_jobs).level is Level.PASS
    lose_events(world)
    a_run(north, run_jobs)
    letters = told(north)
    world.clock.advance(seconds=PATIENCE.total_seconds())
    judge_test_event(north.portal_id)
    judge_test_event(north.portal_id)
    assert newest(north).level is Level.FAIL
    assert told(north) == letters + 1


def test_the_wait_is_queued_with_the_run_and_with_a_repeat(
    north: Actor, run_jobs: Jobs, world: World
) -> None:
    a_run(north, run_jobs)
    world.clock.advance(seconds=1)
    waiting = len(jobs_of("hear_echo"))
    with portal_scope(north.portal_id):
        run = latest_run(finished=True)
        assert run is not None
        rerun(run.id, CODE)
    run_jobs()
    due = [row.due_at for row in jobs_of("hear_echo")]
    assert (len(due), due[-1]) == (waiting + 1, world.clock.now() + PATIENCE)


def test_one_press_binds_anew_and_the_event_comes(
    north: Actor, north_admin: Opened, world: World, run_jobs: Jobs
) -> None:
    installation = next(iter(north.portal.installations.values()))
    installation.events.clear()
    assert a_run(north, run_jobs).level is Level.UNKNOWN
    world.clock.advance(seconds=PATIENCE.total_seconds())
    judge_test_event(north.portal_id)
    assert f"/shop/check/{CODE}/restore" in north_admin.get(f"/shop/check/{CODE}").text
    assert "every 1s" in north_admin.post(f"/shop/check/{CODE}/restore").text
    run_jobs()
    assert newest(north).level is Level.PASS
    assert "restore" not in north_admin.get(f"/shop/check/{CODE}").text


@pytest.mark.parametrize("code", ["pipelines_present", "pigeon", "ask_backup"])
def test_nothing_else_can_be_restored(north_admin: Opened, code: str) -> None:
    assert north_admin.post(f"/shop/check/{code}/restore").status_code == 404


def test_an_employee_may_not_restore(north_employee: Opened) -> None:
    assert north_employee.post(f"/shop/check/{CODE}/restore").status_code == 403


def test_another_portal_restores_only_itself(north: Actor, south_admin: Opened, run_jobs: Jobs) -> None:
    bound = next(iter(north.portal.installations.values())).events
    bound.clear()
    south_admin.post(f"/shop/check/{CODE}/restore")
    run_jobs()
    assert not bound


def test_events_of_another_portal_are_not_ours(north: Actor, south: Actor, run_jobs: Jobs) -> None:
    run_jobs()
    a_run(north, run_jobs)  # a minute later than the first one of the other: an event is told by its moment
    with portal_scope(south.portal_id):
        theirs = set(read_test_events().came)
    with portal_scope(north.portal_id):
        assert set(read_test_events().came) - theirs


def test_old_ones_are_forgotten_and_fresh_ones_stay(north: Actor, world: World, run_jobs: Jobs) -> None:
    a_run(north, run_jobs)
    world.clock.advance(days=8)
    assert a_run(north, run_jobs).level is Level.PASS
    assert prune_test_events() >= 1
    with portal_scope(north.portal_id):
        assert len(read_test_events().came) == 1
