"""One day to pay, said alike everywhere: headline, step, row, letters, feed; counted here day by day and otherwise than there.

The open days of Russia in 2026 are written down by hand from its production calendar, so that the count shares nothing with the application.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.public.status_page import days_to_act
from b24app.reminders.kinds import ReminderSchedule, Subject
from b24app.reminders.schedule import draft_message, plan_reminders
from b24app.renewal.case import LastAnswer, Situation
from b24app.renewal.headline import write_headline
from b24app.renewal.how_to_pay import how_to_pay
from b24app.renewal.next_step import next_step
from b24app.renewal.progress_steps import draw_steps
from b24app.terms.payment_advice import WayCode, advise
from b24app.terms.payment_plan import Conditions, conditions_for, plan_payment, read_payments
from b24app.terms.policy import read_policy, state_on
from b24app.terms.term import Term
from b24app.terms.timeline import Paying, TermRow, draw_row, payment_line, standing_of
from b24app.terms.working_days import BankCalendar, open_calendar
from b24app.text.messages import NOTHING, Sentence, sentence

pytestmark = pytest.mark.once

ONE = timedelta(days=1)
COUNTRIES = ("ru", "by", "kz")
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
ENDS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]

OFF_IN_2026 = {
    1: range(1, 12), 2: range(21, 24), 3: range(7, 10), 5: [1, 2, 3, 9, 10, 11], 6: range(12, 15), 11: [4], 12: [31],
}  # fmt: skip
"""Days off besides other Saturdays and Sundays. Source: production calendar of Russia for 2026 (decree of 24.09.2025)."""


def is_open_by_hand(day: date) -> bool:
    """Whether banks of Russia work on a day of 2026."""
    return day.weekday() < 5 and day.day not in OFF_IN_2026.get(day.month, ())


def test_the_calendar_is_that_of_the_decree():
    calendar, days = open_calendar("ru"), [FIRST + timedelta(days=number) for number in range(365)]
    assert [day for day in days if calendar.is_open(day) is not is_open_by_hand(day)] == []


def arrival(sent: date, days: int, calendar: BankCalendar) -> date:
    """A clerk tears off the leaves one by one and counts those on which the bank was open."""
    leaf = sent
    while days:
        leaf += ONE
        if calendar.is_open(leaf):
            days -= 1
    return leaf


def last_sent(until: date, days: int, calendar: BankCalendar) -> date:
    """The last open day whose money is there by a day, tried one after another from the day itself backwards."""
    sent = until
    while not calendar.is_open(sent) or arrival(sent, days, calendar) > until:
        sent -= ONE
    return sent


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("method", sorted(read_payments().methods))
@pytest.mark.parametrize("grace", [0, 1, 14])
def test_every_end_of_two_years_has_the_day_that_the_clerk_finds(country: str, method: str, grace: int):
    calendar, policy = open_calendar(country), read_policy("cloud", country)
    wrong = []
    for ends_on in ENDS:
        found = conditions_for(ends_on, policy, method=method)
        conditions = Conditions(
            **{name: getattr(found, name) for name in found.__slots__} | {"grace_days": grace}
        )
        plan = plan_payment(conditions, calendar)
        by = last_sent(ends_on, conditions.transfer_days + conditions.activation_days, calendar)
        late = last_sent(
            ends_on + timedelta(days=grace),
            conditions.transfer_days + conditions.late_activation_days,
            calendar,
        )
        if (plan.pay_by, plan.last_chance_on) != (by, max(by, late)):
            wrong.append((ends_on, plan.pay_by, plan.last_chance_on))
    assert wrong == []


CONDITIONS = st.builds(
    Conditions,
    ends_on=st.dates(date(2025, 3, 1), date(2028, 3, 1)),
    window_days=st.sampled_from([30, 60, 90]),
    grace_days=st.sampled_from([0, 1, 5, 14]),
    transfer_days=st.integers(0, 30),
    approval_days=st.integers(0, 60),
    late_activation_days=st.integers(0, 2),
    invoice=st.booleans(),
)


@given(
    conditions=CONDITIONS,
    ahead=st.integers(-40, 120),
    country=st.sampled_from(COUNTRIES),
    ordered=st.booleans(),
    card=st.booleans(),
)
def test_no_way_that_is_offered_is_impossible(
    conditions: Conditions, ahead: int, country: str, ordered: bool, card: bool
):
    calendar, today = open_calendar(country), conditions.ends_on - timedelta(days=ahead)
    plan = plan_payment(conditions, calendar)
    advice = advise(plan, calendar, today, ordered=ordered, card=card)
    opens, stops = conditions.ends_on - timedelta(days=conditions.window_days), plan.grace_ends
    for way in advice.ways:
        assert today <= way.since <= way.by
        assert way.since >= opens
        assert way.by <= stops
        if way.code is WayCode.CARD:
            assert way.in_time is (way.by <= conditions.ends_on)
            continue
        assert calendar.is_open(way.by)
        until, more = (conditions.ends_on, 0) if way.in_time else (stops, conditions.late_activation_days)
        days = conditions.transfer_days + more
        assert arrival(way.by, days, calendar) <= until
        assert arrival(calendar.after(way.by, 1), days, calendar) > until
        if way.code is WayCode.INVOICE and not ordered:
            began = today if calendar.is_open(today) else calendar.after(today, 1)
            assert arrival(began, conditions.approval_days, calendar) <= way.by
    if card or not conditions.invoice:
        assert (advice.card is None) is (max(today, opens) > stops)
    if conditions.invoice and advice.transfer is None:
        began = max(today, opens)
        while not calendar.is_open(began):
            began += ONE
        assert arrival(began, conditions.transfer_days + conditions.late_activation_days, calendar) > stops
    fits = [way.in_time for way in advice.ways]
    assert fits == sorted(fits, reverse=True)


@dataclass(frozen=True)
class Said:
    """One sentence of one place."""

    place: str
    sentence: Sentence


def situation(ends_on: date, today: date, method: str, country: str) -> tuple[Situation, TermRow]:
    calendar, policy = open_calendar(country), read_policy("cloud", country)
    now = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
    term = Term(
        1, "plan", "", ends_on, None, "", None, "RUB", None, None, "unknown", None, None, "person", "Марина", now,
        "Марина", now, "",
    )  # fmt: skip
    row = draw_row(
        term, policy, calendar, paying=Paying(method), now=now, today=today, plan_name=sentence("Standard")
    )
    state = state_on(standing_of(term), policy, today)
    s = Situation(
        today,
        term,
        NOTHING,
        state,
        policy,
        calendar,
        row.plan,
        None,
        "portal",
        last_answer=LastAnswer(now, holds=True),
    )
    return s, row


def said(s: Situation, row: TermRow) -> Iterator[Said]:
    answer, step = write_headline(s), next_step(s)
    yield from (Said("headline", one) for one in (answer.answer, answer.lead))
    yield Said("how", how_to_pay(s))
    yield Said("step", step.reason)
    yield from (Said("steps", one.text) for one in draw_steps(s))
    yield Said("row", payment_line(row, None, s.today))
    assert s.term.ends_on is not None
    assert s.plan is not None
    subject = Subject(1, s.term.ends_on, s.state, s.plan, s.policy.grace_days)
    for item in plan_reminders(subject, ReminderSchedule()):
        if item.on == s.today:
            yield from (Said(f"letter {item.code}", one) for one in draft_message(item, s, NOTHING).lines)


OFFERS = (
    "Pay by",
    "Pay today",
    "pay by",
    "Request the invoice by",
    "request by",
    "Send",
    "by %(day)s",
    "choose by",
    "leaves by",
)
PAYING = ("Pay by %(day)s", "pay by %(day)s")


def days_of(one: Sentence) -> list[date]:
    return [
        value for value in one.values.values() if isinstance(value, date) and not isinstance(value, datetime)
    ]


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("method", ["transfer", "card"])
def test_no_page_letter_or_calendar_says_another_day(method: str, country: str):
    wrong: list[object] = []
    for number, ends_on in enumerate(ENDS):
        for before in (45, 31, 20 - number % 5, 9 + number % 3, 6, 4, 3, 2, 1, 0, -1, -5, -10, -14, -15)[
            number % 3 :: 3
        ]:
            s, row = situation(ends_on, ends_on - timedelta(days=before), method, country)
            assert s.plan is not None
            by = last_sent(ends_on, 3 if method == "transfer" else 1, s.calendar)
            for one in said(s, row):
                message = one.sentence.message
                if "had to" in message or "last day to pay was" in message:
                    continue
                if message.startswith(OFFERS) and any(day < s.today for day in days_of(one.sentence)):
                    wrong.append((ends_on, s.today, one))
                if message.startswith(PAYING) and s.today <= by and by not in days_of(one.sentence):
                    wrong.append((ends_on, s.today, by, one))
            wrong += [
                (ends_on, s.today, code, day)
                for code, day, _title in days_to_act(row, s)
                if code == "pay" and day != by
            ]
    assert wrong == []
