"""Rows of the shop as the portal shows them now, by their numbers, each with one field more; a price is its own row in it."""

from collections.abc import Collection

from b24app.backup.restore.data.item_look import PAGE, rows_of
from b24app.backup.restore.data.shop.row_search import Catalogues, few_rows, list_commands
from b24app.backup.restore.data.shop.row_types import ShopType, is_price, number_of
from b24app.json_values import Json, JsonObject
from b24app.rest_client import RestClient


def present_rows(
    client: RestClient, catalogues: Catalogues, kind: ShopType, field: str, numbers: Collection[str]
) -> dict[str, JsonObject]:
    """These rows; deleted ones are missing. Fifty numbers a command."""
    wanted = sorted(int(one) for one in numbers)
    price, found = is_price(field), dict[str, JsonObject]()
    more = () if price or not field else (field,)
    for start in range(0, len(wanted), PAGE):
        part: list[Json] = [*wanted[start : start + PAGE]]
        commands = {
            f"l{place}": one for place, one in enumerate(list_commands(kind, catalogues, "id", part, more))
        }
        for outcome in (client.batch(commands) if commands else {}).values():
            found |= {str(row.get("id")): row for row in rows_of(outcome)}
        if price:
            asked: JsonObject = {"filter": {"@productId": part, "catalogGroupId": int(price)}}
            for row in few_rows(client, "catalog.price.list", asked):
                number = number_of(row.get("productId"))
                found |= {number: {**found[number], field: row}} if number in found else {}
    return found
