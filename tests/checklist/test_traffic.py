"""Life after an activation: waited for by the shop's own rhythm, missed after the deadline, never said before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from b24app.checklist.engine.check import NO_BASELINE_YET
from b24app.checklist.engine.stored_facts import dump_verdict, load_verdict
from b24app.checklist.engine.traffic import (
    LEAST_WAIT,
    LONGEST_WAIT,
    WAITING,
    Rhythm,
    deadline_of,
    judge_traffic,
)
from b24app.checklist.engine.verdict import Because, Level, Sentence, Verdict, failed, passed
from b24app.comparison.worsening import is_worse

ACTIVATED = datetime(2026, 12, 23, 9, 0, tzinfo=UTC)
EVERY_DAY = Rhythm(ACTIVATED - timedelta(hours=20), 1.0, 30)
QUIET = Rhythm(ACTIVATED - timedelta(hours=20), 1.0, 30)


def verdict(hours: float, before: Rhythm = EVERY_DAY, now: Rhythm = QUIET, times: float = 5):
    return judge_traffic({"СБП": before}, {"СБП": now}, ACTIVATED, ACTIVATED + timedelta(hours=hours), times)


def test_before_the_deadline_it_waits_and_says_until_when():
    waiting = verdict(hours=1)
    assert waiting.level is Level.UNKNOWN
    assert deadline_of(waiting) == ACTIVATED + timedelta(days=5)
    assert waiting.sentence.values["time"] == "09:00"


def test_the_deadline_survives_being_stored():
    assert deadline_of(load_verdict(dump_verdict(verdict(hours=1)))) == ACTIVATED + timedelta(days=5)


def test_waiting_is_no_trouble_and_missing_it_is():
    waiting, missed = verdict(hours=1), verdict(hours=5 * 24)
    assert is_worse(waiting, missed)
    assert not is_worse(passed("Orders come"), waiting)


def test_after_the_deadline_it_is_missed():
    missed = verdict(hours=5 * 24)
    assert missed.level is Level.FAIL
    assert deadline_of(missed) is None


def test_what_came_since_is_not_waited_for():
    assert verdict(hours=1, now=Rhythm(ACTIVATED + timedelta(minutes=5), 1.0, 31)) is None


def test_a_lively_stream_still_has_a_day():
    hasty = Rhythm(ACTIVATED - timedelta(hours=1), 0.01, 50)
    assert deadline_of(verdict(hours=1, before=hasty)) == ACTIVATED + LEAST_WAIT


@pytest.mark.parametrize(
    "before",
    [
        Rhythm(),
        Rhythm(ACTIVATED, 1.0, 2),
        Rhythm(ACTIVATED - timedelta(days=9), LONGEST_WAIT.days / 4, 5),
    ],
    ids=["unknown", "hardly ever", "too rare"],
)
def test_what_has_no_rhythm_to_speak_of_is_left_to_the_check_itself(before: Rhythm):
    assert verdict(hours=1, before=before) is None


def test_without_an_activation_nothing_is_waited_for():
    assert judge_traffic({"СБП": EVERY_DAY}, {"СБП": QUIET}, None, ACTIVATED, 5) is None


def test_what_was_not_there_before_is_not_waited_for():
    assert judge_traffic({}, {"СБП": QUIET}, ACTIVATED, ACTIVATED, 5) is None


def test_of_several_the_latest_deadline_is_said_and_each_has_its_own():
    rare = Rhythm(ACTIVATED - timedelta(days=2), 2.0, 30)
    waiting = judge_traffic({"A": EVERY_DAY, "B": rare}, {"A": QUIET, "B": rare}, ACTIVATED, ACTIVATED, 5)
    assert deadline_of(waiting) == ACTIVATED + timedelta(days=10)
    assert [line.sentence.values["until"] for line in waiting.evidence] == [
        ACTIVATED + timedelta(days=5),
        ACTIVATED + timedelta(days=10),
    ]


def test_another_verdict_has_no_deadline():
    assert deadline_of(failed("No orders")) is None


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
