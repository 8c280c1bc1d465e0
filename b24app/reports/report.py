"""The report of one moment: terms, checks, comparison, answers and calls in one object, whatever it is written to."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from b24app.bitrix24.call_log_database import Search, search_calls, span_of_calls
from b24app.checklist.engine.areas import SEVERITY_ORDER
from b24app.checklist.engine.board import ChecklistView, CheckView, checklist_view
from b24app.checklist.engine.runs import latest_run
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import Run
from b24app.comparison.renewal_verification import Waiting, waiting_of
from b24app.comparison.stored_comparison import ComparisonView, compare_with_baseline
from b24app.portals.model import Portal
from b24app.terms.profile import get_profile
from b24app.terms.timeline import Timeline
from b24app.text.sentences import NOTHING, Sentence

MOST_CALLS = 50
OPEN = (Level.FAIL, Level.WARN, Level.ASK, Level.UNKNOWN)
SLACK = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Marked:
    """One stage of the renewal reached: which, on what day, who said so and when."""

    what: Sentence
    on: date
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Heading:
    """The answer of the cover, who is responsible, what was marked; the renewal knows them, the checks do not."""

    answer: Sentence = NOTHING
    lead: Sentence = NOTHING
    responsible: str = ""
    marks: tuple[Marked, ...] = ()


@dataclass(frozen=True, slots=True)
class CallSpan:
    """Where the calls of the run lie in the log: their numbers, their time, how many."""

    first: int
    last: int
    count: int
    since: datetime
    until: datetime


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
    """Everything that was found out, before translation; every format is written from it."""

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
    span: CallSpan | None

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
        found = (row for row in rows if row.level is level and row.muted is None)
        return tuple(sorted(found, key=lambda row: SEVERITY_ORDER[row.severity]))

    @property
    def silenced(self) -> tuple[CheckView, ...]:
        """What nobody wants to hear about: still named, with the reason."""
        return tuple(row for area in self.checks.areas for row in area.checks if row.muted)

    @property
    def answered(self) -> tuple[CheckView, ...]:
        """Questions to which a person has answered."""
        return tuple(row for area in self.checks.areas for row in area.checks if row.answer)


def build_report(portal: Portal, timeline: Timeline, heading: Heading, now: datetime) -> Report:
    """Put the report of the newest finished run together from what is stored; asks no portal."""
    run = latest_run(finished=True)
    return Report(
        portal=get_profile().portal_name or portal.domain,
        domain=portal.domain,
        made_at=now,
        heading=heading,
        timeline=timeline,
        checks=checklist_view(run),
        run=run,
        comparison=compare_with_baseline(),
        waiting=waiting_of(run) if run else (),
        calls=calls_of(run) if run else (),
        span=span_of(run) if run else None,
    )


def calls_of(run: Run) -> tuple[CallReference, ...]:
    """The requests made while a run went on, oldest first, as far as the log still holds them."""
    if run.started_at is None or run.finished_at is None:
        return ()
    found = search_calls(_window(run.started_at, run.finished_at), limit=MOST_CALLS)
    return tuple(CallReference(row.id, row.at, row.method, row.http, row.error) for row in reversed(found))


def span_of(run: Run) -> CallSpan | None:
    """The stretch of the log that the run takes, whole, however many calls it holds."""
    if run.started_at is None or run.finished_at is None:
        return None
    found = span_of_calls(_window(run.started_at, run.finished_at))
    return CallSpan(found.first, found.last, found.count, run.started_at, run.finished_at) if found else None


def _window(since: datetime, until: datetime) -> Search:
    return Search(since=since - SLACK, until=until + SLACK)
