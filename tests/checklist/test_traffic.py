"""Rhythm and life after an activation: told by chance in the shop's own days, waited for in its open hours, never said before."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from b24app.checklist.engine.check import NO_BASELINE_YET
from b24app.checklist.engine.shop_hours import TradeHours
from b24app.checklist.engine.stored_facts import dump_verdict, load_verdict
from b24app.checklist.engine.traffic import (
    LONGEST_WAIT,
    WAITING,
    Rhythm,
    Stream,
    deadline_of,
    fallen,
    has_fallen,
    is_more_than_chance,
    judge_traffic,
    overdue,
    rhythm,
    stream,
    with_ids,
)
from b24app.checklist.engine.verdict import Because, Level, Sentence, Verdict, failed, passed
from b24app.comparison.worsening import is_worse

MOSCOW = ZoneInfo("Europe/Moscow")
ALWAYS = TradeHours("ru", MOSCOW, (1.0,) * 8, (1 / 24,) * 24)
OFFICE = TradeHours(
    "ru", MOSCOW, (1.0,) * 5 + (0.0,) * 3, tuple(0.1 if 9 <= hour < 19 else 0.0 for hour in range(24))
)
ACTIVATED = datetime(2026, 12, 1, 9, 0, tzinfo=MOSCOW)
EVERY_DAY = Rhythm(ACTIVATED - timedelta(hours=20), 30, 30.0)
QUIET = EVERY_DAY


def verdict(
    hours: float,
    before: Rhythm = EVERY_DAY,
    now: Rhythm = QUIET,
    shop: TradeHours = ALWAYS,
    since: datetime = ACTIVATED,
):
    streams = {"5": Stream("СБП", before)}, {"5": Stream("СБП", now)}
    return judge_traffic(*streams, since, since + timedelta(hours=hours), shop)


def test_before_the_deadline_it_waits_and_says_until_when():
    waiting = verdict(hours=1)
    assert waiting.level is Level.UNKNOWN
    until = deadline_of(waiting)
    assert ACTIVATED + timedelta(days=5) < until < ACTIVATED + timedelta(days=8)
    assert waiting.sentence.values["time"] == f"{until:%H:%M}"


def test_the_deadline_survives_being_stored():
    waiting = verdict(hours=1)
    assert deadline_of(load_verdict(dump_verdict(waiting))) == deadline_of(waiting)


def test_waiting_is_no_trouble_and_missing_it_is():
    waiting, missed = verdict(hours=1), verdict(hours=8 * 24)
    assert is_worse(waiting, missed)
    assert not is_worse(passed("Orders come"), waiting)


def test_after_the_deadline_it_is_missed():
    missed = verdict(hours=8 * 24)
    assert missed.level is Level.FAIL
    assert deadline_of(missed) is None


def test_what_came_since_is_not_waited_for():
    assert verdict(hours=1, now=Rhythm(ACTIVATED + timedelta(minutes=5), 31, 30.0)) is None


def test_a_lively_stream_still_has_a_usual_day():
    hasty = Rhythm(ACTIVATED - timedelta(hours=1), 49, 0.5)
    assert deadline_of(verdict(hours=1, before=hasty)) == ACTIVATED + timedelta(days=1)


def test_an_activation_on_friday_evening_waits_for_monday():
    friday = datetime(2026, 12, 4, 18, 30, tzinfo=MOSCOW)
    lively = Rhythm(friday - timedelta(hours=1), 49, 2.0)
    waiting = verdict(hours=60, before=lively, now=lively, shop=OFFICE, since=friday)
    assert deadline_of(waiting) == datetime(2026, 12, 7, 18, 30, tzinfo=MOSCOW)


def test_an_activation_before_the_new_year_waits_until_the_holidays_are_over():
    eve = datetime(2026, 12, 30, 18, 0, tzinfo=MOSCOW)
    lively = Rhythm(eve - timedelta(hours=1), 49, 2.0)
    waiting = verdict(hours=10 * 24, before=lively, now=lively, shop=OFFICE, since=eve)
    assert waiting.level is Level.UNKNOWN
    assert deadline_of(waiting) == datetime(2027, 1, 11, 18, 0, tzinfo=MOSCOW)


@pytest.mark.parametrize(
    "before",
    [Rhythm(), Rhythm(ACTIVATED, 1, 1.0), Rhythm(ACTIVATED - timedelta(days=9), 5, 5 * LONGEST_WAIT / 2)],
    ids=["unknown", "hardly ever", "too rare"],
)
def test_what_has_no_rhythm_to_speak_of_is_left_to_the_check_itself(before: Rhythm):
    assert verdict(hours=1, before=before) is None


def test_without_an_activation_nothing_is_waited_for():
    streams = {"5": Stream("СБП", EVERY_DAY)}
    assert judge_traffic(streams, streams, None, ACTIVATED, ALWAYS) is None


def test_what_was_not_there_before_is_not_waited_for():
    assert judge_traffic({}, {"5": Stream("СБП", QUIET)}, ACTIVATED, ACTIVATED, ALWAYS) is None


def test_of_several_the_latest_deadline_is_said_and_each_has_its_own():
    rare = Rhythm(ACTIVATED - timedelta(days=2), 30, 40.0)
    streams = {"1": Stream("A", EVERY_DAY), "2": Stream("B", rare)}
    waiting = judge_traffic(streams, streams, ACTIVATED, ACTIVATED, ALWAYS)
    until = [line.sentence.values["until"] for line in waiting.evidence]
    assert until[0] < until[1] == deadline_of(waiting)


def test_another_verdict_has_no_deadline():
    assert deadline_of(failed("No orders")) is None


def every(gap: timedelta, count: int, last: datetime) -> list[datetime]:
    return [last - gap * back for back in range(count)]


@pytest.mark.parametrize(
    ("gap", "silent_for", "told"),
    [
        (timedelta(hours=2), timedelta(hours=20), False),
        (timedelta(hours=2), timedelta(days=2), True),
        (timedelta(days=1), timedelta(days=4), False),
        (timedelta(days=1), timedelta(days=40), True),
        (timedelta(days=20), timedelta(days=25), False),
        (timedelta(days=20), timedelta(days=300), True),
    ],
    ids=["lively", "lively stopped", "daily", "daily stopped", "rare", "rare stopped"],
)
def test_silence_is_told_by_the_rhythm_itself(gap: timedelta, silent_for: timedelta, told: bool):
    found = rhythm(every(gap, 30, ACTIVATED), ALWAYS)
    assert found.is_silent(ACTIVATED + silent_for, ALWAYS, 1.0) is told


def test_the_few_that_are_known_of_something_make_the_rule_patient():
    few, many = (rhythm(every(timedelta(days=1), count, ACTIVATED), ALWAYS) for count in (4, 40))
    assert few.longest_silence() > 3 * many.longest_silence()
    assert rhythm([ACTIVATED], ALWAYS).longest_silence() is None


def test_a_weekend_and_the_holidays_of_an_office_are_no_silence():
    week = [
        ACTIVATED.replace(hour=hour) - timedelta(days=back) for back in range(6) for hour in (10, 12, 14, 16)
    ]
    found = rhythm([one for one in week if one.weekday() < 5], OFFICE)
    assert not rhythm([datetime(2026, 12, 30, 17, tzinfo=MOSCOW), *week], OFFICE).is_silent(
        datetime(2027, 1, 11, 9, 30, tzinfo=MOSCOW), OFFICE, 1.0
    )
    assert found.is_silent(datetime(2026, 12, 4, 18, tzinfo=MOSCOW), OFFICE, 1.0)


def test_ten_that_came_at_once_are_one_occurrence():
    bunches = [ACTIVATED - timedelta(days=back, minutes=number) for back in range(10) for number in range(10)]
    assert rhythm(bunches, ALWAYS).count == 9
    assert not rhythm(bunches, ALWAYS).is_silent(ACTIVATED + timedelta(days=3), ALWAYS, 1.0)


def is_bothered(seed: int, a_day: float) -> bool:
    """Whether a steady stream by chance is called silent at one of forty daily looks."""
    chance, moments, at = Random(seed), [], ACTIVATED - timedelta(days=300)
    while at < ACTIVATED + timedelta(days=40):
        at += timedelta(days=chance.expovariate(a_day))
        moments.append(at)
    looks = [ACTIVATED + timedelta(days=day) for day in range(40)]
    found = [(rhythm([one for one in moments if one <= now][-50:], ALWAYS), now) for now in looks]
    return any(one.is_silent(now, ALWAYS, 1.0) for one, now in found)


@pytest.mark.parametrize("a_day", [0.2, 1, 12])
def test_of_twenty_shops_with_steady_trade_at_most_one_is_bothered_in_forty_days(a_day: float):
    assert sum(is_bothered(seed, a_day) for seed in range(20)) <= 1


@pytest.mark.parametrize(("a_day", "told"), [(30, False), (20, False), (9, True)])
def test_a_fall_to_a_third_is_told_and_an_ordinary_swing_is_not(a_day: int, told: bool):
    newest = every(timedelta(days=1) / a_day, 50, ACTIVATED)
    assert has_fallen(newest, 30.0, ACTIVATED, ALWAYS) is told


def pair(one: float, other: float) -> dict[str, Stream]:
    """Two pay systems by how many payments a day each brings."""
    both = {"1": one, "2": other}
    return {key: stream(key, every(DAY / a_day, 50, ACTIVATED), ALWAYS) for key, a_day in both.items()}


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "names"),
    [((2, 12), ("1",)), ((3, 3), ()), ((6, 6), ()), ((2, 2), ()), ((1, 5), ("1",))],
    ids=[
        "one lost its share",
        "all sell less",
        "a swing",
        "all sell far less",
        "one lost it in a quiet season",
    ],
)
def test_a_share_that_fell_is_told_and_a_quiet_season_is_not(
    now: tuple[float, float], names: tuple[str, ...]
):
    assert fallen(pair(10, 10), pair(*now), ACTIVATED, ALWAYS) == names


@pytest.mark.parametrize(
    ("count", "expected", "told"), [(3, 1, False), (9, 1, True), (9, 6, False), (25, 6, True)]
)
def test_more_than_chance_explains(count: int, expected: float, told: bool):
    assert is_more_than_chance(count, expected) is told


def test_what_has_missed_its_turn_too_often_is_overdue():
    before = {"a": list(range(0, 100, 4)), "b": list(range(1, 100, 4)), "rare": [10, 40, 70]}
    now = {"a": list(range(100, 150, 4))}
    assert overdue(before, now, 150) == ("b",)
    assert overdue(before, now, 104) == ()
    assert overdue({"a": list(range(50, 150, 4))}, {"a": list(range(0, 60, 4))}, 150) == ("a",)


def test_namesakes_are_told_apart_and_others_keep_their_name():
    assert with_ids({"2": "Карта", "3": "Карта", "5": "СБП"}) == {
        "2": "Карта (ID 2)", "3": "Карта (ID 3)", "5": "СБП"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("message", "because"),
    [(WAITING, Because.WAITS_FOR_TRAFFIC), (NO_BASELINE_YET, Because.NO_BASELINE), ("Something else", None)],
)
def test_a_verdict_of_an_older_release_is_known_by_its_sentence(
    message: str, because: Because | None
) -> None:
    values = {"until": ACTIVATED, "time": "12:00", "names": ("Orders",)}
    old = dump_verdict(Verdict(Level.UNKNOWN, Sentence(message, "", values)))
    assert "because" not in old
    assert load_verdict(old).because is because


def test_why_a_verdict_waits_is_kept_as_a_code() -> None:
    waiting = replace(Verdict(Level.UNKNOWN, Sentence("Other words")), because=Because.WAITS_FOR_TRAFFIC)
    assert load_verdict(dump_verdict(waiting)) == waiting
