"""The objects of test writes: a deal made by import, which starts no robots, and a file in our own storage; both marked."""

import base64
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
        found = deals_of(self.gate.look("crm.item.list", find({"originatorId": ORIGINATOR})).result)
        return [number_of(row.get("id")) for row in found if is_our_deal(row)]

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
            lambda result: next(({"item": row} for row in deals_of(result) if is_our_deal(row, mark)), None),
        )
        answer = self.gate.make("crm.item.import", {"entityTypeId": DEAL, "fields": fields}, marker)
        return number_of(item_of(answer.result).get("id"))

    def read(self, number: int, mark: str) -> bool:
        """Whether the deal of this number is the one of this test write (crm.item.get)."""
        return is_our_deal(
            item_of(self.gate.look("crm.item.get", {"entityTypeId": DEAL, "id": number}).result), mark
        )

    def delete(self, number: int) -> None:
        """Delete a deal of ours (crm.item.delete); one that is deleted already is no fault."""
        still = Marker(
            Command("crm.item.list", find({"id": number})), lambda result: None if deals_of(result) else []
        )
        self.gate.clear("crm.item.delete", {"entityTypeId": DEAL, "id": number}, still)


def find_deals(gate: Gate) -> WrittenDeal:
    """Read our user in this portal, and its pipeline for tests, if there is one with our mark as name."""
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


def is_our_deal(row: JsonObject, mark: str = "") -> bool:
    """Whether a deal carries our mark, whatever filter brought it here."""
    marked = row.get("originatorId") == ORIGINATOR and str(row.get("title", "")).startswith(TITLE)
    return marked and (not mark or row.get("originId") == mark)


def deals_of(result: object) -> list[JsonObject]:
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


PREFIX = "B24-CHECK-"
SIZE = 1024


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """Files of test writes in the application's storage."""

    gate: Gate
    storage: int

    def leftovers(self) -> list[int]:
        """Files that carry our mark (disk.storage.getChildren)."""
        found = files_of(self.gate.look("disk.storage.getChildren", self._marked()).result)
        return [number_of(row.get("ID")) for row in found if is_our_file(row)]

    def make(self, mark: str) -> int:
        """Upload one kilobyte (disk/storage/disk-storage-upload-file.md)."""
        name = name_of(mark)
        marker = Marker(
            Command("disk.storage.getChildren", self._find(name)),
            lambda result: next((row for row in files_of(result) if is_our_file(row, mark)), None),
        )
        params: JsonObject = {
            "id": self.storage,
            "data": {"NAME": name},
            "fileContent": [name, content_of(mark)],
        }
        return number_of(file_of(self.gate.make("disk.storage.uploadFile", params, marker).result).get("ID"))

    def read(self, number: int, mark: str) -> bool:
        """Whether the file of this number is the one of this test write, and whole (disk.file.get)."""
        row = file_of(self.gate.look("disk.file.get", {"id": number}).result)
        return is_our_file(row, mark) and str(row.get("SIZE")) == str(SIZE)

    def delete(self, number: int) -> None:
        """Delete a file of ours for good (disk/file/disk-file-delete.md); one that is deleted already is no fault."""
        still = Marker(
            Command("disk.storage.getChildren", self._marked()),
            lambda result: None if number in {number_of(row.get("ID")) for row in files_of(result)} else True,
        )
        done = self.gate.clear("disk.file.delete", {"id": number}, still)
        if done is not None and done.result is not True:
            raise AnswerBroken("", f"the file was not deleted: {str(done.result)[:40]}")

    def _marked(self) -> dict[str, Json]:
        """The prefix `=%` is the documented search by pattern (disk-folder-get-children.md)."""
        return {"id": self.storage, "filter": {"=%NAME": f"{PREFIX}%"}, "order": {"ID": "ASC"}}

    def _find(self, name: str) -> dict[str, Json]:
        return {"id": self.storage, "filter": {"NAME": name}, "order": {"ID": "ASC"}}


def find_storage(gate: Gate) -> WrittenFile:
    """The storage of the application; the portal makes it on the first call (disk.storage.getForApp)."""
    storage = file_of(gate.make("disk.storage.getForApp", {}).result)
    return WrittenFile(gate, number_of(storage.get("ID")))


def name_of(mark: str) -> str:
    """The name of the file of a test write."""
    return f"{PREFIX}{mark}.txt"


def content_of(mark: str) -> str:
    """A kilobyte of text that explains itself, in base64 as the portal takes files."""
    text = f"Probe {mark} of the application that watches the renewal. It may be deleted.\n"
    return base64.b64encode(text.encode().ljust(SIZE, b".")).decode()


def is_our_file(row: JsonObject, mark: str = "") -> bool:
    """Whether it is a file with our mark in its name, whatever filter brought it here."""
    name = str(row.get("NAME", ""))
    return row.get("TYPE") == "file" and (name == name_of(mark) if mark else name.startswith(PREFIX))


def files_of(result: object) -> list[JsonObject]:
    """The files of a storage; raises AnswerBroken when the answer is no list."""
    if not is_array(result):
        raise AnswerBroken("", "no list of files in the answer")
    return listed(result)


def file_of(result: object) -> JsonObject:
    """The file, or the storage, of an answer."""
    if not is_object(result):
        raise AnswerBroken("", "no file in the answer")
    return result
