"""The mark of a row of the shop: its state when the restore ended its work on it, and when that was, in the portal's time."""

from collections.abc import Collection, Iterable

from b24app.backup.restore.data.field_repairs import digest
from b24app.backup.restore.data.item_look import rows_of
from b24app.backup.restore.data.line_mark import line_mark
from b24app.backup.restore.data.order_owners import binding_digest, read_bindings
from b24app.backup.restore.data.shop.row_search import Catalogues, list_commands
from b24app.backup.restore.data.shop.row_types import ShopType
from b24app.json_values import JsonObject
from b24app.rest_client import Answer, Command, RestClient


def marks_of(
    kind: ShopType, numbers: Collection[str], client: RestClient, catalogues: Catalogues
) -> dict[str, str]:
    """The marks of these rows, by their numbers, of an order with its binding; at most twenty of them."""
    if not numbers:
        return {}
    asked = enumerate(list_commands(kind, catalogues, "id", sorted(map(int, numbers))))
    answers = client.batch({"now": Command("server.time"), **{f"l{place}": one for place, one in asked}})
    now = answers.pop("now")
    ended = str(now.result) if isinstance(now, Answer) else ""
    rows: Iterable[JsonObject] = (row for one in answers.values() for row in rows_of(one))
    bound = (read_bindings(client, numbers) if kind.base == "order" else None) or {}
    digests = {number: binding_digest(row) for number, row in bound.items()}
    return {
        str(row.get("id")): line_mark(state_of(kind, row), ended, digests.get(str(row.get("id")), ""))
        for row in rows
        if str(row.get("id")) in numbers
    }


def state_of(kind: ShopType, row: JsonObject) -> str:
    """The state that differs after any change of the row: its time, or its fields where the portal keeps none."""
    changed = kind.family.changed
    return (
        str(row.get(changed) or "")
        if changed
        else digest({name: row.get(name) for name in kind.family.shown})
    )
