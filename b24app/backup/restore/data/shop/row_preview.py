"""The preview of rows of the shop restored from a copy: sections first, then goods, their variants, orders."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from b24app.backup.restore.data.choices import MOST, ChoiceWay
from b24app.backup.restore.data.copied_items import CopiedItems
from b24app.backup.restore.data.copy_preview import (
    CAME_BACK,
    IS_THERE,
    NEXT_TIME,
    NOT_IN_COPY,
    PARTS,
    NotRestorable,
    Sources,
)
from b24app.backup.restore.data.item_look import EarlierItems, SeenItems
from b24app.backup.restore.data.order_owners import present_owners
from b24app.backup.restore.data.shop.goods_fields import goods_fields, section_fields
from b24app.backup.restore.data.shop.goods_on_sale import goods_on_sale
from b24app.backup.restore.data.shop.goods_pictures import pictures_entity
from b24app.backup.restore.data.shop.goods_repairs import Repairing, repairs
from b24app.backup.restore.data.shop.order_fields import OrderParts, order_losses
from b24app.backup.restore.data.shop.prefetched_rows import PrefetchedRows, parts_of_orders, prices_of
from b24app.backup.restore.data.shop.row_limits import goods_limits, limits
from b24app.backup.restore.data.shop.row_losses import HINDER, WORDS, ShopLoss
from b24app.backup.restore.data.shop.row_operation import cannot, operation
from b24app.backup.restore.data.shop.row_search import WantedRows, catalogue_numbers, look_for_rows
from b24app.backup.restore.data.shop.row_types import ShopType, number_of, shop_type
from b24app.backup.restore.plan import Action, Operation, RestorePlan
from b24app.json_values import JsonObject
from b24app.rest_client import RestClient
from b24app.text.messages import NOTHING, Sentence, sentence

DEEPEST = 20
Rows = Mapping[str, JsonObject]
Groups = dict[ShopType, dict[str, JsonObject]]


@dataclass(slots=True)
class ShopSources:
    """The sources of a preview of the shop, and the present numbers found for it, `0` for what is to be created."""

    items: CopiedItems
    client: RestClient
    asked_by: int
    earlier: EarlierItems
    ids: dict[tuple[str, str], str] = field(default_factory=dict)


def plan_shop(plan: RestorePlan, sources: Sources) -> Iterator[Operation]:
    """Plan rows of the shop, after those that they need; or one field of many goods."""
    kind, items, client = shop_type(plan.choices[0].entity), sources.items, sources.client
    if kind is None:
        raise NotRestorable
    prefetched = PrefetchedRows(items, sources.settings)
    if plan.choices[0].kind == ChoiceWay.FIELD:
        work = Repairing(kind, plan.choices[0].only[0], client, prefetched)
        return repairs(work, [one.key for one in plan.choices if one.key])
    shop = ShopSources(items, client, sources.asked_by, sources.earlier)
    return _creations(plan, kind, shop, prefetched)


def _creations(
    plan: RestorePlan, kind: ShopType, sources: ShopSources, prefetched: PrefetchedRows
) -> Iterator[Operation]:
    """Everything that these choices restore, in the order of writing, and what is not possible."""
    rows, more = _wanted_rows(plan, kind, sources)
    seen, gone = _gone(kind, rows, sources, prefetched)
    groups = _groups(kind, gone, sources, prefetched)
    for each, inside in groups.items():
        yield from _created(each, inside, sources, prefetched)
    for number, row in rows.items():
        if (here := seen.present_id(kind.entity, number)) is not None:
            yield cannot(kind, number, kind.name_of(row), IS_THERE if here == number else CAME_BACK)
    if more:
        yield replace(cannot(kind, "…", "", NEXT_TIME), title=PARTS, objects=more)
    yield from _missing(plan, kind, rows)
    if any(groups.values()):
        yield from limits(kind)
        if any(one.is_goods and inside for one, inside in groups.items()):
            now = prefetched.goods_now(sources.client)
            coming = {
                each: {number: row for number, row in inside.items() if (each.entity, number) in sources.ids}
                for each, inside in groups.items()
            }
            yield from goods_limits(kind, coming, sources.items, sources.client, now)


def _missing(plan: RestorePlan, kind: ShopType, rows: Rows) -> Iterator[Operation]:
    """Wanted numbers that are not in the copy."""
    known = {str(row.get("accountNumber") or "") for row in rows.values()} | rows.keys()
    missing = [one.key for one in plan.choices if one.key and one.key not in known]
    yield from (cannot(kind, number, f"№ {number}", NOT_IN_COPY) for number in missing)


def _groups(
    kind: ShopType, gone: dict[str, JsonObject], sources: ShopSources, prefetched: PrefetchedRows
) -> Groups:
    """Deleted rows with all that belongs to them, by kind, in the order of writing; their numbers are noted as to be created."""
    groups: Groups = {kind: gone}
    for each, inside in _with_them(kind, gone, sources, prefetched):
        groups.setdefault(each, {}).update(inside)
    for each, inside in [*groups.items()]:
        for section, found in _sections(each, inside, sources, prefetched):
            groups.setdefault(section, {}).update(found)
    for each, inside in groups.items():
        sources.ids |= {(each.entity, number): "0" for number in inside}
    return dict(sorted(groups.items(), key=lambda one: one[0].family.place))


def _wanted_rows(
    plan: RestorePlan, kind: ShopType, sources: ShopSources
) -> tuple[dict[str, JsonObject], int]:
    """The rows of the copy that are chosen, and how many more wait for the next restore."""
    first = plan.choices[0]
    if first.kind == ChoiceWay.NAME:
        typed = first.name.casefold()
        return sources.items.matching(kind.entity, lambda row: typed in kind.name_of(row).casefold(), MOST), 0
    if first.kind != ChoiceWay.GONE:
        return _named(kind, [one.key for one in plan.choices], sources.items), 0
    copied = sources.items.ids(kind.entity)
    there = _present_numbers(kind, sources)
    put_back = {
        former for (entity, former), made in sources.earlier.items()
        if entity == kind.entity and not there.isdisjoint(made)
    }  # fmt: skip
    lost = sorted(copied - there - put_back, key=int)
    return sources.items.named(kind.entity, lost[:MOST]), max(0, len(lost) - MOST)


def _named(kind: ShopType, numbers: Sequence[str], items: CopiedItems) -> dict[str, JsonObject]:
    """Rows by their numbers; orders also by the number that people see, where no row has it as its id."""
    found = items.named(kind.entity, numbers)
    others = set(numbers) - found.keys()
    if kind.base == "order" and others:
        found |= items.matching(kind.entity, lambda row: str(row.get("accountNumber")) in others, MOST)
    return found


def _present_numbers(kind: ShopType, sources: ShopSources) -> set[str]:
    """Every number of a kind that the portal holds."""
    family, client = kind.family, sources.client
    params: JsonObject = {"select": ["id", "iblockId"] if kind.is_goods else ["id"]}
    if not family.in_catalogue:
        return {str(row.get("id")) for row in client.rows(family.methods.list, params)}
    numbers = catalogue_numbers(kind, tuple(client.rows("catalog.catalog.list")))
    return {
        str(row.get("id"))
        for number in numbers
        for row in client.rows(family.methods.list, {**params, "filter": {"iblockId": number}})
    }


def _gone(
    kind: ShopType, rows: Rows, sources: ShopSources, prefetched: PrefetchedRows
) -> tuple[SeenItems, dict[str, JsonObject]]:
    """Separate rows that exist, under their own number or another one, from deleted ones; present numbers are noted."""
    seen = look_for_rows(
        sources.client, prefetched.catalogues(sources.client),
        [WantedRows(kind, (), rows, sources.earlier, partial(sources.items.named, kind.entity))],
    )  # fmt: skip
    sources.ids |= seen.ids()
    return seen, {number: row for number, row in rows.items() if seen.present_id(kind.entity, number) is None}


def _with_them(
    kind: ShopType, gone: Rows, sources: ShopSources, prefetched: PrefetchedRows
) -> Iterator[tuple[ShopType, dict[str, JsonObject]]]:
    """The product of a variant that was deleted with it, or the variants of a product."""
    if not gone:
        return
    if kind.base == "offer":
        parents = {number for row in gone.values() if (number := number_of(row.get("parentId")))}
        for entity in prefetched.parents():
            parent = shop_type(entity)
            rows = sources.items.named(entity, parents)
            if parent is not None and rows:
                yield parent, _gone(parent, rows, sources, prefetched)[1]
    elif kind.base in ("sku", "product"):
        for one in sources.items.manifest.entities:
            offer = shop_type(one.code)
            if offer is not None and offer.base == "offer" and sources.items.has(one.code):
                rows = sources.items.matching(
                    one.code, lambda row: number_of(row.get("parentId")) in gone, MOST
                )
                yield offer, _gone(offer, rows, sources, prefetched)[1]


def _sections(
    kind: ShopType, rows: Rows, sources: ShopSources, prefetched: PrefetchedRows
) -> Iterator[tuple[ShopType, dict[str, JsonObject]]]:
    """The deleted sections of these rows, and those around them."""
    section = shop_type(kind.sections)
    if section is None or kind.base in ("order", "offer") or not sources.items.has(section.entity):
        return
    known = set(rows) if kind == section else set[str]()
    wanted = {number_of(row.get("iblockSectionId")) for row in rows.values()} - {"", *known}
    for _ in range(DEEPEST):
        if not wanted:
            return
        _, gone = _gone(section, sources.items.named(section.entity, wanted), sources, prefetched)
        yield section, gone
        known |= wanted
        wanted = {number_of(row.get("iblockSectionId")) for row in gone.values()} - {"", *known}


def _created(
    kind: ShopType, rows: Rows, sources: ShopSources, prefetched: PrefetchedRows
) -> Iterator[Operation]:
    losses = _losses(kind, rows, sources, prefetched) if rows else {}
    for number in _in_order(kind, rows):
        row, lost = rows[number], losses[number]
        first = min(lost, default=None)
        if first in HINDER:
            sources.ids.pop((kind.entity, number), None)
            yield cannot(kind, number, kind.name_of(row), WORDS[first])
        else:
            made = operation(kind, number, kind.name_of(row), Action.CREATE, why_of(lost))
            yield replace(made, wants={"xmlId": kind.mark_of(row)})


def why_of(losses: frozenset[ShopLoss]) -> Sentence:
    """The gravest loss in words, and the binding: a person can first restore the item to which an order is bound."""
    others = losses - {ShopLoss.OWNER}
    if others and ShopLoss.OWNER in losses:
        both = sentence(WORDS[min(others)]), sentence(WORDS[ShopLoss.OWNER])
        return sentence("%(loss)s %(owner)s", loss=both[0], owner=both[1])
    return sentence(WORDS[min(losses)]) if losses else NOTHING


def _in_order(kind: ShopType, rows: Rows) -> list[str]:
    """Numbers in ascending order, but a section after the one that contains it."""
    numbers = sorted(rows, key=int)
    if kind.base != "catalogue_section":
        return numbers
    return sorted(numbers, key=lambda number: depth(rows, number))


def depth(rows: Rows, number: str) -> int:
    """How many of these sections contain a section, at most `DEEPEST` when they form a ring."""
    found, at = 0, number_of(rows[number].get("iblockSectionId"))
    while at in rows and found < DEEPEST:
        found, at = found + 1, number_of(rows[at].get("iblockSectionId"))
    return found


def _losses(
    kind: ShopType, rows: Rows, sources: ShopSources, prefetched: PrefetchedRows
) -> Mapping[str, frozenset[ShopLoss]]:
    if kind.base == "catalogue_section":
        return {number: section_fields(kind, row, sources.ids).losses for number, row in rows.items()}
    if kind.base == "order":
        return _order_losses(rows, sources, prefetched)
    now, prices = prefetched.goods_now(sources.client), prices_of(sources.items, set(rows))
    found = {}
    for number, row in rows.items():
        lost = set(goods_fields(kind, row, now, sources.ids, prefetched.parents()).losses)
        types = {number_of(one.get("catalogGroupId")) for one in prices.get(number, ())}
        if any(not now.present("price_type", now.price_types, one) for one in types):
            lost.add(ShopLoss.PRICE)
        if sources.items.has(pictures_entity(kind)):
            lost.discard(ShopLoss.PICTURE)
        found[number] = frozenset(lost)
    return found


def _order_losses(
    rows: Rows, sources: ShopSources, prefetched: PrefetchedRows
) -> Mapping[str, frozenset[ShopLoss]]:
    parts = parts_of_orders(sources.items, set(rows))
    prefetched.orders = parts
    now = prefetched.orders_now(sources.client, sources.asked_by, rows)
    named = {number_of(one.get("productId")) for each in parts.values() for one in each.basket}
    goods = goods_on_sale(sources.client, prefetched.catalogues(sources.client), named, sources.earlier)
    owners = present_owners(sources.client, sources.items, sources.earlier, set(rows))
    unbound = {number for number, (_, owner) in owners.items() if not owner}
    return {
        number: order_losses(row, parts.get(number, OrderParts()), now, goods)
        | ({ShopLoss.OWNER} if number in unbound else set[ShopLoss]())
        for number, row in rows.items()
    }
