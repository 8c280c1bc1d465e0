"""What is done with an ended run: it is compared, new objects are expected from then on, and it becomes the baseline when nothing is worse."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.fact import load_facts
from b24app.checklist.engine.runs import (
    choice_for,
    choose_baseline,
    chosen_baseline,
    facts_of_run,
    get_run,
    latest_run,
)
from b24app.checklist.model import AcceptedChange, BaselineChoice, RunState
from b24app.comparison.accepted_checks import judge_with_acceptances
from b24app.comparison.after_activation import is_being_verified
from b24app.comparison.baseline import adopted, learned
from b24app.comparison.compare import Comparison, Mismatch, State
from b24app.comparison.comparison_format import compared_facts, dump_comparison, stands_on
from b24app.comparison.expected_objects import keep_expected, read_expected
from b24app.comparison.model import Hint, RunComparison, Why
from b24app.comparison.object_changes import Difference, group_of, hidden_groups
from b24app.comparison.resource import resources_of
from b24app.comparison.stored_comparison import (
    ComparisonView,
    accepted_changes,
    compare_facts,
    compare_runs,
    run_before,
    view_of,
)
from b24app.comparison.worsening import fallen_checks
from b24app.database import db
from b24app.portals.model import day_at
from b24app.renewal.case import CaseView, verified
from b24app.renewal.case_changes import list_cases
from b24app.renewal.renewal_stages import Stage, is_reached
from b24app.terms.term import Author, TermKind

RENEWED = frozenset({TermKind.PLAN, TermKind.MARKETPLACE, TermKind.ON_PREMISE})

FORGOTTEN = timedelta(days=60)
"""How long after its end a renewal that was not activated or closed is forgotten, and holds nothing back any more."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a run became the baseline, or did not, with details."""

    why: Why
    about: Hint


def settle_run(run_id: int, *, at: datetime) -> None:
    """Compare the newest run, store the result for the pages, add new objects, and take it as the baseline if nothing is worse.

    It may be repeated: a check of the run that ran again can undo the choice.
    """
    run, newest = get_run(run_id), latest_run(finished=True)
    if run.state != RunState.DONE or newest is None or newest.id != run_id:
        return
    choice, names = choice_for(run_id), compared_facts() | _judged_facts()
    after = facts_of_run(run_id, names)
    seen = resources_of(after)
    if choice is None:
        _begin(run_id, seen, at)
        return
    before, expected = facts_of_run(choice.run_id, names), read_expected(chosen_baseline() or choice)
    found = compare_facts(before, after, expected)
    view = view_of(get_run(choice.run_id), run, found)
    _settle_accepted(view, seen, at)
    judge_with_acceptances(run_id, found.changes, accepted_changes())
    decision = decide(choice, view, at, missing=before.values.keys() - after.values.keys())
    taken = _take(run_id, at) if decision.why is Why.TAKEN else _leave(run_id, choice)
    keep_expected(taken, adopted(expected, seen) if decision.why is Why.TAKEN else learned(expected, seen))
    _keep_comparison(view, found, decision)


def choose_snapshot(run_id: int, *, by: Author, at: datetime) -> BaselineChoice:
    """Let a person choose the run that others are compared with; what it does not show is not expected any more."""
    choice = choose_baseline(run_id, by=by, at=at)
    keep_expected(choice, read_expected(choice))
    newest = latest_run(finished=True)
    before_id = run_before(newest.id) if newest else None
    if newest is not None and before_id is not None:
        found = compare_runs(before_id, newest.id)
        view = view_of(get_run(before_id), newest, found)
        _keep_comparison(view, found, Decision(Why.CHOSEN, {"name": by.name[:120]}))
    return choice


def _begin(run_id: int, seen: State, at: datetime) -> None:
    """Make the first run the first baseline, even if something in it could not be read: that is added from the next one."""
    first = chosen_baseline()
    if first is None:
        keep_expected(choose_baseline(run_id, at=at), seen)
    else:
        keep_expected(first, learned(read_expected(first), seen))


def _take(run_id: int, at: datetime) -> BaselineChoice:
    now = chosen_baseline()
    return now if now is not None and now.run_id == run_id else choose_baseline(run_id, at=at)


def _leave(run_id: int, choice: BaselineChoice) -> BaselineChoice:
    """Remove a run as baseline after its facts were asked again."""
    mine = delete(BaselineChoice).where(BaselineChoice.run_id == run_id, BaselineChoice.automatic.is_(True))
    db.session.execute(mine)
    return choice


def _keep_comparison(view: ComparisonView, found: Comparison, decision: Decision) -> None:
    digest = stands_on(view.before.id, view.after.id)
    content = dump_comparison(found)
    row = db.session.get(RunComparison, view.after.id)
    if row is None:
        row = RunComparison(run_id=view.after.id)
    row.before_id, row.stands_on, row.content = view.before.id, digest, content
    row.why, row.about = decision.why, decision.about
    db.session.add(row)
    db.session.flush()


def _settle_accepted(view: ComparisonView, seen: State, at: datetime) -> None:
    """Settle explained differences that do not exist any more; what could not be seen now stays open."""
    if Mismatch.RIGHTS in view.mismatches:
        return
    present = {line.change.fingerprint for line in view.lines}
    for row in db.session.scalars(select(AcceptedChange).where(AcceptedChange.settled_at.is_(None))):
        objects = seen.get(row.kind)
        if (
            objects is not None
            and row.fingerprint not in present
            and group_of(row.key) not in hidden_groups(objects)
        ):
            row.settled_at = at
    db.session.flush()


def decide(choice: BaselineChoice, view: ComparisonView, at: datetime, missing: AbstractSet[str]) -> Decision:
    """Whether the run becomes the baseline automatically, or why not: decisions of people first, then what is unseen or worse."""
    if not choice.automatic:
        return Decision(Why.CHOSEN, {"name": choice.chosen_by_name})
    if since := renewal_since(at):
        return Decision(Why.RENEWAL, {"since": since.isoformat()})
    if view.after.kind.startswith("after_") or is_being_verified(at):
        return Decision(Why.ACTIVATION, {})
    if unseen := len(missing - _explained(view)) or Mismatch.RIGHTS in view.mismatches:
        return Decision(Why.UNSEEN, {"count": unseen})
    if view.open_lines or view.more:
        first = next(iter(view.open_lines)).change if view.open_lines else None
        kind, name = (first.kind.code, first.name[:120]) if first else ("", "")
        return Decision(
            Why.DIFFERENCE, {"kind": kind, "name": name, "count": len(view.open_lines) + view.more}
        )
    if fallen := fallen_checks(view):
        return Decision(Why.CHECK, {"check": fallen[0], "count": len(fallen)})
    return Decision(Why.TAKEN, {})


def _explained(view: ComparisonView) -> set[str]:
    """The facts that a person has accepted as not readable any more."""
    return {
        name
        for line in view.lines
        if line.change.difference is Difference.UNKNOWN and line.accepted
        for name in line.change.kind.facts
    }


def _judged_facts() -> set[str]:
    """The facts that checks compare with the baseline."""
    comparing = (one for one in load_checks().values() if "baseline" in one.given)
    return {name for one in comparing for name in (*one.facts, *one.optional)} & load_facts().keys()


def renewal_since(at: datetime) -> datetime | None:
    """When the renewal that is not verified yet began; for its whole time the baseline stays what it was before."""
    today = day_at(at)
    begun = [case.opened_at for case in list_cases() if case.kind in RENEWED and _goes_on(case, today)]
    return min(begun, default=None)


def _goes_on(case: CaseView, today: date) -> bool:
    if case.closed_at is not None:
        return False
    if is_reached(case.marks, Stage.ACTIVE):
        return not verified(case, today)
    return today <= case.ends_on + FORGOTTEN
