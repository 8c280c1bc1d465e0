"""The ribbon of days: whole weeks, every mark in it or named as outside, labels that never meet, and the days of the headline."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from b24app.pages.renewal.days_card import NARROWEST, labels_of, width_of
from b24app.renewal.case import CaseView, LastAnswer, Situation
from b24app.renewal.days_ribbon import DaysRibbon, MarkKind, draw_ribbon
from b24app.renewal.how_to_pay import how_to_pay
from b24app.renewal.label_places import GAP, LabelPlace, place_labels
from b24app.renewal.payment_rows import choose_rows, is_choice_open, rows_by_day
from b24app.renewal.renewal_stages import Mark, Stage
from b24app.terms.payment_plan import conditions_for, plan_payment
from b24app.terms.policy import State, read_policy, state_on
from b24app.terms.term import Term
from b24app.terms.timeline import standing_of
from b24app.terms.working_days import open_calendar
from b24app.text.messages import NOTHING

pytestmark = pytest.mark.once

FIRST = date(2026, 1, 1)
ENDS = [FIRST + timedelta(days=number) for number in range(730)]
BEFORE = (60, 45, 31, 28, 21, 15, 14, 12, 10, 8, 7, 6, 5, 4, 3, 2, 1, 0, -1, -2, -4, -7, -10, -13, -14)
TO_ACT = {MarkKind.INVOICE, MarkKind.PAY, MarkKind.SPARE}
STORY = date(2026, 12, 23)


def situation(
    ends_on: date, before: int, method: str = "transfer", *, paid: int | None = None, country: str = "ru"
) -> Situation:
    """One plan so many days before its end; `paid`: so many days before today."""
    today, policy, calendar = ends_on - timedelta(days=before), read_policy("cloud"), open_calendar(country)
    now = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
    term = Term(
        1, "plan", "", ends_on, None, "", None, "RUB", None, None, "unknown", None, None, "person", "Марина", now,
        "Марина", now, "",
    )  # fmt: skip
    case = None
    if paid is not None:
        on = today - timedelta(days=paid)
        case = CaseView(
            1, 1, "plan", ends_on, "std", 12, "portal", method, None, "RUB", "", now, None, "", None, "",
            (Mark(Stage.PAID, on, "Олег", now),),
        )  # fmt: skip
    plan = plan_payment(conditions_for(ends_on, policy, method=method), calendar)
    return Situation(
        today, term, NOTHING, state_on(standing_of(term), policy, today), policy, calendar, plan, case, "portal",
        last_answer=LastAnswer(now, holds=True),
    )  # fmt: skip


def boxes(ribbon: DaysRibbon) -> list[tuple[LabelPlace, float, float, float]]:
    """Each label with its line and from where to where it reaches at most."""
    found = []
    for label, mark in zip(labels_of(ribbon), ribbon.marks, strict=True):
        width = width_of(mark)
        start, end = (label.x - width, label.x) if label.left else (label.x, label.x + width)
        found.append((LabelPlace(label.left, label.row), label.x, start, end))
    return found


def crossings(found: list[tuple[LabelPlace, float, float, float]]) -> list[object]:
    """Pairs of labels that meet, and lines that cross a label on their way down."""
    wrong: list[object] = []
    for place, x, start, end in found:
        if start < 0 or end > 100:
            wrong.append(("outside", x))
        for other, there, left, right in found:
            if there == x:
                continue
            if other.row == place.row and start < right and left < end:
                wrong.append(("meet", x, there))
            if start - GAP < there < end + GAP and other.row >= place.row:
                wrong.append(("crossed", x, there))
    return wrong


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("method", ["transfer", "card"])
@pytest.mark.parametrize("paid", [None, 1])
def test_over_two_years_no_label_meets_another(portal, method: str, paid: int | None, lang: str):
    wrong: list[object] = []
    seen = told_as_a_list = 0
    with force_locale(lang):
        for number, ends_on in enumerate(ENDS):
            for before in BEFORE[number % 12 :: 12]:
                ribbon = draw_ribbon(situation(ends_on, before, method, paid=paid))
                if ribbon is None or not ribbon.marks:
                    continue
                seen += 1
                if not labels_of(ribbon):
                    told_as_a_list += 1
                elif found := crossings(boxes(ribbon)):
                    wrong.append((ends_on, before, [mark.title for mark in ribbon.marks], found))
    assert wrong == []
    assert told_as_a_list <= seen / 100  # where they cannot stand they are a list, as on a phone


@pytest.mark.parametrize("method", ["transfer", "card"])
@pytest.mark.parametrize("paid", [None, 0, 5])
def test_the_ribbon_is_of_whole_weeks_and_leaves_no_day_out(method: str, paid: int | None):
    wrong: list[object] = []
    for number, ends_on in enumerate(ENDS):
        for before in BEFORE[number % 9 :: 9]:
            s = situation(ends_on, before, method, paid=paid)
            ribbon = draw_ribbon(s)
            assert (ribbon is None) is (s.state is State.LAPSED)
            if ribbon is None:
                continue
            days = [one.day for one in ribbon.days]
            inside, marks = set(days), (*ribbon.marks, *ribbon.outside)
            whole = not days or (
                days[0].weekday() == 0
                and days[0] <= s.today <= days[0] + timedelta(days=6)
                and len(days) == (49 if before > 14 else 28)
                and all(after - one == timedelta(days=1) for one, after in pairwise(days))
            )
            in_place = all(mark.day in inside for mark in ribbon.marks) and not any(
                mark.day in inside for mark in ribbon.outside
            )
            named = {mark.day for mark in marks}
            told = {s.term.ends_on, s.plan.grace_ends} <= named
            once = len(named) == len(marks)
            past = [mark for mark in marks if mark.kind in TO_ACT and mark.day < s.today and paid is None]
            if not (whole and in_place and told and once) or past:
                wrong.append((ends_on, before, whole, in_place, told, once, past))
    assert wrong == []


@pytest.mark.parametrize("method", ["transfer", "card"])
def test_the_days_are_those_of_the_headline(method: str):
    wrong: list[object] = []
    for number, ends_on in enumerate(ENDS):
        for before in BEFORE[number % 8 :: 8]:
            s = situation(ends_on, before, method)
            ribbon = draw_ribbon(s)
            if ribbon is None or before > 30:
                continue
            days = {mark.day for mark in (*ribbon.marks, *ribbon.outside) if mark.kind in TO_ACT}
            asked = how_to_pay(s)
            said = {day for day in asked.values.values() if isinstance(day, date)}
            if asked.message.startswith("Pay by %(day)s") and not said <= days:
                wrong.append((ends_on, before, asked, days))
            if "sent by" in asked.message and not said <= days:
                wrong.append((ends_on, before, asked, days))
    assert wrong == []


@pytest.mark.parametrize("method", ["transfer", "card"])
def test_no_row_offers_a_day_that_has_passed(method: str):
    wrong: list[object] = []
    for number, ends_on in enumerate(ENDS):
        for before in BEFORE[number % 8 :: 8]:
            s = situation(ends_on, before, method)
            by_transfer = situation(ends_on, before).plan
            rows = choose_rows(s, by_transfer) if is_choice_open(s) else rows_by_day(s, s.plan)
            late = {row.outcome for row in rows} == {"late"}
            days = [row.what.values["day"] for row in rows if "day" in row.what.values]
            if not rows or (days and min(days) < s.today and not late):
                wrong.append((ends_on, before, rows))
            if is_choice_open(s) and rows[0].code != "card":
                wrong.append((ends_on, before, rows[0]))
            if [row.outcome for row in rows if row.code == "partner"] not in ([], ["unknown"]):
                wrong.append((ends_on, before, rows))
    assert wrong == []


@given(
    points=st.lists(st.floats(1, 99), min_size=1, max_size=5, unique=True),
    width=st.floats(5, 45),
)
def test_whatever_is_placed_crosses_nothing(points: list[float], width: float):
    points = sorted(points)
    places = place_labels(points, [width] * len(points))
    if places is None:
        return
    found = [
        (place, x, *((x - width, x) if place.left else (x, x + width)))
        for place, x in zip(places, points, strict=True)
    ]
    assert crossings(found) == []


def test_of_two_labels_to_the_right_the_earlier_goes_lower():
    assert place_labels([10, 20], [30, 30]) == (LabelPlace(False, 1), LabelPlace(False, 0))
    assert place_labels([80, 95], [30, 30]) == (LabelPlace(True, 0), LabelPlace(True, 1))
    assert place_labels([50, 51], [60, 60]) is None
    assert place_labels([], []) == ()


def test_the_story_stands_as_it_was_drawn(portal):
    ribbon = draw_ribbon(situation(STORY, 23))
    assert [(mark.kind, mark.day) for mark in ribbon.marks] == [
        ("invoice", date(2026, 12, 15)),
        ("pay", date(2026, 12, 18)),
        ("end", STORY),
        ("grace", date(2027, 1, 6)),
    ]
    assert (ribbon.weeks, ribbon.days[0].day) == (7, date(2026, 11, 30))
    assert [label.row for label in labels_of(ribbon)] == [0, 1, 0, 0]
    assert NARROWEST < 1001 - 2 * 20 - 2 * 24


def test_after_the_payment_the_money_arrives_on_the_last_day():
    marks = draw_ribbon(situation(STORY, 5, paid=0)).marks
    assert [(mark.kind, mark.name.message) for mark in marks] == [
        ("paid", "Paid"),
        ("end", "the money arrives"),
        ("grace", "the last day"),
    ]


def test_in_the_holidays_the_day_on_which_banks_open_is_named():
    marks = {mark.kind: mark for mark in draw_ribbon(situation(STORY, -3)).marks}
    assert marks["bank"].day == date(2027, 1, 11)
    assert marks["grace"].text.message == "Bitrix24 names %(day)s, we count stricter"
