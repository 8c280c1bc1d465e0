"""The portal's present state, read for one preview or one step of a restore: each list once, complete or an error."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from pydantic_core import to_json

from b24app.backup.restore.data.item_uses import (
    ItemKey,
    ItemUses,
    ReferenceNames,
    read_uses,
    reference_names,
)
from b24app.backup.restore.data.shop.row_uses import ShopUses
from b24app.backup.restore.data.task_look import MarkedTasks
from b24app.backup.restore.data.task_uses import TaskUses
from b24app.backup.restore.given_ids import GivenIds
from b24app.backup.restore.references import ObjectIds
from b24app.errors import AnswerBroken
from b24app.json_values import Json, JsonObject, is_object
from b24app.rest_client import RestClient


class PortalLook:
    """Reads through the client and caches what it has read until `forget` is called."""

    def __init__(self, client: RestClient, given: GivenIds | None = None) -> None:
        self.client = client
        self.ids = ObjectIds(given or {})
        """Ids that objects of settings have now."""
        self._lists: dict[bytes, Sequence[JsonObject]] = {}
        self._answers: dict[bytes, Json] = {}
        self.items: dict[int, JsonObject] = {}
        """Items that were read by their numbers."""
        self.crm_items: dict[ItemKey, JsonObject | None] = {}
        """Items of any kind by entity and number; None for one that is not there."""
        self.item_uses: dict[ItemKey, ItemUses] = {}
        """Uses of items that may be deleted."""
        self.shop_rows: dict[tuple[str, str, str], JsonObject | None] = {}
        """Rows of the shop by entity, number and the field that was asked for; None for one that is not there."""
        self.shop_uses: dict[ItemKey, ShopUses] = {}
        """Uses of rows of the shop that may be deleted."""
        self._reference_names: ReferenceNames | None = None
        self.leaving_items: set[ItemKey] = set()
        """Items that are deleted with others: their references do not count as uses."""
        self.unbound: set[ItemKey] = set()
        """Tasks and orders that are bound to something else by the same restore."""
        self.tasks: dict[str, JsonObject | None] = {}
        """Tasks by number; None for one that is not there."""
        self.task_uses: dict[str, TaskUses] = {}
        """Uses of tasks that may be deleted."""
        self.leaving_tasks: set[str] = set()
        """Tasks that are deleted with others."""
        self.order_owners: dict[str, tuple[str, str]] = {}
        """To what each order is bound: type and number."""
        self.since: datetime | None = None
        """When the restore that is undone began to write; None where this is no undo."""
        self.marked_tasks: MarkedTasks | None = None
        """Tasks that were made since then, by their outer codes; None until they are asked for."""
        self.leaving: Counter[str] = Counter()
        """How many items are about to leave each stage: they do not count as uses of it."""

    def rows(self, method: str, params: JsonObject | None = None) -> Sequence[JsonObject]:
        """Every row of a list."""
        key = to_json([method, params or {}])
        if key not in self._lists:
            self._lists[key] = tuple(self.client.rows(method, params or {}))
        return self._lists[key]

    def answer(self, method: str, params: JsonObject | None = None) -> Json:
        """The result of a method that reads."""
        key = to_json([method, params or {}])
        if key not in self._answers:
            self._answers[key] = self.client.call(method, params or {}, write=False).result
        return self._answers[key]

    def total(self, method: str, params: JsonObject) -> int:
        """How many rows a list would have; raises AnswerBroken where the portal does not count them."""
        answer = self.client.call(method, {**params, "start": 0}, write=False)
        if answer.total is None:
            raise AnswerBroken("", f"{method} told no total")
        return answer.total

    def read_item_uses(self, items: Collection[ItemKey]) -> None:
        """Read the uses of these items; the fields by which items refer to others are asked for once, no restore changes them."""
        if self._reference_names is None:
            self._reference_names = reference_names(self.client)
        self.item_uses |= read_uses(self.client, items, self._reference_names)

    def forget(self) -> None:
        """Forget what was read, so that what people and this restore may have changed is read anew."""
        self._lists.clear()
        self._answers.clear()
        self.items.clear()
        self.crm_items.clear()
        self.item_uses.clear()
        self.shop_rows.clear()
        self.shop_uses.clear()
        self.leaving_items.clear()
        self.unbound.clear()
        self.tasks.clear()
        self.task_uses.clear()
        self.leaving_tasks.clear()
        self.order_owners.clear()


def same_values(row: JsonObject, wanted: JsonObject) -> bool:
    """Whether a row has these values; portals write numbers and flags now as text, now as they are."""
    return all(plain(row.get(name)) == plain(value) for name, value in wanted.items())


def plain(value: Json) -> object:
    """A value as it is compared: numbers as numbers, an empty text, null and an empty list alike."""
    if value is None or value in ("", [], {}):
        return None
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        return _number(value)
    if is_object(value):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, Sequence) else value


def _number(text: str) -> object:
    try:
        return float(text) if text.strip() == text and len(text) < 18 else text
    except ValueError:
        return text


def picked(row: JsonObject, names: Sequence[str]) -> dict[str, Json]:
    """The fields of a row that it has among these."""
    return {name: row[name] for name in names if name in row}


def text_of(value: Json) -> str:
    """A value as people read it in a pair of fields."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(text_of(one) for one in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(text_of, value))
    return str(value)


def name_of(row: JsonObject) -> str:
    """The name of an object for people."""
    names = (row.get(name) for name in ("name", "NAME", "title", "TITLE", "measureTitle", "value"))
    return next((one for one in names if isinstance(one, str) and one), "")
