"""Counts what uses a setting that a restore has made, before it is deleted again; where that is unknown, it stays."""

from collections.abc import Callable, Iterator

from b24app.backup.restore.data.item_types import COMPANY, CONTACT, DEAL, INVOICE, LEAD, QUOTE
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.refusals import CLOSED
from b24app.errors import AnswerBroken
from b24app.json_values import Json, JsonObject, is_object
from b24app.text.messages import N_, NN_, NOTHING, Sentence, sentence

USES = NN_("%(count)s object uses it, so it stays", "%(count)s objects use it, so it stays")
NOT_TOLD = N_(
    "The portal does not tell whether it is used, so it stays. Delete it by hand if it is not needed."
)
NOT_COUNTED = (*CLOSED, AnswerBroken)
KINDS = (LEAD, DEAL, CONTACT, COMPANY, QUOTE, INVOICE)
ItemField = tuple[int, str, JsonObject]
"""The kind of items, the name of the field, and its description by the portal."""
Question = tuple[str, JsonObject]
Used = Callable[[JsonObject, PortalLook], Sentence]


def use_unknown(_row: JsonObject, _look: PortalLook) -> Sentence:
    """A reason for objects whose uses no list of the portal shows."""
    return sentence(NOT_TOLD)


def counted(questions: Callable[[JsonObject, PortalLook], Iterator[Question]]) -> Used:
    """A reason against deleting it while any of these lists has rows, or does not answer."""

    def used(row: JsonObject, look: PortalLook) -> Sentence:
        try:
            count = sum(look.total(*question) for question in questions(row, look))
        except NOT_COUNTED:
            return sentence(NOT_TOLD)
        return Sentence(*USES, {"count": count}) if count else NOTHING

    return used


def of_settings(entity: str, question: Question, name: str, value: Json, look: PortalLook) -> Sentence:
    """A reason against deleting it while other settings refer to it, but for those that are deleted with it."""
    rows = (row for row in look.rows(*question) if str(row.get(name)) == str(value))
    count = sum((entity, str(row.get("id"))) not in look.ids.leaving for row in rows)
    return Sentence(*USES, {"count": count}) if count else NOTHING


def item_fields(look: PortalLook) -> Iterator[ItemField]:
    """Every field of every kind of items, smart processes among them (crm-type-list.md)."""
    smart = [int(str(row.get("entityTypeId"))) for row in look.rows("crm.type.list")]
    for kind in (*KINDS, *smart):
        yield from fields_of(kind, look)


def fields_of(kind: int, look: PortalLook) -> Iterator[ItemField]:
    """The fields of one kind of items, as the portal itself lists them (crm-item-fields.md)."""
    told = look.answer("crm.item.fields", {"entityTypeId": kind})
    fields = told.get("fields") if is_object(told) else None
    if not is_object(fields):
        raise AnswerBroken("", "crm.item.fields told no fields")
    for name, field in fields.items():
        yield kind, name, field if is_object(field) else {}


def items_with(kind: int, name: str, value: Json) -> Question:
    """Items with this value in a field (crm-item-list.md)."""
    return "crm.item.list", {"entityTypeId": kind, "select": ["id"], "filter": {name: value}}


def of_products(field: str, value: Json, look: PortalLook) -> Iterator[Question]:
    """Products and their variants of every catalogue with this value (catalog-product-list.md)."""
    for catalogue in look.rows("catalog.catalog.list"):
        kind = "catalog.product.offer.list" if catalogue.get("productIblockId") else "catalog.product.list"
        wanted: JsonObject = {"iblockId": catalogue.get("iblockId"), field: value}
        yield kind, {"select": ["id", "iblockId"], "filter": wanted}


def of_currency(row: JsonObject, look: PortalLook) -> Iterator[Question]:
    """Items of every kind that has a currency, prices and orders in it."""
    code = row.get("CURRENCY")
    for kind, name, _ in item_fields(look):
        if name == "currencyId":
            yield items_with(kind, name, code)
    yield "catalog.price.list", {"select": ["id"], "filter": {"currency": code}}
    yield "sale.order.list", {"select": ["id"], "filter": {"currency": code}}


def of_vat(row: JsonObject, look: PortalLook) -> Iterator[Question]:
    """Products with a rate of VAT."""
    yield from of_products("vatId", row.get("id"), look)


def of_measure(row: JsonObject, look: PortalLook) -> Iterator[Question]:
    """Products in a unit."""
    yield from of_products("measure", row.get("id"), look)


def of_payer(row: JsonObject, look: PortalLook) -> Iterator[Question]:  # noqa: ARG001
    """Orders of a payer type."""
    yield "sale.order.list", {"select": ["id"], "filter": {"personTypeId": row.get("id")}}


def of_pay_system(row: JsonObject, look: PortalLook) -> Iterator[Question]:  # noqa: ARG001
    """Payments by a pay system."""
    yield "sale.payment.list", {"select": ["id"], "filter": {"paySystemId": row.get("ID")}}
