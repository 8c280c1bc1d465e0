"""Walks over the disk of a portal and adds up its files: a lower bound, for only what may be read is seen."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from b24app.bitrix24.responses import Answer, Command, Outcome
from b24app.checklist.engine.answer_fields import listed
from b24app.json_values import Json

BATCH = 50
MOST_REQUESTS = 100
STORAGES = Command("disk.storage.getList", {"order": {"ID": "ASC"}, "start": 0}, write=False)


class FolderReader(Protocol):
    """What the walk needs of a portal's REST door."""

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Outcome]:
        """Send the commands as one request."""
        ...


@dataclass(slots=True)
class Walk:
    """What has been added up so far; `whole` is lost when something was refused or left out."""

    size: int = 0
    folders: int = 0
    whole: bool = True
    seen: set[str] = field(default_factory=set)

    @property
    def files(self) -> int:
        """How many files were counted, each once however often it is linked."""
        return len(self.seen)

    def add(self, rows: Any) -> Iterator[Command]:
        """Count the files of one page and yield what lies deeper."""
        for row in rows if isinstance(rows, list) else ():
            if str(row.get("DELETED_TYPE") or "0") != "0":
                continue
            if row.get("TYPE") == "file":
                self._add_file(row)
            elif row.get("TYPE") == "folder" and row.get("REAL_OBJECT_ID", row.get("ID")) == row.get("ID"):
                self.folders += 1
                yield children("disk.folder.getChildren", row["ID"])

    def _add_file(self, row: Mapping[str, Any]) -> None:
        key, size = str(row.get("FILE_ID") or f"object {row.get('ID')}"), str(row.get("SIZE") or "")
        if key not in self.seen and size.isdecimal():
            self.seen.add(key)
            self.size += int(size)


def children(method: str, number: Json, start: int = 0) -> Command:
    """One page of what lies in a storage or a folder (api-reference/disk/folder/disk-folder-get-children.md)."""
    return Command(method, {"id": number, "order": {"ID": "ASC"}, "start": start}, write=False)


def walk_disk(client: FolderReader) -> Walk:
    """Add up every file that may be read, fifty pages a request; a disk too large is left unfinished."""
    walk, waiting = Walk(), deque([STORAGES])
    for _ in range(MOST_REQUESTS):
        if not waiting:
            return walk
        commands = {str(place): waiting.popleft() for place in range(min(BATCH, len(waiting)))}
        for key, outcome in client.batch(commands).items():
            if isinstance(outcome, Answer):
                waiting.extend(_further(walk, commands[key], outcome))
            elif commands[key] is STORAGES:
                raise outcome
            else:
                walk.whole = False
    walk.whole = walk.whole and not waiting
    return walk


def _further(walk: Walk, asked: Command, answer: Answer) -> Iterator[Command]:
    """What an answer leads to: its next page and what lies inside."""
    if answer.next is not None:
        yield Command(asked.method, {**asked.params, "start": answer.next}, write=False)
    if asked.method == STORAGES.method:
        yield from (children("disk.storage.getChildren", row["ID"]) for row in listed(answer.result))
    else:
        yield from walk.add(answer.result)
