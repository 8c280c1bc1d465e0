"""Executes a restore: saves the present state, writes in batches, keeps a line of each write; stops, and continues.

A batch is marked as sent before it is sent and its lines are stored when its answers are there, each a
transaction of its own. After a kill the lines that were sent are looked for in the portal before anything is repeated.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import update

from b24app.backup.archive.archive_manifest import ManifestDamaged
from b24app.backup.archive.held_keys import KeyElsewhere, KeyNeeded
from b24app.backup.archive.keys import WrongKey
from b24app.backup.archive.packs import PackDamaged
from b24app.backup.restore.batches import Sent, next_batch, send, sort_out
from b24app.backup.restore.data.copied_batches import CopiedBatch, next_copied, write_copied
from b24app.backup.restore.data.copy_access import CopyChanged, CopyGone, open_copy, portal_language
from b24app.backup.restore.data.earlier_restores import items_put_back
from b24app.backup.restore.data.line_kinds import ITEM, SHOP_ITEM, TASK
from b24app.backup.restore.data.moved_pipelines import moved_pipelines
from b24app.backup.restore.data.prefetched_items import PrefetchedItems, Writing
from b24app.backup.restore.data.shop.moved_settings import moved_settings
from b24app.backup.restore.data.shop.prefetched_rows import PrefetchedRows
from b24app.backup.restore.data.task_writing import write_copied_tasks
from b24app.backup.restore.ending import finish, go_on_later, rest_or_stop, show_again, stop_here
from b24app.backup.restore.given_ids import given_ids
from b24app.backup.restore.line_keeping import changed, send_with_lines
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.model import OPEN_LINES, Restore, RestoreLine, RestoreLineState, RestoreState
from b24app.backup.restore.plan import (
    Operation,
    RestorePlan,
    RestoreSource,
    dump_plan,
    load_plan,
    needs,
    resolved,
)
from b24app.backup.restore.planning import OTHER_RELEASE, client_of, get_restore, make_plan, portal_of_restore
from b24app.backup.restore.undoing import dump_before, lines_of, unsettled
from b24app.backup.restore.writer import listed_kinds, load_writers, read_objects
from b24app.backup.targets.target import TargetFailed
from b24app.checklist.engine.runs import step
from b24app.database import current_portal_id, db, portal_scope
from b24app.errors import PortalError
from b24app.portals.client_factory import pace
from b24app.services import services
from b24app.text.messages import N_

STEP_SECONDS = 60.0
CALL_SECONDS = 50.0
KEY_SECONDS = 2.0
CUT_SHORT = N_("The application was stopped in the middle. Nothing is written until you go on.")
CHANGED_SINCE = N_("While you were looking, the portal was changed. This is how it would go now.")
WRITES_COPIED: Mapping[str, Callable[[CopiedBatch, PortalLook, Writing], None]] = {
    ITEM: write_copied,
    SHOP_ITEM: write_copied,
    TASK: write_copied_tasks,
}
"""The function that writes a batch with rows of the copy, by the kind of its lines; others are written as settings are."""
OWNER_MISSING = N_("What it belongs to was not put back.")


def put_back(restore_id: int) -> None:
    """One step of a restore: the job behind the press. One whose worker died stops and waits for a press."""
    portal_id = portal_of_restore(restore_id)
    if portal_id is None:
        return
    with portal_scope(portal_id):
        if not _take(restore_id):
            return
        try:
            _carry_on(restore_id)
        except KeyNeeded:
            return
        except KeyElsewhere:
            with step():
                go_on_later(get_restore(restore_id), KEY_SECONDS)
        except (TargetFailed, PackDamaged, WrongKey, CopyGone, CopyChanged, ManifestDamaged) as no:
            db.session.rollback()
            with step():
                stop_here(get_restore(restore_id), no.public)
        except PortalError as no:
            db.session.rollback()
            rest_or_stop(restore_id, no)


def _take(restore_id: int) -> bool:
    """Take a waiting restore; a running one was left by a dead worker, and is stopped."""
    with step():
        states = [RestoreState.WAITING, RestoreState.NEEDS_KEY]
        waiting = Restore.id == restore_id, Restore.state.in_(states), Restore.active.is_(True)
        taken = changed(update(Restore).where(*waiting).values(state=RestoreState.RUNNING, error=""))
        row = get_restore(restore_id)
        if not taken and row.state == RestoreState.RUNNING:
            stop_here(row, CUT_SHORT)
        if taken and row.stopping:  # asked while it waited, perhaps for a key that never comes
            stop_here(row, "")
            return False
    return taken


def _carry_on(restore_id: int) -> None:
    row = get_restore(restore_id)
    plan, begun, user_id, undoes_id = load_plan(row.plan), row.begun_at, row.asked_by, row.undoes_id
    if plan is None:
        with step():
            stop_here(get_restore(restore_id), OTHER_RELEASE)
        return
    given = given_ids(listed_kinds())
    look = PortalLook(client_of(current_portal_id(), user_id), given)
    with look.client.within(CALL_SECONDS):
        if begun is None and not _begin(restore_id, plan, look, undoes_id):
            return
    work = Work(restore_id, plan, look, pace().steady() + STEP_SECONDS)
    if plan.source is not RestoreSource.COPY:
        _write_all(work)
        return
    language, moved, earlier = portal_language(), moved_pipelines(), items_put_back()
    settings = moved_settings()
    with open_copy(restore_id, "put_back") as items:
        writing = Writing(
            look.client,
            PrefetchedItems(items),
            user_id,
            language,
            moved,
            earlier,
            PrefetchedRows(items, settings),
        )
        _write_all(replace(work, writing=writing))


def _begin(restore_id: int, plan: RestorePlan, look: PortalLook, undoes_id: int | None) -> bool:
    """Check that the portal is as the preview showed it, save the present state, store the lines."""
    now = services().clock.now()
    copied = (
        plan.source is RestoreSource.COPY
    )  # the whole copy is not read twice: each batch reads the present state again
    fresh = plan if copied else make_plan(plan, look, now, undoes_id=undoes_id)
    if not fresh.same_work(plan):
        with step():
            _show_anew(get_restore(restore_id), fresh)
        return False
    writers = load_writers()
    if not copied:  # for an item from a copy only the row that the preview read is saved
        read_objects(plan.to_write, look)
    before = {one.number: writers[one.kind].present(one, look) for one in plan.to_write}
    with step():
        row = get_restore(restore_id)
        row.before, row.begun_at = dump_before(before), services().clock.now()
        for one in plan.to_write:
            line = RestoreLine(
                restore_id=restore_id, number=one.number, kind=one.kind, entity=one.entity[:64], key=one.key[:255],
                name=one.name or one.key, mark=one.mark, state=RestoreLineState.WAITING,
            )  # fmt: skip
            db.session.add(line)
    return True


def _show_anew(row: Restore, fresh: RestorePlan) -> None:
    show_again(row, CHANGED_SINCE)
    row.plan = dump_plan(fresh)


@dataclass(frozen=True, slots=True)
class Work:
    """One step of one restore: its plan, its look at the portal, and until when the step lasts by the steady clock."""

    restore_id: int
    plan: RestorePlan
    look: PortalLook
    until: float
    writing: Writing | None = None


def _write_all(work: Work) -> None:
    while True:
        with step():
            row = get_restore(work.restore_id)
            if row.state != RestoreState.RUNNING:
                return
            if row.stopping:
                stop_here(row, "")
                return
            lines = lines_of(work.restore_id)
            waits = unsettled(lines)
            is_late = pace().steady() > work.until
            if waits or is_late:
                go_on_later(row, waits)
                return
            batch, ids = _choose_batch(work.plan, lines)
            if not batch:
                finish(row, work.plan)
                return
            known = {line.number: line.state for line in lines}
            batch = [resolved(one, ids) for one in batch]
            write = WRITES_COPIED.get(batch[0].kind) if work.writing else None
            copied = next_copied(work.restore_id, work.plan, batch, lines) if write else None
        if write is not None and work.writing is not None and copied is not None:
            write(copied, work.look, work.writing)
        else:
            _write_batch(work, batch, known)


def _choose_batch(
    plan: RestorePlan, lines: Sequence[RestoreLine]
) -> tuple[Sequence[Operation], Mapping[int, str]]:
    """The next operations that wait for no other one; those whose owner was not written are left."""
    ids = {line.number: line.new_key for line in lines if line.new_key}
    states = {line.number: line.state for line in lines}
    operations = {one.number: one for one in plan.operations}
    for line in lines:
        if line.state not in OPEN_LINES:
            continue
        lacks = needs(operations[line.number]) - ids.keys()
        if any(states.get(number) not in OPEN_LINES for number in lacks):
            line.state, line.why, line.at = (
                RestoreLineState.UNTOUCHED,
                OWNER_MISSING,
                services().clock.now(),
            )
    left = {line.number for line in lines if line.state in OPEN_LINES}
    return next_batch([one for one in plan.operations if one.number in left], ids), ids


def _write_batch(work: Work, batch: Sequence[Operation], known: Mapping[int, str]) -> None:
    """Read the present state of each, mark what may be written as sent, send it, store the answers."""
    work.look.forget()
    with work.look.client.within(CALL_SECONDS):
        read_objects(batch, work.look)
        found = {one.number: load_writers()[one.kind].stands(one, work.look) for one in batch}
    outcomes, ready = sort_out(batch, found, known)
    send_with_lines(work.restore_id, outcomes, ready, lambda mine: _send(work, mine, known))


def _send(work: Work, mine: Sequence[Operation], known: Mapping[int, str]) -> Sent:
    with work.look.client.within(CALL_SECONDS):
        return send(mine, work.look, known)
