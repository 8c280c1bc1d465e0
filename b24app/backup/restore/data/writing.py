"""Writes one batch of items from the copy: looks for existing ones, imports up to twenty, then writes what hung on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from b24app.backup.restore.batches import CHANGED_MEANWHILE, REFUSED, BatchOutcome
from b24app.backup.restore.data.copy_preview import people_of
from b24app.backup.restore.data.field_repairs import digest, field_value
from b24app.backup.restore.data.file_fields import CALL_SECONDS, put_files
from b24app.backup.restore.data.hanging import hang_all
from b24app.backup.restore.data.imported_fields import import_fields, references_of
from b24app.backup.restore.data.item_look import SeenItems, Wanted, look_for, read_portal
from b24app.backup.restore.data.item_marks import read_marks
from b24app.backup.restore.data.item_types import ItemType, item_type
from b24app.backup.restore.data.prefetched_items import Writing
from b24app.backup.restore.look import plain
from b24app.backup.restore.model import RestoreLineState
from b24app.backup.restore.plan import Action, Operation
from b24app.errors import AnswerBroken
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.text.messages import N_

IMPORT = "crm.item.batchImport"
NOT_IN_COPY_ANY_MORE = N_("The copy does not hold it any more.")


@dataclass(frozen=True, slots=True)
class Ready:
    """What of a batch may be sent, and the outcomes of the rest without sending anything.

    `again` holds items that a worker before this one made already, by former number: what hangs on them is completed.
    """

    kind: ItemType
    told: tuple[BatchOutcome, ...]
    send: tuple[Operation, ...]
    fields: Mapping[int, Mapping[str, Json]]
    again: Mapping[str, str]

    def filled(self, send: Sequence[Operation]) -> list[Operation]:
        """Changes with the values of the copy in their parameters, for as long as they are being sent."""
        return [replace(one, params={"fields": self.fields[one.number]}) for one in send]


def together(one: Operation, first: Operation) -> bool:
    """Whether two operations may be in one batch: the same kind of items, and the same action."""
    return (one.entity, one.action, tuple(one.expects)) == (first.entity, first.action, tuple(first.expects))


def get_ready(
    batch: Sequence[Operation], writing: Writing, known: Mapping[int, str], coming: Sequence[str]
) -> Ready:
    """Read the rows of the copy and the portal's present state; nothing is written."""
    kind = item_type(batch[0].entity)
    if kind is None:
        raise AnswerBroken("", "no item")
    whole = batch[0].action is Action.CREATE
    writing.prefetched.take(kind, [one.key for one in batch], coming, whole=whole)
    return _ready_to_create(kind, batch, writing, known) if whole else _ready_to_change(kind, batch, writing)


def _ready_to_create(
    kind: ItemType, batch: Sequence[Operation], writing: Writing, known: Mapping[int, str]
) -> Ready:
    rows = {one.key: writing.prefetched.rows[one.key] for one in batch if one.key in writing.prefetched.rows}
    seen = _look(kind, rows, writing)
    now = read_portal(writing.client, kind, people_of(rows.values()), writing.asked_by, writing.moved)
    told, send = [], []
    again: dict[str, str] = {}
    fields: dict[int, Mapping[str, Json]] = {}
    for one in batch:
        row, mine = rows.get(one.key), seen.by_mark.get((kind.entity, one.key))
        if row is None:
            told.append(BatchOutcome(one.number, RestoreLineState.REFUSED, why=NOT_IN_COPY_ANY_MORE))
        elif (kind.entity, one.key) in seen.rows:
            told.append(BatchOutcome(one.number, RestoreLineState.SAME, one.key))
        elif mine is not None and known.get(one.number) != RestoreLineState.SENT:
            told.append(BatchOutcome(one.number, RestoreLineState.SAME, mine))
        else:
            send.append(one)
            fields[one.number] = import_fields(kind, row, now, seen.ids()).fields
            again |= {one.key: mine} if mine is not None else {}
    return Ready(kind, tuple(told), tuple(send), fields, again)


def _look(kind: ItemType, rows: Mapping[str, JsonObject], writing: Writing) -> SeenItems:
    """Look for these items by number and mark, and for what they refer to: it may have been made anew before them."""
    named: dict[ItemType, set[str]] = {}
    for row in rows.values():
        for entity, item in references_of(kind, row):
            if (other := item_type(entity)) is not None:
                named.setdefault(other, set()).add(item)
    seen = look_for(
        writing.client,
        [Wanted(kind, rows, rows, writing.earlier), *(Wanted(one, ids) for one, ids in named.items())],
    )
    lost = {
        other: [item for item in ids if (other.entity, item) not in seen.rows] for other, ids in named.items()
    }
    copied = [
        Wanted(other, (), writing.prefetched.items.named(other.entity, ids), writing.earlier)
        for other, ids in lost.items()
        if ids and writing.prefetched.items.has(other.entity)
    ]
    seen.by_mark |= look_for(writing.client, copied).by_mark
    return seen


def _ready_to_change(kind: ItemType, batch: Sequence[Operation], writing: Writing) -> Ready:
    field = next(iter(batch[0].expects), "")
    seen = look_for(
        writing.client, [Wanted(kind, [one.id for one in batch])], ("*",) if field == "fm" else (field,)
    )
    told, send = [], []
    fields: dict[int, Mapping[str, Json]] = {}
    for one in batch:
        row, here = writing.prefetched.rows.get(one.key), seen.rows.get((kind.entity, one.id))
        value = field_value(row, field) if row is not None else None
        if here is None or row is None or digest(value) != one.mark:
            told.append(BatchOutcome(one.number, RestoreLineState.UNTOUCHED, one.id, CHANGED_MEANWHILE))
        elif plain(field_value(here, field)) == plain(value):
            told.append(BatchOutcome(one.number, RestoreLineState.SAME, one.id))
        elif plain(here.get(field)) != plain(one.expects.get(field)):
            told.append(BatchOutcome(one.number, RestoreLineState.UNTOUCHED, one.id, CHANGED_MEANWHILE))
        else:
            send.append(one)
            fields[one.number] = {field: value}
    return Ready(kind, tuple(told), tuple(send), fields, {})


def create_all(ready: Ready, send: Sequence[Operation], writing: Writing) -> list[BatchOutcome]:
    """Import what is ready, after its lines were marked as sent; raises errors that concern the portal as a whole."""
    if not send:
        return []
    client, prefetched = writing.client, writing.prefetched
    with client.within(CALL_SECONDS):
        made, refused = _import(ready, [one for one in send if one.key not in ready.again], writing)
        made |= {one.key: ready.again[one.key] for one in send if one.key in ready.again}
        hung = hang_all(made, frozenset(ready.again), writing)
    troubles = {**put_files(ready.kind, made, prefetched.rows, prefetched.items, client), **hung}
    with client.within(CALL_SECONDS):
        marks = read_marks(client, ready.kind, made.values())
    created = [
        BatchOutcome(
            one.number, RestoreLineState.CREATED, made[one.key], *troubles.get(one.key, ("", "")), mark=marks[made[one.key]],
        )
        for one in send
        if one.key in made
    ]  # fmt: skip
    return created + refused


def _import(
    ready: Ready, send: Sequence[Operation], writing: Writing
) -> tuple[dict[str, str], list[BatchOutcome]]:
    """Import up to twenty in one call (crm-item-batch-import.md); each is answered with its number or its refusal."""
    if not send:
        return {}, []
    params: JsonObject = {"entityTypeId": ready.kind.id, "data": [ready.fields[one.number] for one in send]}
    result = writing.client.call(IMPORT, params, write=True).result
    answers = result.get("items") if is_object(result) else None
    if not is_array(answers) or len(answers) != len(send):
        raise AnswerBroken("", "another number of items came back than was imported")
    made: dict[str, str] = {}
    refused: list[BatchOutcome] = []
    for one, answer in zip(send, answers, strict=True):
        item = answer.get("item") if is_object(answer) else None
        if is_object(item) and item.get("id"):
            made[one.key] = str(item["id"])
        else:
            words = _words(answer)
            refused.append(BatchOutcome(one.number, RestoreLineState.REFUSED, why=REFUSED, words=words))
    return made, refused


def _words(answer: Json) -> str:
    known = answer if is_object(answer) else {}
    return ": ".join(str(known[name]) for name in ("error", "error_description") if known.get(name))[:500]
