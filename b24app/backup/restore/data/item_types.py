"""CRM items that can be put back: type, mark, relations, order of dependencies. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from b24app.json_values import JsonObject

MARK = "renewal-copy"
"""The `originatorId` of what was put back; `originId` is the former id (backup.md, section 7)."""
LEAD, DEAL, CONTACT, COMPANY, QUOTE, INVOICE = 1, 2, 3, 4, 7, 31
CODES: Mapping[str, int] = {
    "company": COMPANY,
    "contact": CONTACT,
    "lead": LEAD,
    "deal": DEAL,
    "quote": QUOTE,
    "invoice": INVOICE,
}
"""In the order of writing: what others refer to comes first."""
FREE_TEXTS = ("utmTerm", "utmContent", "utmCampaign", "utmMedium")
"""Fields of a quote that hold its mark, the first that is empty: it has neither an origin nor an outer code (object-fields.md)."""
_ITEM = re.compile(r"item_([1-9][0-9]{0,8})")
_SHORT: Mapping[int, str] = {LEAD: "L", DEAL: "D", CONTACT: "C", COMPANY: "CO", QUOTE: "Q", INVOICE: "SI"}
_LONG: Mapping[int, str] = {
    LEAD: "lead",
    DEAL: "deal",
    CONTACT: "contact",
    COMPANY: "company",
    QUOTE: "quote",
    INVOICE: "smart_invoice",
}
_REFERENCES: Mapping[str, str] = {
    "companyId": "company", "contactId": "contact", "contactIds": "contact", "leadId": "lead", "mycompanyId": "company",
    "dealId": "deal", "quoteId": "quote",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemType:
    """One kind of CRM items, by the code of its entity in the copy."""

    entity: str
    id: int

    @property
    def short(self) -> str:
        """Its short code, by which product rows name their owner (crm/data-types.md)."""
        return _SHORT.get(self.id, f"T{self.id:x}")

    @property
    def long(self) -> str:
        """Its name in timelines."""
        return _LONG.get(self.id, f"dynamic_{self.id}")

    @property
    def has_origin(self) -> bool:
        """Whether it has `originatorId` and `originId`; invoices and smart processes have `xmlId` instead."""
        return self.id in (LEAD, DEAL, CONTACT, COMPANY)

    @property
    def sells(self) -> bool:
        """Whether it has product rows."""
        return self.id not in (CONTACT, COMPANY)

    @property
    def marks(self) -> tuple[str, ...]:
        """The fields that may hold its mark."""
        if self.id == QUOTE:
            return FREE_TEXTS
        return ("originatorId", "originId") if self.has_origin else ("xmlId",)

    @property
    def has_requisites(self) -> bool:
        """Whether requisites hang on it."""
        return self.id in (CONTACT, COMPANY)

    @property
    def shown(self) -> tuple[str, ...]:
        """The fields by which an item is identified: its name, its mark, its last change."""
        names = ("name", "lastName", "secondName") if self.id == CONTACT else ("title",)
        return ("id", "updatedTime", *names, *self.marks)

    @property
    def place(self) -> int:
        """Its place in the order of writing."""
        codes = list(CODES)
        return codes.index(self.entity) if self.entity in CODES else len(codes)

    def mark_of(self, row: JsonObject) -> dict[str, str]:
        """The fields by which the item is found again: its own origin where it has a whole one, ours elsewhere.

        Empty for a quote none of whose free texts is empty: nothing would find it again.
        """
        item_id = str(row.get("id") or "")
        if self.id == QUOTE:
            free = next((name for name in FREE_TEXTS if not row.get(name)), "")
            return {free: f"{MARK}:{item_id}"} if free else {}
        if not self.has_origin:
            return {"xmlId": str(row.get("xmlId") or f"{MARK}:{item_id}")}
        origin, number = str(row.get("originatorId") or ""), str(row.get("originId") or "")
        if origin and number:
            return {"originatorId": origin, "originId": number}
        if number:
            return {"originatorId": f"{MARK}:{item_id}", "originId": number}
        return {"originatorId": origin or MARK, "originId": f"{MARK}:{item_id}" if origin else item_id}

    def former_id(self, row: JsonObject) -> str:
        """The number that an item of ours had before it was put back; empty for every other item."""
        marks = [str(row.get(name) or "") for name in self.marks]
        inside = next((mark.partition(":")[2] for mark in marks if mark.startswith(f"{MARK}:")), "")
        return inside or (marks[1] if self.has_origin and marks[0] == MARK else "")

    def reference(self, field: str) -> str:
        """The entity whose id a field holds, empty for every other field."""
        if field.startswith("parentId") and field[8:].isdigit():
            return entity_of_type(int(field[8:]))
        return _REFERENCES.get(field, "")


def item_type(entity: str) -> ItemType | None:
    """The kind of items behind an entity of the copy; None for what is no item, or cannot be put back."""
    if entity in CODES:
        return ItemType(entity, CODES[entity])
    found = _ITEM.fullmatch(entity)
    return ItemType(entity, int(found[1])) if found else None


def entity_of_type(type_id: int) -> str:
    """The entity of a type."""
    return next((code for code, kind in CODES.items() if kind == type_id), f"item_{type_id}")


def name_of(row: JsonObject) -> str:
    """The title of an item for people."""
    whole = " ".join(str(row.get(field) or "") for field in ("lastName", "name", "secondName")).strip()
    title = str(row.get("title") or "").strip()
    return title or " ".join(whole.split()) or f"№ {row.get('id')}"
