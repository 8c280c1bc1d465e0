"""Items of the CRM with what hangs on them: product rows, comments, activities, requisites, stage history. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from b24app.backup.entities.entity import Back, Entity, PerItem, PortalShape, Tier
from b24app.text.messages import N_

SCOPE = "crm"
DATES = N_("The creation date cannot lie before that of an item that is there: it is kept in a log line.")
LOGGED = N_("Calls and mails come back as lines of the item's log.")
LINKS = N_("Which requisites were chosen is not put back yet: it stays readable in the copy.")
READ_ONLY = N_("Bitrix24 takes no history from applications: it stays readable in the copy.")


@dataclass(frozen=True, slots=True)
class ItemKind:
    """A type of CRM items: its number, the short code that product rows name it by, whether it has stages and product rows."""

    code: str
    title: str
    number: int
    short: str
    comments: str
    staged: bool = True
    sells: bool = True
    name: str = ""


KINDS = (
    ItemKind("company", N_("Companies"), 4, "CO", "company", staged=False, sells=False),
    ItemKind("contact", N_("Contacts"), 3, "C", "contact", staged=False, sells=False),
    ItemKind("lead", N_("Leads"), 1, "L", "lead"),
    ItemKind("deal", N_("Deals"), 2, "D", "deal"),
    ItemKind("quote", N_("Quotes"), 7, "Q", "quote", staged=False),
    ItemKind("invoice", N_("Invoices"), 31, "SI", "smart_invoice"),
)
"""Owners before what refers to them, so that references can be followed in a restore."""
RELATIONS = {
    "companyId": "company",
    "contactId": "contact",
    "contactIds": "contact",
    "contacts": "contact",
    "leadId": "lead",
    "quoteId": "quote",
    "parentId1": "lead",
    "parentId2": "deal",
    "parentId3": "contact",
    "parentId4": "company",
    "parentId7": "quote",
    "parentId31": "invoice",
}
SMART = 128  # crm/data-types.md: types from this number on are smart processes


def entities(shape: PortalShape) -> Iterator[Entity]:
    """Items type by type, then what belongs to them."""
    kinds = (*KINDS, *_smart_processes(shape))
    yield from (_items(kind) for kind in kinds)
    yield from (_product_rows(kind) for kind in kinds if kind.sells)
    yield from (_comments(kind) for kind in kinds)
    yield _activities()
    yield from _requisites()
    yield from (_requisite_links(kind) for kind in kinds if kind.number in (2, 7, 31))
    yield from (_stage_history(kind) for kind in kinds if kind.number in (1, 2, 31))


def _smart_processes(shape: PortalShape) -> Iterator[ItemKind]:
    """Smart processes; the invoice is one too and is listed among the others."""
    for number, name in sorted(shape.smart_processes.items()):
        if number >= SMART:
            yield ItemKind(
                f"item_{number}", N_("Smart process"), number, f"T{number:x}", f"dynamic_{number}", name=name
            )


def _items(kind: ItemKind) -> Entity:
    return Entity(
        kind.code,
        kind.title,
        Tier.DATA,
        "crm.item.list",
        SCOPE,
        {"entityTypeId": kind.number, "select": ["*", "uf*"]},
        changed="updatedTime",
        note=DATES,
        parts=RELATIONS,
        name=kind.name,
    )


def _product_rows(kind: ItemKind) -> Entity:
    return Entity(
        f"{kind.code}.product_rows",
        N_("Product rows"),
        Tier.DATA,
        "crm.item.productrow.list",
        SCOPE,
        per_item=PerItem(kind.code, {"=ownerType": kind.short, "=ownerId": "{id}"}),
        parts={"productId": "product", "storeId": "store"},
        name=kind.name,
    )


def _comments(kind: ItemKind) -> Entity:
    return Entity(
        f"{kind.code}.comments",
        N_("Comments"),
        Tier.DATA,
        "crm.timeline.comment.list",
        SCOPE,
        id="ID",
        per_item=PerItem(kind.code, {"ENTITY_TYPE": kind.comments, "ENTITY_ID": "{id}"}),
        name=kind.name,
    )


def _activities() -> Entity:
    return Entity(
        "activity",
        N_("Activities"),
        Tier.DATA,
        "crm.activity.list",
        SCOPE,
        {"select": ["*", "COMMUNICATIONS"]},
        id="ID",
        changed="LAST_UPDATED",
        note=LOGGED,
    )


def _requisites() -> Iterator[Entity]:
    """Requisites are read whole: the day of a change is empty until the first one (crm-requisite-fields.md)."""
    yield Entity(
        "requisite",
        N_("Requisites"),
        Tier.DATA,
        "crm.requisite.list",
        SCOPE,
        {"select": ["*", "UF_*"]},
        id="ID",
    )
    yield Entity(
        "bank_detail",
        N_("Bank details"),
        Tier.DATA,
        "crm.requisite.bankdetail.list",
        SCOPE,
        id="ID",
        parts={"ENTITY_ID": "requisite"},
    )
    yield Entity(
        "address",
        N_("Addresses"),
        Tier.DATA,
        "crm.address.list",
        SCOPE,
        id="TYPE_ID",
        per_item=PerItem("requisite", {"ENTITY_TYPE_ID": "8", "ENTITY_ID": "{id}"}),
    )


def _requisite_links(kind: ItemKind) -> Entity:
    """Which requisites a deal, quote or invoice names: one line for each of them, so the item's id names it."""
    return Entity(
        f"{kind.code}.requisite_links",
        N_("Requisites chosen"),
        Tier.DATA,
        "crm.requisite.link.list",
        SCOPE,
        {"filter": {"ENTITY_TYPE_ID": kind.number}},
        id="ENTITY_ID",
        back=Back.NONE,
        note=LINKS,
        parts={"ENTITY_ID": kind.code, "REQUISITE_ID": "requisite", "BANK_DETAIL_ID": "bank_detail"},
        name=kind.name,
    )


def _stage_history(kind: ItemKind) -> Entity:
    return Entity(
        f"{kind.code}.stage_history",
        N_("History of stages"),
        Tier.DATA,
        "crm.stagehistory.list",
        SCOPE,
        {"entityTypeId": kind.number},
        id="ID",
        changed="CREATED_TIME",
        back=Back.NONE,
        note=READ_ONLY,
        parts={"OWNER_ID": kind.code},
        name=kind.name,
    )
