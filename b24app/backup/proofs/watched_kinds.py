"""What the look for mass losses counts in a portal: items of each kind, filled columns, pipelines. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from b24app.bitrix24.responses import Command
from b24app.json_values import JsonObject
from b24app.text.messages import N_

CRM_KINDS: Mapping[str, int] = {"lead": 1, "deal": 2, "contact": 3, "company": 4, "quote": 7, "invoice": 31}
"""Kinds of crm.item.list by the code of their entity (crm/data-types.md)."""
WITH_PIPELINES: Mapping[str, int] = {"deal": 2, "invoice": 31}


@dataclass(frozen=True, slots=True)
class WatchedColumn:
    """A column whose filled items the portal counts by a filter (crm/universal/crm-item-list.md, object-fields.md)."""

    code: str
    title: str
    filled: JsonObject


PHONE = WatchedColumn("phone", N_("Phone"), {"hasPhone": "Y"})
EMAIL = WatchedColumn("email", N_("E-mail"), {"hasEmail": "Y"})
NAME = WatchedColumn("name", N_("First name"), {"!=name": ""})
LAST_NAME = WatchedColumn("last_name", N_("Last name"), {"!=lastName": ""})
TITLE = WatchedColumn("title", N_("Title"), {"!=title": ""})
CONTACT = WatchedColumn("contact", N_("Contact"), {">contactId": 0})
COMPANY = WatchedColumn("company", N_("Company"), {">companyId": 0})
SUM = WatchedColumn("opportunity", N_("Sum"), {">opportunity": 0})
COLUMNS: Mapping[str, tuple[WatchedColumn, ...]] = {
    "lead": (PHONE, EMAIL, NAME, LAST_NAME, TITLE, SUM),
    "contact": (PHONE, EMAIL, NAME, LAST_NAME, COMPANY),
    "company": (PHONE, EMAIL, TITLE),
    "deal": (TITLE, CONTACT, COMPANY, SUM),
    "quote": (TITLE, CONTACT, COMPANY, SUM),
    "invoice": (TITLE, CONTACT, COMPANY, SUM),
}
"""Columns that documented filters can count: `!=` with an empty text, `>` with a number, `hasPhone` and `hasEmail`."""


FIELDS: Mapping[str, str] = {
    "phone": "fm", "email": "fm", "last_name": "lastName", "contact": "contactId", "company": "companyId",
}  # fmt: skip
"""Fields of crm.item.* for the columns with another name (crm/universal/object-fields.md)."""
FLAGS: Mapping[str, str] = {"phone": "hasPhone", "email": "hasEmail"}


def field_of(code: str) -> str:
    """The field that holds the value of a column."""
    return FIELDS.get(code, code)


def shown_by(code: str) -> str:
    """The field by which an item shows whether a column is filled."""
    return FLAGS.get(code, field_of(code))


def stands_in(row: JsonObject, code: str) -> bool | None:
    """Whether a column of an item is filled; None where the item does not show it."""
    name = shown_by(code)
    if name not in row:
        return None
    return row[name] == "Y" if code in FLAGS else str(row[name] or "") not in ("", "0", "0.00")


def kind_number(entity: str) -> int | None:
    """The type number of a CRM entity of the copy: `deal` is 2, `item_177` is 177."""
    if entity in CRM_KINDS:
        return CRM_KINDS[entity]
    number = entity.removeprefix("item_")
    return int(number) if number != entity and number.isdecimal() else None


def counting(
    kinds: Mapping[str, int], own: Mapping[str, Sequence[WatchedColumn]]
) -> Iterator[tuple[str, Command]]:
    """The calls of one look: who we are, how many items of each kind, how many with each column filled, the pipelines."""
    yield "profile", Command("profile")
    for entity, number in kinds.items():
        yield f"items {entity}", _count(number, {})
        for column in (*COLUMNS.get(entity, ()), *own.get(entity, ())):
            yield f"filled {entity} {column.code}", _count(number, column.filled)
        if entity in WITH_PIPELINES or entity not in CRM_KINDS:
            yield f"pipelines {entity}", Command("crm.category.list", {"entityTypeId": number})


def _count(number: int, condition: JsonObject) -> Command:
    return Command(
        "crm.item.list", {"entityTypeId": number, "select": ["id"], "filter": condition, "start": 0}
    )
