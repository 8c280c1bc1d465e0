"""Asks the portal what uses restored rows of the shop: orders, variants, documents of stores, contents of sections."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from b24app.backup.restore.data.item_look import PAGE
from b24app.backup.restore.data.item_types import MARK
from b24app.backup.restore.data.item_uses import ItemKey, moment
from b24app.backup.restore.data.order_owners import binding_digest, read_bindings
from b24app.backup.restore.data.shop.row_search import Catalogues, catalogue_numbers, few_rows
from b24app.backup.restore.data.shop.row_types import ShopType, number_of, shop_type
from b24app.backup.restore.refusals import CLOSED, UNTOLD
from b24app.json_values import Json, JsonObject
from b24app.rest_client import RestClient
from b24app.text.messages import N_

ORDERED = N_("It stands in an order since it came back, so it stays.")
IN_DOCUMENT = N_("It stands in a document of the stores since it came back, so it stays.")
HAS_VARIANTS = N_("It has variants that stay, so it stays, too.")
PRICE_CHANGED = N_("Its price was changed since it came back, so it stays.")
HOLDS_GOODS = N_("Something lies in it that stays, so it stays, too.")
PAID = N_("A payment was added to it since it came back, so it stays.")
SHIPPED = N_("A shipment of it was added, allowed or sent since it came back, so it stays.")
BOUND = N_("It was bound to a deal or an invoice since it came back, so it stays.")
UNREAD = N_("The portal does not show everything that may use it, so it stays.")


@dataclass(slots=True)
class ShopUses:
    """The uses of one row: reasons independent of others, rows that refer to it, when a price of it was changed last."""

    reasons: list[str] = field(default_factory=list)
    inside: set[tuple[str, str]] = field(default_factory=set)
    """Its contents or its variants, by the kind and the number."""
    priced_at: datetime | None = None
    binding: str = ""
    """The digest of the binding that an order has to a deal or an invoice."""

    def why_stays(self, kind: ShopType, ended: str, leaving: Collection[ItemKey], binding: str = "") -> str:
        """Why it may not be deleted; rows that are deleted with it do not count, nor does the `binding` restored with it."""
        if self.reasons:
            return self.reasons[0]
        if self.binding not in ("", binding):
            return BOUND
        going = {(one.base, number) for entity, number in leaving if (one := shop_type(entity))}
        if self.inside - going:
            return HOLDS_GOODS if kind.base == "catalogue_section" else HAS_VARIANTS
        since = moment(ended)
        return PRICE_CHANGED if self.priced_at and since and self.priced_at > since else ""


def read_shop_uses(
    client: RestClient, catalogues: Catalogues, rows: Collection[ItemKey]
) -> dict[ItemKey, ShopUses]:
    """The uses of these rows, each list read to its end; what a portal does not have counts as none, but not what it hides."""
    found = {key: ShopUses() for key in rows}
    for entity in {one for one, _ in rows}:
        kind = shop_type(entity)
        numbers = sorted(int(number) for one, number in rows if one == entity)
        for start in range(0, len(numbers), PAGE) if kind is not None else ():
            part: list[Json] = [*numbers[start : start + PAGE]]
            mine = {str(number): found[entity, str(number)] for number in part}
            if kind is not None and not _is_read(client, kind, catalogues, part, mine):
                for uses in mine.values():
                    uses.reasons.append(UNREAD)
    return found


def _is_read(
    client: RestClient,
    kind: ShopType,
    catalogues: Catalogues,
    part: list[Json],
    mine: Mapping[str, ShopUses],
) -> bool:
    """Read what uses these rows; False when the portal hides one of the lists."""
    try:
        _read(client, kind, catalogues, part, mine)
    except UNTOLD:
        return False
    return True


def _read(
    client: RestClient,
    kind: ShopType,
    catalogues: Catalogues,
    part: list[Json],
    mine: Mapping[str, ShopUses],
) -> None:
    if kind.base == "order":
        _of_orders(client, part, mine)
    elif kind.base == "catalogue_section":
        for each in ("catalogue_section", "sku", "product", "service"):
            _inside(client, ShopType(each, each), catalogues, ("iblockSectionId", part), mine)
    else:
        _of_goods(client, part, mine)
        if kind.base in ("sku", "product"):
            _inside(client, ShopType("offer", "offer"), catalogues, ("parentId", part), mine)


def _of_orders(client: RestClient, part: list[Json], mine: Mapping[str, ShopUses]) -> None:
    for row in _rows(client, "sale.payment.list", {"filter": {"=orderId": part}}):
        _add(mine, row.get("orderId"), PAID)
    for row in _rows(client, "sale.shipment.list", {"filter": {"=orderId": part}}):
        ours = str(row.get("xmlId") or "").startswith(f"{MARK}:")
        moved = row.get("deducted") == "Y" or row.get("allowDelivery") == "Y"
        if row.get("system") != "Y" and (moved or not ours):
            _add(mine, row.get("orderId"), SHIPPED)
    bound = read_bindings(client, mine)
    for order, uses in mine.items():
        if bound is None:
            uses.reasons.append(UNREAD)
        elif order in bound:
            uses.binding = binding_digest(bound[order])


def _of_goods(client: RestClient, part: list[Json], mine: Mapping[str, ShopUses]) -> None:
    for row in _rows(
        client, "sale.basketitem.list", {"filter": {"@productId": part}, "select": ["id", "productId"]}
    ):
        _add(mine, row.get("productId"), ORDERED)
    elements: JsonObject = {"filter": {"@elementId": part}, "select": ["id", "elementId"]}
    for row in _rows(client, "catalog.document.element.list", elements):
        _add(mine, row.get("elementId"), IN_DOCUMENT)
    for row in _rows(client, "catalog.price.list", {"filter": {"@productId": part}}):
        uses, at = mine.get(number_of(row.get("productId"))), moment(row.get("timestampX"))
        if uses is not None and at is not None:
            uses.priced_at = max(at, uses.priced_at or at)


def _inside(
    client: RestClient,
    kind: ShopType,
    catalogues: Catalogues,
    asked: tuple[str, list[Json]],
    mine: Mapping[str, ShopUses],
) -> None:
    """Note rows of a kind that refer to these in one field; numbers are unique across all catalogues."""
    name, part = asked
    sign = "=" if kind.is_goods else "@"
    for number in catalogue_numbers(kind, catalogues):
        params: JsonObject = {
            "select": ["id", "iblockId", name],
            "filter": {"iblockId": number, f"{sign}{name}": part},
        }
        for row in _rows(client, kind.family.methods.list, params):
            uses = mine.get(number_of(row.get(name)))
            if uses is not None:
                uses.inside.add((kind.base, str(row.get("id"))))


def _rows(client: RestClient, method: str, params: JsonObject) -> Iterator[JsonObject]:
    try:
        yield from few_rows(client, method, params)
    except UNTOLD:
        raise
    except CLOSED:
        return


def _add(mine: Mapping[str, ShopUses], number: Json, why: str) -> None:
    uses = mine.get(number_of(number))
    if uses is not None and why not in uses.reasons:
        uses.reasons.append(why)
