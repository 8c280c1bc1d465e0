"""Files, where they are chosen: Disk, fields of CRM items and of universal lists, pictures and properties of goods. Pure."""

from collections.abc import Iterator

from b24app.backup.entities.catalogue_data import GoodsKind, kinds_of_goods
from b24app.backup.entities.entity import Back, Entity, PerItem, PortalShape, Tier, UniversalList
from b24app.text.messages import N_

PARTS = N_("A file lies in the copy in parts of four megabytes.")
OWNERS = {1: "lead", 2: "deal", 3: "contact", 4: "company", 7: "quote", 31: "invoice"}


def entities(shape: PortalShape) -> Iterator[Entity]:
    """Pictures and fields first, Disk, which is the largest, last.

    In the copy a file is a line of its own after its parts: their ids are `<id>/<file>/<number>`, their rows
    `{"part", "content"}` with the bytes in base64.
    """
    for number, fields in sorted(shape.file_fields.items()):
        owner = OWNERS.get(number, f"item_{number}")
        yield Entity(
            f"{owner}.files",
            N_("Files in fields"),
            Tier.FILES,
            "crm.item.list",
            "crm",
            {"entityTypeId": number, "select": ["id", *fields]},
            changed="updatedTime",
            back=Back.NONE,
            note=PARTS,
            parts={"id": owner},
        )
    for kind in kinds_of_goods(shape):
        yield _pictures(kind)
        if properties := shape.file_properties.get(kind.catalogue):
            yield _property_files(kind, [f"property{one}" for one in properties])
    for number in sorted(shape.list_files.keys() & shape.lists.keys()):
        for field in shape.list_files[number]:
            yield _list_files(number, shape.lists[number], field)
    yield _disk()


def _pictures(kind: GoodsKind) -> Entity:
    """All pictures of one product, variant or service, by its id (catalog-product-image-list.md)."""
    return Entity(
        f"{kind.code}.pictures",
        N_("Pictures of goods"),
        Tier.FILES,
        "catalog.productImage.list",
        "catalog",
        per_item=PerItem(kind.code, {"productId": "{id}"}, filtered=False),
        back=Back.NONE,
        note=PARTS,
        parts={"productId": kind.code},
    )


def _property_files(kind: GoodsKind, fields: list[str]) -> Entity:
    """A property of the type file names its file by a path of the portal (catalog-product-list.md)."""
    return Entity(
        f"{kind.code}.files",
        N_("Files in properties of goods"),
        Tier.FILES,
        kind.method,
        "catalog",
        {"select": ["id", "iblockId", *fields], "filter": {"iblockId": kind.catalogue}},
        changed="timestampX",
        back=Back.NONE,
        note=PARTS,
        parts={"id": kind.code},
    )


def _list_files(number: int, one: UniversalList, field: int) -> Entity:
    """A field «File (Disk)» of one list: a path for each file, whose binding returns its address (disk-attached-object-get.md)."""
    named = {
        "IBLOCK_TYPE_ID": one.type,
        "IBLOCK_ID": str(number),
        "ELEMENT_ID": "{id}",
        "FIELD_ID": str(field),
    }
    return Entity(
        f"list_{number}.files_{field}",
        N_("Files in fields of universal lists"),
        Tier.FILES,
        "lists.element.get.file.url",
        "lists",
        per_item=PerItem(f"list_{number}", named, filtered=False, attached=True),
        back=Back.NONE,
        note=PARTS,
        name=one.name,
    )


def _disk() -> Entity:
    return Entity(
        "disk",
        N_("Folders and files of Disk"),
        Tier.FILES,
        "disk.folder.getChildren",
        "disk",
        id="ID",
        back=Back.NONE,
        note=PARTS,
        parts={"PARENT_ID": "disk"},
    )
