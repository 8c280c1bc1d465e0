"""Fields with which sections and goods are created anew: deleted settings are left out, numbers of others are replaced."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from b24app.backup.restore.data.shop.present_settings import GoodsNow
from b24app.backup.restore.data.shop.row_losses import ShopLoss
from b24app.backup.restore.data.shop.row_types import PARENTS, ShopType, number_of, shop_type
from b24app.json_values import Json, JsonObject, is_array, is_object

SECTION_FIELDS = ("iblockId", "name", "code", "sort", "active", "description", "descriptionType")
ALL_GOODS = (
    "iblockId", "name", "active", "code", "dateActiveFrom", "dateActiveTo", "dateCreate", "detailText", "detailTextType",
    "previewText", "previewTextType", "sort", "vatIncluded",
)  # fmt: skip
SIZES = ("height", "length", "weight", "width")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "service": ALL_GOODS,
    "sku": ALL_GOODS,
    "product": (*ALL_GOODS, *SIZES, "barcodeMulti", "canBuyZero", "quantityTrace", "subscribe"),
    "offer": (*ALL_GOODS, *SIZES, "barcodeMulti", "canBuyZero", "quantityTrace", "subscribe"),
}
"""Fields documented for catalog.product.add and similar methods; those of a product with variants are closed in the cloud."""
UNTIL_STOCK_IS_KEPT = ("quantity", "purchasingPrice", "purchasingCurrency")
PICTURES = ("previewPicture", "detailPicture")
FILE, LIST = "F", "L"
Ids = Mapping[tuple[str, str], str]
"""Present numbers by entity and former number."""


@dataclass(frozen=True, slots=True)
class Made:
    """The fields of one row for its creation, and what of it is lost."""

    fields: dict[str, Json]
    losses: frozenset[ShopLoss]


def section_fields(kind: ShopType, row: JsonObject, ids: Ids) -> Made:
    """The fields of catalog.section.add."""
    fields = _given(row, SECTION_FIELDS)
    losses = _put_into_section(kind.entity, row, ids, fields)
    return Made({**fields, "xmlId": kind.mark_of(row)}, frozenset(losses))


def goods_fields(kind: ShopType, row: JsonObject, now: GoodsNow, ids: Ids, parents: Sequence[str]) -> Made:
    """The fields of catalog.product.add and similar methods; `parents` are the entities that may hold the product of a variant."""
    fields = _given(row, FIELDS[kind.base])
    losses = _put_into_section(kind.sections, row, ids, fields) if kind.base != "offer" else set()
    losses |= _settings(kind, row, now, fields)
    if count_pictures(row, now):
        losses.add(ShopLoss.PICTURE)
    for name, value, loss in property_values(row, now, now.links if kind.base == "offer" else ()):
        fields |= {name: value} if value is not None else {}
        losses |= {loss} if loss is not None else set()
    if kind.base == "offer":
        losses |= _parent(row, ids, parents, fields)
    return Made({**fields, "xmlId": kind.mark_of(row)}, frozenset(losses))


def count_pictures(row: JsonObject, now: GoodsNow) -> int:
    """How many pictures a product of the copy has."""
    count = sum(1 for name in PICTURES if row.get(name))
    for name, value in row.items():
        former = name.removeprefix("property")
        if former != name and value:
            rule = now.properties.get(now.present("product_property", now.properties.keys(), former))
            several = len(value) if is_array(value) else 1
            count += several if rule is not None and rule.holds_pictures else 0
    return count


def parent_entities(entities: Sequence[str]) -> list[str]:
    """Those entities of a copy that may hold the product of a variant."""
    kinds = [(entity, shop_type(entity)) for entity in entities]
    return [entity for entity, kind in kinds if kind is not None and kind.base in PARENTS]


def _parent(row: JsonObject, ids: Ids, parents: Sequence[str], fields: dict[str, Json]) -> set[ShopLoss]:
    former = number_of(row.get("parentId"))
    if not former:
        return set()
    found = next((ids[entity, former] for entity in parents if (entity, former) in ids), "")
    fields["parentId"] = int(found) if found else None
    return set() if found else {ShopLoss.PARENT}


def _put_into_section(entity: str, row: JsonObject, ids: Ids, fields: dict[str, Json]) -> set[ShopLoss]:
    former = number_of(row.get("iblockSectionId"))
    if not former or former == "0":
        return set()
    found = ids.get((entity, former), "")
    if found:
        fields["iblockSectionId"] = int(found)
    return set() if found else {ShopLoss.SECTION}


def _settings(kind: ShopType, row: JsonObject, now: GoodsNow, fields: dict[str, Json]) -> set[ShopLoss]:
    """The VAT rate and the unit of measure; stock and purchasing price where the portal lets them be written."""
    losses: set[ShopLoss] = set()
    closed = kind.base == "sku"
    for name, setting, known, loss in (
        ("vatId", "vat", now.rates, ShopLoss.RATE), ("measure", "measure", now.units, ShopLoss.UNIT),
    ):  # fmt: skip
        former = number_of(row.get(name))
        if not former or former == "0" or closed:
            continue
        present = now.present(setting, known, former)
        fields |= {name: int(present)} if present else {}
        losses |= set() if present else {loss}
    if kind.base in ("product", "offer"):
        if not now.stock_kept:
            fields |= _given(row, UNTIL_STOCK_IS_KEPT)
        elif amount(row.get("quantity")):
            losses.add(ShopLoss.STOCK)
    return losses


def property_values(
    row: JsonObject, now: GoodsNow, without: Collection[str] = ()
) -> Iterator[tuple[str, Json, ShopLoss | None]]:
    """The values of properties by their present names, or what of them is lost."""
    for name, value in row.items():
        former = name.removeprefix("property")
        if former == name or not former.isdigit() or former in without or value in (None, "", [], False):
            continue
        number = now.present("product_property", now.properties.keys(), former)
        rule = now.properties.get(number)
        if rule is None:
            yield name, None, ShopLoss.PROPERTY
        elif rule.holds_pictures:
            continue  # they are restored by a method of their own
        elif rule.type == FILE:
            yield name, None, ShopLoss.FILE
        else:
            yield _property(f"property{number}", value, rule.type == LIST, now)


def _property(name: str, value: Json, listed: bool, now: GoodsNow) -> tuple[str, Json, ShopLoss | None]:
    """A value without the number of its row; of a list only values that still exist."""
    several = is_array(value)
    inside = [_plain(one) for one in (value if is_array(value) else [value])]
    found: list[Json] = [one for one in inside if one not in (None, "")]
    wanted = len(found)
    if listed:
        named = [now.present("product_property_enum", now.values, str(one)) for one in found]
        found = [{"value": int(one)} for one in named if one]
    else:
        found = [{"value": one} for one in found]
    loss = ShopLoss.PROPERTY if len(found) < wanted else None
    return name, (found if several else found[0]) if found else None, loss


def _plain(value: Json) -> Json:
    return value.get("value") if is_object(value) else value


def amount(value: Json) -> float:
    """A quantity as a number; nothing counts as none."""
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def _given(row: JsonObject, names: Sequence[str]) -> dict[str, Json]:
    return {name: row[name] for name in names if row.get(name) not in (None, "")}
