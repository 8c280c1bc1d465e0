"""Who confirmed and accepted what: dates of terms, stages of the renewal, differences; and the span of the calls."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext, ngettext

from b24app.pages.shop.after_drawing import accepted_reason, name_of
from b24app.reports.report import CallSpan, Report
from b24app.reports.report_comparison import stamp
from b24app.text.formats import day_long
from b24app.web.filters import clock, words


@dataclass(frozen=True, slots=True)
class ConfirmedText:
    """One thing that a person vouched for: what, how it was put, who and when."""

    what: str
    how: str
    who: str
    at: datetime
    when: str


def write_confirmed(report: Report) -> tuple[ConfirmedText, ...]:
    """Everything that people vouched for beside the answers, oldest first."""
    found = (*_terms(report), *_marks(report), *_accepted(report))
    return tuple(sorted(found, key=lambda one: one.at))


def write_span(span: CallSpan | None) -> str:
    """«№ 12 – № 31, 09:40:01 – 09:40:09, 20 entries», by which the calls are found again in the log."""
    if span is None:
        return ""
    number = ngettext("%(num)s entry", "%(num)s entries", span.count)
    return gettext(
        "№ %(first)s – № %(last)s, %(since)s – %(until)s, %(number)s",
        first=span.first,
        last=span.last,
        since=stamp(span.since),
        until=clock(span.until),
        number=number,
    )


def _terms(report: Report) -> Iterator[ConfirmedText]:
    for row in report.timeline.rows:
        if row.term.confirmed_at is None:
            continue
        ends = day_long(row.term.ends_on) if row.term.ends_on else gettext("not known")
        yield _one(
            words(row.name),
            gettext("valid until %(day)s", day=ends),
            row.term.confirmed_by,
            row.term.confirmed_at,
        )


def _marks(report: Report) -> Iterator[ConfirmedText]:
    for mark in report.heading.marks:
        yield _one(words(mark.what), day_long(mark.on), mark.by, mark.at)


def _accepted(report: Report) -> Iterator[ConfirmedText]:
    for line in report.comparison.lines if report.comparison else ():
        if line.accepted is not None:
            how = gettext("accepted: %(reason)s", reason=accepted_reason(line.accepted))
            yield _one(name_of(line.change), how, line.accepted.user_name, line.accepted.accepted_at)


def _one(what: str, how: str, who: str, at: datetime) -> ConfirmedText:
    return ConfirmedText(what, how, who, at, stamp(at))
