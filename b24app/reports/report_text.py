"""The report in words of one language: frozen records of plain text, the same for page, PDF, spreadsheet and JSON."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import get_locale, gettext, ngettext

from b24app.checklist.engine.board import AreaView, CheckView
from b24app.checklist.engine.check import AREA_TITLES, Severity
from b24app.checklist.engine.verdict import Evidence, Level
from b24app.reports.report import OPEN, Report
from b24app.reports.report_comparison import ComparisonText, stamp, write_comparison
from b24app.reports.report_confirmed import ConfirmedText, write_confirmed, write_span
from b24app.reports.report_dates import write_dates, write_pay_by
from b24app.reports.report_evidence import (
    AnswerText,
    CallText,
    WaitingText,
    write_answer,
    write_call,
    write_waiting,
)
from b24app.reports.report_redaction import shield
from b24app.terms.timeline import TermRow
from b24app.text.messages import N_
from b24app.web.formats import day_long, holds, percent, words

WORDS = {
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


@dataclass(frozen=True, slots=True)
class FindingText:
    """One check or question in full."""

    code: str
    level: str
    word: str
    area: str
    title: str
    line: str
    why: str
    remedy: str
    place: str
    seen: tuple[tuple[str, str], ...]
    note: str = ""
    severity: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class GroupText:
    """Findings of one level."""

    level: str
    title: str
    findings: tuple[FindingText, ...]


@dataclass(frozen=True, slots=True)
class AreaText:
    """One area on the first page."""

    title: str
    passed: int
    total: int
    rest: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TermText:
    """One paid term with its source."""

    name: str
    ends_on: date | None
    ends: str
    pay_by: str
    source: str


@dataclass(frozen=True, slots=True)
class ReportText:
    """The whole report, ready to be drawn or written to a file."""

    language: str
    number: str
    portal: str
    domain: str
    moment: str
    checked_at: datetime
    has_run: bool
    requests: int
    answer: str
    lead: str
    summary: str
    sum: str
    tiles: tuple[tuple[str, str], ...]
    responsible: str
    percent: int
    groups: tuple[GroupText, ...]
    areas: tuple[AreaText, ...]
    terms: tuple[TermText, ...]
    passed: tuple[FindingText, ...]
    silenced: tuple[FindingText, ...]
    answers: tuple[AnswerText, ...]
    comparison: ComparisonText | None
    waiting: tuple[WaitingText, ...]
    confirmed: tuple[ConfirmedText, ...]
    calls: tuple[CallText, ...]
    calls_span: str

    @property
    def blockers(self) -> tuple[FindingText, ...]:
        """What the first page begins with."""
        return next((group.findings for group in self.groups if group.level == Level.FAIL), ())


def write_report(report: Report, *, outside: bool = False) -> ReportText:
    """Say the report in the present language, without secrets; outside the portal the calls stay unmentioned."""
    return shield(_say(report, outside=outside), outside=outside)


def _say(report: Report, *, outside: bool) -> ReportText:
    ready = report.checks.readiness
    return ReportText(
        language=str(get_locale()),
        number=report.number,
        portal=report.portal,
        domain=report.domain,
        moment=stamp(report.checked_at),
        checked_at=report.checked_at,
        has_run=report.run is not None,
        requests=report.run.requests if report.run else 0,
        answer=words(report.heading.answer) or gettext("The end of the plan is not written down"),
        lead=words(report.heading.lead),
        summary=_summary(report),
        sum=f"{ready.passed} : {ready.total} = {percent(ready.percent)}" if ready.total else "",
        tiles=write_dates(report.timeline.main),
        responsible=report.heading.responsible,
        percent=ready.percent,
        groups=tuple(group for level in OPEN if (group := _group(report, level)).findings),
        areas=tuple(_area(area) for area in report.checks.areas),
        terms=tuple(_term(row) for row in report.timeline.rows),
        passed=tuple(_finding(row, report.heading.responsible) for row in report.of(Level.PASS)),
        silenced=tuple(_finding(row, report.heading.responsible) for row in report.silenced),
        answers=tuple(write_answer(row, row.answer) for row in report.answered if row.answer),
        comparison=write_comparison(report.comparison) if report.comparison else None,
        waiting=tuple(write_waiting(one) for one in report.waiting),
        confirmed=write_confirmed(report),
        calls=() if outside else tuple(write_call(one) for one in report.calls),
        calls_span="" if outside else write_span(report.span),
    )


def _summary(report: Report) -> str:
    ready = report.checks.readiness
    if report.run is None or not ready.total:
        return gettext("The checks have not been run yet.")
    parts = [
        gettext(
            "The portal is %(percent)s ready for the renewal: passed %(passed)s of %(total)s.",
            percent=percent(ready.percent),
            passed=ready.passed,
            total=ready.total,
        )
    ]
    if not holds(report.run.finished_at):
        text = gettext(
            "The answers are of %(moment)s; what works since then is not known.",
            moment=stamp(report.run.finished_at or report.run.created_at),
        )
        parts.append(text)
    if ready.blockers:
        parts.append(gettext("Blocking the renewal: %(count)s.", count=ready.blockers))
    if asked := ready.counts.get(Level.ASK, 0):
        parts.append(
            ngettext(
                "A person must answer %(num)s question.", "A person must answer %(num)s questions.", asked
            )
        )
    return " ".join(parts)


def _group(report: Report, level: Level) -> GroupText:
    return GroupText(
        str(level),
        gettext(GROUPS[level]),
        tuple(_finding(row, report.heading.responsible) for row in report.of(level)),
    )


def _finding(row: CheckView, responsible: str) -> FindingText:
    return FindingText(
        code=row.code,
        level=str(row.level),
        word=gettext(WORDS[row.level]),
        area=gettext(AREA_TITLES[row.area]),
        title=words(row.title),
        line=words(row.line) if row.line else "",
        why=gettext(row.why) if row.why else "",
        remedy=gettext(row.remedy) if row.remedy else "",
        place=gettext(row.place) if row.place else "",
        seen=tuple(_seen(one) for one in row.evidence),
        note=_mute(row),
        severity=gettext(SEVERITIES[row.severity]),
        owner=row.owner.name if row.owner else responsible,
    )


def _seen(one: Evidence) -> tuple[str, str]:
    said = words(one.sentence)
    return gettext(one.label), f"{said} · {stamp(one.at)}" if one.at else said


def _mute(row: CheckView) -> str:
    if row.muted is None:
        return ""
    return gettext(
        "silenced by %(who)s until %(day)s: %(reason)s",
        who=row.muted.user_name,
        day=day_long(row.muted.until),
        reason=row.muted.reason,
    )


def _area(area: AreaView) -> AreaText:
    counts = area.counts
    rest = [(str(level), gettext(COUNTS[level], count=counts[level])) for level in OPEN if counts.get(level)]
    if not rest:
        rest = (
            [(str(Level.PASS), gettext("all passed"))]
            if area.total
            else [(str(Level.NA), gettext("not used"))]
        )
    return AreaText(gettext(area.title), area.passed, area.total, tuple(rest))


def _term(row: TermRow) -> TermText:
    ends = day_long(row.term.ends_on) if row.term.ends_on else gettext("not known")
    return TermText(words(row.name), row.term.ends_on, ends, write_pay_by(row.pay_by), words(row.source))
