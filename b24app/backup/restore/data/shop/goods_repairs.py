"""One field of many goods, or their prices of one type: filled where it is empty now and was not in the copy."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from b24app.backup.restore.data.copy_preview import NOT_IN_COPY, PARTS, NotRestorable
from b24app.backup.restore.data.field_repairs import EMPTY_IN_COPY, GONE_NOW, NO_FIELD, NOT_EMPTY, digest
from b24app.backup.restore.data.prefetched_tasks import AT_ONCE
from b24app.backup.restore.data.shop.prefetched_rows import PrefetchedRows, is_price_of, rows_with_field
from b24app.backup.restore.data.shop.present_rows import present_rows
from b24app.backup.restore.data.shop.price_writing import price_fields
from b24app.backup.restore.data.shop.repaired_fields import (
    fields_of,
    title_of,
    value_there,
    value_written,
)
from b24app.backup.restore.data.shop.row_losses import WORDS, ShopLoss
from b24app.backup.restore.data.shop.row_operation import cannot, operation
from b24app.backup.restore.data.shop.row_search import catalogue_numbers
from b24app.backup.restore.data.shop.row_types import ShopType, is_price, number_of
from b24app.backup.restore.look import picked
from b24app.backup.restore.plan import Action, Operation
from b24app.json_values import Json, JsonObject, is_object
from b24app.rest_client import RestClient
from b24app.text.messages import N_

Rows = Mapping[str, JsonObject]
MOST_GOODS = 10_000
NEXT_TIME = N_(
    "One restore fills the field of 10,000 goods. Fill the rest with the next one, in the same way."
)
GONE_SETTINGS: Mapping[str, ShopLoss] = {"vatId": ShopLoss.RATE, "measure": ShopLoss.UNIT}
"""What was deleted when a value of the copy cannot be written; for all other fields it is a property."""


@dataclass(frozen=True, slots=True)
class Repairing:
    """Which field of which goods is filled, and the sources of its plan and its writes."""

    kind: ShopType
    field: str
    client: RestClient
    prefetched: PrefetchedRows

    def present(self, numbers: Collection[str]) -> Rows:
        """These goods as they are."""
        catalogues = self.prefetched.catalogues(self.client)
        return present_rows(self.client, catalogues, self.kind, self.field, numbers)

    def value(self, number: str, row: JsonObject) -> Json:
        """The value of the copy as it is written."""
        now = self.prefetched.goods_now(self.client)
        return price_fields(number, row, now) if is_price(self.field) else value_written(row, self.field, now)

    def is_possible(self) -> bool:
        """Whether goods of this kind have the field."""
        now = self.prefetched.goods_now(self.client)
        if price := is_price(self.field):
            return self.kind.is_goods and price in now.price_types
        known = self.field in fields_of(self.kind.base)
        return self.kind.is_goods and (known or self.field.removeprefix("property") in now.properties)


def repairs(work: Repairing, listed: Collection[str]) -> Iterator[Operation]:
    """The operations that fill the field of these goods, or of all where it was emptied; values entered since stay."""
    if not work.is_possible():
        raise NotRestorable(NO_FIELD)
    if not listed:
        yield from _all_emptied(work)
        return
    copied = rows_with_field(work.prefetched.items, work.kind, work.field, listed)
    present = work.present([*copied])
    for number in sorted({*copied, *listed}, key=int):
        yield _repair(work, number, copied.get(number), present.get(number))


def _all_emptied(work: Repairing) -> Iterator[Operation]:
    """All goods whose field is empty now and was not in the copy; at most a page of their rows is in memory."""
    kind, field, items = work.kind, work.field, work.prefetched.items
    empty = _empty_now(work)
    entity, owner = ("price", "productId") if is_price(field) else (kind.entity, "id")
    filled = sorted(items.ids_matching(entity, lambda row: _is_lost(row, field, empty)), key=int)
    chosen = filled[:MOST_GOODS]
    for start in range(0, len(chosen), AT_ONCE):
        page = items.named(entity, chosen[start : start + AT_ONCE])
        rows = {number_of(row.get(owner)): row for row in page.values()}
        for number in sorted(rows, key=int):
            yield _repair(work, number, rows[number], empty.get(number))
    if more := len(filled) - len(chosen):
        yield replace(cannot(kind, "…", "", NEXT_TIME), title=PARTS, objects=more)


def _repair(work: Repairing, number: str, row: JsonObject | None, here: JsonObject | None) -> Operation:
    """The operation on the field of one product, or the reason why there is none."""
    value = work.value(number, row) if row is not None else None
    name = work.kind.name_of(here or {"id": number})
    why = _why_not(value, row, here, work.field)
    if why or here is None:
        return cannot(work.kind, number, name, why)
    change = operation(work.kind, number, name, Action.CHANGE)
    return replace(
        change,
        id=number,
        title=title_of(work.field),
        expects={work.field: here.get(work.field)},
        mark=digest(value),
    )


def _is_lost(row: JsonObject, field: str, empty: Collection[str]) -> bool:
    """Whether a row of the copy holds a value that is empty now."""
    if price := is_price(field):
        return is_price_of(row, price) and number_of(row.get("productId")) in empty
    return str(row.get("id")) in empty and value_there(row, field) is not None


def _empty_now(work: Repairing) -> Rows:
    """Goods whose field is empty in the portal, by number; of each its name and the field alone."""
    field, price, client = work.field, is_price(work.field), work.client
    select: list[Json] = ["id", "iblockId", "name", *([] if price else [field])]
    rows: Iterable[JsonObject] = (
        row
        for number in catalogue_numbers(work.kind, work.prefetched.catalogues(client))
        for row in client.rows(
            work.kind.family.methods.list, {"select": select, "filter": {"iblockId": number}}
        )
    )
    priced = _priced(price, client) if price else frozenset[str]()
    return {
        number: picked(row, ("id", "name", field))
        for row in rows
        if (number := str(row.get("id"))) not in priced and (price or value_there(row, field) is None)
    }


def _priced(price: str, client: RestClient) -> Collection[str]:
    """The goods that have a price of this type."""
    params: JsonObject = {"filter": {"catalogGroupId": int(price)}, "select": ["id", "productId"]}
    return {number_of(row.get("productId")) for row in client.rows("catalog.price.list", params)}


def _why_not(value: Json, row: JsonObject | None, here: JsonObject | None, field: str) -> str:
    """Why a field is not filled; empty when it is."""
    if row is None:
        return NOT_IN_COPY
    if here is None:
        return GONE_NOW
    if value is None:
        return EMPTY_IN_COPY if value_there(row, field) is None else _what_is_gone(field)
    return NOT_EMPTY if is_filled(here, field) else ""


def _what_is_gone(field: str) -> str:
    """Why a value of the copy cannot be written."""
    return WORDS[GONE_SETTINGS.get(field, ShopLoss.PROPERTY)]


def is_filled(here: JsonObject, field: str) -> bool:
    """Whether a field has a value now."""
    return is_object(here.get(field)) if is_price(field) else value_there(here, field) is not None
