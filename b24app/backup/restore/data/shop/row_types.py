"""Rows of the shop that can be put back: their methods, the code by which they are found again, their order. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from b24app.backup.restore.data.item_types import MARK
from b24app.json_values import Json, JsonObject, is_object
from b24app.text.messages import N_

PRICE = "price_"
"""Prefix of a field that represents the prices of one type."""
NUMBER_AT_END = re.compile(r"_[0-9]{1,15}$")


@dataclass(frozen=True, slots=True)
class RowMethods:
    """The methods of one kind of rows; `update` is empty where no field of an existing row is written."""

    list: str
    add: str
    delete: str
    update: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """What is the same in all catalogues: how such rows are listed, written and named; `answer` holds a written row."""

    title: str
    methods: RowMethods
    answer: str
    changed: str
    place: int
    shown: tuple[str, ...]
    in_catalogue: bool = True


GOODS = ("id", "iblockId", "name", "xmlId", "active", "timestampX")
FAMILIES: Mapping[str, Family] = {
    "catalogue_section": Family(
        N_("Section of the catalogue"),
        RowMethods("catalog.section.list", "catalog.section.add", "catalog.section.delete"), "section", "", 0,
        ("id", "iblockId", "iblockSectionId", "name", "xmlId", "code", "sort", "active", "description"),
    ),
    "sku": Family(
        N_("Product with variants"),
        RowMethods(
            "catalog.product.sku.list", "catalog.product.sku.add",
            "catalog.product.sku.delete", "catalog.product.sku.update",
        ), "sku", "timestampX", 1, GOODS,
    ),
    "product": Family(
        N_("Product"),
        RowMethods(
            "catalog.product.list", "catalog.product.add", "catalog.product.delete", "catalog.product.update"
        ), "element", "timestampX", 2, GOODS,
    ),
    "service": Family(
        N_("Service"),
        RowMethods(
            "catalog.product.service.list", "catalog.product.service.add",
            "catalog.product.service.delete", "catalog.product.service.update",
        ), "service", "timestampX", 3, GOODS,
    ),
    "offer": Family(
        N_("Variant of a product"),
        RowMethods(
            "catalog.product.offer.list", "catalog.product.offer.add",
            "catalog.product.offer.delete", "catalog.product.offer.update",
        ), "offer", "timestampX", 4, GOODS,
    ),
    "order": Family(
        N_("Order"), RowMethods("sale.order.list", "sale.order.add", "sale.order.delete"), "order", "dateUpdate", 5,
        ("id", "accountNumber", "xmlId", "dateUpdate", "price", "payed", "currency"), in_catalogue=False,
    ),
}  # fmt: skip
"""In the order of writing: what others refer to comes first."""
PARENTS = ("sku", "product")
"""Kinds in which the product of a variant is looked for."""


@dataclass(frozen=True, slots=True)
class ShopType:
    """One kind of rows of the shop, by the code of its entity in the copy."""

    entity: str
    base: str

    @property
    def family(self) -> Family:
        """Its methods and words."""
        return FAMILIES[self.base]

    @property
    def is_goods(self) -> bool:
        """Whether it is sold, or has variants that are."""
        return self.base not in ("catalogue_section", "order")

    @property
    def sections(self) -> str:
        """The entity of the sections of the same catalogue."""
        return self.entity.replace(self.base, "catalogue_section", 1)

    def mark_of(self, row: JsonObject) -> str:
        """The external code by which a row is found again: its own, or ours where it has none."""
        return str(row.get("xmlId") or "") or f"{MARK}:{row.get('id')}"

    def name_of(self, row: JsonObject) -> str:
        """The title of a row for people."""
        name = row.get("accountNumber") if self.base == "order" else row.get("name")
        return str(name or "").strip() or f"№ {row.get('id')}"


def shop_type(entity: str) -> ShopType | None:
    """The kind of rows behind an entity of the copy; None for what is not of the shop, or cannot be put back."""
    base = NUMBER_AT_END.sub("", entity)
    if base not in FAMILIES or (base == "order" and entity != base):
        return None
    return ShopType(entity, base)


def number_of(value: Json) -> str:
    """The number that a field holds, by itself or as the value of a property; empty without one."""
    if is_object(value):
        value = value.get("value")
    text = str(value if value is not None else "")
    return text if text.isdecimal() and text.strip("0") else ""


def is_price(field: str) -> str:
    """The type whose price a field of goods represents; empty for every other field."""
    number = field.removeprefix(PRICE)
    return number if number != field and number.isdigit() else ""
