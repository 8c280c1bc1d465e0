"""Declares a question that only a person can answer, and turns answers into verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache

from b24app.checklist.engine.applicability import NO_SHOP, OF_A_SHOP
from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.engine.verdict import (
    Evidence,
    Level,
    Value,
    Verdict,
    asked,
    not_used,
    sentence,
    unknown,
    verdict,
)
from b24app.discovery import by_code, import_all
from b24app.terms.typed_days import DayUse
from b24app.text.messages import N_

LAST = 99


@dataclass(frozen=True, slots=True)
class Question:
    """One guided step: the question, how to find out, the field for a value, and how long it is valid.

    `day` is the meaning of the day in the field, where it holds one. `anew`: an activation can break it, so that an answer from
    before does not count any more. `rank`: its place among the questions before the renewal and after the activation; the small
    ones are those whose wrong answer costs most. `wrong`: the meaning of the second answer.
    """

    code: str
    title: str
    how: str
    why: str
    remedy: str
    area: Area
    field: str
    yes: str
    no: str
    wrong: str
    valid_days: int = 30
    severity: Severity = Severity.WORK
    place: str = ""
    link: str = ""
    day: DayUse | None = None
    anew: bool = False
    rank: tuple[int, int] = (LAST, LAST)


class AnswerOutcome(StrEnum):
    """A person's answer: fine, not fine, not yet looked, or not used here."""

    YES = "yes"
    NO = "no"
    LATER = "later"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """The file of one answer without its content; `digest` is its SHA-256."""

    answer_id: int
    name: str
    media: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A person's answer, when it was given, until when it is valid, and the file that proves it."""

    outcome: AnswerOutcome
    value: str
    note: str
    user_name: str
    answered_at: datetime
    valid_until: datetime
    file: AttachedFile | None = None


@cache
def load_questions() -> Mapping[str, Question]:
    """Import every file of `asked/` and return the questions by code, in the order of the files and in them."""
    modules = import_all("b24app.checklist.questions.asked")
    return by_code(question for module in modules for question in module.QUESTIONS)


def judge_answers(
    answers: Mapping[str, Answered],
    now: datetime,
    *,
    has_shop: bool = True,
    activated_at: datetime | None = None,
) -> dict[str, Verdict]:
    """Turn the newest answers into verdicts; one that is too old or from before the activation is asked again.

    Questions about a shop are asked only where there is one.
    """
    return {
        question.code: not_used(NO_SHOP)
        if not has_shop and question.area in OF_A_SHOP and question.code not in answers
        else _judge(question, answers.get(question.code), now, activated_at)
        for question in load_questions().values()
    }


def _judge(
    question: Question, answer: Answered | None, now: datetime, activated_at: datetime | None
) -> Verdict:
    if answer is None:
        return asked(question.title, question.how)
    who: dict[str, Value] = {
        "who": answer.user_name,
        "answered_at": answer.answered_at,
        "value": value_of(question, answer),
    }
    evidence = _evidence(answer, who)
    before = activated_at is not None and answer.answered_at < activated_at <= now
    if before and question.anew and answer.outcome is not AnswerOutcome.UNUSED:
        return asked(question.title, N_("Answered before the activation: look once more"), evidence)
    if answer.valid_until <= now:
        return asked(question.title, question.how, evidence)
    if answer.outcome is AnswerOutcome.LATER:
        return unknown(N_("Not known yet, said %(who)s"), None, evidence, **who)
    if answer.outcome is AnswerOutcome.UNUSED:
        return not_used(N_("Not used here, said %(who)s"), None, evidence, **who)
    good = answer.outcome is AnswerOutcome.YES
    level = Level.PASS if good else Level.WARN if question.severity is Severity.NOTE else Level.FAIL
    line = question.yes if good else question.no
    return verdict(level, line, N_("Said by %(who)s on %(answered_at)s"), evidence, **who)


def value_of(question: Question | None, answer: Answered) -> str | date:
    """The typed value; as a day for a question about a day."""
    if question is None or question.day is None:
        return answer.value
    try:
        return date.fromisoformat(answer.value)
    except ValueError:
        return answer.value


def _evidence(answer: Answered, who: Mapping[str, Value]) -> tuple[Evidence, ...]:
    said = sentence(N_("%(value)s — %(who)s"), **who)
    lines = (Evidence(N_("Answer"), said, at=answer.answered_at),)
    if answer.file is None:
        return lines
    proof = sentence(N_("%(name)s — %(who)s"), name=answer.file.name, who=answer.user_name)
    return (*lines, Evidence(N_("File"), proof, at=answer.answered_at))
