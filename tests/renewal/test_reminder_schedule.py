"""The schedule of reminders: when, to whom, never twice, never lost, silent once paid."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.reminders.kinds import ReminderSchedule, Subject
from b24app.reminders.kinds.end_of_term import escalate
from b24app.reminders.schedule import ahead, due_now, plan_reminders
from b24app.renewal.renewal_stages import Delay, Mark, Role, Stage
from b24app.terms.payment_plan import Conditions, plan_payment
from b24app.terms.policy import State
from b24app.terms.working_days import open_calendar
from b24app.text.messages import NOTHING
from tests.terms.conftest import AT

END = date(2026, 12, 23)
PLAN = plan_payment(Conditions(END), open_calendar("ru"))
SCHEDULE = ReminderSchedule()


def subject(**changes: object) -> Subject:
    usual = {"term_id": 1, "ends_on": END, "state": State.WINDOW_OPEN, "plan": PLAN, "grace_days": 15}
    return Subject(**{**usual, **changes})


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def days_of(line: str, **changes: object) -> list[date]:
    return [item.on for item in plan_reminders(subject(**changes), SCHEDULE) if item.line == f"1:{line}"]


def days_of_kinds(*kinds: str, **changes: object) -> list[date]:
    return [item.on for item in plan_reminders(subject(**changes), SCHEDULE) if item.code in kinds]


def test_the_schedule_starts_when_the_window_opens_and_is_daily_in_grace():
    days = days_of_kinds("window_open", "days_left", "last_day", "grace", "lapsed")
    assert [(END - day).days for day in days] == [30, 14, 7, 3, 1, 0, *range(-1, -17, -1)]
    assert days[0] == PLAN.window_opens


def test_the_steps_of_paying_have_their_own_days():
    assert days_of_kinds("invoice_soon", "invoice_last") == [date(2026, 12, 8), date(2026, 12, 15)]
    assert days_of_kinds("pay_last", "last_chance") == [date(2026, 12, 18), date(2026, 12, 25)]


def test_an_invoice_that_was_requested_is_not_asked_for():
    assert days_of("invoice", marks=(Mark(Stage.INVOICE_REQUESTED, END, "", AT),)) == []


def test_with_autopay_the_card_is_checked_and_no_invoice_is_asked_for():
    assert days_of_kinds("autopay_check", autopay=True) == [date(2026, 12, 16)]
    assert days_of("invoice", autopay=True) == days_of("pay", autopay=True) == []


def test_other_terms_say_that_they_end_and_ask_for_no_step_of_paying():
    lines = {item.line for item in plan_reminders(subject(main=False, grace_days=0), SCHEDULE)}
    assert "1:term" in lines
    assert lines.isdisjoint({"1:invoice", "1:pay", "1:autopay"})


@pytest.mark.parametrize("state", [State.RENEWED_PENDING, State.ACTIVE_AGAIN, State.UNKNOWN])
def test_nobody_is_nagged_once_it_is_renewed(state):
    assert plan_reminders(subject(state=state), SCHEDULE) == ()


def test_nobody_is_nagged_once_it_is_paid_but_delays_are_told():
    delay = Delay("activation_late", date(2026, 12, 21), 4, Role.ACTIVATOR, NOTHING, NOTHING)
    paid = subject(marks=(Mark(Stage.PAID, END, "", AT),), delays=(delay,))
    assert [(item.code, item.roles) for item in plan_reminders(paid, SCHEDULE)] == [
        ("activation_late", (Role.ACTIVATOR, Role.RESPONSIBLE))
    ]


def test_the_nearer_the_end_the_more_people_are_told():
    told = [len(escalate(days, SCHEDULE)) for days in (30, 14, 7, 3, 0)]
    assert told == [1, 2, 3, 4, 4]
    assert escalate(30, SCHEDULE) == (Role.RESPONSIBLE,)


def test_a_box_starts_sixty_days_before():
    plan = plan_payment(Conditions(END, window_days=60), open_calendar("ru"))
    first = plan_reminders(subject(plan=plan), SCHEDULE)[0]
    assert (first.code, first.days_left) == ("window_open", 60)


def test_a_short_window_drops_the_days_before_it():
    plan = plan_payment(Conditions(END, window_days=10), open_calendar("ru"))
    days = days_of_kinds("window_open", "days_left", plan=plan, main=False, grace_days=0)
    assert [(END - day).days for day in days] == [10, 7, 3, 1]


def test_daily_reminders_in_grace_can_be_switched_off():
    days = plan_reminders(subject(main=False), ReminderSchedule(daily_in_grace=False))
    assert "last_day" in {item.code for item in days}
    assert {"grace", "lapsed"}.isdisjoint(item.code for item in days)


def due(day: date, sent: set[str], hour: int = 10) -> list[str]:
    return [item.key for item in due_now(plan_reminders(subject(), SCHEDULE), sent, at(day, hour), SCHEDULE)]


def test_what_was_sent_is_not_due_again():
    first = due(date(2026, 11, 23), set())
    assert len(first) == 1
    assert due(date(2026, 11, 23), set(first)) == []


def test_after_a_long_silence_only_the_newest_word_of_each_line_is_said():
    items = due_now(plan_reminders(subject(), SCHEDULE), set(), at(date(2026, 12, 17)), SCHEDULE)
    newest = [(item.code, item.on.day) for item in items if item.line in ("1:term", "1:invoice")]
    assert sorted(newest) == [("days_left", 16), ("invoice_last", 15)]


def test_quiet_hours_wait_for_the_morning():
    day = date(2026, 11, 23)
    assert due(day, set(), hour=23) == []
    assert due(day, set(), hour=8) == []
    assert len(due(day, set(), hour=9)) == 1


@pytest.mark.parametrize(("quiet", "hours"), [((20, 9), {20, 23, 0, 8}), ((0, 6), {0, 5}), ((9, 9), set())])
def test_quiet_hours_may_pass_midnight_or_not_exist(quiet, hours):
    schedule = ReminderSchedule(quiet_from=quiet[0], quiet_to=quiet[1])
    found = {hour for hour in range(24) if schedule.is_quiet(at(END, hour))}
    assert hours <= found
    assert (found == set()) is (quiet[0] == quiet[1])
    assert 12 not in found


def test_a_window_that_opened_in_the_night_is_told_in_the_morning_of_the_same_day():
    assert due(date(2026, 11, 22), set()) == []
    assert len(due(date(2026, 11, 23), set(), hour=9)) == 1


@given(st.lists(st.integers(0, 24 * 60), min_size=1, max_size=60), st.integers(0, 23))
def test_however_the_worker_wakes_nothing_is_said_twice_and_the_last_day_is_not_lost(hours, last_hour):
    """Workers stop, start and wake at any hour, also with the clock put back."""
    sent: list[str] = []
    for hour in [*hours, 24 * 30 + last_hour, 24 * 30 + 12]:
        moment = at(date(2026, 11, 23), 0) + timedelta(hours=hour)
        sent += [
            item.key for item in due_now(plan_reminders(subject(), SCHEDULE), set(sent), moment, SCHEDULE)
        ]
    assert len(sent) == len(set(sent))
    assert any("last_day" in key or "grace" in key or "lapsed" in key for key in sent)


def test_a_moved_end_starts_the_schedule_anew():
    plan = plan_payment(Conditions(date(2027, 12, 23)), open_calendar("ru"))
    keys = {item.key for item in plan_reminders(subject(ends_on=date(2027, 12, 23), plan=plan), SCHEDULE)}
    assert keys.isdisjoint(item.key for item in plan_reminders(subject(), SCHEDULE))


def test_the_nearest_reminders_to_come():
    kinds = ("days_left", "invoice_soon", "invoice_last")
    planned = [item for item in plan_reminders(subject(), SCHEDULE) if item.code in kinds]
    assert [(i.on.day, i.code) for i in ahead(planned, date(2026, 11, 30))] == [
        (8, "invoice_soon"),
        (9, "days_left"),
        (15, "invoice_last"),
    ]
