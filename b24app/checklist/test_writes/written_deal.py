"""The deal of a test write: made by import, which starts no robots, and marked in three fields."""

from dataclasses import dataclass

from b24app.checklist.engine.answer_fields import listed
from b24app.checklist.test_writes.write_sequence import Gate, number_of
from b24app.errors import AnswerBroken, PortalError
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.rest_client import Command, Marker

DEAL = 2
TITLE = "[B24-CHECK]"
ORIGINATOR = "b24check"
LOOK = ["id", "title", "originatorId", "originId"]


@dataclass(frozen=True, slots=True)
class WrittenDeal:
    """Deals of test writes in one portal; `owner` answers for them, `category` is a pipeline kept for tests."""

    gate: Gate
    owner: int
    category: int | None = None

    def leftovers(self) -> list[int]:
        """Deals that carry our mark (crm.item.list by originatorId)."""
        found = rows_of(self.gate.look("crm.item.list", find({"originatorId": ORIGINATOR})).result)
        return [number_of(row.get("id")) for row in found if is_ours(row)]

    def make(self, mark: str) -> int:
        """Import one deal (crm/universal/import/crm-item-import.md): robots and processes do not run."""
        fields: dict[str, Json] = {
            "title": f"{TITLE} {mark}",
            "originatorId": ORIGINATOR,
            "originId": mark,
            "opened": "N",
            "assignedById": self.owner,
        }
        if self.category is not None:
            fields["categoryId"] = self.category
        marker = Marker(
            Command("crm.item.list", find({"originatorId": ORIGINATOR, "originId": mark})),
            lambda result: next(({"item": row} for row in rows_of(result) if is_ours(row, mark)), None),
        )
        answer = self.gate.make("crm.item.import", {"entityTypeId": DEAL, "fields": fields}, marker)
        return number_of(item_of(answer.result).get("id"))

    def read(self, number: int, mark: str) -> bool:
        """Whether the deal of this number is the one of this test write (crm.item.get)."""
        return is_ours(
            item_of(self.gate.look("crm.item.get", {"entityTypeId": DEAL, "id": number}).result), mark
        )

    def delete(self, number: int) -> None:
        """Delete a deal of ours (crm.item.delete); one that is gone already is no fault."""
        still = Marker(
            Command("crm.item.list", find({"id": number})), lambda result: None if rows_of(result) else []
        )
        self.gate.clear("crm.item.delete", {"entityTypeId": DEAL, "id": number}, still)


def find_deals(gate: Gate) -> WrittenDeal:
    """Who we are in this portal, and whether it keeps a pipeline for tests, called by our mark."""
    owner = number_of(item_of({"item": gate.look("profile").result}).get("ID"))
    try:
        found = gate.look("crm.category.list", {"entityTypeId": DEAL}).result
    except PortalError:
        return WrittenDeal(gate, owner)
    rows = listed(found.get("categories")) if is_object(found) else []
    named = [row for row in rows if str(row.get("name", "")).startswith(TITLE) and row.get("id")]
    return WrittenDeal(gate, owner, number_of(named[0].get("id")) if named else None)


def find(wanted: JsonObject) -> dict[str, Json]:
    """The parameters that list deals by our mark."""
    return {"entityTypeId": DEAL, "select": LOOK, "filter": dict(wanted), "order": {"id": "ASC"}, "start": 0}


def is_ours(row: JsonObject, mark: str = "") -> bool:
    """Whether a deal carries our mark, whatever filter brought it here."""
    marked = row.get("originatorId") == ORIGINATOR and str(row.get("title", "")).startswith(TITLE)
    return marked and (not mark or row.get("originId") == mark)


def rows_of(result: object) -> list[JsonObject]:
    """The deals of a list."""
    if not is_object(result) or not is_array(result.get("items")):
        raise AnswerBroken("", "no items in the list of deals")
    return listed(result, "items")


def item_of(result: object) -> JsonObject:
    """The deal of an answer."""
    item = result.get("item") if is_object(result) else None
    if not is_object(item):
        raise AnswerBroken("", "no item in the answer")
    return item
