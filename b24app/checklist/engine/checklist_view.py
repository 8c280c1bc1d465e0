"""What the checks page shows: areas, rows, evidence, readiness, and how far a run under way is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from b24app.checklist.engine.check import AREA_TITLES, Area, CheckSpec, Severity, load_checks
from b24app.checklist.engine.judge import JudgedCheck, Readiness, readiness
from b24app.checklist.engine.mutes_and_owners import AREA_PREFIX, Owner, mutes_in_force, owner_of, owners
from b24app.checklist.engine.runs import STALE, activated_at, latest_run, verdicts_of_run
from b24app.checklist.engine.verdict import Because, Evidence, Level, Sentence, Verdict, sentence
from b24app.checklist.model import ACTIVE, Mute, Run, RunPhase, RunState
from b24app.checklist.questions.answers import current_answers
from b24app.checklist.questions.question import Answered, Question, judge_answers, load_questions
from b24app.services import services
from b24app.text.messages import N_

LONG_WAIT_SECONDS = 60
PHASES: Mapping[str, tuple[str, int]] = {
    RunPhase.WAITING: (N_("Queue"), 0),
    RunPhase.FIRST: (N_("Asking for settings"), 10),
    RunPhase.SECOND: (N_("Counting orders and records"), 55),
    RunPhase.JUDGING: (N_("Comparing with the rules"), 90),
    RunPhase.DONE: (N_("Done"), 100),
}


@dataclass(frozen=True, slots=True)
class CheckView:
    """One row: its headline, one line under it, and what the opened row shows."""

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
    muted: Mute | None = None
    question: Question | None = None
    answer: Answered | None = None
    owner: Owner | None = None
    waits_for_rights: bool = False
    is_accepted: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it asks for somebody's attention; what lacks rights is told once, by the check of rights."""
        return self.muted is None and not self.waits_for_rights and self.level not in {Level.PASS, Level.NA}


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
        counted = [row.level for row in self.checks if row.muted is None]
        return {level: counted.count(level) for level in Level if level in counted}

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
    judged = [JudgedCheck(row.code, row.level, row.severity, row.waits_for_rights) for row in rows]
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
    _title, percent = PHASES[run.phase]
    return ProgressView(run.id, RunState(run.state), percent, run.error, run.stopped_by, run.finished_at)


def _seconds(run: Run | None) -> int | None:
    if run is None or run.started_at is None or run.finished_at is None:
        return None
    return round((run.finished_at - run.started_at).total_seconds())


def _rows(
    verdicts: Mapping[str, Verdict], answers: Mapping[str, Answered], silenced: Mapping[str, Mute]
) -> list[CheckView]:
    specs, questions, named = load_checks(), load_questions(), owners()
    now = services().clock.now()
    judged = judge_answers(answers, now, has_shop=not _no_shop(verdicts), activated_at=activated_at(now))
    rows = [_check_row(specs[code], verdict) for code, verdict in verdicts.items()]
    rows += [_question_row(questions[code], judged[code], answers.get(code)) for code in questions]
    rows = [
        replace(
            row,
            muted=silenced.get(row.code) or silenced.get(f"{AREA_PREFIX}{row.area}"),
            owner=owner_of(row.code, row.area, named),
        )
        for row in rows
    ]
    order = list(Level)
    grave = {Level.FAIL: 0, Level.WARN: 1, Level.ASK: 2, Level.UNKNOWN: 3}
    return sorted(rows, key=lambda row: grave.get(row.level, 4 + order.index(row.level)))


def _no_shop(verdicts: Mapping[str, Verdict]) -> bool:
    """Whether the run has found that the portal has no shop: then nobody is asked about one."""
    return any(one.because is Because.NO_SHOP for one in verdicts.values())


def _check_row(spec: CheckSpec, verdict: Verdict) -> CheckView:
    """What is bad says so; what was bad and is accepted still says what it was, and who accepted it."""
    bad = verdict.level in {Level.FAIL, Level.WARN} or verdict.because is Because.ACCEPTED
    title = verdict.sentence if bad else sentence(spec.title)
    return _row(spec, verdict, title, verdict.detail if bad else verdict.sentence)


def _question_row(question: Question, verdict: Verdict, answer: Answered | None) -> CheckView:
    line = sentence(question.how) if verdict.level is Level.ASK else verdict.sentence
    row = _row(question, verdict, sentence(question.title), line)
    return replace(row, question=question, answer=answer)


def _row(of: CheckSpec | Question, verdict: Verdict, title: Sentence, line: Sentence | None) -> CheckView:
    return CheckView(
        of.code, verdict.level, title, line, of.area, of.severity, of.why, of.remedy, of.place, of.link, verdict.evidence,
        waits_for_rights=verdict.because is Because.NO_RIGHTS,
        is_accepted=verdict.because is Because.ACCEPTED,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AreaUnderWay:
    """One area: its rows so far, and how many of its checks have been judged."""

    found: AreaView
    judged: int
    expected: int

    @property
    def state(self) -> str:
        """Waiting, running, or empty when the area is finished."""
        if self.judged >= self.expected:
            return ""
        return "running" if self.judged else "waiting"


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The run: its areas, the seconds since it was asked for, and those that are probably left."""

    view: ChecklistView
    areas: tuple[AreaUnderWay, ...]
    elapsed: float
    left: int | None
    waits_long: bool

    @property
    def judged(self) -> int:
        """How many checks have been judged."""
        return sum(area.judged for area in self.areas)

    @property
    def expected(self) -> int:
        """How many checks there are."""
        return sum(area.expected for area in self.areas)


def run_in_progress() -> UnderWay | None:
    """The run that is going on; one that never got its turn is given up."""
    run = latest_run()
    if run is None or run.state not in ACTIVE:
        return None
    waited = services().clock.now() - run.created_at
    if waited > STALE:
        return None
    view, elapsed = checklist_view(run), waited.total_seconds()
    areas = tuple(_area(area, view) for area in Area)
    late = run.state == RunState.QUEUED and elapsed > LONG_WAIT_SECONDS
    return UnderWay(view, areas, elapsed, _left(run, elapsed), late)


def _area(area: Area, view: ChecklistView) -> AreaUnderWay:
    found = next((known for known in view.areas if known.area is area), AreaView(area, AREA_TITLES[area], ()))
    expected = sum(spec.area is area for spec in load_checks().values())
    return AreaUnderWay(found, sum(row.question is None for row in found.checks), expected)


def _left(run: Run, elapsed: float) -> int | None:
    """By the length of the last run; nothing is promised without one, or when it takes longer."""
    last = latest_run(finished=True)
    if last is None or last.started_at is None or last.finished_at is None or last.id == run.id:
        return None
    left = round((last.finished_at - last.started_at).total_seconds() - elapsed)
    return left if left > 0 else None
