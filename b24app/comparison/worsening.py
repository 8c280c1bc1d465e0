"""What got worse between two runs: the checks and the lost objects to report to people, each once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from b24app.checklist.engine.check import CheckSpec, load_checks
from b24app.checklist.engine.checklist_view import CheckView, checklist_view
from b24app.checklist.engine.mutes_and_owners import Owner
from b24app.checklist.engine.run_results import levels_of_run
from b24app.checklist.engine.runs import get_run, verdicts_of_run
from b24app.checklist.engine.verdict import Because, Level, Sentence, Verdict, sentence
from b24app.checklist.model import Run, RunState
from b24app.comparison.accepted_checks import is_comparing
from b24app.comparison.compare import Change, Difference
from b24app.comparison.comparison_format import load_comparison
from b24app.comparison.model import RunComparison
from b24app.comparison.stored_comparison import ComparisonView, LineView, compare_with_baseline
from b24app.database import db
from b24app.text.messages import N_

RANK: Mapping[Level, int] = {Level.PASS: 0, Level.WARN: 1, Level.FAIL: 2}
GRAVE = frozenset({Level.WARN, Level.FAIL})
NO_TROUBLE = frozenset({Because.WAITS_FOR_TRAFFIC, Because.NO_BASELINE})
OUR_OWN = frozenset({"terms", "last_backup", "own_copy", "register"})
LOOK_BACK = 30
COMPARED_WITH = 5
WHAT: Mapping[Difference, str] = {
    Difference.LOST: N_("lost"),
    Difference.OFF: N_("switched off"),
    Difference.REPLACED: N_("replaced"),
    Difference.ALTERED: N_("altered"),
}


@dataclass(frozen=True, slots=True)
class Worse:
    """One check that got worse, or an object that was lost: its sentence, its levels before and now, and who answers for it."""

    code: str
    title: Sentence
    line: Sentence | None
    was: Level
    now: Level
    owner: Owner | None = None


def found_worse(run_id: int) -> tuple[Worse, ...]:
    """What got worse since the previous complete run seen by the same user; muted, accepted and already reported ones are left out."""
    run = get_run(run_id)
    before = previous_complete(run) if run.state == RunState.DONE else None
    if before is None:
        return ()
    codes = worse_than(before.id, run_id)
    if not codes:
        return ()
    was, rows = verdicts_of_run(before.id), checklist_view(run)
    known = _levels_between(before, run)
    found = (row for code in codes if (row := rows.check(code)) and not row.muted)
    lines = _lines(run_id)
    return tuple(
        Worse(row.code, row.title, row.line, _level_before(was[row.code]), row.level, row.owner)
        for row in found
        if not is_accepted(load_checks()[row.code], lines) and not _was_known(row, known)
    )


def found_losses(run_id: int, told: Collection[Worse] = ()) -> tuple[Worse, ...]:
    """Grave differences that no earlier run showed and no check, muted or not, reports; none while rights differ."""
    view = compare_with_baseline(run_id)
    if view is None or view.mismatches:
        return ()
    silenced = {row.code for area in checklist_view(view.after).areas for row in area.checks if row.muted}
    codes = {*silenced, *(one.code for one in told)} & load_checks().keys()
    spoken = {name for code in codes for name in load_checks()[code].facts}
    known = _shown_before(run_id)
    return tuple(
        _as_worse(line.change)
        for line in view.open_lines
        if line.change.level is Level.FAIL
        and line.change.fingerprint not in known
        and spoken.isdisjoint(line.change.kind.facts)
    )


def _shown_before(run_id: int) -> set[str]:
    """What the comparisons of the runs before this one showed."""
    earlier = select(RunComparison.content).where(RunComparison.run_id < run_id)
    contents = db.session.scalars(earlier.order_by(RunComparison.run_id.desc()).limit(COMPARED_WITH))
    shown = (load_comparison(content) for content in contents)
    return {change.fingerprint for found in shown if found for change in found.changes}


def _as_worse(change: Change) -> Worse:
    name = sentence(change.name) if change.kind.named else change.name
    line = sentence(N_("%(name)s: %(what)s"), name=name, what=sentence(WHAT[change.difference]))
    return Worse(
        change.kind.code, sentence(change.title or change.kind.title), line, Level.PASS, change.level
    )


def worse_than(before_id: int, after_id: int) -> tuple[str, ...]:
    """Codes of checks that passed or had a note in the earlier run and are graver in the later one."""
    then, now = levels_of_run(before_id), levels_of_run(after_id)
    other = [code for code, level in now.items() if level in GRAVE and then.get(code, level) != level]
    before, after = (verdicts_of_run(run_id, other) if other else {} for run_id in (before_id, after_id))
    return tuple(code for code, one in after.items() if code in before and is_worse(before[code], one))


def fallen_checks(view: ComparisonView) -> tuple[str, ...]:
    """Codes of checks that are worse than in the baseline and neither muted nor explained by an accepted difference."""
    rows, lines = checklist_view(view.after), judged_lines(view)
    codes = (
        code for code in worse_than(view.before.id, view.after.id) if not is_our_own(load_checks()[code])
    )
    found = (rows.check(code) for code in codes)
    return tuple(
        row.code for row in found if row and not row.muted and not is_accepted(load_checks()[row.code], lines)
    )


def is_our_own(spec: CheckSpec) -> bool:
    """Whether a check judges what people have entered, which no snapshot of the portal shows: its verdict changes with the days."""
    return not OUR_OWN.isdisjoint((*spec.facts, *spec.optional))


def is_worse(was: Verdict, now: Verdict) -> bool:
    """Whether a check got worse; what could not be seen at either time is neither better nor worse."""
    level = _level_before(was)
    return level in RANK and now.level in RANK and RANK[now.level] > RANK[level]


def _level_before(was: Verdict) -> Level:
    """The level before; waiting for traffic and having no baseline count as good: what fails after them got worse."""
    return Level.PASS if was.because in NO_TROUBLE else was.level


def previous_complete(run: Run) -> Run | None:
    """The newest complete run before this one that the same user saw with the same permissions."""
    return next((one for one in _seen_alike(run) if one.complete), None)


def is_accepted(spec: CheckSpec, lines: Iterable[LineView]) -> bool:
    """Whether each difference that this comparing check can mean has been explained by a person."""
    if not is_comparing(spec):
        return False
    mine = [line for line in lines if set(line.change.kind.facts) & set(spec.facts)]
    return bool(mine) and all(line.accepted is not None for line in mine)


def _seen_alike(run: Run) -> list[Run]:
    query = select(Run).where(Run.id < run.id, Run.state == RunState.DONE, Run.seen_as == run.seen_as)
    rows = db.session.scalars(query.order_by(Run.id.desc()).limit(LOOK_BACK))
    return [one for one in rows if set(one.scopes) == set(run.scopes)]


def _levels_between(before: Run, run: Run) -> list[Mapping[str, Verdict]]:
    """The verdicts of incomplete runs in between: what they showed was reported already."""
    return [verdicts_of_run(one.id) for one in _seen_alike(run) if one.id > before.id]


def _was_known(row: CheckView, known: Iterable[Mapping[str, Verdict]]) -> bool:
    levels = (found[row.code].level for found in known if row.code in found)
    return any(RANK.get(level, -1) >= RANK[row.level] for level in levels)


def _lines(run_id: int) -> tuple[LineView, ...]:
    view = compare_with_baseline(run_id)
    return judged_lines(view) if view else ()


def judged_lines(view: ComparisonView) -> tuple[LineView, ...]:
    """The lines about objects that were seen; what is new or better needs no acceptance."""
    return tuple(line for line in view.lines if line.change.level in GRAVE)
