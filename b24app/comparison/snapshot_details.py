"""Details of the differences of a comparison: the run after which each of them came, and the values of an object in the snapshot."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from b24app.checklist.engine.applicability import NEEDS_NO_RIGHTS
from b24app.checklist.engine.check import load_checks
from b24app.checklist.engine.mutes_and_owners import AREA_PREFIX
from b24app.checklist.engine.runs import chosen_baseline, facts_of_run
from b24app.checklist.model import Run
from b24app.comparison.compare import Change, Difference, FieldChange, Mismatch
from b24app.comparison.comparison_format import load_comparison
from b24app.comparison.expected_objects import read_expected
from b24app.comparison.model import RunComparison
from b24app.comparison.object_changes import ORDER, group_of, hidden_groups
from b24app.comparison.resource import Resource, ResourceKind, resources_of
from b24app.comparison.stored_comparison import ComparisonView
from b24app.database import db

LOOK_BACK = 14
ALTERED = frozenset({Difference.ALTERED, Difference.UNKNOWN, Difference.NEW})


def came_after(view: ComparisonView) -> Mapping[str, datetime]:
    """After which moment each difference came, by fingerprint: the newest run that did not show it yet."""
    before = view.before.finished_at or view.before.created_at
    found = {line.change.fingerprint: before for line in view.lines}
    still = set(found)
    for at, content in _runs_between(view) if still else ():
        compared = load_comparison(content)
        if compared is None:
            break
        shown = {change.fingerprint for change in compared.changes}
        found |= dict.fromkeys(still - shown, at)
        still &= shown
        if not still:
            break
    return found


def _runs_between(view: ComparisonView) -> list[tuple[datetime, bytes]]:
    """The comparisons of the runs after the snapshot and before the present one, newest first."""
    mine = RunComparison.run_id == Run.id, Run.id > view.before.id, Run.id < view.after.id
    query = select(Run.finished_at, RunComparison.content).where(*mine, Run.finished_at.is_not(None))
    rows = db.session.execute(query.order_by(Run.id.desc()).limit(LOOK_BACK))
    return [(at, content) for at, content in rows if at is not None]


def former_fields(view: ComparisonView, change: Change) -> tuple[FieldChange, ...]:
    """The values to put back: the altered ones, or all that the snapshot holds of an object that is deleted or off."""
    if change.difference in ALTERED or change.kind.anchored:
        return change.fields
    was = _object_of_snapshot(view, change)
    if was is None:
        return change.fields
    declared = change.kind.fields
    return tuple(
        FieldChange(name, declared[name], counted(name, value), "", (was.shown.get(name, ""), ""))
        for name, value in was.fields.items()
        if name in declared and value
    )


def counted(name: str, value: str) -> str:
    """A place in an order counts from one, as people do."""
    return str(int(value) + 1) if name == ORDER and value.isdigit() else value


def _object_of_snapshot(view: ComparisonView, change: Change) -> Resource | None:
    """The object as the snapshot holds it, or as it was added since."""
    kind = change.kind
    facts = facts_of_run(view.before.id, {*kind.facts, *kind.optional})
    found = resources_of(facts).get(kind.code, {}).get(change.key)
    choice = chosen_baseline()
    if found is None and choice is not None:
        found = (read_expected(choice) or {}).get(kind.code, {}).get(change.key)
    return found


def is_seen(view: ComparisonView, kind: ResourceKind, key: str) -> bool:
    """Whether the later run could see what the earlier one saw of such an object: unseen means neither lost nor back."""
    if Mismatch.RIGHTS in view.mismatches and not NEEDS_NO_RIGHTS.issuperset(kind.facts):
        return False
    names = {*kind.facts, *kind.optional}
    had, now = (facts_of_run(run.id, names) for run in (view.before, view.after))
    if not had.values.keys() <= now.values.keys():
        return False
    objects = resources_of(now).get(kind.code)
    return objects is not None and group_of(key) not in hidden_groups(objects)


def check_of(kind: ResourceKind) -> str:
    """The check that reads objects of this kind again, or their area where no check reads them all."""
    wanted, specs = {*kind.facts, *kind.optional}, load_checks()
    seen = {code: {*spec.facts, *spec.optional} for code, spec in specs.items()}
    fit = [code for code, names in seen.items() if names.issuperset(kind.facts)]
    compares = (code for code in fit if "baseline" in specs[code].given)
    best = max([*compares] or fit, key=lambda code: len(wanted & seen[code]), default="")
    return best or f"{AREA_PREFIX}{kind.area}"
