"""A loss that a person has accepted is no obstacle any more: at once, in the next runs, and until it is taken back."""

from collections.abc import Callable

import pytest

from b24app.checklist.engine.checklist_view import CheckView, checklist_view
from b24app.checklist.engine.runs import choose_baseline, start_run
from b24app.checklist.engine.verdict import Because, Level, Verdict, failed, passed, unknown, warned
from b24app.checklist.model import AcceptedChange
from b24app.comparison.acceptance import accept_change, return_change
from b24app.comparison.accepted_checks import weigh
from b24app.comparison.after_activation import proof
from b24app.comparison.compare import Change, Difference
from b24app.comparison.resource import load_resources
from b24app.comparison.stored_comparison import compare_with_baseline
from b24app.database import portal_scope
from b24app.reports.report_texts import verdict_word
from b24app.services import services
from b24app.terms.term import Author
from tests.actors import Actor

pytestmark = pytest.mark.usefixtures("first_checks")
Jobs = Callable[[], int]
ANNA = Author(1, "Анна")
CODE = "pay_systems_still_on"


def a_run(run_jobs: Jobs) -> int:
    run_id = start_run(at=services().clock.now())
    run_jobs()
    return run_id


def accept(run_id: int, key: str, kind: str = "pay_system") -> None:
    accept_change(
        run_id, kind, key, reason="not_needed", explanation="закрыли", by=ANNA, at=services().clock.now()
    )


def lose(shop: Actor, run_jobs: Jobs, *keys: int) -> int:
    """A run after pay systems were deleted, compared with a snapshot that a person has chosen."""
    choose_baseline(a_run(run_jobs), by=ANNA, at=services().clock.now())
    for key in keys:
        shop.portal.remove("pay_system", key)
    return a_run(run_jobs)


def row(code: str = CODE) -> CheckView:
    found = checklist_view().check(code)
    assert found is not None
    return found


def test_an_accepted_loss_counts_nowhere_as_an_obstacle(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        run_id = lose(north, run_jobs, 3)
        before, told = checklist_view().numbers, row()
        failing = {one.code for one in proof().failing}
        accept(run_id, "3")
        after = checklist_view().numbers
        accepted = row()
        assert CODE in failing - {one.code for one in proof().failing}
        assert (told.level, told.is_open, told.is_accepted) == (Level.FAIL, True, False)
        assert (accepted.level, accepted.is_open, accepted.is_accepted) == (Level.PASS, False, True)
        assert CODE in before.todo
        assert CODE not in after.todo
        assert after.blockers < before.blockers
        assert accepted.title == told.title


def test_it_says_who_accepted_it_and_why(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        accept(lose(north, run_jobs, 3), "3")
        assert "Анна" in str(row().line)
        assert "Not needed any more" in str(row().line)
        assert "закрыли" in str(row().line)


def test_an_acceptance_that_is_taken_back_brings_the_obstacle_back(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        run_id = lose(north, run_jobs, 3)
        told = row()
        accept(run_id, "3")
        return_change("pay_system", "3")
        assert (row().level, row().title, row().is_accepted) == (told.level, told.title, False)


def test_the_next_run_that_sees_the_same_loss_says_accepted_too(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        accept(lose(north, run_jobs, 3), "3")
        a_run(run_jobs)
        assert row().is_accepted


def test_a_loss_that_comes_after_the_acceptance_is_told_alone(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        accept(lose(north, run_jobs, 3), "3")
        north.portal.remove("pay_system", 2)
        a_run(run_jobs)
        assert row().level is Level.FAIL
        view = compare_with_baseline()
        assert view is not None
        names = {line.change.key: line.change.name for line in view.lines}
        assert row().title.values["names"] == (names["2"],)


def test_while_one_of_two_losses_is_unexplained_only_that_one_is_named(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        run_id = lose(north, run_jobs, 2, 3)
        both = row().title.values["names"]
        accept(run_id, "3")
        left = row().title.values["names"]
        assert isinstance(both, tuple)
        assert isinstance(left, tuple)
        assert (len(both), len(left), row().level) == (2, 1, Level.FAIL)
        accept(run_id, "2")
        assert row().is_accepted


def test_a_lost_pipeline_that_is_accepted_is_an_obstacle_of_no_check_of_pipelines(
    north: Actor, run_jobs: Jobs
) -> None:
    with portal_scope(north.portal_id):
        choose_baseline(a_run(run_jobs), by=ANNA, at=services().clock.now())
        north.portal.remove("pipeline", 1)
        run_id = a_run(run_jobs)
        before = set(checklist_view().numbers.todo)
        assert "pipelines_present" in before
        assert not before & {"stages_present", "stages_same", "pipelines_can_finish"}
        view = compare_with_baseline()
        assert view is not None
        (pipeline,) = [one.change for one in view.open_lines if one.change.kind.code == "pipeline"]
        accept(run_id, pipeline.key, "pipeline")
        assert before - set(checklist_view().numbers.todo) == {"pipelines_present"}


def test_in_the_report_an_accepted_check_is_called_accepted(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        run_id = lose(north, run_jobs, 3)
        assert verdict_word(row()) == "Blocking"
        accept(run_id, "3")
        assert verdict_word(row()) == "Accepted"


def line(key: str, name: str, kind: str = "pipeline") -> Change:
    return Change(load_resources()[kind], key, name, "", Difference.LOST, Level.FAIL)


def weighed(
    beside: Verdict, alone: Verdict, accepted: list[Change], rest: list[Change], *elsewhere: str
) -> Verdict:
    rows = {
        one.fingerprint: AcceptedChange(reason="other", explanation="", user_name="Анна") for one in accepted
    }
    return weigh(beside, alone, (*accepted, *rest), rows, elsewhere)


GONE = failed("gone: %(names)s", names=("Опт",))


def test_what_is_bad_without_any_snapshot_stays_after_the_acceptance() -> None:
    none = failed("The portal shows no deal pipeline")
    assert weighed(GONE, none, [line("2:1", "Опт")], []).because is None
    assert weighed(GONE, warned("few"), [line("2:1", "Опт")], []) == warned("few")
    assert weighed(GONE, unknown("hidden"), [line("2:1", "Опт")], []).level is Level.UNKNOWN


def test_two_of_one_name_are_accepted_only_together() -> None:
    two = failed("gone: %(names)s", names=("Опт", "Опт"))
    first, second = line("2:1", "Опт"), line("2:2", "Опт")
    assert weighed(two, passed("fine"), [first], [second]) == two
    assert weighed(two, passed("fine"), [first, second], []).because is Because.ACCEPTED


def test_what_stands_behind_an_accepted_loss_of_its_kind_is_told_by_name() -> None:
    other = line("2:2", "Розница")
    found = weighed(GONE, passed("fine"), [line("2:1", "Опт")], [other])
    assert (found.level, found.sentence.values["names"]) == (Level.FAIL, ("Розница",))
    assert weighed(GONE, passed("fine"), [line("2:1", "Опт")], [other], "Розница").because is Because.ACCEPTED


def test_an_unexplained_loss_of_another_kind_does_not_hold_up_what_is_accepted() -> None:
    other = line("DEAL_STAGE:NEW", "Новая", "stage")
    assert weighed(GONE, passed("fine"), [line("2:1", "Опт")], [other]).because is Because.ACCEPTED


def test_a_check_that_names_nothing_waits_until_all_is_accepted() -> None:
    nameless, other = failed("something changed"), line("2:2", "Розница")
    assert weighed(nameless, passed("fine"), [line("2:1", "Опт")], [other]) == nameless
    assert weighed(nameless, passed("fine"), [line("2:1", "Опт"), other], []).because is Because.ACCEPTED
