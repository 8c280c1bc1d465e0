"""Adds the prices of goods that were created; a repeat after a kill adds only those that are missing."""

from collections.abc import Mapping

from b24app.backup.restore.batches import WHOLE_PORTAL
from b24app.backup.restore.data.item_look import PAGE
from b24app.backup.restore.data.prefetched_items import Writing
from b24app.backup.restore.data.shop.prefetched_rows import PrefetchedRows
from b24app.backup.restore.data.shop.present_settings import GoodsNow
from b24app.backup.restore.data.shop.row_search import few_rows
from b24app.backup.restore.data.shop.row_types import number_of
from b24app.errors import PortalError, WriteUncertain
from b24app.json_values import Json, JsonObject
from b24app.rest_client import Command, RestClient


def add_prices(made: Mapping[str, str], writing: Writing, prefetched: PrefetchedRows) -> dict[str, str]:
    """Write the prices of these goods, by former and new number; returns the portal's messages of refusals."""
    now = prefetched.goods_now(writing.client)
    there = _prices_there(writing.client, [*made.values()])
    commands: dict[str, Command] = {}
    owners: dict[str, str] = {}
    for former, new in made.items():
        for row in prefetched.prices.get(former, ()):
            fields = price_fields(new, row, now)
            if fields is not None and (new, str(fields["catalogGroupId"])) not in there:
                owners[key := f"p{len(commands)}"] = former
                commands[key] = Command("catalog.price.add", {"fields": fields}, write=True)
    answers = writing.client.batch(commands) if commands else {}
    refused: dict[str, str] = {}
    for key, answer in answers.items():
        note_refusal(refused, owners[key], answer)
    return refused


def price_fields(new: str, row: JsonObject, now: GoodsNow) -> JsonObject | None:
    """The fields of catalog.price.add; None for a price of a deleted type, or of a range of amounts."""
    kind = now.present("price_type", now.price_types, number_of(row.get("catalogGroupId")))
    if not kind or row.get("quantityFrom") or row.get("quantityTo"):
        return None
    return {
        "productId": int(new), "catalogGroupId": int(kind), "price": row.get("price"), "currency": row.get("currency"),
    }  # fmt: skip


def note_refusal(refused: dict[str, str], owner: str, answer: object) -> None:
    """Keep the portal's message of a refused part; raises errors that concern the portal as a whole."""
    if isinstance(answer, PortalError):
        if isinstance(answer, (*WHOLE_PORTAL, WriteUncertain)):
            raise answer
        words = ": ".join(part for part in (str(answer.code), answer.description) if part)
        refused.setdefault(owner, words[:500])


def _prices_there(client: RestClient, goods: list[str]) -> set[tuple[str, str]]:
    """The prices that these goods have already, by product and type; fifty products have more than a page of them."""
    found: set[tuple[str, str]] = set()
    for start in range(0, len(goods), PAGE):
        numbers: Json = [int(one) for one in goods[start : start + PAGE]]
        for row in few_rows(client, "catalog.price.list", {"filter": {"@productId": numbers}}):
            found.add((str(row.get("productId")), str(row.get("catalogGroupId"))))
    return found
