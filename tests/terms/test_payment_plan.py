"""By which day to prepare, ask for the invoice and pay: measured cases and the story of the screens."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.terms.payment_plan import Conditions, TransferOutcome, later_rows, plan_payment, send_on
from b24app.terms.working_days import open_calendar

RU = open_calendar("ru")
STORY = Conditions(ends_on=date(2026, 12, 23))
TODAY = date(2026, 11, 30)


def test_the_story_of_december():
    plan = plan_payment(STORY, RU)
    assert plan.window_opens == date(2026, 11, 23)
    assert plan.prepare_by == date(2026, 12, 14)
    assert plan.invoice_by == date(2026, 12, 15)
    assert plan.pay_by == date(2026, 12, 18)
    assert plan.activation_on == date(2026, 12, 23)
    assert plan.grace_ends == date(2027, 1, 6)
    assert plan.last_chance_on == date(2026, 12, 25)
    assert plan.closed == ((date(2026, 12, 31), date(2027, 1, 10)),)


def test_the_sum_shows_the_days_it_counted():
    plan = plan_payment(STORY, RU)
    assert [day.day for day in plan.transfer] == [22, 21, 18]
    assert [day.day for day in plan.approval] == [17, 16, 15]
    assert RU.between(TODAY, plan.invoice_by) == 11


@pytest.mark.parametrize(
    ("ends_on", "pay_by", "invoice_by", "window"),
    [
        (date(2027, 1, 5), date(2026, 12, 25), date(2026, 12, 22), date(2026, 12, 6)),
        (date(2027, 5, 5), date(2027, 4, 29), date(2027, 4, 26), date(2027, 4, 5)),
        (date(2026, 12, 28), date(2026, 12, 23), date(2026, 12, 18), date(2026, 11, 28)),
        (date(2027, 1, 16), date(2027, 1, 12), date(2026, 12, 29), date(2026, 12, 17)),
    ],
)
def test_holidays_move_the_days_to_act(ends_on, pay_by, invoice_by, window):
    plan = plan_payment(Conditions(ends_on=ends_on), RU)
    assert (plan.pay_by, plan.invoice_by, plan.window_opens) == (pay_by, invoice_by, window)


def test_money_sent_later_tells_what_follows():
    rows = [(s.sent_on.day, s.arrives_on, s.outcome) for s in later_rows(plan_payment(STORY, RU), RU)]
    assert rows == [
        (15, date(2026, 12, 18), TransferOutcome.ON_TIME),
        (18, date(2026, 12, 23), TransferOutcome.NO_SPARE),
        (25, date(2026, 12, 30), TransferOutcome.IN_GRACE),
        (28, date(2027, 1, 11), TransferOutcome.LATE),
    ]


def test_spare_days_are_working_days_to_the_end():
    assert send_on(date(2026, 12, 15), STORY, RU).spare == 3


def test_money_sent_on_the_last_working_day_of_the_year_is_late():
    sent = send_on(date(2026, 12, 30), STORY, RU)
    assert (sent.arrives_on, sent.outcome) == (date(2027, 1, 13), TransferOutcome.LATE)


def test_money_sent_on_a_holiday_leaves_when_banks_open():
    assert send_on(date(2027, 1, 2), STORY, RU).sent_on == date(2027, 1, 11)


def test_a_card_needs_no_invoice_and_one_day_to_repeat():
    plan = plan_payment(Conditions(date(2026, 12, 23), transfer_days=1, approval_days=0, invoice=False), RU)
    assert (plan.invoice_by, plan.pay_by, plan.first_step_by) == (
        None,
        date(2026, 12, 22),
        date(2026, 12, 22),
    )


def test_paying_at_once_on_a_closed_last_day_means_the_working_day_before():
    plan = plan_payment(Conditions(date(2027, 1, 5), transfer_days=0, approval_days=0, invoice=False), RU)
    assert plan.pay_by == date(2026, 12, 30)


def test_long_approval_starts_before_the_window():
    assert plan_payment(Conditions(date(2027, 1, 15), approval_days=20), RU).prepare_before_window
    assert not plan_payment(STORY, RU).prepare_before_window


def test_warns_when_the_calendar_may_still_move():
    assert plan_payment(Conditions(date(2027, 12, 28)), RU).undecreed_years == (2028,)


@given(
    ends_on=st.dates(date(2025, 1, 1), date(2028, 6, 30)),
    transfer=st.integers(0, 5),
    approval=st.integers(0, 10),
)
def test_the_steps_never_run_backwards(ends_on, transfer, approval):
    plan = plan_payment(Conditions(ends_on, transfer_days=transfer, approval_days=approval), RU)
    steps = [plan.prepare_by, plan.invoice_by, plan.pay_by, plan.conditions.ends_on, plan.grace_ends]
    assert steps == sorted(steps)
    assert plan.arrives_on <= ends_on
    assert all(RU.is_open(day) for day in steps[:3])


@given(ends_on=st.dates(date(2025, 1, 1), date(2028, 6, 30)), transfer=st.integers(0, 5))
def test_the_last_chance_is_really_the_last(ends_on, transfer):
    conditions = Conditions(ends_on, transfer_days=transfer)
    plan = plan_payment(conditions, RU)
    after = RU.after(plan.last_chance_on, 1)
    assert send_on(plan.last_chance_on, conditions, RU).outcome is not TransferOutcome.LATE
    assert send_on(after, conditions, RU).outcome is TransferOutcome.LATE


def test_a_leap_day_ends_like_any_other():
    plan = plan_payment(Conditions(date(2028, 2, 29)), RU)
    assert plan.window_opens == date(2028, 1, 30)
    assert plan.grace_ends == date(2028, 2, 29) + timedelta(days=14)
