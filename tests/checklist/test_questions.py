"""What only a person can tell: asked, answered, and asked again when the answer is old."""

from datetime import UTC, date, datetime, timedelta

import pytest

from b24app.checklist.engine.verdict import Level
from b24app.checklist.questions.question import (
    Answered,
    AnswerOutcome,
    judge_answers,
    load_questions,
    value_of,
)
from b24app.checklist.questions.question_deck import deck_of
from b24app.discovery import import_all

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def said(outcome: AnswerOutcome, *, days_ago: int = 1) -> Answered:
    at = NOW - timedelta(days=days_ago)
    return Answered(outcome, "ТС-20417", "", "Анна", at, at + timedelta(days=30))


def test_no_question_hides_another() -> None:
    files = import_all("b24app.checklist.questions.asked")
    assert sum(len(file.QUESTIONS) for file in files) == len(load_questions()) >= 14


def test_nothing_said_is_asked() -> None:
    assert {verdict.level for verdict in judge_answers({}, NOW).values()} == {Level.ASK}


@pytest.mark.parametrize(
    ("outcome", "level"),
    [
        (AnswerOutcome.YES, Level.PASS),
        (AnswerOutcome.NO, Level.FAIL),
        (AnswerOutcome.LATER, Level.UNKNOWN),
        (AnswerOutcome.UNUSED, Level.NA),
    ],
)
def test_an_answer_becomes_a_verdict(outcome: AnswerOutcome, level: Level) -> None:
    assert judge_answers({"ask_test_payment": said(outcome)}, NOW)["ask_test_payment"].level is level


def test_a_minor_no_is_only_a_remark() -> None:
    assert judge_answers({"ask_tracking": said(AnswerOutcome.NO)}, NOW)["ask_tracking"].level is Level.WARN


def test_five_are_asked_first_and_which_ones_depends_on_the_stage() -> None:
    questions = load_questions().values()
    before, after = deck_of(questions), deck_of(questions, activated=True)
    assert (len(before), before[0], after[0]) == (5, "ask_plan_end", "ask_test_payment")
    assert all(load_questions()[code].anew for code in after)
    assert deck_of(questions, {"ask_plan_end"})[0] == before[1]


def test_no_two_questions_have_one_place() -> None:
    for stage in (0, 1):
        ranks = [question.rank[stage] for question in load_questions().values()]
        assert sorted(ranks) == list(range(1, len(ranks) + 1))


def test_an_old_answer_is_asked_again_and_shown() -> None:
    verdict = judge_answers({"ask_test_payment": said(AnswerOutcome.YES, days_ago=31)}, NOW)[
        "ask_test_payment"
    ]
    assert verdict.level is Level.ASK
    assert verdict.evidence


@pytest.mark.parametrize(
    ("code", "outcome", "level"),
    [
        ("ask_exchange", AnswerOutcome.YES, Level.ASK),
        ("ask_marketplaces", AnswerOutcome.NO, Level.ASK),
        ("ask_exchange", AnswerOutcome.UNUSED, Level.NA),
        ("ask_domain", AnswerOutcome.YES, Level.PASS),
    ],
)
def test_what_an_activation_can_break_is_asked_anew_after_it(
    code: str, outcome: AnswerOutcome, level: Level
) -> None:
    before = {code: said(outcome, days_ago=2)}
    assert judge_answers(before, NOW, activated_at=NOW - timedelta(days=1))[code].level is level
    assert judge_answers(before, NOW, activated_at=NOW - timedelta(days=3))[code].level is not Level.ASK


def test_a_typed_day_is_shown_as_a_day_and_other_text_as_it_is() -> None:
    at = NOW - timedelta(days=1)
    questions = load_questions()
    for text, value in (("2026-11-29", date(2026, 11, 29)), ("yesterday", "yesterday")):
        answer = Answered(AnswerOutcome.YES, text, "", "Анна", at, at)
        assert value_of(questions["ask_backup"], answer) == value
    assert value_of(questions["ask_test_payment"], said(AnswerOutcome.YES)) == "ТС-20417"
