"""Kinds of rows of a copy for people: the entities that belong together, in the order of the page."""

import re
from collections.abc import Mapping
from functools import cache

from b24app.backup.entities.entity import PortalShape, Tier, entities_of
from b24app.text.messages import N_

NUMBER_AT_END = re.compile(r"_\d+$")
SETTINGS, OTHER = "settings", "other"
KIND_TITLES = {
    SETTINGS: N_("Settings"),
    "companies": N_("Companies"),
    "contacts": N_("Contacts"),
    "requisites": N_("Requisites and addresses"),
    "leads": N_("Leads"),
    "deals": N_("Deals and the goods in them"),
    "papers": N_("Quotes and invoices"),
    "items": N_("Smart processes"),
    "orders": N_("Orders and payments"),
    "activities": N_("Activities, calls, letters"),
    "comments": N_("Comments"),
    "history": N_("History of stages"),
    "goods": N_("Goods and stock"),
    "tasks": N_("Tasks"),
    "lists": N_("Universal lists"),
    "files": N_("Files"),
    OTHER: N_("The rest"),
}
"""Titles of the kinds, in their order."""

OF_OWNER: Mapping[str, str] = {
    "company": "companies",
    "contact": "contacts",
    "lead": "leads",
    "deal": "deals",
    "quote": "papers",
    "invoice": "papers",
    "item": "items",
    "requisite": "requisites",
    "bank_detail": "requisites",
    "address": "requisites",
    "order": "orders",
    "order_binding": "deals",
    "payment": "orders",
    "shipment": "orders",
    "basket_item": "orders",
    "basket_property": "orders",
    "property_value": "orders",
    "activity": "activities",
    "catalogue_section": "goods",
    "product": "goods",
    "sku": "goods",
    "service": "goods",
    "offer": "goods",
    "price": "goods",
    "stock": "goods",
    "store_document": "goods",
    "task": "tasks",
    "list": "lists",
}

OF_PART: Mapping[str, str] = {
    "comments": "comments",
    "stage_history": "history",
    "requisite_links": "requisites",
    "files": "files",
    "pictures": "files",
}


def kind_of(entity: str) -> str:
    """The kind that the rows of an entity are counted among."""
    owner, _, part = entity.partition(".")
    if (of_all := NUMBER_AT_END.sub("", part)) in OF_PART:
        return OF_PART[of_all]
    if owner in OF_OWNER:
        return OF_OWNER[owner]
    base = NUMBER_AT_END.sub("", owner)
    if base in _bases(Tier.SETTINGS):
        return SETTINGS
    if base in _bases(Tier.FILES):
        return "files"
    words = base.split("_")
    names = ("_".join(words[:length]) for length in range(len(words), 0, -1))
    return next((OF_OWNER[name] for name in names if name in OF_OWNER), OTHER)


@cache
def _bases(tier: Tier) -> frozenset[str]:
    """Codes of a tier without the number of a smart process or a catalogue; a portal with none of them has all the rest."""
    shape = PortalShape(frozenset(), {128: ""}, (1,))
    return frozenset(NUMBER_AT_END.sub("", one.code) for one in entities_of(shape, tier))
