"""Writes one batch of tasks from the copy: looks for existing ones, adds up to twenty, then their checklists."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from b24app.backup.restore.batches import BatchOutcome, Sent, send
from b24app.backup.restore.data.checklists import Checklists, checklist_digest, read_checklists
from b24app.backup.restore.data.copied_batches import CopiedBatch
from b24app.backup.restore.data.file_fields import CALL_SECONDS
from b24app.backup.restore.data.hanging import make_teller
from b24app.backup.restore.data.hanging_writes import FORMER, Teller, moment_text
from b24app.backup.restore.data.item_marks import portal_time
from b24app.backup.restore.data.line_mark import line_mark
from b24app.backup.restore.data.prefetched_items import Writing
from b24app.backup.restore.data.present_items import present_items
from b24app.backup.restore.data.task_fields import bindings_of, bound_item, mark_of, task_fields
from b24app.backup.restore.data.task_look import present_numbers, read_task_portal, read_tasks
from b24app.backup.restore.data.writing import NOT_IN_COPY_ANY_MORE
from b24app.backup.restore.line_keeping import send_with_lines
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.model import RestoreLineState
from b24app.backup.restore.plan import Operation
from b24app.errors import AnswerBroken
from b24app.json_values import JsonObject
from b24app.text.messages import N_

UNMARKED = N_(
    "It is back, but Bitrix24 has not kept its mark. So that nothing comes twice, no further tasks are written."
)


@dataclass(frozen=True, slots=True)
class ReadyTasks:
    """What of a batch may be sent, the outcomes of the rest, and what a worker before this one has made already."""

    told: tuple[BatchOutcome, ...]
    send: tuple[Operation, ...]
    again: Mapping[str, str]
    people: Collection[str]


def write_copied_tasks(batch: CopiedBatch, look: PortalLook, writing: Writing) -> None:
    """Tasks from the copy with their checklists, between the transactions that keep their lines."""
    with look.client.within(CALL_SECONDS):
        ready = _get_ready(batch, writing)
    send_with_lines(
        batch.restore_id, ready.told, ready.send, lambda mine: _send(ready, mine, batch, look, writing)
    )


def _get_ready(batch: CopiedBatch, writing: Writing) -> ReadyTasks:
    """Read the rows of the copy and the portal's present state; nothing is written."""
    keys, prefetched = [one.key for one in batch.operations], writing.tasks
    prefetched.take(writing.prefetched.items, keys, batch.coming)
    rows = {one: prefetched.rows[one] for one in keys if one in prefetched.rows}
    marked = prefetched.marked(writing.client, writing.prefetched.items)
    present = present_numbers(writing.client, rows, marked, writing.earlier)
    bound = {item for row in rows.values() for one in bindings_of(row) if (item := bound_item(one))}
    items = present_items(writing.client, writing.prefetched.items, writing.earlier, bound)
    now = read_task_portal(writing.client, rows.values(), writing.asked_by, items)
    teller = make_teller(rows, {}, writing)
    told, ready = [], []
    again: dict[str, str] = {}
    for one in batch.operations:
        here, was_sent = present.get(one.key, ""), batch.known.get(one.number) == RestoreLineState.SENT
        if one.key not in rows:
            told.append(BatchOutcome(one.number, RestoreLineState.REFUSED, why=NOT_IN_COPY_ANY_MORE))
        elif here and (here == one.key or not was_sent):
            told.append(BatchOutcome(one.number, RestoreLineState.SAME, here))
        else:
            again |= {one.key: here} if here else {}
            row, parent = rows[one.key], str(one.params.get("parent") or "")
            fields = task_fields(row, now, parent=parent, note=_former(row, teller)).fields
            ready.append(replace(one, params={"fields": fields}))
    return ReadyTasks(tuple(told), tuple(ready), again, now.people)


def _former(row: JsonObject, teller: Teller) -> str:
    created = moment_text(row.get("createdDate"))
    return teller.say(
        FORMER, number=str(row.get("id")), created=created, author=teller.person(row.get("createdBy"))
    )


def _send(
    ready: ReadyTasks, mine: Sequence[Operation], batch: CopiedBatch, look: PortalLook, writing: Writing
) -> Sent:
    with look.client.within(CALL_SECONDS):
        return _add(ready, mine, batch, look, writing)


def _add(
    ready: ReadyTasks, mine: Sequence[Operation], batch: CopiedBatch, look: PortalLook, writing: Writing
) -> Sent:
    """Add the missing tasks, then the checklists of all; a task whose mark was not kept ends the restore."""
    fresh = [one for one in mine if one.key not in ready.again]
    sent = send(fresh, look, batch.known) if fresh else Sent(())
    keys = {one.number: one.key for one in mine}
    ids = {keys[one.number]: one.id for one in sent.outcomes if one.state == RestoreLineState.CREATED}
    ids |= {one.key: ready.again[one.key] for one in mine if one.key in ready.again}
    outcomes = [one for one in sent.outcomes if one.state != RestoreLineState.CREATED]
    if not ids:
        return sent
    troubles = Checklists(writing.client, ids, ready.people).write(writing.tasks.checklists, ready.again)
    marks = _read_marks(ids, writing)
    for one in mine:
        if one.key in ids:
            said = troubles.get(one.key, ("", "")) if marks[one.key] else (UNMARKED, "")
            outcomes.append(
                BatchOutcome(one.number, RestoreLineState.CREATED, ids[one.key], *said, mark=marks[one.key])
            )
    unmarked = None if all(marks.values()) else AnswerBroken("", "XML_ID was not kept")
    return Sent(tuple(outcomes), sent.trouble or unmarked)


def _read_marks(ids: Mapping[str, str], writing: Writing) -> dict[str, str]:
    """The marks of the lines by former number; empty for a task that does not have its outer code."""
    seen = read_tasks(writing.client, ids.values())
    lists = read_checklists(writing.client, ids.values())
    ended, rows = portal_time(writing.client), writing.tasks.rows
    marks: dict[str, str] = {}
    for former, new in ids.items():
        kept = str(seen.get(new, {}).get("xmlId") or "") == mark_of(rows[former])
        hanging = checklist_digest(lists[new]) if new in lists else ""
        marks[former] = line_mark(str(seen[new].get("changedDate") or ended), ended, hanging) if kept else ""
    return marks
