"""Adds missing parts of orders; a part is found again by its owner and its external code."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from b24app.backup.restore.data.item_look import PAGE
from b24app.backup.restore.data.shop.price_writing import note_refusal
from b24app.backup.restore.data.shop.row_search import few_rows
from b24app.errors import AnswerBroken
from b24app.json_values import Json, JsonObject, is_object
from b24app.rest_client import Answer, Command, RestClient

FoundParts = Mapping[tuple[str, str], str]
"""Numbers of existing parts, by their owner and their mark."""


@dataclass(frozen=True, slots=True)
class PartKind:
    """One kind of parts: its methods, the name of a written one in the answer, the field that names its owner.

    `sign` precedes that field where a list is asked for an array of owners.
    """

    list: str
    add: str
    answer: str
    owner: str
    sign: str = "@"


BASKET_ITEM = PartKind("sale.basketitem.list", "sale.basketitem.add", "basketItem", "orderId")
BASKET_PROPERTY = PartKind(
    "sale.basketproperties.list", "sale.basketproperties.add", "basketProperty", "basketId"
)
SHIPMENT = PartKind("sale.shipment.list", "sale.shipment.add", "shipment", "orderId", sign="=")
SHIPMENT_ITEM = PartKind("sale.shipmentitem.list", "sale.shipmentitem.add", "shipmentItem", "orderDeliveryId")


@dataclass(frozen=True, slots=True)
class OrderPart:
    """One part of an order to be written: its owner, its mark, its fields."""

    order: str
    owner: str
    mark: str
    fields: JsonObject


def write_parts(
    client: RestClient, kind: PartKind, parts: Iterable[OrderPart], refused: dict[str, str]
) -> FoundParts:
    """Write the missing parts; returns the numbers of all. Refusals are noted by their order."""
    wanted = list(parts)
    found = dict(_there(client, kind, {one.owner for one in wanted})) if wanted else {}
    missing = {f"w{place}": one for place, one in enumerate(wanted) if (one.owner, one.mark) not in found}
    commands = {key: Command(kind.add, {"fields": one.fields}, write=True) for key, one in missing.items()}
    answers = client.batch(commands) if commands else {}
    for key, outcome in answers.items():
        one = missing[key]
        if isinstance(outcome, Answer):
            row = outcome.result.get(kind.answer) if is_object(outcome.result) else None
            if not is_object(row):
                raise AnswerBroken("", "no number came back of what was created")
            found[one.owner, one.mark] = str(row.get("id"))
        else:
            note_refusal(refused, one.order, outcome)
    return found


def _there(client: RestClient, kind: PartKind, owners: set[str]) -> Iterator[tuple[tuple[str, str], str]]:
    """Parts that these owners have already."""
    numbers = sorted(map(int, owners))
    for start in range(0, len(numbers), PAGE):
        wanted: Json = [*numbers[start : start + PAGE]]
        for row in few_rows(client, kind.list, {"filter": {f"{kind.sign}{kind.owner}": wanted}}):
            yield (str(row.get(kind.owner)), str(row.get("xmlId") or "")), str(row.get("id"))
