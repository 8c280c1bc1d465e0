"""What runs later and every day: checks after installing, after a change of plan, and once a day where it makes sense."""

from collections.abc import Callable
from datetime import date

from b24app.checklist.engine.runs import run_history, start_run
from b24app.database import db, portal_scope
from b24app.jobs.checks import start_daily_run
from b24app.jobs.job import load_jobs
from b24app.jobs.night import ask_nightly, plan_nights
from b24app.renewal.activation import PLAN_CHANGED, open_offer
from b24app.services import services
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor

RunJobs = Callable[[], int]


def kinds(actor: Actor) -> list[str]:
    db.session.expire_all()
    with portal_scope(actor.portal_id):
        return [run.kind for run in run_history()]


def test_the_first_checks_begin_after_installing(north: Actor, run_jobs: RunJobs):
    run_jobs()
    assert kinds(north) == ["first"]


def test_a_changed_plan_is_looked_at_anew(north: Actor, run_jobs: RunJobs):
    run_jobs()
    north.portal.renew("ru_pro100")
    north.opens()
    run_jobs()
    assert kinds(north) == ["noticed", "first"]


def test_a_plan_that_changed_while_nobody_opened_us_is_noticed_by_the_nightly_run(
    north: Actor, run_jobs: RunJobs
):
    run_jobs()
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=Author(1, "Анна"), at=services().clock.now())
        north.portal.renew("ru_pro100")
        start_run(kind="daily", at=services().clock.now())
    run_jobs()
    assert kinds(north) == ["noticed", "daily", "first"]
    with portal_scope(north.portal_id):
        assert open_offer().reason == PLAN_CHANGED


def test_every_active_portal_is_checked_once_a_night(
    north: Actor, south: Actor, run_jobs: RunJobs, world: World
):
    run_jobs()
    plan_nights(load_jobs())
    world.clock.advance(hours=24)
    run_jobs()
    ask_nightly(load_jobs())
    run_jobs()
    assert (kinds(north).count("daily"), kinds(south).count("daily")) == (1, 1)


def test_a_portal_that_refuses_is_not_checked_daily(north: Actor, run_jobs: RunJobs):
    run_jobs()
    north.portal.lapse_to_free()
    for _ in range(2):
        start_daily_run(north.portal_id)
        run_jobs()
    assert kinds(north).count("daily") == 1


def test_a_night_that_has_just_been_run_is_not_run_again(north: Actor, run_jobs: RunJobs, world: World):
    """A portal that answered again began this night's run a moment before its own moment came."""
    run_jobs()
    for hours, found in ((0, 1), (1, 1), (24, 2)):
        world.clock.advance(hours=hours)
        start_daily_run(north.portal_id)
        run_jobs()
        assert kinds(north).count("daily") == found
