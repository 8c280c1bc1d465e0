"""Late: what works and what stops, the order of the recovery, and the counts of what was missed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from b24app.database import db, portal_scope
from b24app.errors import MarketplaceEnded, PlanLapsed, PortalLocked
from b24app.portals.availability import Availability, get_availability, note_refusal
from b24app.renewal.activation import latest_reconciliation, usual_window
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY

pytestmark = pytest.mark.usefixtures("first_checks")
WINDOW = {"since": "2026-11-01T00:00", "until": "2026-11-30T00:00"}


@pytest.fixture
def ended(north: Actor) -> Callable[[int], None]:
    """Lets the plan of `north` end some days ago."""

    def end(days: int, kind: str = "plan") -> None:
        with portal_scope(north.portal_id):
            day = DAY_OF_THE_STORY.date() - timedelta(days=days)
            set_paid_term(kind, day, by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
            db.session.commit()

    return end


def counted(actor: Actor):
    db.session.rollback()
    with portal_scope(actor.portal_id):
        return latest_reconciliation()


@pytest.mark.parametrize("error", [PlanLapsed("x"), PortalLocked("x")])
def test_a_portal_that_says_it_has_lapsed_has_no_second_day_for_the_free_plan(
    north: Actor, north_admin: Opened, ended: Callable[[int], None], error: Exception
) -> None:
    ended(-23)
    assert "Портал переходит на бесплатный тариф" in north_admin.get("/late").text
    with portal_scope(north.portal_id):
        note_refusal(error, DAY_OF_THE_STORY)
        db.session.commit()
    text = north_admin.get("/late").text
    assert "Портал переходит на бесплатный тариф" not in text
    assert "Что и когда остановится" not in text


def test_a_portal_that_answered_checks_is_not_said_to_be_silent(
    north: Actor, north_admin: Opened, ended: Callable[[int], None]
):
    ended(-20)
    late = north_admin.get("/late").text
    assert "ещё не отвечал" not in late
    with portal_scope(north.portal_id):
        assert get_availability().answered_at is not None


def test_without_a_date_it_asks_for_it(north_admin: Opened):
    assert "/terms?add=plan" in north_admin.get("/late").text


@pytest.mark.parametrize(("days", "stopped"), [(-20, 0), (5, 1), (20, 7)])
def test_what_stops_is_counted_from_the_end(
    ended: Callable[[int], None], north_admin: Opened, days: int, stopped: int
):
    ended(days)
    text = north_admin.get("/late").text.split('id="losses"', 1)[1].split('id="works"', 1)[0]
    assert text.count("v-mark v-fail") == stopped


@pytest.mark.parametrize("days", [5, 20])
def test_the_order_is_the_plan_then_the_subscription(
    ended: Callable[[int], None], north_admin: Opened, days: int
):
    ended(days)
    text = north_admin.get("/late").text
    assert text.index('data-portal-path="/settings/license_all.php"') < text.index("subscr=o")


@pytest.mark.parametrize(("days", "works"), [(3, True), (20, False)])
def test_in_the_grace_nothing_has_to_be_brought_back(
    ended: Callable[[int], None], north_admin: Opened, days: int, works: bool
):
    ended(days)
    text = north_admin.get("/late").text
    assert ("Что сделать в льготные дни" in text) is works
    assert ("Как вернуть работу" in text) is not works


def test_a_portal_that_refuses_needs_no_date_to_be_late(
    ended: Callable[[int], None], north: Actor, north_admin: Opened
):
    ended(-100)
    with portal_scope(north.portal_id):
        note_refusal(MarketplaceEnded("PAYMENT_REQUIRED", "Subscription has been ended"), DAY_OF_THE_STORY)
        db.session.commit()
    text = north_admin.get("/late").text
    assert "subscr=o" in text
    assert 'data-portal-path="/settings/license_all.php"' not in text
    assert "По указанной дате срок ещё не закончился" in text
    assert "Портал отказывает приложениям" in north_admin.get("/overview").text


def test_what_was_missed_is_counted_in_the_portal(
    north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
):
    assert "load delay:3s" in north_admin.post("/late/count", **WINDOW).text
    run_jobs()
    found = counted(north)
    assert found.state == "done"
    assert {row.code: row.count for row in found.rows}["orders_new"] > 0
    assert "load delay:3s" not in north_admin.get("/late").text


def test_a_refusing_portal_is_said_and_can_be_asked_again(
    north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
):
    run_jobs()
    north.portal.lapse_to_free()
    north_admin.post("/late/count", **WINDOW)
    run_jobs()
    assert counted(north).state == "failed"
    assert counted(north).error in north_admin.get("/late").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "soon"},
        {"until": ""},
        {"until": "2026-10-01T00:00"},
        {"since": "2026-01-01T00:00"},
        {"since": "2027-01-01T00:00", "until": "2027-01-02T00:00"},
    ],
)
def test_a_window_that_makes_no_sense_comes_back(north_admin: Opened, wrong: dict[str, str]):
    answer = north_admin.post("/late/count", **WINDOW | wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_the_usual_window_is_the_time_of_the_refusal():
    now, hour = DAY_OF_THE_STORY, timedelta(hours=1)
    assert usual_window(Availability(), now) == (now - 24 * hour, now)
    assert usual_window(Availability(refused_since=now - 3 * hour), now) == (now - 3 * hour, now)
    over = Availability(refused_from=now - 9 * hour, back_at=now - hour)
    assert usual_window(over, now) == (now - 9 * hour, now - hour)


def test_another_portal_sees_nothing_of_it(
    north: Actor, north_admin: Opened, south: Actor, south_admin: Opened, run_jobs: Callable[[], int]
):
    north_admin.post("/late/count", **WINDOW)
    run_jobs()
    assert counted(south) is None


def test_an_employee_may_not(north_employee: Opened):
    assert north_employee.get("/late").status_code == 403
    assert north_employee.post("/late/count", **WINDOW).status_code == 403


def test_when_only_the_subscription_is_missing_nobody_pays_for_the_plan_twice(
    ended: Callable[[int], None], north: Actor, north_admin: Opened
):
    ended(40)
    with portal_scope(north.portal_id):
        note_refusal(MarketplaceEnded("PAYMENT_REQUIRED", "Subscription has been ended"), DAY_OF_THE_STORY)
        db.session.commit()
    text = north_admin.get("/late").text
    assert "похоже, тариф оплачен" in text
    assert "Оплатите тариф картой" not in text
    assert "subscr=o" in text


def test_before_the_end_the_whole_order_is_told(ended: Callable[[int], None], north_admin: Opened):
    ended(-20)
    text = north_admin.get("/late").text
    assert text.index("Оплатите тариф картой") < text.index("subscr=o") < text.index("Верните пропущенные")
