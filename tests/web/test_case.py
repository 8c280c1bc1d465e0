"""The course of a renewal: what was chosen, who marked what and when, giving it up; and the four standing questions."""

from datetime import date
from decimal import Decimal

import pytest

from b24app.database import db, portal_scope
from b24app.renewal.case import CaseView
from b24app.renewal.case_changes import list_cases
from b24app.renewal.renewal_stages import Stage
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.profile import get_profile
from b24app.terms.term import Author
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

CHOICE = {
    "plan_code": "std",
    "period_months": "12",
    "route": "partner",
    "method": "card",
    "invoice_number": "1184",
    "amount": "83\u2009880,50",
}


@pytest.fixture
def story(north: Actor) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()


def stored(actor: Actor) -> CaseView:
    db.session.rollback()
    with portal_scope(actor.portal_id):
        return list_cases()[0]


def test_without_a_date_it_asks_for_it(north_admin: Opened) -> None:
    assert "/terms?add=plan" in north_admin.get("/case").text
    assert north_admin.post("/case/mark", stage="paid", on="2026-11-30").status_code == 422


def test_looking_begins_nothing(story: None, north: Actor, north_admin: Opened) -> None:
    assert 'hx-post="/case"' in north_admin.get("/case").text
    with portal_scope(north.portal_id):
        assert list_cases() == ()


def test_what_was_chosen_is_kept_and_the_days_follow(story: None, north: Actor, north_admin: Opened) -> None:
    assert "1184" in north_admin.post("/case", **CHOICE).text
    case = stored(north)
    assert (case.plan_code, case.period_months, case.amount) == ("std", 12, Decimal("83880.5"))
    assert (case.stage, case.marks[0].on) == (Stage.CHOSEN, date(2026, 11, 30))
    with portal_scope(north.portal_id):
        assert (get_profile().route, get_profile().method) == ("partner", "card")


@pytest.mark.parametrize(
    "wrong",
    [
        {"plan_code": "gold"},
        {"period_months": "0"},
        {"period_months": "год"},
        {"route": "pigeon"},
        {"method": "barter"},
        {"amount": "много"},
        {"amount": "-5"},
        {"invoice_number": "№" * 61},
    ],
)
def test_a_wrong_choice_comes_back_and_nothing_is_kept(
    story: None, north: Actor, north_admin: Opened, wrong: dict[str, str]
) -> None:
    answer = north_admin.post("/case", **CHOICE | wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    with portal_scope(north.portal_id):
        assert get_profile().method == "transfer"


def test_the_calendar_changes_the_way_of_a_renewal_that_goes_on(
    story: None, north: Actor, north_admin: Opened
) -> None:
    north_admin.post("/overview/mark/mark_invoice_requested")
    north_admin.post("/calendar", route="site", method="card", approval="3", bank="0")
    assert (stored(north).route, stored(north).method) == ("site", "card")


def test_a_stage_is_marked_on_its_own_day_with_a_comment_and_taken_back(
    story: None, north: Actor, north_admin: Opened
) -> None:
    form = {"stage": "paid", "on": "27.11.2026", "note": "платёжка № 77"}
    assert "платёжка № 77" in north_admin.post("/case/mark", **form).text
    mark = next(line for line in stored(north).marks if line.stage is Stage.PAID)
    assert (mark.on, bool(mark.by)) == (date(2026, 11, 27), True)
    assert north_admin.post("/case/unmark").status_code == 200
    assert stored(north).marks == ()
    assert north_admin.post("/case/unmark").status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [{"stage": "active"}, {"stage": "fly"}, {"on": "soon"}, {"on": "2026-12-01"}, {"note": "x" * 501}],
)
def test_a_wrong_mark_comes_back(story: None, north_admin: Opened, wrong: dict[str, str]) -> None:
    answer = north_admin.post("/case/mark", **{"stage": "paid", "on": "2026-11-27", "note": ""} | wrong)
    assert answer.status_code == 422


def test_a_renewal_is_given_up_with_a_reason_and_nobody_is_reminded(
    story: None, north: Actor, north_admin: Opened
) -> None:
    assert north_admin.post("/case/give-up", reason=" ").status_code == 422
    assert "магазин закрывается" in north_admin.post("/case/give-up", reason="магазин закрывается").text
    assert stored(north).given_up
    assert 'class="when"' not in north_admin.get("/reminders").text
    assert "/overview/mark/mark_paid" not in north_admin.get("/overview").text
    assert "магазин закрывается" in north_admin.get("/terms").text
    north_admin.post("/case/take-up")
    assert not stored(north).given_up
    assert 'class="when"' in north_admin.get("/reminders").text


def test_another_portal_sees_and_changes_nothing(
    story: None, north: Actor, north_admin: Opened, south_admin: Opened
) -> None:
    north_admin.post("/case", **CHOICE)
    assert "1184" not in south_admin.get("/case").text
    assert south_admin.post("/case", **CHOICE).status_code == 422
    assert stored(north).stage is Stage.CHOSEN


@pytest.mark.parametrize("path", ["/case", "/case/mark", "/case/unmark", "/case/give-up", "/case/take-up"])
def test_an_employee_may_not(north_employee: Opened, path: str) -> None:
    assert north_employee.post(path).status_code == 403
    assert north_employee.get("/case").status_code == 403
