"""The words of the report in one language: summary, dates, notes and the period of the call log; for all its files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext, ngettext

from b24app.checklist.engine.check import Severity
from b24app.checklist.engine.checklist_view import AreaView, CheckView
from b24app.checklist.engine.verdict import Evidence, Level
from b24app.checklist.questions.question import AnswerOutcome
from b24app.comparison.stored_comparison import LineView
from b24app.renewal.renewal_stages import STAGE_TITLES, Stage, reached
from b24app.reports.comparison_texts import accepted_reason, change_name, stamp
from b24app.reports.report import OPEN, Report
from b24app.reports.report_money import money_lines, money_months, money_title, money_vat
from b24app.terms.term import Term, TermKind
from b24app.terms.timeline import TermRow
from b24app.text.formats import day_long
from b24app.text.messages import N_
from b24app.web.check_words import main_words, sum_words
from b24app.web.filters import clock, day, holds, today, words

ORDERED = (Stage.INVOICE_REQUESTED, Stage.INVOICE_RECEIVED, Stage.APPROVED)
VERDICTS = {
    Level.FAIL: N_("Blocking"),
    Level.WARN: N_("Note"),
    Level.ASK: N_("Needs an answer"),
    Level.UNKNOWN: N_("Not checked"),
    Level.PASS: N_("Passed"),
    Level.NA: N_("Not applicable"),
}
SEVERITIES = {
    Severity.ORDERS: N_("orders suffer"),
    Severity.WORK: N_("work suffers"),
    Severity.NOTE: N_("good to know"),
}
GROUPS = {
    Level.FAIL: N_("What stands in the way"),
    Level.WARN: N_("Notes"),
    Level.ASK: N_("Questions that wait for an answer"),
    Level.UNKNOWN: N_("What could not be checked"),
}
COUNTS = {
    Level.FAIL: N_("blocking: %(count)s"),
    Level.WARN: N_("notes: %(count)s"),
    Level.ASK: N_("awaiting an answer: %(count)s"),
    Level.UNKNOWN: N_("not checked: %(count)s"),
}
OUTCOMES = {
    AnswerOutcome.YES: N_("Fine"),
    AnswerOutcome.NO: N_("Not fine"),
    AnswerOutcome.LATER: N_("Not looked yet"),
    AnswerOutcome.UNUSED: N_("Not used here"),
}
GRAVITIES = {
    Level.FAIL: N_("Blocking"),
    Level.WARN: N_("Have a look"),
    Level.PASS: N_("All right"),
    Level.UNKNOWN: N_("Not checked"),
}


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a person confirmed: a date of a term, a stage of the renewal, a difference; how, who and when."""

    what: str
    how: str
    who: str
    at: datetime


def report_answer(report: Report) -> str:
    """The headline of the cover."""
    return words(report.heading.answer) or gettext("The end of the plan is not written down")


def report_summary(report: Report) -> str:
    """The state of the shop in numbers, and how old the answers are."""
    if report.run is None:
        return gettext("The checks have not been run yet.")
    text = f"{main_words(report.checks.numbers)}."
    if not holds(report.run.finished_at):
        moment = stamp(report.run.finished_at or report.run.created_at)
        text += " " + gettext(
            "The answers are of %(moment)s; what works since then is not known.", moment=moment
        )
    return text


def report_sum(report: Report) -> str:
    """All checks by where they are counted; empty before the first run."""
    return sum_words(report.checks.numbers) if report.run else ""


def report_dates(report: Report) -> tuple[tuple[str, str], ...]:
    """The dates of the main term: to act by, while they are ahead, then its end and that of the grace."""
    main = report.timeline.main
    if main is None or main.plan is None:
        return ()
    licence = main.term.kind == TermKind.ON_PREMISE
    dates = (
        *_act_by(main, ordered=reached(report.heading.marks) in ORDERED),
        (gettext("Term ends") if licence else gettext("End of the plan"), main.term.ends_on),
        (gettext("Grace days until"), main.grace_ends),
    )
    return tuple((title, day(value)) for title, value in dates if value)


def _act_by(row: TermRow, *, ordered: bool) -> tuple[tuple[str, date | None], ...]:
    """By when to act; what is paid or paid by itself needs nothing, and a day that has passed is not offered."""
    plan = row.plan
    if plan is None or row.pay_by is None or row.term.autopay:
        return ()
    if plan.pay_by >= today():
        days: tuple[tuple[str, date | None], ...] = (
            (gettext("Invoice by"), None if ordered else plan.order_by),
            (gettext("Pay by"), plan.pay_by),
        )
    elif plan.conditions.invoice:
        days = ((gettext("Send by"), plan.last_chance_on),)
    else:
        days = ((gettext("By card"), plan.conditions.ends_on),)
    return tuple((title, value) for title, value in days if value and value >= today())


def term_end(term: Term) -> str:
    """The last paid day of a term."""
    return day_long(term.ends_on) if term.ends_on else gettext("not known")


def last_day_to_pay(row: TermRow) -> str:
    """The last day to pay of a term, and whether it has passed."""
    by = row.pay_by
    return day(by) if by is None or by >= today() else gettext("%(day)s, has passed", day=day(by))


def area_rest(area: AreaView) -> list[tuple[Level, str]]:
    """What is open in an area: level and words; one entry when nothing is."""
    counts = area.counts
    rest = [(level, gettext(COUNTS[level], count=counts[level])) for level in OPEN if counts.get(level)]
    nothing = (Level.PASS, gettext("all passed")) if area.total else (Level.NA, gettext("not used"))
    return rest or [nothing]


def seen_text(one: Evidence) -> str:
    """One piece of evidence, with its moment."""
    return f"{words(one.sentence)} · {stamp(one.at)}" if one.at else words(one.sentence)


def verdict_word(row: CheckView) -> str:
    """How a check ended, in a word; what was bad and is accepted has not passed."""
    return gettext("Accepted") if row.is_accepted else gettext(VERDICTS[row.level])


def mute_note(row: CheckView) -> str:
    """Who silenced a check, until when and why."""
    if row.muted is None:
        return ""
    return gettext(
        "silenced by %(who)s until %(day)s: %(reason)s",
        who=row.muted.user_name,
        day=day_long(row.muted.until),
        reason=row.muted.reason,
    )


def gravity(line: LineView) -> str:
    """How grave a difference is, or that it was accepted."""
    return gettext("Accepted") if line.accepted else gettext(GRAVITIES.get(line.change.level, ""))


def accepted_by(line: LineView) -> str:
    """Who accepted a difference, when and why."""
    one = line.accepted
    return f"{one.user_name}, {stamp(one.accepted_at)}: {accepted_reason(one)}" if one else ""


def calls_span(report: Report) -> str:
    """«№ 12 – № 31, 09:40:01 – 09:40:09, 20 entries», by which the calls are found again; calls that were not the run's own are counted apart."""
    span, run = report.span, report.run
    if span is None or run is None or run.finished_at is None:
        return ""
    found = gettext(
        "№ %(first)s – № %(last)s, %(since)s – %(until)s, %(number)s",
        first=span.first,
        last=span.last,
        since=stamp(run.started_at),
        until=clock(run.finished_at),
        number=ngettext("%(num)s entry", "%(num)s entries", span.count),
    )
    if span.count <= run.requests:
        return found
    own = ngettext("%(num)s request of this run", "%(num)s requests of this run", run.requests)
    others = gettext("other entries in the same seconds: %(count)s", count=span.count - run.requests)
    return f"{found}: {own}, {others}"


def method_words(method: str) -> str:
    """The method of a call: a batch, which is no method of its own, is called by words."""
    return gettext("a package of requests") if method == "batch" else method


def confirmed(report: Report) -> list[Confirmed]:
    """Everything that people confirmed beside the answers, oldest first."""
    return sorted(_confirmed(report), key=lambda one: one.at)


def _confirmed(report: Report) -> Iterator[Confirmed]:
    for row in report.timeline.rows:
        if row.term.confirmed_at is not None:
            how = gettext("valid until %(day)s", day=term_end(row.term))
            yield Confirmed(words(row.name), how, row.term.confirmed_by, row.term.confirmed_at)
    for mark in report.heading.marks:
        yield Confirmed(gettext(STAGE_TITLES[mark.stage]), day_long(mark.on), mark.by, mark.at)
    for line in report.comparison.lines if report.comparison else ():
        if (one := line.accepted) is not None:
            how = gettext("accepted: %(reason)s", reason=accepted_reason(one))
            yield Confirmed(change_name(line.change), how, one.user_name, one.accepted_at)


FILTERS = (
    report_answer, report_summary, report_sum, report_dates, term_end, last_day_to_pay, area_rest, seen_text,
    mute_note, gravity, accepted_by, calls_span, method_words, confirmed, money_lines, money_months, money_title, money_vat,
)  # fmt: skip
