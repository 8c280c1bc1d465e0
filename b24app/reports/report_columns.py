"""What the report is made of as tables: one list of columns for each part serves the workbook and the JSON."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from flask_babel import get_locale, gettext

from b24app.checklist.engine.check import AREA_TITLES
from b24app.checklist.engine.checklist_view import CheckView
from b24app.checklist.engine.verdict import Level
from b24app.checklist.questions.question import Answered, Question, value_of
from b24app.comparison.after_activation import Waiting
from b24app.comparison.stored_comparison import LineView
from b24app.reports import comparison_texts as lines
from b24app.reports import report_texts as texts
from b24app.reports.comparison_texts import stamp
from b24app.reports.report import CallReference, Report
from b24app.reports.report_money import MonthLine, SumLine
from b24app.reports.report_texts import Confirmed
from b24app.terms.timeline import TermRow
from b24app.text.formats import day_long, month_year
from b24app.text.messages import N_, P_
from b24app.web.filters import words, zone

T = TypeVar("T")
Answer = tuple[CheckView, Answered]
Sheet = tuple[str, Sequence[str], Sequence[Sequence[object]]]


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One value of a record: its key in the JSON, how it is read, and its heading in the workbook."""

    key: str
    value: Callable[[T], object]
    title: str = ""


COVER: tuple[Column[Report], ...] = (
    Column("language", lambda _: str(get_locale())),
    Column("portal", lambda report: report.portal, N_("Portal")),
    Column("domain", lambda report: report.domain, N_("Address")),
    Column("moment", lambda report: stamp(report.checked_at), N_("Moment")),
    Column("checked_at", lambda report: report.checked_at),
    Column("number", lambda report: report.number, N_("Number")),
    Column("has_run", lambda report: report.run is not None),
    Column("requests", lambda report: report.run.requests if report.run else 0, N_("Requests to the portal")),
    Column("answer", texts.report_answer, N_("Answer")),
    Column("lead", lambda report: words(report.heading.lead)),
    Column("summary", texts.report_summary, N_("The shop")),
    Column("sum", texts.report_sum, N_("All checks")),
    Column("tiles", texts.report_dates),
    Column("responsible", lambda report: report.heading.responsible, N_("Responsible")),
    Column("numbers", lambda report: dict(report.checks.numbers.parts)),
    Column("calls_span", texts.calls_span, N_("Calls in the log")),
)


def finding_columns(report: Report) -> tuple[Column[CheckView], ...]:
    """A check or a question in full."""
    return (
        Column("code", lambda row: row.code),
        Column("level", lambda row: row.level),
        Column("word", texts.verdict_word, N_("Verdict")),
        Column("area", lambda row: gettext(AREA_TITLES[row.area]), N_("Area")),
        Column("title", lambda row: words(row.title), N_("What")),
        Column("line", lambda row: words(row.line), N_("What is seen")),
        Column("why", lambda row: words(row.why), N_("Why it matters")),
        Column("remedy", lambda row: words(row.remedy), N_("What to do")),
        Column("place", lambda row: words(row.place), N_("Where")),
        Column("seen", _seen, N_("Evidence")),
        Column("note", texts.mute_note, N_("Silenced")),
        Column("severity", lambda row: gettext(texts.SEVERITIES[row.severity]), N_("Severity")),
        Column("owner", report.owner_of, N_("Responsible")),
    )


def _seen(row: CheckView) -> list[tuple[str, str]]:
    return [(words(one.label), texts.seen_text(one)) for one in row.evidence]


TERM: tuple[Column[TermRow], ...] = (
    Column("name", lambda row: words(row.name), N_("What")),
    Column("ends_on", lambda row: row.term.ends_on),
    Column("ends", lambda row: texts.term_end(row.term), N_("Valid until")),
    Column("pay_by", texts.last_day_to_pay, N_("Pay by")),
    Column("source", lambda row: words(row.source), N_("Who said it")),
)
SUM: tuple[Column[SumLine], ...] = (
    Column("code", lambda one: one.code),
    Column("title", lambda one: one.title, N_("What")),
    Column("amount", lambda one: f"{one.amount:.2f}"),
    Column("", lambda one: float(one.amount), N_("Sum")),
    Column("estimate", lambda one: one.estimate),
    Column("text", lambda one: one.text, N_("Sum in words")),
    Column("source", lambda one: one.source, N_("Source")),
)
MONTH: tuple[Column[MonthLine], ...] = (
    Column("month", lambda one: f"{one.first_day:%Y-%m}"),
    Column("", lambda one: month_year(one.first_day), N_("Month")),
    Column("plan", lambda one: f"{one.base:.2f}"),
    Column("", lambda one: float(one.base), N_("Plan")),
    Column("other_terms", lambda one: f"{one.others:.2f}"),
    Column("", lambda one: float(one.others), N_("Other terms")),
    Column("move_up", lambda one: f"{one.step:.2f}"),
    Column("", lambda one: float(one.step), N_("Move up")),
    Column("reserve", lambda one: f"{one.reserve:.2f}"),
    Column("", lambda one: float(one.reserve), N_("Reserve")),
    Column("amount", lambda one: f"{one.total:.2f}"),
    Column("", lambda one: float(one.total), N_("Total")),
    Column("estimate", lambda one: one.estimate),
    Column("text", lambda one: one.text, N_("Sum in words")),
)
LINE: tuple[Column[LineView], ...] = (
    Column("", lambda line: gettext(lines.DIFFERENCE_TITLES[line.change.difference]), N_("Difference")),
    Column("name", lambda line: lines.change_name(line.change), N_("What")),
    Column("place", lambda line: lines.change_place(line.change), N_("Where")),
    Column("was", lambda line: lines.change_states(line.change)[0], N_("Before")),
    Column("now", lambda line: lines.change_states(line.change)[1], N_("After")),
    Column("level", lambda line: Level.PASS if line.accepted else line.change.level),
    Column("word", texts.gravity, N_("Severity")),
    Column("advice", lambda line: lines.change_advice(line.change), N_("What to do")),
    Column("accepted", texts.accepted_by, N_("Accepted")),
)
WAITING: tuple[Column[Waiting], ...] = (
    Column("title", lambda one: words(one.row.title), N_("What")),
    Column("line", lambda one: words(one.row.line), N_("What is seen")),
    Column("at", lambda one: one.until),
    Column("until", lambda one: stamp(one.until), N_("Until")),
)


def _answer_value(question: Question | None, answer: Answered) -> str:
    value = value_of(question, answer)
    return day_long(value) if isinstance(value, date) else value


ANSWER: tuple[Column[Answer], ...] = (
    Column(
        "question",
        lambda one: words(one[0].question.title if one[0].question else one[0].title),
        N_("Question"),
    ),
    Column("outcome", lambda one: gettext(texts.OUTCOMES[one[1].outcome]), N_("Answer")),
    Column("value", lambda one: one[1].value),
    Column("said", lambda one: _answer_value(one[0].question, one[1]), N_("Value")),
    Column("note", lambda one: one[1].note, P_("remark", "Note")),
    Column("who", lambda one: one[1].user_name, N_("Who")),
    Column("at", lambda one: one[1].answered_at),
    Column("when", lambda one: stamp(one[1].answered_at), N_("When")),
    Column("until", lambda one: day_long(one[1].valid_until.astimezone(zone()).date()), N_("Holds until")),
    Column("file", lambda one: one[1].file.name if one[1].file else "", N_("File")),
    Column("digest", lambda one: one[1].file.digest if one[1].file else "", "SHA-256"),
)
CONFIRMED: tuple[Column[Confirmed], ...] = (
    Column("what", lambda one: one.what, N_("What")),
    Column("how", lambda one: one.how, N_("How")),
    Column("who", lambda one: one.who, N_("Who")),
    Column("at", lambda one: one.at),
    Column("when", lambda one: stamp(one.at), N_("When")),
)
CALL: tuple[Column[CallReference], ...] = (
    Column("number", lambda call: call.number, "№"),
    Column("at", lambda call: stamp(call.at), N_("Moment")),
    Column("method", lambda call: call.method),
    Column("", lambda call: texts.method_words(call.method), N_("Method")),
    Column("http", lambda call: call.http, "HTTP"),
    Column("error", lambda call: call.error, N_("Error")),
)


def records(columns: Iterable[Column[T]], rows: Iterable[T]) -> list[Mapping[str, object]]:
    """The rows as objects of the JSON."""
    kept = [column for column in columns if column.key]
    return [{column.key: column.value(row) for column in kept} for row in rows]


def sheet_of(title: str, columns: Iterable[Column[T]], rows: Iterable[T]) -> Sheet:
    """The rows as a sheet of the workbook: its title, headings, cells."""
    shown = [column for column in columns if column.title]
    cells = [[_cell(column.value(row)) for column in shown] for row in rows]
    return gettext(title), [gettext(column.title) for column in shown], cells


def _cell(value: object) -> object:
    return "\n".join(f"{label}: {text}" for label, text in value) if isinstance(value, list) else value
