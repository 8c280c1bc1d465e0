"""The recovery: steps back with a person each, what works by the last answer, asking now, the counts of what was missed."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from b24app.database import db, portal_scope
from b24app.errors import MarketplaceEnded, PlanLapsed, PortalError, PortalLocked
from b24app.portals.availability import Availability, get_availability, note_refusal
from b24app.portals.model import AvailabilityRecord
from b24app.renewal.activation import latest_reconciliation, usual_window
from b24app.renewal.situation_reading import set_role
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
    assert "Портал переходит на бесплатный тариф" in north_admin.get("/renewal").text
    with portal_scope(north.portal_id):
        note_refusal(error, DAY_OF_THE_STORY)
        db.session.commit()
    text = north_admin.get("/renewal?open=payment").text
    assert "Портал переходит на бесплатный тариф" not in text
    assert "Что работает" in text


def test_a_portal_that_answered_checks_is_not_said_to_be_silent(
    north: Actor, north_admin: Opened, ended: Callable[[int], None]
):
    ended(-20)
    late = north_admin.get("/renewal?open=payment").text
    assert "ещё не отвечал" not in late
    with portal_scope(north.portal_id):
        assert get_availability().answered_at is not None


def test_without_a_date_it_asks_for_it(north_admin: Opened):
    assert "/money/terms?add=plan" in north_admin.get("/renewal?open=payment").text


@pytest.mark.parametrize(("days", "stopped"), [(5, 0), (20, 7)])
def test_what_stops_is_counted_from_the_end(
    ended: Callable[[int], None], north: Actor, north_admin: Opened, days: int, stopped: int
):
    ended(days)
    refuse(north, PlanLapsed("x") if days == 20 else None)
    text = north_admin.get("/renewal?open=payment").text.split('id="losses"', 1)[1].split("</section>", 1)[0]
    assert text.count("v-mark v-fail") == stopped


def refuse(north: Actor, error: PortalError | None, at: datetime = DAY_OF_THE_STORY) -> None:
    """The portal refuses applications from this moment on."""
    if error is not None:
        with portal_scope(north.portal_id):
            note_refusal(error, at)
            db.session.commit()


def test_the_order_is_the_plan_then_the_subscription(
    ended: Callable[[int], None], north: Actor, north_admin: Opened
):
    ended(20)
    refuse(north, PlanLapsed("x"))
    text = north_admin.get("/renewal?open=payment").text
    assert text.index('data-portal-path="/settings/license_all.php"') < text.index("subscr=o")


def test_in_the_grace_three_steps_have_a_person_each(
    ended: Callable[[int], None], north: Actor, north_admin: Opened
):
    people = {"responsible": "Марина Ковалёва", "payer": "Олег Дроздов", "activator": "Игорь Лапин"}
    ended(3)
    with portal_scope(north.portal_id):
        for number, (role, name) in enumerate(people.items(), 1):
            set_role(role, user_id=number, name=name)
        db.session.commit()
    text = north_admin.get("/renewal?open=payment").text
    steps = text[text.index('class="way-back-steps"') :].split("</ol>")[0]
    assert steps.count("<li>") == 3
    assert steps.index("Олег Дроздов") < steps.index("Игорь Лапин") < steps.index("Марина Ковалёва")
    assert "Как вернуть тариф" in text
    assert "Что пропустили интеграции" not in text


def answered_last(north: Actor, at: datetime) -> None:
    """The portal has not answered since this moment."""
    with portal_scope(north.portal_id):
        db.session.execute(update(AvailabilityRecord).values(answered_at=at))
        db.session.commit()


@pytest.mark.parametrize("ago", [0, 2])
def test_ticks_hold_a_day_and_then_nobody_knows(
    ended: Callable[[int], None], north: Actor, north_admin: Opened, ago: int
):
    ended(3)
    answered_last(north, DAY_OF_THE_STORY - timedelta(days=ago))
    text = north_admin.get("/renewal?open=payment").text
    works = text[text.index('id="works"') :].split("</ul>")[0]
    assert works.count("v-mark v-pass") == (0 if ago else 3)
    assert works.count("v-mark v-unknown") == (4 if ago else 1)
    assert ("не знаем с" in works) is bool(ago)
    assert "не знаем: портал об этом не сообщает" in works


def test_a_portal_that_is_asked_now_answers(
    ended: Callable[[int], None], north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
):
    run_jobs()
    ended(3)
    answered_last(north, DAY_OF_THE_STORY - timedelta(days=2))
    asked = north_admin.post("/renewal/late/ask").text
    assert "is-busy" in asked
    assert "/renewal/late/asked" in asked
    assert "не знаем с" in asked
    run_jobs()
    answered = north_admin.get("/renewal/late/asked").text
    assert "is-busy" not in answered
    assert answered.count("v-mark v-pass") == 3


def test_a_portal_that_refuses_says_so_when_it_is_asked(
    ended: Callable[[int], None], north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
):
    run_jobs()
    ended(20)
    north.portal.lapse_to_free()
    north_admin.post("/renewal/late/ask")
    run_jobs()
    text = north_admin.get("/renewal/late/asked").text
    assert "отвечает, что платный тариф не действует" in text
    assert text.count("v-mark v-fail") == 2


def test_asking_is_for_administrators(north_employee: Opened, ended: Callable[[int], None]):
    ended(3)
    assert north_employee.post("/renewal/late/ask").status_code == 403
    assert north_employee.get("/renewal/late/asked").status_code == 403
    assert north_employee.get("/renewal/late/counted").status_code == 403


def test_a_portal_where_all_is_well_has_nothing_to_recover(ended: Callable[[int], None], north_admin: Opened):
    ended(-20)
    text = north_admin.get("/renewal?open=payment").text
    assert 'id="recovery"' not in text
    assert "ничего не нужно" in north_admin.get("/renewal/late/asked").text


def test_a_portal_that_refuses_needs_no_date_to_be_late(
    ended: Callable[[int], None], north: Actor, north_admin: Opened
):
    ended(-100)
    refuse(north, MarketplaceEnded("PAYMENT_REQUIRED", "Subscription has been ended"))
    text = north_admin.get("/renewal?open=payment").text
    assert "subscr=o" in text
    steps = text[text.index('id="way-back"') :]
    assert 'data-portal-path="/settings/license_all.php"' not in steps
    assert "отказывает только из-за подписки" in text
    assert "Портал отказывает приложениям" in north_admin.get("/renewal").text


def test_what_was_missed_is_counted_in_the_portal(
    north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
):
    assert "every 3s" in north_admin.post("/renewal/late/count", **WINDOW).text
    run_jobs()
    found = counted(north)
    assert found.state == "done"
    assert {row.code: row.count for row in found.rows}["orders_new"] > 0
    assert "every 3s" not in north_admin.get("/renewal/late/counted").text


def test_a_refusing_portal_is_said_and_can_be_asked_again(
    north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
):
    run_jobs()
    north.portal.lapse_to_free()
    north_admin.post("/renewal/late/count", **WINDOW)
    run_jobs()
    assert counted(north).state == "failed"
    assert counted(north).error in north_admin.get("/renewal?open=payment").text


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
    answer = north_admin.post("/renewal/late/count", **WINDOW | wrong)
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
    north_admin.post("/renewal/late/count", **WINDOW)
    run_jobs()
    assert counted(south) is None


def test_an_employee_may_not(north_employee: Opened):
    assert north_employee.get("/renewal?open=payment").status_code == 403
    assert north_employee.post("/renewal/late/count", **WINDOW).status_code == 403


def test_when_only_the_subscription_is_missing_nobody_pays_for_the_plan_twice(
    ended: Callable[[int], None], north: Actor, north_admin: Opened
):
    ended(40)
    with portal_scope(north.portal_id):
        note_refusal(MarketplaceEnded("PAYMENT_REQUIRED", "Subscription has been ended"), DAY_OF_THE_STORY)
        db.session.commit()
    text = north_admin.get("/renewal?open=payment").text
    assert "похоже, тариф оплачен" in text
    assert "Оплатите тариф картой" not in text
    assert "subscr=o" in text


def test_the_counts_of_what_was_missed_leave_with_the_recovery(north_admin: Opened):
    answer = north_admin.get("/renewal/late/counted")
    assert answer.status_code == 200
    assert 'id="missed" hidden' in answer.text


def test_what_was_missed_is_folded_until_somebody_counts(
    north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
):
    run_jobs()
    refuse(north, PlanLapsed("x"))
    folded = fold_of(north_admin.get("/renewal").text)
    assert "Что пропустили интеграции" in folded
    assert " open" not in folded
    assert " open" in fold_of(north_admin.post("/renewal/late/count", **WINDOW).text)


def fold_of(text: str) -> str:
    """The head of the card of what was missed."""
    return text[text.index('id="missed"') :].split("</summary>", maxsplit=1)[0]


def test_in_the_grace_what_works_and_what_will_stop_is_folded(
    ended: Callable[[int], None], north: Actor, north_admin: Opened, run_jobs: Callable[[], int]
):
    run_jobs()
    ended(3)
    text = north_admin.get("/renewal").text
    assert "Работает всё, о чём сообщает портал" in text
    assert "Показать по дням" in text
    refuse(north, PlanLapsed("x"))
    assert "Работает всё, о чём сообщает портал" not in north_admin.get("/renewal").text


@pytest.mark.parametrize(("days", "dark"), [(-20, False), (3, False), (20, True)])
def test_what_was_missed_is_asked_only_after_a_lapse(
    ended: Callable[[int], None], north_admin: Opened, days: int, dark: bool
):
    ended(days)
    assert north_admin.post("/renewal/renewed", ends_on="2027-11-10").status_code == 200
    assert ("Что пропустили интеграции" in north_admin.get("/renewal").text) is dark
