"""Reads rows that the portal returns for one owner at a time, such as product rows: only of owners packed since the last time."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass

from b24app.backup.entities.entity import Entity
from b24app.backup.model import EntityState
from b24app.backup.proofs.row_digest import row_digest
from b24app.backup.reading.entity_work import EntityWork
from b24app.backup.reading.file_contents import SOME_REFUSED, FileContents, files_in, without_addresses
from b24app.backup.reading.gone_rows import MOST_UNSEEN
from b24app.backup.reading.item_index import index_count, index_digests, index_ids, packed_since
from b24app.backup.reading.pack_keeper import PackKeeper
from b24app.backup.reading.reread import in_chunks, read_owners, read_rows_again
from b24app.backup.reading.whole_view import demand_whole_view
from b24app.errors import PortalError, UnknownRefusal
from b24app.json_values import JsonObject
from b24app.network import sent_ahead
from b24app.rest_client import RestClient

Owners = tuple[int, ...]
AT_ONCE = 50
KEEP_EVERY = 100


@dataclass(slots=True)
class OwnerPass:
    """The reading of one entity of this kind."""

    client: RestClient
    work: EntityWork
    keeper: PackKeeper
    over: Callable[[], bool]
    owner_entity: Entity
    contents: FileContents | None = None
    """Takes the files that rows name, where the entity is one of files."""

    def run(self) -> bool:
        """Continue the reading; True when every owner was asked. The next fifty are asked for while these are packed."""
        owners = packed_since(self._owner_code(), self.work.owners_since, self.work.last_id)
        with ThreadPoolExecutor(1, thread_name_prefix="owners") as pool:
            try:
                finished = self._run(pool, in_chunks(owners, AT_ONCE))
            except PortalError:
                self.keeper.flush()
                raise
        return finished and self._end()

    def _run(self, pool: ThreadPoolExecutor, chunks: Iterator[Owners]) -> bool:
        """Read chunk after chunk; False when the time of this step is over."""
        some, number = next(chunks, ()), 0
        pending = self._ask(pool, some) if some else None
        while pending is not None:
            found, asked = pending.result(), some
            if len(self.work.cursor.get("unseen", ())) >= MOST_UNSEEN:
                self._look_for_unseen()
            some = () if self.over() else next(chunks, ())
            pending = self._ask(pool, some) if some else None
            self._take(asked, found)
            number += 1
            if pending is None and self.over():
                self.keeper.flush()
                return False
            if number % KEEP_EVERY == 0:
                self.keeper.flush()
        return True

    def _ask(self, pool: ThreadPoolExecutor, some: Owners) -> "Future[dict[int, list[JsonObject]]]":
        context = copy_context()
        context.run(sent_ahead.set, True)
        return pool.submit(context.run, self._read, some)

    def _owner_code(self) -> str:
        per_item = self.work.entity.per_item
        return per_item.owner if per_item else ""

    def _read(self, owners: Owners) -> dict[int, list[JsonObject]]:
        """Read the rows of these owners; one that was deleted meanwhile has none, any other refusal concerns the entity."""
        try:
            return read_owners(self.client, self.work.entity, owners)
        except PortalError as error:
            if error.retryable and not isinstance(error, UnknownRefusal):
                raise
            there = read_rows_again(self.client, self.owner_entity, [str(one) for one in owners])
            left = [one for one in owners if str(one) in there]
            if len(left) == len(owners):
                raise
            return read_owners(self.client, self.work.entity, left)

    def _take(self, owners: Owners, found: dict[int, list[JsonObject]]) -> None:
        known = index_digests(self.work.entity.code, owners)
        self.work.cursor["asked"] = int(self.work.cursor.get("asked", 0)) + len(owners)
        for owner in owners:
            rows = found.get(owner, [])
            self.work.seen += len(rows)
            if rows:
                self.take(owner, {"rows": [*rows]})
            elif owner in known:
                self.work.cursor.setdefault("unseen", []).append(owner)
                self.keeper.reach(owner)
            else:
                self.keeper.reach(owner)

    def read(self, ids: Sequence[int]) -> dict[int, JsonObject]:
        """The rows of owners that have any, with fresh addresses of their files."""
        found = self._read(tuple(ids))
        return {owner: {"rows": [*rows]} for owner, rows in found.items() if rows}

    def take(self, item_id: int, row: JsonObject) -> None:
        """Pack the rows of one owner, and before them the files that they name."""
        bare = without_addresses(row)
        if self.contents is None or self.keeper.holds(item_id, row_digest(bare)):
            self.keeper.take(item_id, bare)
        else:
            self.contents.keep(item_id, bare, files_in(row))

    def _look_for_unseen(self) -> None:
        """Ask once more for owners that had rows and show none, as an administrator before and after, before their rows count as deleted."""
        place, unseen = (
            self.work.last_id,
            index_digests(self.work.entity.code, self.work.cursor.get("unseen", ())),
        )
        if unseen:
            self.keeper.flush()
            demand_whole_view(self.client)
            found: dict[int, list[JsonObject]] = {}
            for some in in_chunks(sorted(unseen), AT_ONCE):
                found |= self._read(some)
            demand_whole_view(self.client)
            for owner in sorted(unseen):
                if rows := found.get(owner, []):
                    self.take(owner, {"rows": [*rows]})
                else:
                    self.keeper.drop(owner)
        self.work.last_id = place
        self.work.cursor.pop("unseen", None)

    def _end(self) -> bool:
        """End the pass: rows of deleted owners are dropped too, and it is stored whether all owners were asked or only changed ones."""
        self._look_for_unseen()
        place = self.work.last_id
        for owner in list(self._orphans()):
            self.keeper.drop(owner)
        self.work.last_id = place
        asked = "all" if self.work.owners_since == self.work.root_id == self.work.copy_id else "changed"
        self.work.enter("end", second_pass=0, swept=True, owners=asked)
        self.keeper.flush()
        self.work.seen = index_count(self.work.entity.code)
        error = SOME_REFUSED if self.contents is not None and self.contents.missing.tell() else ""
        self.keeper.flush(state=EntityState.DONE, ended_at=self.keeper.now(), error=error)
        return True

    def _orphans(self) -> Iterator[int]:
        owners = index_ids(self._owner_code())
        current = next(owners, None)
        for one in index_ids(self.work.entity.code):
            while current is not None and current < one:
                current = next(owners, None)
            if current != one:
                yield one
