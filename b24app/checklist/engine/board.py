"""What the checks page shows, as frozen records: areas, rows, evidence, readiness, progress."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from b24app.checklist.engine.areas import AREA_TITLES, Area, Severity
from b24app.checklist.engine.check import CheckSpec, load_checks
from b24app.checklist.engine.mutes import AREA_PREFIX, mutes_in_force
from b24app.checklist.engine.owners import Owner, owner_of, owners
from b24app.checklist.engine.readiness import JudgedCheck, Readiness, readiness
from b24app.checklist.engine.runs import latest_run, verdicts_of_run
from b24app.checklist.engine.verdict import Evidence, Level, Sentence, Verdict, sentence
from b24app.checklist.model import Mute, Run, RunState
from b24app.checklist.questions.answers import current_answers
from b24app.checklist.questions.question import Answered, by_code, judge_answers
from b24app.checklist.questions.question_list import Question
from b24app.services import services
from b24app.text.messages import N_

LOUD = frozenset({Level.FAIL, Level.WARN, Level.UNKNOWN})
PHASES: Mapping[str, tuple[str, int]] = {
    "waiting": (N_("Queue"), 0),
    "first": (N_("Asking for settings"), 10),
    "second": (N_("Counting orders and records"), 55),
    "judging": (N_("Comparing with the rules"), 90),
    "done": (N_("Done"), 100),
}


@dataclass(frozen=True, slots=True)
class MuteView:
    """Who silenced it, why and until when; the target is the check itself or its whole area."""

    target: str
    reason: str
    until: date
    user_name: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """One row: its headline and one line under it, and everything the opened row tells."""

    code: str
    level: Level
    title: Sentence
    line: Sentence | None
    area: Area
    severity: Severity
    why: str
    remedy: str
    place: str
    link: str
    evidence: tuple[Evidence, ...]
    muted: MuteView | None = None
    question: Question | None = None
    answer: Answered | None = None
    owner: Owner | None = None

    @property
    def is_open(self) -> bool:
        """Whether it asks for somebody's attention."""
        return self.muted is None and self.level not in {Level.PASS, Level.NA}


@dataclass(frozen=True, slots=True)
class AreaView:
    """One section of the page."""

    area: Area
    title: str
    checks: tuple[CheckView, ...]

    @property
    def owner(self) -> Owner | None:
        """Who answers for the whole area."""
        found = (
            row.owner for row in self.checks if row.owner and row.owner.target == f"{AREA_PREFIX}{self.area}"
        )
        return next(found, None)

    @property
    def counts(self) -> dict[Level, int]:
        """How many rows of each level, silenced ones left out."""
        spoken = [row.level for row in self.checks if row.muted is None]
        return {level: spoken.count(level) for level in Level if level in spoken}

    @property
    def passed(self) -> int:
        """How many rows passed."""
        return self.counts.get(Level.PASS, 0)

    @property
    def total(self) -> int:
        """How many rows count."""
        return sum(count for level, count in self.counts.items() if level is not Level.NA)

    @property
    def is_all_good(self) -> bool:
        """Whether there is nothing to do here."""
        return not any(row.is_open for row in self.checks)


@dataclass(frozen=True, slots=True)
class ProgressView:
    """How far a run is."""

    run_id: int
    state: RunState
    phase: str
    title: str
    percent: int
    error: str
    stopped_by: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChecklistView:
    """The whole page; without a run there are only the questions."""

    run_id: int | None
    checked_at: datetime | None
    seconds: int | None
    areas: tuple[AreaView, ...]
    readiness: Readiness
    progress: ProgressView | None
    next_step: CheckView | None

    def check(self, code: str) -> CheckView | None:
        """One row by its code."""
        return next((row for area in self.areas for row in area.checks if row.code == code), None)


def checklist_view(run: Run | None = None) -> ChecklistView:
    """Build the page from what is stored: the given run, or the newest finished one."""
    run = run or latest_run(finished=True)
    answers, silenced = current_answers(), mutes_in_force()
    rows = _rows(verdicts_of_run(run.id) if run else {}, answers, silenced)
    areas = tuple(
        AreaView(area, AREA_TITLES[area], tuple(row for row in rows if row.area is area)) for area in Area
    )
    judged = [JudgedCheck(row.code, row.level, row.severity) for row in rows]
    ready = readiness(judged, {row.code for row in rows if row.muted})
    return ChecklistView(
        run_id=run.id if run else None,
        checked_at=run.finished_at if run else None,
        seconds=_seconds(run),
        areas=tuple(area for area in areas if area.checks),
        readiness=ready,
        progress=progress_view(),
        next_step=next((row for row in rows if row.code == ready.next_code), None),
    )


def progress_view(run: Run | None = None) -> ProgressView | None:
    """How far the newest run is; None when there was no run yet."""
    run = run or latest_run()
    if run is None:
        return None
    title, percent = PHASES[run.phase]
    state = RunState(run.state)
    return ProgressView(run.id, state, run.phase, title, percent, run.error, run.stopped_by, run.finished_at)


def _seconds(run: Run | None) -> int | None:
    if run is None or run.started_at is None or run.finished_at is None:
        return None
    return round((run.finished_at - run.started_at).total_seconds())


def _rows(
    verdicts: Mapping[str, Verdict], answers: Mapping[str, Answered], silenced: Mapping[str, Mute]
) -> list[CheckView]:
    specs, questions = load_checks(), by_code()
    rows = [_check_row(specs[code], verdict, silenced) for code, verdict in verdicts.items()]
    told = judge_answers(answers, services().clock.now())
    rows += [_question_row(questions[code], told[code], answers.get(code), silenced) for code in questions]
    named = owners()
    rows = [replace(row, owner=owner_of(row.code, row.area, named)) for row in rows]
    order = list(Level)
    grave = {Level.FAIL: 0, Level.WARN: 1, Level.ASK: 2, Level.UNKNOWN: 3}
    return sorted(rows, key=lambda row: grave.get(row.level, 4 + order.index(row.level)))


def _check_row(spec: CheckSpec, verdict: Verdict, silenced: Mapping[str, Mute]) -> CheckView:
    loud = verdict.level in LOUD and verdict.level is not Level.UNKNOWN
    return CheckView(
        code=spec.code,
        level=verdict.level,
        title=verdict.said if loud else sentence(spec.title),
        line=verdict.detail if loud else verdict.said,
        area=spec.area,
        severity=spec.severity,
        why=spec.why,
        remedy=spec.remedy,
        place=spec.place,
        link=spec.link,
        evidence=verdict.evidence,
        muted=_mute_of(spec.code, spec.area, silenced),
    )


def _question_row(
    question: Question, verdict: Verdict, answer: Answered | None, silenced: Mapping[str, Mute]
) -> CheckView:
    return CheckView(
        code=question.code,
        level=verdict.level,
        title=sentence(question.title),
        line=sentence(question.how) if verdict.level is Level.ASK else verdict.said,
        area=question.area,
        severity=question.severity,
        why=question.why,
        remedy=question.remedy,
        place=question.place,
        link=question.link,
        evidence=verdict.evidence,
        muted=_mute_of(question.code, question.area, silenced),
        question=question,
        answer=answer,
    )


def _mute_of(code: str, area: Area, silenced: Mapping[str, Mute]) -> MuteView | None:
    row = silenced.get(code) or silenced.get(f"{AREA_PREFIX}{area}")
    return None if row is None else MuteView(row.target, row.reason, row.until, row.user_name)
