"""The report of one moment: terms, money, checks, comparison, answers and calls in one frozen view, and its redaction."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum

from sqlalchemy import inspect

from b24app.bitrix24.call_search import CallsPeriod, Search, search_calls, span_of_calls
from b24app.bitrix24.masking import EMAIL, MASK, clean_secrets
from b24app.checklist.engine.check import SEVERITY_ORDER
from b24app.checklist.engine.checklist_view import ChecklistView, CheckView, checklist_view
from b24app.checklist.engine.runs import latest_run
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import Run
from b24app.checklist.questions.question import Answered, AttachedFile
from b24app.comparison.after_activation import Waiting, waiting_of
from b24app.comparison.stored_comparison import ComparisonView, compare_with_baseline
from b24app.database import Base
from b24app.portals.model import Portal
from b24app.renewal.headline import write_headline
from b24app.renewal.plan_money import count_money
from b24app.renewal.renewal_stages import Mark, Role
from b24app.renewal.situation_reading import situation_of
from b24app.reports.report_money import ReportMoney, money_of
from b24app.services import services
from b24app.terms.profile import get_profile
from b24app.terms.stored_terms import timeline_view
from b24app.terms.timeline import Timeline
from b24app.text.messages import NOTHING, Sentence
from b24app.web.filters import today

MOST_CALLS = 50
OPEN = (Level.FAIL, Level.WARN, Level.ASK, Level.UNKNOWN)
SLACK = timedelta(seconds=1)
LEAVES = (Enum, bool, int, float, Decimal, date)
UNTOUCHED: Mapping[type, frozenset[str]] = {
    Sentence: frozenset({"message", "plural"}),
    AttachedFile: frozenset({"digest"}),  # looks like a key and is none
}


@dataclass(frozen=True, slots=True)
class Heading:
    """What the renewal adds to the checks: the answer of the cover, who is responsible, what was marked."""

    answer: Sentence = NOTHING
    lead: Sentence = NOTHING
    responsible: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class CallReference:
    """One request of the run: its number in the log of calls, and how it ended."""

    number: int
    at: datetime
    method: str
    http: int
    error: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found out, before translation; page and files are drawn from it."""

    portal: str
    domain: str
    made_at: datetime
    heading: Heading
    timeline: Timeline
    checks: ChecklistView
    run: Run | None
    comparison: ComparisonView | None
    waiting: tuple[Waiting, ...]
    calls: tuple[CallReference, ...]
    span: CallsPeriod | None
    money: ReportMoney | None = None

    @property
    def number(self) -> str:
        """The number of the run, by which the report is found again."""
        return f"{self.run.id:04}" if self.run else "0000"

    @property
    def checked_at(self) -> datetime:
        """The moment of the data; without a run, the moment of writing."""
        return self.checks.checked_at or self.made_at

    def of(self, level: Level) -> tuple[CheckView, ...]:
        """Checks and questions of one level, the gravest first, silenced ones left out."""
        rows = (row for area in self.checks.areas for row in area.checks)
        found = (row for row in rows if row.level == level and row.muted is None)
        return tuple(sorted(found, key=lambda row: SEVERITY_ORDER[row.severity]))

    def owner_of(self, row: CheckView) -> str:
        """Who answers for a check: its own person or that of its area, else who is responsible for the renewal."""
        return row.owner.name if row.owner else self.heading.responsible

    @property
    def silenced(self) -> tuple[CheckView, ...]:
        """What is muted: still named, with the reason."""
        return tuple(row for area in self.checks.areas for row in area.checks if row.muted)

    @property
    def answers(self) -> tuple[tuple[CheckView, Answered], ...]:
        """Questions to which a person has answered, with the newest answer."""
        rows = (row for area in self.checks.areas for row in area.checks)
        return tuple((row, row.answer) for row in rows if row.answer)


def build_report(portal: Portal, *, outside: bool = False) -> Report:
    """The report of the newest finished run from what is stored, without secrets; asks no portal."""
    now = services().clock.now()
    run, timeline = latest_run(finished=True), timeline_view(now, today())
    during = _time_of(run) if run else None
    report = Report(
        portal=get_profile().portal_name or portal.domain,
        domain=portal.domain,
        made_at=now,
        heading=_heading(timeline, now),
        timeline=timeline,
        checks=checklist_view(run),
        run=run,
        comparison=compare_with_baseline(),
        waiting=waiting_of(run) if run else (),
        calls=_calls(during) if during else (),
        span=span_of_calls(during) if during else None,
        money=None if outside else money_of(count_money(now, today())),
    )
    return redact(report, outside=outside)


def _heading(timeline: Timeline, now: datetime) -> Heading:
    if timeline.main is None:
        return Heading()
    situation = situation_of(timeline.main, now, today())
    headline, who = write_headline(situation), situation.who(Role.RESPONSIBLE)
    return Heading(headline.answer, headline.lead, who.name if who else "", situation.marks)


def _time_of(run: Run) -> Search | None:
    if run.started_at is None or run.finished_at is None:
        return None
    return Search(since=run.started_at - SLACK, until=run.finished_at + SLACK)


def _calls(during: Search) -> tuple[CallReference, ...]:
    """The requests of the run, oldest first, as far as the log still holds them."""
    found = reversed(search_calls(during, limit=MOST_CALLS))
    return tuple(CallReference(row.id, row.at, row.method, row.http, row.error) for row in found)


def redact(report: Report, *, outside: bool) -> Report:
    """The report without secrets that people may have typed; outside the portal also without mail addresses and calls."""
    found = _redact(report, outside=outside)
    if not isinstance(found, Report):
        raise TypeError("a redacted report is a report")
    return dataclasses.replace(found, calls=(), span=None) if outside else found


def _redact(value: object, *, outside: bool) -> object:
    """Redact a text however deep it is nested; message ids are ours and stay. A type that it cannot look into is refused."""
    if value is None or isinstance(value, LEAVES) or callable(value):
        return value
    if isinstance(value, str):
        text = clean_secrets(value)
        return EMAIL.sub(MASK, text) if outside else text
    if isinstance(value, Mapping):
        return {key: _redact(one, outside=outside) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return tuple(_redact(one, outside=outside) for one in value)
    names = _texts_of(value) - UNTOUCHED.get(type(value), frozenset())
    clean = {name: _redact(getattr(value, name), outside=outside) for name in names}
    if isinstance(value, Base):  # a copy that belongs to no session
        return type(value)(**clean)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(value, **clean)
    raise TypeError(f"a report cannot look into {type(value).__name__}")


def _texts_of(value: object) -> set[str]:
    if isinstance(value, Base):
        return {column.key for column in inspect(type(value)).column_attrs}
    return {field.name for field in dataclasses.fields(value)} if dataclasses.is_dataclass(value) else set()
