"""One renewal from the open window to verified, with every wrong turn."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from b24app.database import portal_scope
from b24app.errors import BadInput, NotFound
from b24app.renewal.case_changes import (
    activate_case,
    case_of,
    change_case,
    follow_payment_profile,
    get_case,
    give_up_case,
    list_cases,
    mark_stage,
    open_case,
    settle_case,
    take_up_case,
    why_given_up,
)
from b24app.renewal.marks_taken_back import unmark_stage
from b24app.renewal.renewal_stages import Stage
from b24app.terms.paid_terms import find_paid_term, paid_term_history, set_paid_term
from b24app.terms.profile import change_profile
from b24app.terms.term import Author
from tests.renewal.conftest import END
from tests.terms.conftest import AT, MARINA

OLEG = Author(8, "Олег Дроздов")


@pytest.fixture
def case(shop):
    return open_case(find_paid_term("plan"), AT)


def mark(case, stage, **more):
    return mark_stage(case.id, stage, by=OLEG, at=AT, **more)


def test_a_case_takes_the_portals_way_of_paying(case):
    assert (case.route, case.method, case.invoice, case.ends_on) == ("partner", "transfer", True, END)
    assert case.next_stage is Stage.CHOSEN


def test_opening_twice_is_opening_once(case):
    assert open_case(find_paid_term("plan"), AT).id == case.id
    assert len(list_cases()) == 1


def test_an_end_moved_away_and_back_goes_on_with_the_same_case(case):
    set_paid_term("plan", END - timedelta(days=1), by=MARINA, at=AT)
    assert open_case(find_paid_term("plan"), AT).id != case.id
    set_paid_term("plan", END, by=MARINA, at=AT)
    again = open_case(find_paid_term("plan"), AT)
    assert (again.id, again.closed_at, len(list_cases())) == (case.id, None, 2)


def test_a_renewal_given_up_stays_given_up_when_its_end_comes_back(case):
    closed = give_up_case(case.id, "магазин переезжает", by=OLEG, at=AT)
    set_paid_term("plan", END - timedelta(days=1), by=MARINA, at=AT)
    open_case(find_paid_term("plan"), AT)
    set_paid_term("plan", END, by=MARINA, at=AT)
    again = open_case(find_paid_term("plan"), AT)
    assert (again.id, again.closed_at) == (closed.id, closed.closed_at)


def test_a_term_without_an_end_cannot_be_renewed(portal):
    with pytest.raises(BadInput):
        open_case(set_paid_term("plan", None, by=MARINA, at=AT), AT)


def test_each_mark_says_who_and_when(case):
    found = mark(case, Stage.INVOICE_RECEIVED, on=date(2026, 12, 9), note="№ 1184")
    line = found.marks[0]
    assert (line.by, line.on, line.note, line.at) == ("Олег Дроздов", date(2026, 12, 9), "№ 1184", AT)
    assert found.stage is Stage.INVOICE_RECEIVED


def test_an_earlier_stage_is_implied_and_not_marked_afterwards(case):
    mark(case, Stage.APPROVED)
    assert [m.stage for m in mark(case, Stage.INVOICE_REQUESTED).marks] == [Stage.APPROVED]


def test_paying_starts_the_waiting(case):
    found = mark(case, Stage.PAID, on=date(2026, 12, 15))
    assert found.stage is Stage.ACTIVATION_AWAITED
    assert find_paid_term("plan").pending_since == date(2026, 12, 15)


def test_taking_the_payment_back_ends_the_waiting(case):
    mark(case, Stage.PAID)
    assert unmark_stage(case.id, Stage.PAID, by=OLEG, at=AT).stage is None
    assert find_paid_term("plan").pending_since is None


def test_only_the_last_mark_is_taken_back(case):
    mark(case, Stage.APPROVED)
    mark(case, Stage.PAID)
    with pytest.raises(BadInput):
        unmark_stage(case.id, Stage.APPROVED, by=OLEG, at=AT)


def test_the_new_end_makes_it_active_and_the_check_closes_it(case):
    mark(case, Stage.PAID)
    found = activate_case(case.id, date(2027, 12, 23), by=OLEG, at=AT)
    assert (found.stage, find_paid_term("plan").ends_on) == (Stage.ACTIVE, date(2027, 12, 23))
    assert find_paid_term("plan").pending_since is None
    closed = mark(case, Stage.VERIFIED)
    assert (closed.outcome, closed.closed_at) == ("verified", AT)


def test_the_new_end_must_be_later(case):
    with pytest.raises(BadInput):
        activate_case(case.id, END, by=OLEG, at=AT)


def test_a_verified_case_can_be_reopened_by_taking_the_mark_back(case):
    mark(case, Stage.VERIFIED)
    assert unmark_stage(case.id, Stage.VERIFIED, by=OLEG, at=AT).closed_at is None


def test_what_was_chosen_can_be_changed(case):
    found = change_case(case.id, method="card", period_months=12, plan_code="std", invoice_number="1184")
    assert (found.invoice, found.period_months, found.invoice_number) == (False, 12, "1184")
    for wrong in (
        {"method": "barter"},
        {"stage": "paid"},
        {"plan_code": "gold"},
        {"amount": Decimal(-1)},
        {"period_months": 0},
        {"invoice_number": "№" * 61},
    ):
        with pytest.raises(BadInput):
            change_case(case.id, **wrong)


def test_a_date_moved_elsewhere_settles_the_case(case):
    set_paid_term("plan", date(2027, 12, 23), by=MARINA, at=AT)
    found = settle_case(find_paid_term("plan"), AT)
    assert (found.id, found.stage) == (case.id, Stage.ACTIVE)
    assert found.marks[-1].by == "Марина Ковалёва"
    assert settle_case(find_paid_term("plan"), AT) == found


def test_the_next_window_closes_what_nobody_verified(case):
    set_paid_term("plan", date(2027, 12, 23), by=MARINA, at=AT)
    later = AT + timedelta(days=350)
    found = open_case(find_paid_term("plan"), later)
    assert (found.id != case.id, found.ends_on) == (True, date(2027, 12, 23))
    assert get_case(case.id).outcome == "unverified"


def test_a_given_up_case_says_who_gave_it_up_and_why(case):
    found = give_up_case(case.id, "магазин переезжает", by=OLEG, at=AT)
    assert (case_of(find_paid_term("plan")).given_up, found.closed_at) == (True, AT)
    why = why_given_up(found)
    assert (why.by, why.at, why.changes["reason"][1]) == ("Олег Дроздов", AT, "магазин переезжает")
    assert why_given_up(case) is None


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_giving_up_needs_a_reason(case, reason):
    with pytest.raises(BadInput):
        give_up_case(case.id, reason, by=OLEG, at=AT)


def test_what_is_paid_cannot_be_given_up(case):
    mark(case, Stage.PAID)
    with pytest.raises(BadInput):
        give_up_case(case.id, "передумали", by=OLEG, at=AT)


def test_a_given_up_case_goes_on_by_a_word_or_by_the_next_mark(case):
    give_up_case(case.id, "передумали", by=OLEG, at=AT)
    assert not take_up_case(case.id, by=OLEG, at=AT).given_up
    assert [line.action for line in paid_term_history(case.term_id)][:2] == ["taken_up", "given_up"]
    give_up_case(case.id, "снова передумали", by=OLEG, at=AT)
    found = mark(case, Stage.PAID)
    assert (found.given_up, found.closed_at) == (False, None)


def test_a_case_that_goes_on_is_not_taken_up_twice(case):
    assert take_up_case(case.id, by=OLEG, at=AT) == case


def test_unpaid_cases_follow_the_portals_way_and_paid_ones_stay(case):
    change_profile(by=MARINA, at=AT, route="portal", method="card")
    follow_payment_profile()
    assert (get_case(case.id).route, get_case(case.id).method) == ("portal", "card")
    mark(case, Stage.PAID)
    change_profile(by=MARINA, at=AT, route="partner", method="transfer")
    follow_payment_profile()
    assert get_case(case.id).method == "card"


def test_a_case_of_one_portal_is_not_found_from_another(case, other):
    with portal_scope(other.id), pytest.raises(NotFound):
        get_case(case.id)
