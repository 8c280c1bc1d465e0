"""The catalogue: sections, products, their variants and services, prices, stock and documents of the stores. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from b24app.backup.entities.entity import Back, Entity, PortalShape, Tier
from b24app.text.messages import N_

SCOPE = "catalog"
STOCK = N_("Stock is put back by documents of the stores only, so the copy keeps it to look up.")
GOODS_NOTE = N_(
    "Goods come back under new numbers, with pictures where the copy holds files, without stock that is kept by stores."
)
SERVICE_FIELDS = [
    "id",
    "iblockId",
    "name",
    "active",
    "available",
    "bundle",
    "code",
    "createdBy",
    "dateActiveFrom",
    "dateActiveTo",
    "dateCreate",
    "detailPicture",
    "detailText",
    "detailTextType",
    "iblockSectionId",
    "modifiedBy",
    "previewPicture",
    "previewText",
    "previewTextType",
    "sort",
    "timestampX",
    "type",
    "vatId",
    "vatIncluded",
    "xmlId",
]
SKU_FIELDS = [
    *SERVICE_FIELDS,
    *[
        "canBuyZero",
        "height",
        "length",
        "measure",
        "purchasingCurrency",
        "purchasingPrice",
        "quantity",
        "subscribe",
        "weight",
        "width",
    ],
]
FIELDS = [
    *SKU_FIELDS,
    *[
        "barcodeMulti",
        "quantityReserved",
        "quantityTrace",
        "recurSchemeLength",
        "recurSchemeType",
        "trialPriceId",
        "withoutOrder",
    ],
]
GOODS = (
    ("product", N_("Products"), "catalog.product.list", FIELDS),
    ("sku", N_("Products with variants"), "catalog.product.sku.list", SKU_FIELDS),
    ("service", N_("Services"), "catalog.product.service.list", SERVICE_FIELDS),
)


@dataclass(frozen=True, slots=True)
class GoodsKind:
    """One kind of goods in one catalogue: the entity's code and title, its method, and the fields that it may be asked for."""

    code: str
    title: str
    method: str
    catalogue: int
    fields: Sequence[str]


def kinds_of_goods(shape: PortalShape) -> Iterator[GoodsKind]:
    """Catalogue by catalogue, the variants of products last."""
    products = [one for one in shape.catalogues if one not in shape.offers]
    for place, number in enumerate(products):
        for code, title, method, fields in GOODS:
            yield GoodsKind(_numbered(code, place, number), title, method, number, fields)
    for place, number in enumerate(shape.offers):
        fields = [*FIELDS, "parentId"]
        code = _numbered("offer", place, number)
        yield GoodsKind(code, N_("Variants of products"), "catalog.product.offer.list", number, fields)


def _numbered(code: str, place: int, number: int) -> str:
    return f"{code}_{number}" if place else code


def entities(shape: PortalShape) -> Iterator[Entity]:
    """Without a list of catalogues nothing of them can be asked for."""
    products = [one for one in shape.catalogues if one not in shape.offers]
    for place, number in enumerate(products):
        yield _sections(_numbered("catalogue_section", place, number), number)
    for kind in kinds_of_goods(shape):
        yield _goods(kind, [*kind.fields, *shape.properties_of(kind.catalogue)])
    yield from _prices_and_stock()


def _sections(code: str, number: int) -> Entity:
    return Entity(
        code,
        N_("Sections of the catalogue"),
        Tier.DATA,
        "catalog.section.list",
        SCOPE,
        {"filter": {"iblockId": number}},
        parts={"iblockSectionId": code},
    )


def _goods(kind: GoodsKind, fields: Sequence[str]) -> Entity:
    """The selection must hold `id` and `iblockId`, the filter the catalogue (catalog-product-list.md)."""
    return Entity(
        kind.code,
        kind.title,
        Tier.DATA,
        kind.method,
        SCOPE,
        {"select": [*fields], "filter": {"iblockId": kind.catalogue}},
        changed="timestampX",
        note=GOODS_NOTE,
        parts={"iblockSectionId": "catalogue_section", "vatId": "vat", "parentId": "product"},
    )


def _prices_and_stock() -> Iterator[Entity]:
    yield Entity(
        "price",
        N_("Prices"),
        Tier.DATA,
        "catalog.price.list",
        SCOPE,
        changed="timestampX",
        parts={"productId": "product", "catalogGroupId": "price_type"},
    )
    yield Entity(
        "stock",
        N_("Stock"),
        Tier.DATA,
        "catalog.storeproduct.list",
        SCOPE,
        back=Back.NONE,
        note=STOCK,
        parts={"productId": "product", "storeId": "store"},
    )
    yield Entity(
        "store_document",
        N_("Documents of stores"),
        Tier.DATA,
        "catalog.document.list",
        SCOPE,
        changed="dateModify",
        back=Back.NONE,
        note=STOCK,
    )
    yield Entity(
        "store_document_item",
        N_("Items of store documents"),
        Tier.DATA,
        "catalog.document.element.list",
        SCOPE,
        back=Back.NONE,
        note=STOCK,
        parts={"docId": "store_document", "elementId": "product"},
    )
