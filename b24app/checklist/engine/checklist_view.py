"""What the checks page shows: areas, rows, evidence, numbers, and the progress of a run under way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from b24app.checklist.engine.check import AREA_TITLES, Area, CheckSpec, Severity, load_checks
from b24app.checklist.engine.check_numbers import (
    CheckNumbers,
    CountedPlace,
    JudgedCheck,
    count_checks,
    place_of,
)
from b24app.checklist.engine.mutes_and_owners import AREA_PREFIX, Owner, mutes_in_force, owner_of, owners
from b24app.checklist.engine.portal_paths import page_of
from b24app.checklist.engine.runs import activated_at, latest_run, verdicts_of_run
from b24app.checklist.engine.verdict import Because, Evidence, Level, Sentence, Verdict, not_used, sentence
from b24app.checklist.model import Mute, Run, RunState
from b24app.checklist.questions.answers import current_answers
from b24app.checklist.questions.question import Answered, Question, judge_answers, load_questions
from b24app.checklist.questions.question_deck import deck_of
from b24app.services import services
from b24app.text.messages import N_

ANSWERED_BY_CHECK: Mapping[str, str] = {"ask_backup": "copy_is_proven"}
"""Questions that a check answers in a person's place, as soon as it has something to judge."""


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
    opens: str = ""
    muted: Mute | None = None
    question: Question | None = None
    answer: Answered | None = None
    owner: Owner | None = None
    waits_for_rights: bool = False
    is_accepted: bool = False
    in_deck: bool = False

    @property
    def counted_in(self) -> CountedPlace:
        """The one place where it is counted."""
        return place_of(self.judged)

    @property
    def judged(self) -> JudgedCheck:
        """The check as `count_checks` takes it."""
        muted = self.muted is not None
        return JudgedCheck(self.code, self.level, self.severity, self.waits_for_rights, muted, self.in_deck)

    @property
    def is_open(self) -> bool:
        """Whether it needs attention; a lack of rights is reported once, by the check of rights."""
        return self.muted is None and not self.waits_for_rights and self.level not in {Level.PASS, Level.NA}


@dataclass(frozen=True, slots=True)
class AreaView:
    """One section of the page."""

    area: Area
    title: str
    checks: tuple[CheckView, ...]

    @property
    def owner(self) -> Owner | None:
        """The owner of the whole area."""
        found = (
            row.owner for row in self.checks if row.owner and row.owner.target == f"{AREA_PREFIX}{self.area}"
        )
        return next(found, None)

    @property
    def counts(self) -> dict[Level, int]:
        """How many rows of each level, without muted ones."""
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
    """The progress of a run."""

    run_id: int
    state: RunState
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
    numbers: CheckNumbers
    deck: tuple[str, ...]
    progress: ProgressView | None

    @property
    def rows(self) -> tuple[CheckView, ...]:
        """All rows, open ones first in the order of their gravity."""
        order = {code: place for place, code in enumerate(self.numbers.todo)}
        found = (row for area in self.areas for row in area.checks)
        return tuple(sorted(found, key=lambda row: order.get(row.code, len(order))))

    def of(self, place: CountedPlace | str) -> tuple[CheckView, ...]:
        """The rows of one place, in order."""
        return tuple(row for row in self.rows if row.counted_in == place)

    @property
    def unknown(self) -> tuple[CheckView, ...]:
        """Unknown checks on which orders depend, and questions answered «I do not know»; a lack of rights is reported once, elsewhere."""
        return tuple(
            row
            for row in self.of(CountedPlace.UNCHECKED)
            if not row.waits_for_rights and (row.question or row.severity is Severity.ORDERS)
        )

    @property
    def disregarded(self) -> tuple[CheckView, ...]:
        """Checks that would block if a person had not muted them."""
        return tuple(row for row in self.of(CountedPlace.MUTED) if row.level is Level.FAIL)

    def check(self, code: str) -> CheckView | None:
        """One row by its code."""
        return next((row for area in self.areas for row in area.checks if row.code == code), None)


NOTHING_SEEN = ChecklistView(None, None, None, (), count_checks([]), (), None)
"""The view for a person who may not see any check."""


def checklist_view(run: Run | None = None, before: Run | None = None) -> ChecklistView:
    """Build the page from what is stored: the given run, or the newest finished one.

    What a run under way has not judged yet is shown as in the run `before` it.
    """
    run = run or latest_run(finished=True)
    answers, silenced = current_answers(), mutes_in_force()
    verdicts = verdicts_of_run(before.id) if before else {}
    rows, deck = _rows(verdicts | verdicts_of_run(run.id) if run else {}, answers, silenced)
    areas = tuple(
        AreaView(area, AREA_TITLES[area], tuple(row for row in rows if row.area is area)) for area in Area
    )
    numbers = count_checks([row.judged for row in rows])
    return ChecklistView(
        run_id=run.id if run else None,
        checked_at=run.finished_at if run else None,
        seconds=_seconds(run),
        areas=tuple(area for area in areas if area.checks),
        numbers=numbers,
        deck=deck,
        progress=progress_view(),
    )


def progress_view(run: Run | None = None) -> ProgressView | None:
    """The progress of the newest run; None when there was no run yet."""
    run = run or latest_run()
    if run is None:
        return None
    return ProgressView(run.id, RunState(run.state), run.error, run.stopped_by, run.finished_at)


def _seconds(run: Run | None) -> int | None:
    if run is None or run.started_at is None or run.finished_at is None:
        return None
    return round((run.finished_at - run.started_at).total_seconds())


def _rows(
    verdicts: Mapping[str, Verdict], answers: Mapping[str, Answered], silenced: Mapping[str, Mute]
) -> tuple[list[CheckView], tuple[str, ...]]:
    specs, questions, named = load_checks(), load_questions(), owners()
    now = services().clock.now()
    since = activated_at(now)
    judged = judge_answers(answers, now, has_shop=not _no_shop(verdicts), activated_at=since)
    needless = {code for code, one in judged.items() if one.level is Level.NA and code not in answers}
    by_checks = _answered_by_checks(verdicts)
    judged, needless = judged | by_checks, needless | by_checks.keys()
    deck = deck_of(questions.values(), needless, activated=since is not None and since <= now)
    rows = [_check_row(specs[code], verdict) for code, verdict in verdicts.items()]
    rows += [_question_row(questions[code], judged[code], answers.get(code)) for code in questions]
    rows = [
        replace(
            row,
            muted=silenced.get(row.code) or silenced.get(f"{AREA_PREFIX}{row.area}"),
            owner=owner_of(row.code, row.area, named),
            in_deck=row.code in deck,
        )
        for row in rows
    ]
    order = list(Level)
    grave = {Level.FAIL: 0, Level.WARN: 1, Level.ASK: 2, Level.UNKNOWN: 3}
    return sorted(rows, key=lambda row: grave.get(row.level, 4 + order.index(row.level))), deck


def _answered_by_checks(verdicts: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """Verdicts of questions that a check answers: people are not asked what the application sees by itself."""
    return {
        question: not_used(
            N_("The application sees this by itself: %(check)s"), check=sentence(load_checks()[code].title)
        )
        for question, code in ANSWERED_BY_CHECK.items()
        if code in verdicts and verdicts[code].level is not Level.NA
    }


def _no_shop(verdicts: Mapping[str, Verdict]) -> bool:
    """Whether the run has found that the portal has no shop: then its questions are not asked."""
    return any(one.because is Because.NO_SHOP for one in verdicts.values())


def _check_row(spec: CheckSpec, verdict: Verdict) -> CheckView:
    """The row of a check: a bad one has its verdict as title; one that was accepted keeps it, with who accepted it."""
    bad = verdict.level in {Level.FAIL, Level.WARN} or verdict.because is Because.ACCEPTED
    title = verdict.sentence if bad else sentence(spec.title)
    return _row(spec, verdict, title, verdict.detail if bad else verdict.sentence)


def _question_row(question: Question, verdict: Verdict, answer: Answered | None) -> CheckView:
    line = sentence(question.how) if verdict.level is Level.ASK else verdict.sentence
    bad = verdict.level in {Level.FAIL, Level.WARN}
    row = _row(question, verdict, sentence(question.wrong if bad else question.title), line)
    return replace(row, question=question, answer=answer)


def _row(of: CheckSpec | Question, verdict: Verdict, title: Sentence, line: Sentence | None) -> CheckView:
    link, opens = page_of(of.place, of.link, verdict.evidence)
    return CheckView(
        of.code, verdict.level, title, line, of.area, of.severity, of.why, of.remedy, of.place, link, verdict.evidence,
        opens,
        waits_for_rights=verdict.because is Because.NO_RIGHTS,
        is_accepted=verdict.because is Because.ACCEPTED,
    )  # fmt: skip
