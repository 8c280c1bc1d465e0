"""Writes one field of existing goods: what of a batch may be sent, after the copy and the portal were read again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from b24app.backup.restore.batches import CHANGED_MEANWHILE, BatchOutcome
from b24app.backup.restore.data.field_repairs import digest
from b24app.backup.restore.data.prefetched_items import Writing
from b24app.backup.restore.data.shop.goods_repairs import Repairing, is_filled
from b24app.backup.restore.data.shop.row_types import shop_type
from b24app.backup.restore.look import plain
from b24app.backup.restore.model import RestoreLineState
from b24app.backup.restore.plan import Operation
from b24app.errors import AnswerBroken
from b24app.json_values import Json


@dataclass(frozen=True, slots=True)
class ReadyChanges:
    """What may be sent with the values of the copy, and the outcomes of the rest."""

    told: tuple[BatchOutcome, ...]
    send: tuple[Operation, ...]
    values: Mapping[int, Json]

    def filled(self, send: Sequence[Operation]) -> list[Operation]:
        """Changes with the values of the copy in their parameters, for as long as they are being sent."""
        field = next(iter(send[0].expects), "")
        return [replace(one, params={"fields": {field: self.values[one.number]}}) for one in send]


def get_changes_ready(batch: Sequence[Operation], writing: Writing, coming: Sequence[str]) -> ReadyChanges:
    """Read the values of the copy, together with those that come next, and the present ones; nothing is written."""
    kind = shop_type(batch[0].entity)
    if kind is None:
        raise AnswerBroken("", "no row of the shop")
    field = next(iter(batch[0].expects), "")
    work = Repairing(kind, field, writing.client, writing.shop)
    writing.shop.take_field(kind, field, [one.key for one in batch], coming)
    copied = writing.shop.rows
    present = work.present([one.id for one in batch])
    told, send = [], []
    values: dict[int, Json] = {}
    for one in batch:
        row, here = copied.get(one.key), present.get(one.id)
        value = work.value(one.id, row) if row is not None else None
        if here is None or value is None or digest(value) != one.mark:
            told.append(BatchOutcome(one.number, RestoreLineState.UNTOUCHED, one.id, CHANGED_MEANWHILE))
        elif is_filled(here, field):
            same = plain(here.get(field)) == plain(value) or is_filled_alike(here.get(field), value)
            state = RestoreLineState.SAME if same else RestoreLineState.UNTOUCHED
            told.append(BatchOutcome(one.number, state, one.id, "" if same else CHANGED_MEANWHILE))
        else:
            send.append(one)
            values[one.number] = value
    return ReadyChanges(tuple(told), tuple(send), values)


def is_filled_alike(here: Json, value: Json) -> bool:
    """Whether a property or a price has exactly the value of the copy, whatever numbers its row has."""
    if isinstance(here, Mapping) and isinstance(value, Mapping):
        return all(plain(here.get(name)) == plain(one) for name, one in value.items())
    if isinstance(here, Sequence) and isinstance(value, Sequence) and not isinstance(here, str):
        return len(here) == len(value) and all(map(is_filled_alike, here, value))
    return False
