"""Activation noticed by itself: offered to a person, never taken for granted."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from b24app.database import db, portal_scope
from b24app.errors import PlanLapsed
from b24app.portals.availability import get_availability, note_refusal
from b24app.renewal.activation import (
    ANSWERS_AGAIN,
    PLAN_CHANGED,
    dismiss_offer,
    learn,
    notice_activation,
    open_offer,
    recognise_activation,
)
from b24app.renewal.case_changes import activate_case, case_of, give_up_case, mark_stage, open_case
from b24app.renewal.renewal_stages import Stage
from b24app.terms.date_suggestions import list_suggestions
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.profile import get_profile, note_license
from tests.actors import Actor
from tests.jobs import ask
from tests.renewal.conftest import END, TODAY
from tests.terms.conftest import AT, MARINA

pytestmark = pytest.mark.usefixtures("first_checks")
INFO = {"LICENSE": "ru_std", "STATUS": "L", "DAYS": None}


def test_a_portal_that_answers_again_is_offered_as_renewed(shop):
    open_case(find_paid_term("plan"), AT)
    note_refusal(PlanLapsed("ACCESS_DENIED", "REST is available only on commercial plans."), AT)
    learn(INFO, AT + timedelta(days=1), TODAY)
    assert (open_offer().reason, open_offer().noticed_at) == (ANSWERS_AGAIN, AT + timedelta(days=1))


def test_another_plan_near_the_end_is_offered_even_without_a_case(shop):
    learn({**INFO, "LICENSE": "ru_pro100"}, AT, TODAY)
    assert open_offer().reason == PLAN_CHANGED
    assert case_of(find_paid_term("plan")).stage is None


def test_an_upgrade_in_the_middle_of_the_term_is_no_renewal(shop):
    set_paid_term("plan", date(2027, 6, 1), by=MARINA, at=AT)
    learn({**INFO, "LICENSE": "ru_pro100"}, AT, TODAY)
    assert open_offer() is None
    assert get_profile().plan_code == "pro100"


def test_the_same_plan_says_nothing(shop):
    learn(INFO, AT, TODAY)
    assert open_offer() is None
    assert get_availability().answered_at == AT


def test_without_a_term_there_is_nothing_to_notice(portal):
    note_license("ru_std", AT)
    assert notice_activation(PLAN_CHANGED, AT) is None
    assert open_offer() is None


def test_the_first_notice_stays_and_a_person_may_wave_it_away(shop):
    case = open_case(find_paid_term("plan"), AT)
    notice_activation(PLAN_CHANGED, AT)
    assert notice_activation(ANSWERS_AGAIN, AT + timedelta(hours=1)).reason == PLAN_CHANGED
    dismiss_offer(case.id)
    assert open_offer() is None


def test_a_verified_or_given_up_renewal_asks_no_more(shop):
    case = open_case(find_paid_term("plan"), AT)
    notice_activation(PLAN_CHANGED, AT)
    activate_case(case.id, date(2027, 12, 23), by=MARINA, at=AT)
    assert open_offer() is None
    assert notice_activation(PLAN_CHANGED, AT) is None
    mark_stage(case.id, Stage.VERIFIED, by=MARINA, at=AT)
    assert open_offer() is None
    assert notice_activation(PLAN_CHANGED, AT) is None


def test_a_given_up_case_is_left_alone(shop):
    give_up_case(open_case(find_paid_term("plan"), AT).id, "магазин закрывается", by=MARINA, at=AT)
    assert notice_activation(PLAN_CHANGED, AT) is None


def test_hints_of_dates_are_kept_on_the_way(shop):
    learn({**INFO, "STATUS": "S", "DAYS": "28"}, AT, TODAY)
    assert [(hint.kind, hint.ends_on) for hint in list_suggestions()] == [("marketplace", date(2026, 12, 28))]


@pytest.fixture
def asked(north: Actor, run_jobs: Callable[[], int]) -> Actor:
    """A portal with a plan near its end, asked for the first time."""
    run_jobs()
    with portal_scope(north.portal_id):
        set_paid_term("plan", END, by=MARINA, at=AT)
        db.session.commit()
    ask("learn_portal", north.portal_id)
    run_jobs()
    return north


def test_a_portal_tells_its_plan_once_a_night(asked):
    with portal_scope(asked.portal_id):
        assert get_profile().license_code == asked.portal.plan
        assert get_availability().answered_at is not None


def test_a_refusal_and_the_return_are_noticed_over_the_wire(asked):
    asked.portal.lapse_to_free()
    with pytest.raises(PlanLapsed):
        recognise_activation(asked.portal_id)
    with portal_scope(asked.portal_id):
        assert get_availability().refused
    asked.portal.renew("std")
    recognise_activation(asked.portal_id)
    with portal_scope(asked.portal_id):
        assert not get_availability().refused
        assert open_offer() is not None
