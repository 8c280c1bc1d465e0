"""The file of a test write: one kilobyte in the application's own storage, where nobody else keeps anything."""

import base64
from dataclasses import dataclass

from b24app.checklist.engine.answer_fields import listed
from b24app.checklist.test_writes.write_sequence import Gate, number_of
from b24app.errors import AnswerBroken
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.rest_client import Command, Marker

PREFIX = "B24-CHECK-"
SIZE = 1024


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """Files of test writes in the application's storage."""

    gate: Gate
    storage: int

    def leftovers(self) -> list[int]:
        """Files that carry our mark (disk.storage.getChildren)."""
        found = rows_of(self.gate.look("disk.storage.getChildren", self._marked()).result)
        return [number_of(row.get("ID")) for row in found if is_ours(row)]

    def make(self, mark: str) -> int:
        """Upload one kilobyte (disk/storage/disk-storage-upload-file.md)."""
        name = name_of(mark)
        marker = Marker(
            Command("disk.storage.getChildren", self._find(name)),
            lambda result: next((row for row in rows_of(result) if is_ours(row, mark)), None),
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
        return is_ours(row, mark) and str(row.get("SIZE")) == str(SIZE)

    def delete(self, number: int) -> None:
        """Delete a file of ours for good (disk/file/disk-file-delete.md); one that is gone already is no fault."""
        still = Marker(
            Command("disk.storage.getChildren", self._marked()),
            lambda result: None if number in {number_of(row.get("ID")) for row in rows_of(result)} else True,
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
    """What the file of a test write is called."""
    return f"{PREFIX}{mark}.txt"


def content_of(mark: str) -> str:
    """A kilobyte that says what it is, as the portal wants files: in base64."""
    text = f"Probe {mark} of the application that watches the renewal. It may be deleted.\n"
    return base64.b64encode(text.encode().ljust(SIZE, b".")).decode()


def is_ours(row: JsonObject, mark: str = "") -> bool:
    """Whether it is a file with our mark in its name, whatever filter brought it here."""
    name = str(row.get("NAME", ""))
    return row.get("TYPE") == "file" and (name == name_of(mark) if mark else name.startswith(PREFIX))


def rows_of(result: object) -> list[JsonObject]:
    """What lies in a storage."""
    if not is_array(result):
        raise AnswerBroken("", "no list of files in the answer")
    return listed(result)


def file_of(result: object) -> JsonObject:
    """The file, or the storage, of an answer."""
    if not is_object(result):
        raise AnswerBroken("", "no file in the answer")
    return result
