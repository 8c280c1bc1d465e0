"""The story of the screens, as pages read it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from b24app.plans.usage import UsageLevel
from b24app.terms.paid_terms import add_paid_term, find_paid_term, mark_pending, set_paid_term
from b24app.terms.payment_plan import TransferOutcome
from b24app.terms.policy import State
from b24app.terms.profile import change_profile, note_license
from b24app.terms.stored_terms import calendar_view, timeline_view
from b24app.terms.term import TermDraft
from b24app.terms.usage_records import record_usage, usage_view
from tests.terms.conftest import AT, MARINA

TODAY = date(2026, 11, 30)


@pytest.fixture
def story(portal):
    """The four terms of the invented shop."""
    note_license("ru_std", AT)
    set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=datetime(2026, 11, 12, tzinfo=UTC))
    set_paid_term(
        "marketplace", date(2026, 12, 28), by=MARINA, at=datetime(2026, 11, 28, tzinfo=UTC), source="portal"
    )
    add_paid_term(
        TermDraft("telephony", date(2027, 1, 16), "Телефония, SIP-коннектор"),
        by=MARINA,
        at=AT,
        source="portal",
    )
    add_paid_term(
        TermDraft("site", date(2027, 3, 4), "Сайт «1С-Битрикс»"),
        by=MARINA,
        at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    return portal


def rows():
    return {row.term.kind: row for row in timeline_view(AT, TODAY).rows}


def test_days_left_and_days_to_pay(story):
    found = {kind: (row.days_left, row.pay_by) for kind, row in rows().items()}
    assert found == {
        "plan": (23, date(2026, 12, 18)),
        "marketplace": (28, date(2026, 12, 23)),
        "telephony": (47, date(2027, 1, 12)),
        "site": (94, date(2027, 3, 1)),
    }


def test_each_row_says_where_its_date_comes_from(story):
    found = {kind: (row.source_kind, row.confirmed) for kind, row in rows().items()}
    assert found["plan"] == ("person", True)
    assert found["marketplace"] == ("portal", True)
    assert found["site"] == ("stale", False)
    assert rows()["plan"].source.values["who"] == "Марина Ковалёва"


def test_the_plan_is_named_and_the_subscription_shares_its_invoice(story):
    assert rows()["plan"].name.values["plan"].message == "Standard"
    assert rows()["marketplace"].pay.message == "can share one invoice with the plan"
    assert rows()["plan"].pay.values["day"] == date(2026, 12, 18)


def test_the_main_term_knows_its_last_day_of_grace(story):
    assert timeline_view(AT, TODAY).main.grace_ends == date(2027, 1, 6)


def test_a_portal_without_terms_has_none(portal):
    view = timeline_view(AT, TODAY)
    assert (view.rows, view.main) == ((), None)


def test_an_unknown_end_has_no_bar_and_no_pay_day(portal):
    set_paid_term("plan", None, by=MARINA, at=AT)
    row = rows()["plan"]
    assert (row.state, row.pay_by, row.days_left) == (State.UNKNOWN, None, None)
    assert row.source.message == "the date is not known yet"


def test_a_bought_renewal_stops_asking_for_money(story):
    mark_pending(find_paid_term("plan").id, TODAY, by=MARINA, at=AT)
    row = rows()["plan"]
    assert (row.state, row.pay_by) == (State.RENEWED_PENDING, None)
    assert row.pay.message == "renewal bought, starts by itself"


def test_autopay_asks_to_check_the_card(portal):
    set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=AT, autopay=True)
    assert rows()["plan"].pay.message.startswith("autopay")


@pytest.mark.parametrize(
    ("today", "message"),
    [(date(2026, 12, 23), "today"), (date(2026, 12, 25), "%(count)s day ago"), (TODAY, "%(count)s day")],
)
def test_the_distance_to_the_end_is_said_in_words(story, today, message):
    assert next(r for r in timeline_view(AT, today).rows if r.main).left.message == message


def test_a_missed_pay_day_is_said(story):
    view = timeline_view(AT + timedelta(days=20), date(2026, 12, 20))
    assert view.main.pay.message == "the last day to pay was %(day)s"


def test_a_box_is_about_its_own_licence(portal):
    change_profile(by=MARINA, at=AT, edition="on_premise")
    set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=AT)
    set_paid_term("on_premise", date(2027, 2, 1), by=MARINA, at=AT, source="document")
    view = timeline_view(AT, TODAY)
    assert view.main.term.kind == "on_premise"
    assert (view.main.source_kind, view.main.plan.window_opens) == ("document", date(2026, 12, 3))


def test_the_main_term_falls_back_to_what_is_written_down(portal):
    set_paid_term("on_premise", date(2027, 2, 1), by=MARINA, at=AT)
    assert timeline_view(AT, TODAY).main.term.kind == "on_premise"


def test_use_against_the_plan_in_the_story(story):
    for month, (users, orders) in enumerate(
        zip(range(38, 44), (416, 453, 494, 538, 587, 640), strict=True), 6
    ):
        record_usage("users", users, on=date(2026, month, 28), at=AT)
        record_usage("orders", orders, on=date(2026, month, 28), at=AT)
    record_usage("pipelines", 4, on=TODAY, at=AT)
    record_usage("idle_users", 2, on=TODAY, at=AT)
    view = usage_view(TODAY)
    levels = {found.code: (found.used, found.limit, found.level) for found in view.gauges}
    assert levels["users"] == (43, 50, UsageLevel.FINE)
    assert levels["pipelines"] == (4, None, UsageLevel.NO_LIMIT)
    assert levels["disk_gb"] == (None, 100, UsageLevel.NO_DATA)
    assert [point.value for point in view.orders] == [416, 453, 494, 538, 587, 640]
    assert (view.orders_growth, view.seats_growth, view.seats_months) == (9, Decimal("1.0"), 7)
    assert (view.seats_full_on, view.idle_users) == (date(2027, 6, 1), 2)


def test_a_growth_named_by_a_person_wins(story):
    record_usage("users", 43, on=TODAY, at=AT)
    assert usage_view(TODAY).seats_months is None
    change_profile(by=MARINA, at=AT, growth_per_month=Decimal(7))
    assert usage_view(TODAY).seats_months == 1


def test_the_calendar_of_the_story(story):
    view = calendar_view(find_paid_term("plan"), TODAY)
    assert (view.plan.invoice_by, view.plan.pay_by, view.spare_days) == (
        date(2026, 12, 15),
        date(2026, 12, 18),
        10,
    )
    assert view.level == "in_time"
    assert [row.outcome for row in view.later] == [
        TransferOutcome.ON_TIME,
        TransferOutcome.NO_SPARE,
        TransferOutcome.IN_GRACE,
        TransferOutcome.LATE,
    ]


@pytest.mark.parametrize(
    ("today", "ordered", "step_by", "spare"),
    [
        (TODAY, False, date(2026, 12, 14), 10),
        (date(2026, 12, 14), False, date(2026, 12, 14), 0),
        (date(2026, 12, 15), False, date(2026, 12, 15), 0),
        (date(2026, 12, 15), True, date(2026, 12, 18), 3),
    ],
)
def test_the_days_to_spare_are_counted_to_the_first_step_that_is_shown(story, today, ordered, step_by, spare):
    view = calendar_view(find_paid_term("plan"), today, ordered=ordered)
    assert (view.next_step_by, view.spare_days) == (step_by, spare)


def test_the_visitors_own_conditions_recount_everything(story):
    view = calendar_view(find_paid_term("plan"), TODAY, method="card", approval_days=0)
    assert (view.plan.invoice_by, view.plan.pay_by) == (None, date(2026, 12, 22))
    slow = calendar_view(find_paid_term("plan"), TODAY, transfer_days=5, approval_days=10)
    assert slow.plan.pay_by == date(2026, 12, 16)


@pytest.mark.parametrize(
    ("today", "level"),
    [
        (date(2026, 12, 15), "no_spare"),
        (date(2026, 12, 18), "no_spare"),
        (date(2026, 12, 24), "in_grace"),
        (date(2026, 12, 25), "late"),
    ],
)
def test_the_calendar_says_when_it_is_getting_late(story, today, level):
    assert calendar_view(find_paid_term("plan"), today).level == level


def test_there_is_no_calendar_without_an_end(portal):
    assert calendar_view(set_paid_term("plan", None, by=MARINA, at=AT), TODAY) is None
