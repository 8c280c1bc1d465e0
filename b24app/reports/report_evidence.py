"""The evidence of a report in words: what people confirmed, what is still waited for, the calls of the run."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from b24app.checklist.engine.board import CheckView
from b24app.checklist.questions.question import Answered, AnswerOutcome
from b24app.comparison.after_activation import Waiting
from b24app.reports.report import CallReference
from b24app.reports.report_comparison import stamp
from b24app.text.messages import N_
from b24app.web.formats import day_long, words, zone

OUTCOMES = {
    AnswerOutcome.YES: N_("Fine"),
    AnswerOutcome.NO: N_("Not fine"),
    AnswerOutcome.LATER: N_("Not looked yet"),
    AnswerOutcome.UNUSED: N_("Not used here"),
}


@dataclass(frozen=True, slots=True)
class AnswerText:
    """What a person confirmed, when, and until when it holds."""

    question: str
    outcome: str
    value: str
    note: str
    who: str
    at: datetime
    when: str
    until: str
    file: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class WaitingText:
    """What has not come back since the activation, and until when it may take its time."""

    title: str
    line: str
    at: datetime
    until: str


@dataclass(frozen=True, slots=True)
class CallText:
    """One request of the run by its number in the log of calls."""

    number: int
    at: str
    method: str
    http: int
    error: str


def write_answer(row: CheckView, answer: Answered) -> AnswerText:
    """Say one answer of a person."""
    return AnswerText(
        question=words(row.title) if row.question is None else gettext(row.question.title),
        outcome=gettext(OUTCOMES[answer.outcome]),
        value=answer.value,
        note=answer.note,
        who=answer.user_name,
        at=answer.answered_at,
        when=stamp(answer.answered_at),
        until=day_long(answer.valid_until.astimezone(zone()).date()),
        file=answer.file.name if answer.file else "",
        digest=answer.file.digest if answer.file else "",
    )


def write_waiting(one: Waiting) -> WaitingText:
    """Say what one check waits for."""
    line = words(one.row.line) if one.row.line else ""
    return WaitingText(words(one.row.title), line, one.until, stamp(one.until))


def write_call(one: CallReference) -> CallText:
    """Say one request."""
    return CallText(one.number, stamp(one.at), one.method, one.http, one.error)
