"""The undo of a restore: one operation for each successful write, the last one first, or why there is none."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from pydantic_core import from_json, to_json
from sqlalchemy import select

from b24app.backup.restore.closed_kinds import ClosedKinds
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.model import Restore, RestoreLine, RestoreLineState
from b24app.backup.restore.plan import Action, Operation, load_plan, needs, resolved
from b24app.backup.restore.setting_parts import with_parts_going
from b24app.backup.restore.setting_uses import NOT_COUNTED, NOT_TOLD
from b24app.backup.restore.writer import ObjectStanding, Written, goes_with_owner, load_writers
from b24app.bitrix24.retries import settled
from b24app.database import before_network, db
from b24app.errors import ScopeMissing, UnknownRefusal
from b24app.json_values import JsonObject, is_object
from b24app.services import services
from b24app.text.messages import N_, NOTHING, Sentence, sentence

NOT_ASKED = N_("The portal refused to tell how it is now, so it stays as it is.")
DONE = frozenset({RestoreLineState.CREATED, RestoreLineState.CHANGED})


def undo_operations(restore_id: int, look: PortalLook) -> Sequence[Operation]:
    """The operations that undo a restore, from what it has written and the present state."""
    row = db.session.get(Restore, restore_id)
    plan = load_plan(row.plan) if row is not None else None
    if row is None or plan is None:
        return ()
    lines, before = lines_of(restore_id), load_before(row.before)
    ids = {line.number: line.new_key for line in lines if line.new_key}
    done = {line.number: line.new_key for line in lines if line.state in DONE}
    marks = {line.number: line.mark for line in lines}
    sent = {line.number for line in lines if line.state == RestoreLineState.SENT}
    look.since, closed = row.begun_at, ClosedKinds(look)
    before_network()
    found_sent = _find_sent([one for one in plan.operations if one.number in sent], ids, closed)
    done, ids = done | found_sent, ids | found_sent
    made = {one.number for one in plan.operations if one.number in done and one.action is Action.CREATE}
    closed.read(
        [replace(one, id=done[one.number] or one.id) for one in plan.operations if one.number in done]
    )
    found = []
    for one in reversed(plan.operations):
        if _goes_by_itself(one, made):
            continue
        if one.kind in closed.why and one.number in done.keys() | sent:
            found.append(_cannot(one, closed.why[one.kind]))
        elif one.number in done:
            number = done[one.number] or one.id
            written = Written(resolved(one, ids), number, before.get(one.number), marks[one.number])
            found.append(_undo(written, closed))
    return found


def _goes_by_itself(one: Operation, made: Collection[int]) -> bool:
    """Whether the object is deleted with its owner, or this release has no writer for it."""
    writer = load_writers().get(one.kind)
    return writer is None or (goes_with_owner(writer) and not needs(one).isdisjoint(made))


def _cannot(one: Operation, why: Sentence) -> Operation:
    return Operation(
        number=0, kind=one.kind, entity=one.entity, key=one.key, name=one.name, action=Action.CANNOT,
        title=one.title, why=why, link=one.link,
    )  # fmt: skip


def _undo(written: Written, closed: ClosedKinds) -> Operation:
    """The undo of one write; only this one is left out where the portal refuses a request for it."""
    one = written.operation
    try:
        return with_parts_going(load_writers()[one.kind].undo(written, closed.look), closed.look)
    except (*NOT_COUNTED, UnknownRefusal) as no:
        why = closed.why_hidden(one) if isinstance(no, ScopeMissing) else NOTHING
        return _cannot(one, why or sentence(NOT_TOLD if one.action is Action.CREATE else NOT_ASKED))


def _find_sent(
    operations: Sequence[Operation], ids: Mapping[int, str], closed: ClosedKinds
) -> dict[int, str]:
    """Writes that got no answer before the worker died: those that the portal holds were made by us."""
    found: dict[int, str] = {}
    for one in operations:
        writer = load_writers().get(one.kind)
        if writer is not None and not needs(one) - ids.keys():
            here = closed.stands(writer, resolved(one, ids))
            if here.standing is ObjectStanding.DONE:
                found[one.number] = here.id
    return found


def lines_of(restore_id: int) -> list[RestoreLine]:
    """The lines of a restore in their order."""
    mine = select(RestoreLine).where(RestoreLine.restore_id == restore_id)
    return list(db.session.scalars(mine.order_by(RestoreLine.number)))


def unsettled(lines: Sequence[RestoreLine]) -> float:
    """Seconds until the portal can no longer be executing what was sent without a clear answer."""
    sent = [line.at for line in lines if line.state == RestoreLineState.SENT and line.at is not None]
    if not sent:
        return 0.0
    waited = (services().clock.now() - max(sent)).total_seconds()
    left = settled(0.0) - waited
    return min(left, settled(0.0)) if left > 0 else 0.0


def dump_before(rows: Mapping[int, JsonObject | None]) -> bytes:
    """The rows before the first write, by the numbers of the operations."""
    return to_json({str(number): row for number, row in rows.items()})


def load_before(content: bytes | None) -> dict[int, JsonObject]:
    """Load the rows before the first write."""
    try:
        found = from_json(content) if content else {}
    except ValueError:
        return {}
    if not is_object(found):
        return {}
    return {int(number): row for number, row in found.items() if is_object(row) and number.isdigit()}
