"""The baseline before the renewal keeps itself: good runs renew it, and nothing that hides a loss does."""

from collections.abc import Callable

import pytest

from b24app.checklist.engine.runs import choose_baseline, chosen_baseline, get_run, start_run
from b24app.comparison.after_activation import schedule_after_activation
from b24app.database import portal_scope
from b24app.services import services
from b24app.terms.term import Author
from tests.actors import Actor

pytestmark = pytest.mark.usefixtures("first_checks")
Jobs = Callable[[], int]


def a_run(run_jobs: Jobs, kind: str = "daily") -> int:
    run_id = start_run(at=services().clock.now(), kind=kind)
    run_jobs()
    return run_id


def baseline_id() -> int:
    choice = chosen_baseline()
    assert choice is not None
    return choice.run_id


def test_a_good_run_renews_the_baseline(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        run_id = a_run(run_jobs)
        choice = chosen_baseline()
        assert choice is not None
        assert (choice.run_id, choice.automatic) == (run_id, True)


def test_what_a_person_chose_stays(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        mine = choose_baseline(a_run(run_jobs), by=Author(1, "Анна"), at=services().clock.now()).run_id
        a_run(run_jobs)
        assert baseline_id() == mine


def test_a_run_in_which_something_is_lost_does_not_replace_it(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        good = a_run(run_jobs)
        north.portal.remove("pay_system", 3)
        a_run(run_jobs)
        assert baseline_id() == good


def test_a_run_in_which_something_could_not_be_read_does_not_replace_it(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        good = a_run(run_jobs)
        north.portal.refuse_next("ACCESS_DENIED", method="sale.paysystem.list", times=9)
        run = get_run(a_run(run_jobs))
        assert (run.state, run.complete) == ("done", False)
        assert baseline_id() == good


def test_it_stands_still_while_the_activation_is_verified(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        good = a_run(run_jobs)
        schedule_after_activation(services().clock.now())
        a_run(run_jobs)
        assert baseline_id() == good
