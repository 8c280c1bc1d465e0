"""The preview of one field of many items: it is filled where it is empty now and was not in the copy."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from b24app.backup.restore.data.choices import MOST
from b24app.backup.restore.data.copy_preview import (
    NOT_IN_COPY,
    NotRestorable,
    Sources,
    item_cannot,
    item_operation,
    rest_of,
)
from b24app.backup.restore.data.item_look import Wanted, look_for, read_portal
from b24app.backup.restore.data.item_types import ItemType, name_of
from b24app.backup.restore.look import plain
from b24app.backup.restore.plan import Action, Operation, RestorePlan
from b24app.json_values import Json, JsonObject
from b24app.rest_client import RestClient
from b24app.stored_values import dump_bytes
from b24app.text.messages import N_

NOT_EMPTY = N_("The field is not empty now, so it is left as it is.")
GONE_NOW = N_("The item itself is not in the portal. Put the item back, not the field.")
EMPTY_IN_COPY = N_("The field was empty in the copy, too.")
NO_FIELD = N_("The portal has no such field, or it cannot be written.")
NONE_IS_ZERO = frozenset({"contactId", "companyId", "assignedById", "opportunity"})
"""Fields in which the portal writes a zero when they are empty."""


def plan_repairs(plan: RestorePlan, kind: ItemType, sources: Sources) -> Iterator[Operation]:
    """One field of many items: it is filled where it is empty now and was not in the copy."""
    field = plan.choices[0].only[0]
    ids = [one.key for one in plan.choices if one.key]
    now = read_portal(sources.client, kind, (), sources.asked_by, sources.moved)
    if field not in now.fields and field != "fm":
        raise NotRestorable(NO_FIELD)
    copied, more = (sources.items.named(kind.entity, ids), 0) if ids else _filled(sources, kind, field)
    present = _present(sources.client, kind, field, copied)
    for item in sorted({*copied, *ids}, key=int):
        row, here = copied.get(item), present.get(item)
        why = _why_not(row, here, field, listed=bool(ids))
        if why and (ids or why == GONE_NOW):
            yield item_cannot(kind, item, name_of(row or {"id": item}), why)
        elif not why and row is not None and here is not None:
            yield replace(
                item_operation(kind, item, name_of(here), Action.CHANGE), id=item, title=field,
                expects={field: here.get(field)}, mark=digest(field_value(row, field)),
            )  # fmt: skip
    if more:
        yield rest_of(kind, more)


def _filled(sources: Sources, kind: ItemType, field: str) -> tuple[dict[str, JsonObject], int]:
    """Items of the copy whose field has a value while it is empty in the portal, and how many more wait for the next restore."""
    params: JsonObject = {"entityTypeId": kind.id, "select": ["id", "*"] if field == "fm" else ["id", field]}
    empty = {
        str(row.get("id")) for row in sources.client.rows("crm.item.list", params) if is_empty(row, field)
    }
    lost = sorted(
        sources.items.ids_matching(
            kind.entity, lambda row: str(row.get("id")) in empty and not is_empty(row, field)
        ),
        key=int,
    )
    return sources.items.named(kind.entity, lost[:MOST]), max(0, len(lost) - MOST)


def _present(client: RestClient, kind: ItemType, field: str, rows: Iterable[str]) -> Mapping[str, JsonObject]:
    more = ("*",) if field == "fm" else (field,)
    found = look_for(client, [Wanted(kind, list(rows))], more)
    return {item: row for (_, item), row in found.rows.items()}


def _why_not(row: JsonObject | None, here: JsonObject | None, field: str, *, listed: bool) -> str:
    if row is None:
        return NOT_IN_COPY if listed else ""
    if here is None:
        return GONE_NOW
    if is_empty(row, field):
        return EMPTY_IN_COPY
    return "" if is_empty(here, field) else NOT_EMPTY


def is_empty(row: JsonObject, field: str) -> bool:
    """Whether a field of an item is empty."""
    value = plain(row.get(field))
    return value is None or (field in NONE_IS_ZERO and value == 0)


def field_value(row: JsonObject, field: str) -> Json:
    """The value of the copy as it is written: phones and addresses of mail without their former numbers."""
    value = row.get(field)
    if field != "fm" or not isinstance(value, Sequence) or isinstance(value, str):
        return value
    return [
        {name: one.get(name) for name in ("valueType", "value", "typeId")}
        for one in value
        if isinstance(one, Mapping)
    ]


def digest(value: Json) -> str:
    """A digest that distinguishes a value without keeping it."""
    return sha256(dump_bytes(object, plain(value))).hexdigest()[:40]
