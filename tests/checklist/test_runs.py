"""A run from its first press to its stored verdicts, through the worker and the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from b24app.bitrix24.responses import Command, Outcome
from b24app.checklist.engine.check import Area
from b24app.checklist.engine.check_numbers import CountedPlace
from b24app.checklist.engine.checklist_view import checklist_view, progress_view
from b24app.checklist.engine.gather import BatchClient
from b24app.checklist.engine.run_jobs import carry_out, rerun
from b24app.checklist.engine.runs import choose_baseline, get_run, run_history, start_run, verdicts_of_run
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import RunState
from b24app.comparison.acceptance import accept_change, return_change
from b24app.comparison.stored_comparison import compare_with_baseline
from b24app.comparison.worsening import worse_than
from b24app.database import db, portal_scope
from b24app.errors import BadInput, NotFound
from b24app.portals.client_factory import open_client
from b24app.portals.model import Access
from b24app.services import services
from b24app.terms.term import Author
from tests.actors import Actor

pytestmark = pytest.mark.usefixtures("first_checks")
Jobs = Callable[[], int]


def a_run(run_jobs: Jobs) -> int:
    run_id = start_run(by=Author(1, "Анна"), at=services().clock.now())
    run_jobs()
    return run_id


def test_a_run_is_queued_and_then_performed(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        run_id = start_run(at=services().clock.now())
        assert get_run(run_id).state == RunState.QUEUED
        run_jobs()
        assert get_run(run_id).state == RunState.DONE
        assert verdicts_of_run(run_id)["pay_system_for_orders"].level is Level.PASS


def test_a_run_takes_three_requests_at_most(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        assert get_run(a_run(run_jobs)).requests <= 3


def test_a_second_press_joins_the_run_under_way(north: Actor) -> None:
    with portal_scope(north.portal_id):
        assert start_run(at=services().clock.now()) == start_run(at=services().clock.now())


def test_a_run_of_a_lapsed_portal_says_so(north: Actor, run_jobs: Jobs) -> None:
    north.portal.lapse_to_free()
    with portal_scope(north.portal_id):
        run = get_run(a_run(run_jobs))
        assert run.state == RunState.REFUSED
        assert verdicts_of_run(run.id)["pay_system_for_orders"].level is Level.UNKNOWN


def test_the_page_shows_areas_numbers_and_what_is_open_first(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        a_run(run_jobs)
        view = checklist_view()
        assert view.areas[0].area is Area.BACKUP
        assert view.numbers.total == len(view.rows) > view.numbers.counts[CountedPlace.FINE] > 0
        assert view.rows[0].code == view.numbers.todo[0]


def test_progress_is_readable_before_and_after(south: Actor, run_jobs: Jobs) -> None:
    with portal_scope(south.portal_id):
        assert progress_view() is None
        start_run(at=services().clock.now())
        waiting = progress_view()
        run_jobs()
        done = progress_view()
    assert waiting is not None
    assert done is not None
    assert (waiting.state, done.state) == (RunState.QUEUED, RunState.DONE)


def test_one_check_is_done_again_with_its_own_facts_only(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        run_id = a_run(run_jobs)
        for row in north.portal.tables["paysystem"].all():
            north.portal.switch_off("pay_system", row["ID"])
        rerun(run_id, "pay_system_for_orders")
        run_jobs()
        assert verdicts_of_run(run_id)["pay_system_for_orders"].level is Level.FAIL


def test_an_area_is_done_again(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        run_id = a_run(run_jobs)
        rerun(run_id, "area:payments")
        assert run_jobs() == 2  # the area, and the list of changes after it


def test_another_portal_sees_no_run(north: Actor, south: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        a_run(run_jobs)
        ours = {run.id for run in run_history()}
    with portal_scope(south.portal_id):
        assert not ours & {run.id for run in run_history()}


def test_nothing_changes_between_two_runs_of_a_quiet_portal(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        choose_baseline(a_run(run_jobs), by=Author(1, "Анна"), at=services().clock.now())
        a_run(run_jobs)
        view = compare_with_baseline()
        assert view is not None
        assert view.lines == ()
        assert view.unchanged_total > 50


def test_a_lost_thing_is_accepted_and_returned(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        choose_baseline(a_run(run_jobs), by=Author(1, "Анна"), at=services().clock.now())
        north.portal.remove("pay_system", 3)
        after = a_run(run_jobs)
        assert verdicts_of_run(after)["pay_systems_still_on"].level is Level.FAIL
        assert worse_than(after, after) == ()
        accept_change(
            after,
            "pay_system",
            "3",
            reason="on_purpose",
            explanation="Не нужна",
            by=Author(1, "Анна"),
            at=services().clock.now(),
        )
        accepted = compare_with_baseline()
        return_change("pay_system", "3")
        returned = compare_with_baseline()
    assert accepted is not None
    assert returned is not None
    assert (accepted.is_restored, accepted.to_restore) == (True, 0)
    assert (returned.is_restored, returned.to_restore) == (False, 1)
    assert accepted.lines[0].accepted is not None


def test_what_is_not_a_difference_cannot_be_accepted(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        choose_baseline(a_run(run_jobs), at=services().clock.now())
        after = a_run(run_jobs)
        for kind, reason, error in (("pay_system", "other", NotFound), ("pay_system", "whim", BadInput)):
            with pytest.raises(error):
                accept_change(
                    after,
                    kind,
                    "3",
                    reason=reason,
                    explanation="",
                    by=Author(1, "Анна"),
                    at=services().clock.now(),
                )


def test_a_run_that_cannot_open_the_door_fails_with_a_word(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        run_jobs()
        for access in db.session.scalars(select(Access)):
            db.session.delete(access)
        db.session.commit()
        run = get_run(a_run(run_jobs))
        assert run.state == RunState.FAILED
        assert run.error


def test_a_check_done_again_is_compared_as_its_run_was(north: Actor, run_jobs: Jobs) -> None:
    """What another administrator does not see may only be hidden from him: the repeat knows that as well as the run."""
    with portal_scope(north.portal_id):
        run_jobs()
        north.portal.employee.admin = True
        north.opens(user=north.portal.employee)
        for access in db.session.scalars(select(Access).where(Access.user_id == north.portal.admin.id)):
            db.session.delete(access)
        db.session.commit()
        north.portal.remove("pay_system", 3)
        run_id = a_run(run_jobs)
        assert get_run(run_id).seen_as == north.portal.employee.id
        once = verdicts_of_run(run_id)["pay_systems_still_on"].level
        rerun(run_id, "pay_systems_still_on")
        run_jobs()
        assert verdicts_of_run(run_id)["pay_systems_still_on"].level is once is Level.NA


@dataclass
class Watcher:
    """A client that notes how many verdicts there are before each batch, and whether a transaction is open then."""

    client: BatchClient
    run_id: int
    seen: list[int]
    open: list[bool] = field(default_factory=list)

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Outcome]:
        self.open.append(db.session().in_transaction())
        self.seen.append(len(verdicts_of_run(self.run_id)))
        db.session.rollback()
        return self.client.batch(commands)


def test_the_page_fills_up_after_the_first_batch(north: Actor) -> None:
    with portal_scope(north.portal_id):
        run_id = start_run(at=services().clock.now())
        watcher = Watcher(open_client(north.portal_id), run_id, [])
        carry_out(run_id, watcher)
        assert watcher.open == [False, False, False]
        before, between, _ = watcher.seen
        assert before == 0
        assert 30 < between < len(verdicts_of_run(run_id))


def test_a_regression_between_repeats_is_named(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        first = a_run(run_jobs)
        for row in north.portal.tables["delivery"].all():
            north.portal.switch_off("delivery", row["ID"])
        assert "delivery_active" in worse_than(first, a_run(run_jobs))
