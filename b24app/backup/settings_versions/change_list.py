"""The list of changes of a year: every reading of a run is compared with the one before it, each change is listed once.

What was seen is kept by itself (`ChangeListState`), so that a run may be thinned out or may have seen less. A run whose checks
run again has read the portal once more: what was added and deleted between two of its readings is two changes. A person without
the rights of an administrator sees less of a portal: such a run is not compared.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic_core import from_json, to_json
from sqlalchemy import delete, func, select, update

from b24app.backup.settings_versions.model import ChangeListState, SettingsChange
from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.runs import facts_of_run, get_run
from b24app.checklist.model import Run, RunState
from b24app.comparison.baseline import adopted
from b24app.comparison.compare import Change, Comparison, Difference, State, compare_objects
from b24app.comparison.comparison_format import compared_facts, dump_comparison
from b24app.comparison.expected_objects import dump_state, load_state
from b24app.comparison.resource import resources_of
from b24app.database import db
from b24app.json_values import JsonObject
from b24app.portals.model import day_at

KEPT_FOR = timedelta(days=400)
"""A year and a month, so that the first month is whole."""
JUMP = timedelta(days=60)
"""A clock that differs by so much from the run before may be wrong: nothing is deleted by it."""
NOT_ANSWERED = frozenset({RunState.UNANSWERED, RunState.REFUSED})
NAME, KEY = 300, 255


@dataclass(frozen=True, slots=True)
class SeenRun:
    """What a run has seen, and when."""

    run: Run
    at: datetime
    objects: State


def runs_to_list(run_id: int) -> list[int]:
    """Earlier runs that have ended and are not listed yet, then this one: changes between them are listed too."""
    listed = db.session.scalar(select(ChangeListState.run_id))
    if listed is None:
        return [run_id]
    waiting = Run.id > listed, Run.id < run_id, Run.state == RunState.DONE
    return [*db.session.scalars(select(Run.id).where(*waiting).order_by(Run.id)), run_id]


def list_run(run_id: int, at: datetime) -> int:
    """Add the changes of a run that has ended to the list of the portal of the scope; returns how many there are of it.

    It may be repeated for the newest run: changes since its last reading are added.
    """
    run = get_run(run_id)
    if run.state in NOT_ANSWERED and run.kind == "daily":
        _note_silence(run, at)
    if run.state != RunState.DONE:
        return 0
    seen = SeenRun(run, run.finished_at or at, resources_of(facts_of_run(run_id, compared_facts())))
    state = held_state() or _begin(seen)
    if run.id < state.run_id or (state.seen_by_admin and not run.seen_by_admin):
        return 0
    before = load_state(state.content)
    if run.id > state.run_id:
        comparable = state.seen_by_admin == run.seen_by_admin
        state.before_run_id, state.before_at = state.run_id, state.run_at
        _write(seen, state, changes_between(before, seen.objects) if comparable else (), before)
    else:
        _write_further(
            replace(seen, at=max(at, seen.at)), state, changes_between(before, seen.objects), before
        )
    state.content, state.run_id, state.run_at = dump_state(adopted(before, seen.objects)), run.id, seen.at
    state.seen_by_admin = run.seen_by_admin
    if state.before_at is not None and abs(at - state.before_at) < JUMP:  # two runs agree on the time
        forget_old(at)
    return _count_of(run_id)


def changes_between(before: State, after: State) -> Iterator[Change]:
    """The changes between two states; kinds that one of them could not see and counts of records are left out."""
    found: Comparison = compare_objects(before, after, Facts(), Facts())
    for change in found.changes:
        if change.difference is not Difference.UNKNOWN and not change.kind.anchored:
            yield change


def held_state() -> ChangeListState | None:
    """The state of the list, written first so that two workers of one portal wait for each other here."""
    row = db.session.scalar(select(ChangeListState))
    if row is not None:
        mine = ChangeListState.id == row.id
        db.session.execute(update(ChangeListState).where(mine).values(run_id=ChangeListState.run_id))
        db.session.refresh(row)
    return row


def _begin(seen: SeenRun) -> ChangeListState:
    """Begin the list with the run before this one, if there is one: changes since are its first ones."""
    query = select(Run).where(Run.id < seen.run.id, Run.state == RunState.DONE)
    run = db.session.scalar(query.order_by(Run.id.desc()).limit(1))
    first = seen if run is None else SeenRun(run, run.finished_at or run.created_at, _objects_of(run.id))
    row = ChangeListState(
        begun_at=first.at, run_id=first.run.id, run_at=first.at, content=dump_state(first.objects),
        seen_by_admin=first.run.seen_by_admin,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def _objects_of(run_id: int) -> State:
    return resources_of(facts_of_run(run_id, compared_facts()))


def _write(seen: SeenRun, state: ChangeListState, found: Iterable[Change], before: State) -> None:
    """What has changed since the run before."""
    since = min(state.before_at or state.begun_at, seen.at)  # a clock may have been put back
    for change in found:
        _add(seen, state, change, before, since)
    db.session.flush()


def _write_further(seen: SeenRun, state: ChangeListState, found: Iterable[Change], before: State) -> None:
    """Write the changes between two readings of one run; an object that is listed already has changed after that."""
    mine = select(SettingsChange.kind, SettingsChange.key, func.max(SettingsChange.seen_at)).where(
        SettingsChange.run_id == seen.run.id
    )
    told = {
        (kind, key): at
        for kind, key, at in db.session.execute(mine.group_by(SettingsChange.kind, SettingsChange.key))
    }
    for change in found:
        since = told.get((change.kind.code, change.key[:KEY]), state.run_at)
        _add(seen, state, change, before, min(since, seen.at))
    db.session.flush()


def _add(seen: SeenRun, state: ChangeListState, change: Change, before: State, since: datetime) -> None:
    db.session.add(
        SettingsChange(
            run_id=seen.run.id, before_run_id=state.before_run_id, since=since, seen_at=seen.at,
            kind=change.kind.code, key=change.key[:KEY],
            difference=str(change.difference), name=change.name[:NAME],
            content=dump_change(change, before),
        )
    )  # fmt: skip


def _count_of(run_id: int) -> int:
    mine = select(func.count()).select_from(SettingsChange).where(SettingsChange.run_id == run_id)
    return db.session.scalar(mine) or 0


def dump_change(change: Change, before: State) -> bytes:
    """One change as it is kept, with the fields that the object had."""
    was = before.get(change.kind.code, {}).get(change.key)
    former: JsonObject = dict(was.fields) if was is not None else {}
    return to_json({"line": from_json(dump_comparison(Comparison((change,), {}))), "former": former})


def _note_silence(run: Run, at: datetime) -> None:
    """Note a night without an answer, so that an empty list is not taken for a night without changes."""
    state = held_state()
    if state is not None:
        oldest = day_at(at - KEPT_FOR).isoformat()
        kept = {key: day for key, day in state.unanswered.items() if str(day) >= oldest}
        state.unanswered = {**kept, str(run.id): day_at(run.created_at).isoformat()}


def forget_old(now: datetime) -> None:
    """Delete what is older than a year and its first month."""
    db.session.execute(delete(SettingsChange).where(SettingsChange.seen_at < now - KEPT_FOR))
