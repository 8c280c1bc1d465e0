"""The baseline keeps itself: good runs renew it, and nothing that hides a loss does, however many runs follow."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete

from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.mutes_and_owners import mute
from b24app.checklist.engine.run_jobs import rerun
from b24app.checklist.engine.runs import (
    choose_baseline,
    chosen_baseline,
    facts_of_run,
    get_run,
    start_run,
    store_facts,
)
from b24app.checklist.facts.apps.me import Me
from b24app.checklist.facts.delivery.deliveries import Deliveries
from b24app.checklist.facts.payments.pay_systems import PaySystems
from b24app.checklist.model import BaselineChoice
from b24app.comparison.acceptance import accept_change
from b24app.comparison.after_activation import schedule_after_activation
from b24app.comparison.baseline_keeping import choose_snapshot, settle_run
from b24app.comparison.compare import Difference, Mismatch
from b24app.comparison.model import Why
from b24app.comparison.stored_comparison import compare_with_baseline
from b24app.comparison.worsening import fallen_checks
from b24app.database import db, portal_scope
from b24app.renewal.case_changes import mark_stage, open_case
from b24app.renewal.renewal_stages import Stage
from b24app.services import services
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from tests.actors import Actor

pytestmark = pytest.mark.usefixtures("first_checks")
Jobs = Callable[[], int]
Damage = Callable[[Actor], None]
ANNA = Author(1, "Анна")


def now() -> datetime:
    return services().clock.now()


def accept_all(run_id: int) -> None:
    view = compare_with_baseline(run_id)
    assert view is not None
    for line in view.open_lines:
        change = line.change
        accept_change(
            run_id, change.kind.code, change.key, reason="on_purpose", explanation="", by=ANNA, at=now()
        )


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


def deals_are_deleted(shop: Actor) -> None:
    for row_id in list(shop.portal.tables["deal"].ids)[:300]:
        shop.portal.tables["deal"].delete(row_id)


def handler_is_replaced(shop: Actor) -> None:
    shop.portal.tables["paysystem"].update(2, ACTION_FILE="robo")


def base_currency_is_another(shop: Actor) -> None:
    for row in shop.portal.tables["currency"].all():
        base = "Y" if row["BASE"] == "N" else "N"
        shop.portal.tables["currency"].update(row["CURRENCY"], BASE=base)


def vat_is_changed(shop: Actor) -> None:
    row = shop.portal.tables["vat"].all()[-1]
    shop.portal.tables["vat"].update(row["id"], rate=5)


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (deals_are_deleted, "crm_total"),
        (handler_is_replaced, "pay_system"),
        (base_currency_is_another, "currency"),
        (vat_is_changed, "vat"),
    ],
)
def test_ten_runs_swallow_nothing(north: Actor, run_jobs: Jobs, damage: Damage, kind: str) -> None:
    with portal_scope(north.portal_id):
        good = a_run(run_jobs)
        damage(north)
        for number in range(10):
            run_id = a_run(run_jobs, "daily" if number % 2 else "manual")
        assert baseline_id() == good
        view = compare_with_baseline()
        assert view is not None
        told = {line.change.kind.code for line in view.open_lines}
        assert (view.after.id, kind in told) == (run_id, True)


def test_an_accepted_difference_enters_the_next_baseline(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        a_run(run_jobs)
        handler_is_replaced(north)
        accept_all(a_run(run_jobs))
        run_id = a_run(run_jobs)
        assert baseline_id() == run_id
        a_run(run_jobs)
        view = compare_with_baseline()
        assert view is not None
        assert view.lines == ()


def test_what_came_while_the_baseline_stood_still_is_missed_when_it_goes(
    north: Actor, run_jobs: Jobs
) -> None:
    with portal_scope(north.portal_id):
        a_run(run_jobs)
        handler_is_replaced(north)
        row = north.portal.tables["paysystem"].get(3)
        assert row is not None
        north.portal.tables["paysystem"].add({**row, "ID": 99, "NAME": "По частям"})
        first = a_run(run_jobs)
        north.portal.remove("pay_system", 99)
        a_run(run_jobs)
        view, before = compare_with_baseline(), compare_with_baseline(first)
        assert view is not None
        assert before is not None
        assert [line.change.name for line in before.of(Difference.NEW)] == ["По частям"]
        assert [line.change.name for line in view.of(Difference.LOST)] == ["По частям"]


def test_what_could_not_be_read_was_there_all_the_same(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        a_run(run_jobs)
        north.portal.refuse_next("ACCESS_DENIED", method="sale.paysystem.list", times=9)
        accept_all(a_run(run_jobs))
        a_run(run_jobs)
        north.portal.faults.forgive()
        north.portal.remove("pay_system", 3)
        a_run(run_jobs)
        view = compare_with_baseline()
        assert view is not None
        assert [line.change.key for line in view.of(Difference.LOST)] == ["3"]


def test_what_only_lost_rights_hide_does_not_enter_the_baseline(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        good = a_run(run_jobs)
        handler_is_replaced(north)
        accept_all(a_run(run_jobs))
        run = get_run(a_run_without_rights(north, run_jobs))
        view = compare_with_baseline(run.id)
        assert view is not None
        assert (baseline_id(), view.why, view.mismatches) == (good, Why.UNSEEN, (Mismatch.RIGHTS,))
        a_run(run_jobs)
        again = compare_with_baseline()
        assert again is not None
        assert again.open_lines == ()


def a_run_without_rights(shop: Actor, run_jobs: Jobs) -> int:
    """The run's facts as somebody who is no administrator is given them: less, and no refusal."""
    run_id = start_run(at=now())
    run_jobs()
    facts = facts_of_run(run_id)
    me = facts.of(Me)
    assert me is not None
    seen = {"me": replace(me, admin=False), "pay_systems": PaySystems(()), "deliveries": Deliveries(())}
    store_facts(run_id, Facts(seen))
    db.session.execute(delete(BaselineChoice).where(BaselineChoice.run_id == run_id))
    settle_run(run_id, at=now())
    return run_id


def test_a_check_that_fell_holds_the_baseline_until_it_is_silenced(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        good = a_run(run_jobs)
        for row_id in list(north.portal.tables["call"].ids):
            north.portal.tables["call"].update(row_id, CALL_FAILED_CODE="402")
        view = compare_with_baseline(a_run(run_jobs))
        assert view is not None
        assert (baseline_id(), view.why, view.lines) == (good, Why.CHECK, ())
        for code in fallen_checks(view):
            mute(code, "known", now().date() + timedelta(days=9), by=ANNA, at=now())
        assert a_run(run_jobs) == baseline_id()


def test_it_is_kept_from_the_begin_of_a_renewal_until_it_is_verified(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        good = a_run(run_jobs)
        term = set_paid_term("plan", date(2026, 12, 23), by=ANNA, at=now())
        case = open_case(term, now())
        held = a_run(run_jobs)
        view = compare_with_baseline(held)
        assert view is not None
        assert (baseline_id(), view.why) == (good, Why.RENEWAL)
        for stage in (Stage.ACTIVE, Stage.VERIFIED):
            mark_stage(case.id, stage, by=ANNA, at=now())
        assert a_run(run_jobs) == baseline_id()


def test_a_person_can_choose_during_a_renewal(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        a_run(run_jobs)
        open_case(set_paid_term("plan", date(2026, 12, 23), by=ANNA, at=now()), now())
        north.portal.remove("pay_system", 3)
        mine = a_run(run_jobs)
        choose_snapshot(mine, by=ANNA, at=now())
        view = compare_with_baseline()
        assert view is not None
        assert (view.before.id, view.after.id, view.lines) == (mine, mine, ())
        a_run(run_jobs)
        assert baseline_id() == mine


def test_a_run_whose_check_was_asked_again_is_the_baseline_no_longer(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        good = a_run(run_jobs)
        run_id = a_run(run_jobs)
        assert baseline_id() == run_id
        north.portal.remove("pay_system", 3)
        rerun(run_id, "pay_systems_still_on")
        run_jobs()
        view = compare_with_baseline()
        assert view is not None
        assert (baseline_id(), [line.change.key for line in view.of(Difference.LOST)]) == (good, ["3"])


def test_it_stands_still_while_the_activation_is_verified(north: Actor, run_jobs: Jobs) -> None:
    with portal_scope(north.portal_id):
        good = a_run(run_jobs)
        schedule_after_activation(services().clock.now())
        a_run(run_jobs)
        assert baseline_id() == good
