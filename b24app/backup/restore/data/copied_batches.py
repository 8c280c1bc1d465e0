"""Writes one batch of a restore from a copy, between the transactions that keep its lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from b24app.backup.restore.batches import Sent, send
from b24app.backup.restore.data.file_fields import CALL_SECONDS
from b24app.backup.restore.data.prefetched_items import Writing
from b24app.backup.restore.data.shop.repair_writing import ReadyChanges, get_changes_ready
from b24app.backup.restore.data.shop.row_types import shop_type
from b24app.backup.restore.data.shop.row_writing import ReadyRows, create_rows, get_rows_ready
from b24app.backup.restore.data.writing import Ready, create_all, get_ready, together
from b24app.backup.restore.line_keeping import send_with_lines
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.model import OPEN_LINES, RestoreLine
from b24app.backup.restore.plan import Action, Operation, RestorePlan

ReadyBatch = Ready | ReadyRows | ReadyChanges


@dataclass(frozen=True, slots=True)
class CopiedBatch:
    """Operations of one kind that are sent together, the states of their lines, and which items come after them."""

    restore_id: int
    operations: Sequence[Operation]
    known: Mapping[int, str]
    coming: Sequence[str]


def next_copied(
    restore_id: int, plan: RestorePlan, batch: Sequence[Operation], lines: Sequence[RestoreLine]
) -> CopiedBatch:
    """The first operations of a batch that are of one kind of items and do the same."""
    left = {line.number for line in lines if line.state in OPEN_LINES}
    mine = [one for one in batch if together(one, batch[0])]
    coming = [one.key for one in plan.operations if one.number in left and together(one, batch[0])]
    return CopiedBatch(restore_id, mine, {line.number: line.state for line in lines}, coming)


def write_copied(batch: CopiedBatch, look: PortalLook, writing: Writing) -> None:
    """Items from the copy: created by an import with what hangs on them, or changed in one field."""
    with look.client.within(CALL_SECONDS):
        ready = _get_ready(batch, writing)
    send_with_lines(
        batch.restore_id, ready.told, ready.send, lambda mine: _send(ready, mine, batch, look, writing)
    )


def _get_ready(batch: CopiedBatch, writing: Writing) -> ReadyBatch:
    first = batch.operations[0]
    if shop_type(first.entity) is None:
        return get_ready(batch.operations, writing, batch.known, batch.coming)
    if first.action is Action.CREATE:
        return get_rows_ready(batch.operations, writing, batch.known, batch.coming)
    return get_changes_ready(batch.operations, writing, batch.coming)


def _send(
    ready: ReadyBatch, mine: Sequence[Operation], batch: CopiedBatch, look: PortalLook, writing: Writing
) -> Sent:
    if isinstance(ready, ReadyRows):
        return Sent(tuple(create_rows(ready, mine, writing)))
    if isinstance(ready, Ready) and mine[0].action is Action.CREATE:
        return Sent(tuple(create_all(ready, mine, writing)))
    with look.client.within(CALL_SECONDS):
        return send(ready.filled(mine), look, batch.known)
