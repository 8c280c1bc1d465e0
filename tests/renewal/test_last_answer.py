"""Nothing is said to work from an answer older than a day: pages, letters and the card say since when nobody knows."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from b24app.bitrix24.error_codes import Refusal
from b24app.portals.availability import note_answer
from b24app.portals.model import day_at
from b24app.reminders.kinds import Planned
from b24app.reminders.schedule import draft_message
from b24app.renewal.case import LastAnswer, Situation
from b24app.renewal.headline import write_headline
from b24app.renewal.next_step import next_step
from b24app.renewal.recovery import PortalRefusal, works_of
from b24app.renewal.situation_reading import last_answer, situation_of
from b24app.terms.policy import State
from b24app.terms.stored_terms import timeline_view
from b24app.text.translation import Translator
from tests.renewal.conftest import END
from tests.terms.conftest import AT

IN_GRACE = datetime.combine(END + timedelta(days=3), time(9), AT.tzinfo)
DAY = timedelta(days=1)


def seen_at(now: datetime) -> Situation:
    row = next(row for row in timeline_view(now, now.date()).rows if row.main)
    return situation_of(row, now, now.date())


def sentences(s: Situation, now: datetime) -> str:
    letter = draft_message(Planned("key", "line", "grace", now.date(), 0), s, s.plan_name)
    works = [text for _, text in works_of(s, PortalRefusal(), last_answer(now))]
    said = (write_headline(s).lead, *letter.lines, *works)
    return " ".join(Translator("ru").say(one) for one in said)


@pytest.mark.parametrize("ago", [timedelta(0), DAY - timedelta(minutes=1), DAY])
def test_an_answer_of_the_last_day_is_told(shop, ago: timedelta):
    note_answer(IN_GRACE - ago)
    text = sentences(seen_at(IN_GRACE), IN_GRACE)
    assert text.count("Всё работает до") == 2
    assert "неизвестно" not in text


@pytest.mark.parametrize("ago", [DAY + timedelta(seconds=1), 5 * DAY])
def test_an_older_one_tells_only_since_when_nobody_knows(shop, ago: timedelta):
    note_answer(IN_GRACE - ago)
    text = sentences(seen_at(IN_GRACE), IN_GRACE)
    assert "Всё работает" not in text
    assert text.count("неизвестно: портал с тех пор не отвечал") == 3


def test_a_portal_that_never_answered_is_not_said_to_work(shop):
    text = sentences(seen_at(IN_GRACE), IN_GRACE)
    assert "Всё работает" not in text
    assert text.count("портал ещё не отвечал") == 3


def test_what_has_stopped_stays_said_when_nobody_answers():
    found = works_of(None, PortalRefusal(Refusal.PLAN_LAPSED), LastAnswer())
    assert [ok for ok, _ in found] == [False, False, None]


def test_a_portal_that_answers_belies_the_written_date(shop):
    day = END + timedelta(days=20)
    now = datetime.combine(day, AT.timetz())
    note_answer(now - timedelta(hours=2))
    s = situation_of(timeline_view(now, day).main, now, day)
    assert (s.state, s.belied) == (State.LAPSED, True)
    assert (
        write_headline(s).answer.message
        == "By the written date it is over, yet the portal answers as a paid one"
    )
    assert next_step(s).action == "write_new_date"
    assert [ok for ok, _text in works_of(s, PortalRefusal(), s.last_answer)] == [True]


def test_an_answer_of_the_day_before_belies_nothing(shop):
    day = END + timedelta(days=20)
    now = datetime.combine(day, AT.timetz())
    note_answer(now - timedelta(hours=25))
    s = situation_of(timeline_view(now, day).main, now, day)
    head = write_headline(s)
    assert not s.belied
    assert head.answer.message == "By the written date the plan and its grace days are over"
    assert "неизвестно: портал с тех пор не отвечал" in Translator("ru").say(head.lead)


def test_only_a_refusal_of_the_last_day_says_that_the_portal_is_on_the_free_plan(shop):
    day = END + timedelta(days=20)
    now = datetime.combine(day, AT.timetz())
    s = situation_of(timeline_view(now, day).main, now, day)
    refused = replace(s, last_answer=LastAnswer(now - timedelta(hours=2), holds=True))
    assert write_headline(refused).answer.message.startswith("The portal is on the free plan")


@pytest.mark.parametrize("ahead", [timedelta(hours=2), timedelta(days=3), timedelta(days=400)])
def test_an_answer_of_a_clock_that_ran_ahead_holds_nothing(shop, ahead: timedelta):
    note_answer(IN_GRACE + ahead)
    assert "Всё работает" not in sentences(seen_at(IN_GRACE), IN_GRACE)
    assert not seen_at(IN_GRACE).answers
    assert last_answer(IN_GRACE) == LastAnswer()


def test_a_clock_put_back_leaves_no_day_that_contradicts_another(shop):
    """Everything was written down a year ahead of the true day; the dates decide, not the moments."""
    note_answer(IN_GRACE + timedelta(days=365))
    before = END - timedelta(days=10)
    now = datetime.combine(before, AT.timetz())
    s = situation_of(timeline_view(now, before).main, now, before)
    assert (s.state, s.days_left) == (State.WARNING, 10)
    assert write_headline(s).answer.values["left"].values["count"] == 10


@pytest.mark.parametrize(("hour", "left"), [(20, 0), (21, -1)])
def test_the_day_turns_where_the_portal_is(shop, hour: int, left: int):
    """21 o'clock in UTC is midnight in Moscow, where this portal is."""
    now = datetime.combine(END, time(hour, 30), AT.tzinfo)
    day = day_at(now)
    s = situation_of(timeline_view(now, day).main, now, day)
    assert s.days_left == left
    assert s.state is (State.LAST_DAY if left == 0 else State.GRACE)
