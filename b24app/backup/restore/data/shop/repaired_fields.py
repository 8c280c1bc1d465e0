"""Fields of goods that may be filled again in many of them at once, their values as they are written, their prices."""

from collections.abc import Mapping

from b24app.backup.restore.data.shop.goods_fields import property_values
from b24app.backup.restore.data.shop.present_settings import GoodsNow
from b24app.backup.restore.data.shop.row_types import is_price, number_of
from b24app.backup.restore.look import plain
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.text.messages import N_

PRICE_TITLE = N_("Price")
FIELD_TITLES: Mapping[str, str] = {
    "iblockSectionId": N_("Section"),
    "previewText": N_("Short description"),
    "detailText": N_("Full description"),
    "vatId": N_("VAT rate"),
    "measure": N_("Unit of measure"),
    "weight": N_("Weight"),
}
SETTINGS: Mapping[str, str] = {"vatId": "vat", "measure": "measure"}
NOT_OF: Mapping[str, frozenset[str]] = {
    "service": frozenset({"measure", "weight"}),
    "sku": frozenset({"measure", "weight", "vatId"}),
    "offer": frozenset({"iblockSectionId"}),
}
"""Fields that catalog.product.*.update does not document for a kind, or that are closed in the cloud."""


def fields_of(base: str) -> list[str]:
    """The usual fields of a kind of goods."""
    return [name for name in FIELD_TITLES if name not in NOT_OF.get(base, ())]


def title_of(field: str) -> str:
    """The title of a field: a message id, or the portal's own name of a property."""
    return PRICE_TITLE if is_price(field) else FIELD_TITLES.get(field, field)


def value_there(row: JsonObject, field: str) -> object:
    """The value of a field as it is compared: without the numbers of the rows it is kept in; a setting of 0 is none."""
    value = row.get(field)
    values = [_bare(one) for one in (value if is_array(value) else [value])]
    found = [one for one in map(plain, values) if one is not None and not (field in SETTINGS and one == 0)]
    if field == "iblockSectionId" and found == [0]:
        return None
    return (found if is_array(value) else found[0]) if found else None


def value_written(row: JsonObject, field: str, now: GoodsNow) -> Json:
    """The value of the copy as it is written; None where it is empty, or refers to a deleted setting."""
    if value_there(row, field) is None:
        return None
    if field in SETTINGS:
        known = now.rates if field == "vatId" else now.units
        present = now.present(SETTINGS[field], known, number_of(row.get(field)))
        return int(present) if present else None
    if field.startswith("property"):
        return next(
            (value for _, value, loss in property_values({field: row[field]}, now) if loss is None), None
        )
    return row[field]


def emptied(field: str) -> Json:
    """The value that empties a field again; of a property `value` alone replaces what was there (catalog-product-update.md)."""
    return {"value": ""} if field.startswith("property") else ""


def _bare(value: Json) -> Json:
    return value.get("value") if is_object(value) and "value" in value else value
