"""A run against a portal that does not answer as a portal: bounded, told as what it is, and it takes nothing away."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import requests
from flask import Flask
from sqlalchemy import select

from b24app.checklist.engine.fact import REASON_TEXTS, Facts, Reason
from b24app.checklist.engine.run_jobs import perform_rerun
from b24app.checklist.engine.runs import (
    chosen_baseline,
    facts_of_run,
    get_run,
    latest_run,
    start_run,
    verdicts_of_run,
)
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import AfterStep, Run, RunState
from b24app.comparison.after_activation import schedule_after_activation, start_due_repeats
from b24app.comparison.worsening import found_worse
from b24app.database import db, portal_scope
from b24app.portals.availability import get_availability, note_answer, note_silence
from b24app.services import services
from b24app.terms.term import Author
from sandbox.portal import Portal
from sandbox.world import World
from tests.actors import Actor
from tests.bad_wires import BAD_PORTALS, BadWire, drip, failing, page
from tests.jobs import ask

pytestmark = pytest.mark.usefixtures("first_checks")
Jobs = Callable[[], int]
ANNA = Author(1, "Анна")


@pytest.fixture
def wire(app: Flask, world: World, north: Actor, run_jobs: Jobs) -> Iterator[BadWire]:
    """The first portal's wire, which a test spoils; its first checks are done."""
    run_jobs()
    wire, here = BadWire(world, north.host), app.extensions["services"]
    app.extensions["services"] = replace(here, http=wire.open_session)
    yield wire
    app.extensions["services"] = here


def a_run(by: Author | None = ANNA, kind: str = "manual") -> int:
    run_id = start_run(by=by, at=services().clock.now(), kind=kind)
    db.session.commit()
    return run_id


@pytest.mark.parametrize("kind", BAD_PORTALS)
def test_a_run_asks_at_most_six_times_and_lasts_at_most_ninety_seconds(
    wire: BadWire, world: World, north: Actor, run_jobs: Jobs, kind: str
) -> None:
    wire.answer = BAD_PORTALS[kind]
    with portal_scope(north.portal_id):
        run_id, begun = a_run(), world.clock.timestamp()
        run_jobs()
        run = get_run(run_id)
        assert run.state == RunState.UNANSWERED
        assert run.finished_at is not None
        assert run.finished_at.timestamp() - begun <= 90
        assert 1 <= run.requests <= 6
        assert len(wire.asked) <= 6


SANDBOX: dict[str, Callable[[Portal], None]] = {
    "a page with 404": lambda portal: portal.answer_next("html", times=None, status=404),
    "a page with 503": lambda portal: portal.answer_next("html", times=None),
    "the front page": lambda portal: portal.answer_next("html", times=None, status=200),
    "an empty answer": lambda portal: portal.answer_next("empty", times=None),
    "half an answer": lambda portal: portal.answer_next("truncated", times=None),
    "silence": lambda portal: portal.answer_next("silent", times=None),
    "a drip": lambda portal: portal.answer_next("drip", times=None),
    "a certificate": lambda portal: portal.answer_next("certificate", times=None),
    "a failure of REST": lambda portal: portal.refuse_next("INTERNAL_SERVER_ERROR", times=None),
    "deleted": lambda portal: portal.delete("json"),
    "deleted, with a page": lambda portal: portal.delete("page"),
    "deleted, name and all": lambda portal: portal.delete("gone"),
}


@pytest.mark.parametrize("kind", SANDBOX)
def test_each_failure_of_the_sandbox_is_bounded_and_told(
    north: Actor, world: World, run_jobs: Jobs, kind: str
) -> None:
    run_jobs()
    opened = north.opens()
    SANDBOX[kind](north.portal)
    with portal_scope(north.portal_id):
        run_id, begun = a_run(), world.clock.timestamp()
        run_jobs()
        run = get_run(run_id)
        assert run.state == RunState.UNANSWERED
        assert run.finished_at is not None
        assert run.finished_at.timestamp() - begun <= 90
        assert 1 <= run.requests <= 6
    text = opened.get("/shop").text
    assert "Портал не ответил" in text
    assert "%(" not in text


def test_an_authorization_server_that_moved_is_found(north: Actor, world: World, run_jobs: Jobs) -> None:
    run_jobs()
    north.portal.expire_tokens(next(iter(world.applications.values())))
    world.move_authorization_server("oauth.bitrix.info", "gone")
    with portal_scope(north.portal_id):
        run_id = a_run()
        run_jobs()
        assert get_run(run_id).state == RunState.DONE


def test_an_authorization_server_that_is_silent_is_not_called_a_silent_portal(
    north: Actor, world: World, run_jobs: Jobs
) -> None:
    run_jobs()
    north.portal.expire_tokens(next(iter(world.applications.values())))
    world.oauth.main.answer_next("silent", times=None)
    with portal_scope(north.portal_id):
        run_id, begun = a_run(), world.clock.timestamp()
        run_jobs()
        run = get_run(run_id)
        assert (run.state, run.error) == (RunState.UNANSWERED, REASON_TEXTS[Reason.AUTHORIZATION])
        assert world.clock.timestamp() - begun <= 15
        assert not get_availability().silent


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("403", Reason.PAGE),
        ("front page", Reason.PAGE),
        ("no answer", Reason.UNREACHABLE),
        ("drip", Reason.UNREACHABLE),
        ("certificate", Reason.CERTIFICATE),
        ("deleted", Reason.DELETED),
        ("redirect", Reason.MOVED),
    ],
)
def test_the_run_says_what_came_instead(
    wire: BadWire, north: Actor, run_jobs: Jobs, kind: str, reason: Reason
) -> None:
    wire.answer = BAD_PORTALS[kind]
    with portal_scope(north.portal_id):
        run_id = a_run()
        run_jobs()
        assert get_run(run_id).error == REASON_TEXTS[reason]


def test_it_is_no_result_no_baseline_and_worsens_nothing(wire: BadWire, north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        before, choice = latest_run(finished=True), chosen_baseline()
        assert before is not None
        assert choice is not None
        wire.answer = page(404)
        run_id = a_run()
        run_jobs()
        now, chosen = latest_run(finished=True), chosen_baseline()
        assert (now and now.id, chosen and chosen.id) == (before.id, choice.id)
        assert verdicts_of_run(run_id) == {}
        assert found_worse(run_id) == ()
        assert get_run(run_id).counts == {}


def test_the_page_says_so_in_words_and_shows_the_last_result(
    wire: BadWire, north: Actor, run_jobs: Jobs
) -> None:
    opened = north.opens()
    wire.answer = page(404)
    opened.post("/shop/run")
    run_jobs()
    text = opened.get("/shop").text
    assert "Портал не ответил" in text
    assert "Вместо портала ответила обычная веб-страница" in text
    assert "Первый раз не ответил" in text
    assert "pay_system_for_orders" not in text  # a code is no word of a page
    assert "портал не ответил" in opened.get("/shop/runs").text


def test_silence_takes_no_known_fact_away_from_a_check_done_again(
    wire: BadWire, north: Actor, run_jobs: Jobs
) -> None:
    with portal_scope(north.portal_id):
        run = latest_run(finished=True)
        assert run is not None
        run_id, before = run.id, facts_of_run(run.id)
        known = verdicts_of_run(run_id)["pay_system_for_orders"]
        assert known.level is not Level.UNKNOWN
        wire.answer = page(403)
        db.session.commit()
        perform_rerun(run_id, "pay_system_for_orders")
        assert set(facts_of_run(run_id).values) == set(before.values)
        assert verdicts_of_run(run_id)["pay_system_for_orders"] == known


def test_a_repeat_after_an_activation_that_was_not_answered_is_due_again_when_the_portal_is_asked_again(
    wire: BadWire, world: World, north: Actor, run_jobs: Jobs
) -> None:
    def runs() -> int:
        start_due_repeats()
        run_jobs()
        return len(db.session.scalars(select(Run.id).where(Run.kind == "after_at_once")).all())

    with portal_scope(north.portal_id):
        schedule_after_activation(services().clock.now())
        db.session.commit()
        wire.answer = page(404)
        assert (runs(), runs()) == (1, 1)
        wire.answer = None
        world.clock.advance(minutes=2)
        assert runs() == 2
        step = db.session.scalar(select(AfterStep).where(AfterStep.step == "at_once"))
        assert step is not None
        assert step.run_id is not None
        assert get_run(step.run_id).state == RunState.DONE


def test_a_second_batch_without_an_answer_leaves_the_first_one(
    wire: BadWire, world: World, north: Actor, run_jobs: Jobs
) -> None:
    class SecondFails(list[float]):
        def append(self, moment: float) -> None:
            super().append(moment)
            wire.answer = failing(requests.ReadTimeout(), 1) if len(self) == 2 else None

    wire.asked = SecondFails()
    with portal_scope(north.portal_id):
        run_id, begun = a_run(), world.clock.timestamp()
        run_jobs()
        run, facts = get_run(run_id), facts_of_run(run_id)
        assert (run.state, run.complete) == (RunState.DONE, False)
        assert facts.values
        assert Reason.UNREACHABLE in {no.reason for no in facts.refusals.values()}
        assert run.finished_at is not None
        assert run.finished_at.timestamp() - begun <= 90
        assert found_worse(run_id) == ()


def test_work_in_the_background_waits_and_a_press_asks_once(
    wire: BadWire, world: World, north: Actor, run_jobs: Jobs
) -> None:
    wire.answer = drip
    with portal_scope(north.portal_id):
        a_run()
        run_jobs()
        asked = len(wire.asked)
        daily = a_run(by=None, kind="daily")
        run_jobs()
        assert (len(wire.asked), get_run(daily).error) == (asked, REASON_TEXTS[Reason.RESTS])
        begun = world.clock.timestamp()
        pressed = a_run()
        run_jobs()
        assert len(wire.asked) == asked + 1
        assert world.clock.timestamp() - begun <= 40
        assert get_run(pressed).error == REASON_TEXTS[Reason.UNREACHABLE]


def test_the_first_answer_ends_the_silence_and_starts_the_checks_it_held_up(
    wire: BadWire, world: World, north: Actor, run_jobs: Jobs
) -> None:
    with portal_scope(north.portal_id):
        wire.answer = page(502)
        world.clock.advance(days=1)
        a_run()
        run_jobs()
        assert get_availability().silent
        wire.answer = None
        world.clock.advance(minutes=20)
        services().queue.later("probe_blocked")
        run_jobs()
        db.session.expire_all()
        assert not get_availability().silent
        found = latest_run(finished=True)
        assert found is not None
        assert (found.kind, found.created_at) == ("manual", world.clock.now())


def test_a_run_without_any_answer_is_told_from_a_refusal() -> None:
    from b24app.checklist.engine.fact import FactRefusal
    from b24app.checklist.engine.run_bounds import got_nothing

    assert got_nothing(Facts({}, {"me": FactRefusal(Reason.PAGE)}))
    assert got_nothing(Facts({"alive_pairs": ()}, {"me": FactRefusal(Reason.LIMIT)}))
    assert not got_nothing(Facts({}, {"me": FactRefusal(Reason.PLAN)}))
    assert not got_nothing(Facts({"me": 1}, {"application": FactRefusal(Reason.PAGE)}))


def test_an_answer_that_came_meanwhile_is_newer_than_a_silence(first_checks: Actor, world: World):
    """Two questions leave; one is answered, the other one waits in vain: the portal answers."""
    with portal_scope(first_checks.portal_id):
        note_answer(services().clock.now())
        db.session.commit()
        world.clock.advance(seconds=2)
        note_silence(services().clock.now(), 3.0)
        assert not get_availability().silent
        world.clock.advance(seconds=2)
        note_silence(services().clock.now(), 3.0)
        assert get_availability().silent


def test_a_persons_checks_that_came_to_nothing_begin_when_the_portal_answers(
    first_checks: Actor, run_jobs: Callable[[], int]
):
    with portal_scope(first_checks.portal_id):
        run = get_run(start_run(by=Author(1, "Марина"), at=services().clock.now()))
        run.state = RunState.UNANSWERED
        db.session.commit()
    ask("portal_answers", first_checks.portal_id)
    run_jobs()
    with portal_scope(first_checks.portal_id):
        newest = latest_run()
    assert (newest.kind, newest.state, newest.asked_by_name) == ("manual", RunState.DONE, "Марина")


def test_checks_that_came_to_nothing_twice_are_not_begun_for_ever(
    first_checks: Actor, run_jobs: Callable[[], int]
):
    """A portal that answers the light question and nothing else."""
    with portal_scope(first_checks.portal_id):
        for _ in range(2):
            run = get_run(start_run(by=Author(1, "Марина"), at=services().clock.now()))
            run.state = RunState.UNANSWERED
            db.session.commit()
        newest = run.id
    ask("portal_answers", first_checks.portal_id)
    run_jobs()
    with portal_scope(first_checks.portal_id):
        assert latest_run().id == newest
