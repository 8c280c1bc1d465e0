"""Walks the Disk of a portal, storage by storage and folder by folder, and packs what has changed with its bytes.

The objects that were seen are kept in the index under a name of its own, so that a walk of many steps finds at its end
what was deleted.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from b24app.backup.model import EntityState
from b24app.backup.proofs.row_digest import row_digest
from b24app.backup.reading.entity_work import EntityWork
from b24app.backup.reading.file_contents import SOME_REFUSED, FileContents, NamedFile, without_addresses
from b24app.backup.reading.item_index import index_count, index_ids, keep_changes, packed_since
from b24app.backup.reading.pack_keeper import PackKeeper
from b24app.backup.reading.planning_copy import REFUSED
from b24app.backup.reading.whole_view import demand_whole_view
from b24app.bitrix24.responses import read_integer
from b24app.database import db
from b24app.errors import PortalError
from b24app.json_values import JsonObject, is_object
from b24app.rest_client import Command, RestClient

SEEN = "disk.seen"
OWN_STORAGE = "restapp"
STORAGE = "storage:"
"""Prefix of a storage in the queue of what is still to be read; folders are there by their id."""
NOT_THERE = "ERROR_NOT_FOUND"
MARK = bytes(8)


@dataclass(slots=True)
class DiskWalk:
    """The reading of one Disk; `over` returns whether the time of this step is over."""

    client: RestClient
    work: EntityWork
    keeper: PackKeeper
    over: Callable[[], bool]
    contents: FileContents

    def run(self) -> bool:
        """Continue the walk; True when every folder was read."""
        try:
            if "queue" not in self.work.cursor:
                self._begin()
            while self.work.cursor["queue"]:
                if self.over():
                    return False
                if not self._folder(str(self.work.cursor["queue"][0])):
                    return False
                self.work.cursor["queue"] = self.work.cursor["queue"][1:]
                self.keeper.flush()
        except PortalError:
            self.keeper.flush()
            raise
        return self._end()

    def _begin(self) -> None:
        """Queue every storage but those of applications: ours may hold copies."""
        roots, queue = [], []
        for row in self.client.rows("disk.storage.getList"):
            root = read_integer(row.get("ROOT_OBJECT_ID"))
            if root is None or row.get("ENTITY_TYPE") == OWN_STORAGE:
                continue
            roots.append(root)
            queue.append(f"{STORAGE}{row.get('ID')}")
            self._take(root, {**row, "ID": str(root), "STORAGE_ID": row.get("ID"), "TYPE": "storage"})
        self.work.cursor["queue"] = queue
        self._mark(roots)
        self.keeper.flush()

    def _folder(self, folder: str) -> bool:
        """Take the contents of one folder; one that is closed or deleted is counted and skipped."""
        found, inside = [], []
        try:
            rows = self._children(folder)
            for row in rows:
                item_id = read_integer(row.get("ID"))
                if item_id is None:
                    continue
                asked = self._take(item_id, row)
                found.append(item_id)
                if row.get("TYPE") == "folder":
                    inside.append(item_id)
                if asked and self.over():
                    self._mark(found)
                    self.keeper.flush()
                    return False
        except PortalError as error:
            if not isinstance(error, REFUSED) and error.code != NOT_THERE:
                raise  # it concerns the whole portal, or is temporary
            self.contents.missing.count_refused(1)
            self.work.cursor["closed"] = int(self.work.cursor.get("closed", 0)) + 1
        self._mark(found)
        self.work.cursor["queue"] = [*self.work.cursor["queue"], *map(str, inside)]
        return True

    def _children(self, folder: str) -> Iterator[JsonObject]:
        if folder.startswith(STORAGE):
            return self.client.rows("disk.storage.getChildren", {"id": int(folder.removeprefix(STORAGE))})
        return self.client.rows("disk.folder.getChildren", {"id": int(folder)})

    def _take(self, item_id: int, row: JsonObject) -> bool:
        """Take what has changed; returns whether a host was asked for a file.

        What was not received in an earlier step is not asked for again in this walk, so that each step makes progress.
        """
        held = self.keeper.holds(item_id, row_digest(without_addresses(row)))
        if held or self.contents.missing.was_asked(item_id):
            self.work.seen += 1
            self.keeper.reach(item_id)
            return False
        return self.take(item_id, row)

    def take(self, item_id: int, row: JsonObject) -> bool:
        """Pack an object, a file with its bytes: at once, while its address is valid."""
        self.work.seen += 1
        bare, address = without_addresses(row), row.get("DOWNLOAD_URL")
        if row.get("TYPE") != "file" or not isinstance(address, str) or not address:
            self.keeper.take(item_id, bare)
            return False
        file = NamedFile(str(row.get("FILE_ID") or item_id), address, read_integer(row.get("SIZE")))
        self.contents.keep(item_id, bare, [file])
        return True

    def read(self, ids: Sequence[int]) -> dict[int, JsonObject | None]:
        """Files by their ids, with fresh addresses; None for one that is closed, no entry for a deleted one."""
        commands = {str(one): Command("disk.file.get", {"id": one}, write=False) for one in ids}
        found: dict[int, JsonObject | None] = {}
        for key, outcome in self.client.batch(commands).items():
            if isinstance(outcome, REFUSED):
                found[int(key)] = None
            elif isinstance(outcome, PortalError):
                if outcome.code != NOT_THERE:
                    raise outcome
            elif is_object(outcome.result):
                found[int(key)] = outcome.result
        return found

    def _mark(self, ids: list[int]) -> None:
        """Mark objects as seen before the place is kept: what is marked and not packed yet is packed by the next step."""
        keep_changes(SEEN, dict.fromkeys(ids, MARK), self.work.copy_id)
        db.session.commit()

    def _end(self) -> bool:
        closed = bool(self.work.cursor.get("closed"))
        # contents of a closed folder were not seen, but exist
        gone = [] if closed else list(self._gone())
        if gone:
            demand_whole_view(self.client)
        for one in gone:
            self.keeper.drop(one)
        self.work.cursor.pop("queue", None)
        self.work.enter("end", second_pass=0, swept=not closed)
        self.keeper.flush()
        self.work.seen = index_count(self.work.entity.code)
        error = SOME_REFUSED if self.contents.missing.tell() or closed else ""
        self.keeper.flush(state=EntityState.DONE, ended_at=self.keeper.now(), error=error)
        return True

    def _gone(self) -> Iterator[int]:
        """What the index holds and this walk has not seen."""
        seen = packed_since(SEEN, self.work.copy_id)
        current = next(seen, None)
        for one in index_ids(self.work.entity.code):
            while current is not None and current < one:
                current = next(seen, None)
            if current != one:
                yield one
