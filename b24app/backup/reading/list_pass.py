"""Reads a list into packs: new and changed rows, repeated until nothing new comes, then an id sweep for what was deleted."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from b24app.backup.model import EntityState
from b24app.backup.proofs.row_digest import row_digest
from b24app.backup.reading.entity_work import EntityWork
from b24app.backup.reading.file_contents import SOME_REFUSED, FileContents, files_in, without_addresses
from b24app.backup.reading.gone_rows import MOST_UNSEEN, ids_there
from b24app.backup.reading.item_index import index_count, index_digests, index_ids
from b24app.backup.reading.known_ids import KnownIds
from b24app.backup.reading.list_params import counted, params_since, thin
from b24app.backup.reading.pack_keeper import PackKeeper
from b24app.backup.reading.reread import read_rows_again
from b24app.backup.reading.whole_view import ME, judge_view
from b24app.bitrix24.list_methods import PAGE, Keyset, Mode, paging_of
from b24app.bitrix24.list_reading import read_as, settle
from b24app.bitrix24.responses import Answer, Outcome
from b24app.errors import PortalError
from b24app.json_values import JsonObject
from b24app.rest_client import RestClient

MOST_PASSES = 6
MOST_SWEEPS = 3
LOOK_EVERY = 200
AT_ONCE = 50


@dataclass(slots=True)
class ListPass:
    """The reading of one list, which continues where the last step ended; `over` returns whether the time of this step is over."""

    client: RestClient
    work: EntityWork
    keeper: PackKeeper
    over: Callable[[], bool]
    contents: FileContents | None = None
    """Takes the files that rows name, where the entity is one of files."""

    def run(self) -> bool:
        """Continue the reading; True when the entity is read to its end."""
        phases = {"rows": self._rows, "again": self._again, "sweep": self._sweep}
        while self.work.phase != "end":
            try:
                finished = phases[self.work.phase]()
            except PortalError:
                self.keeper.flush()
                raise
            if not finished:
                self.keeper.flush()
                return False
        return True

    def read(self, ids: Sequence[int]) -> dict[int, JsonObject]:
        """Rows by their ids; missing ones were deleted."""
        found = read_rows_again(self.client, self.work.entity, [str(one) for one in ids])
        return {int(key): row for key, row in found.items()}

    def take(self, item_id: int, row: JsonObject) -> None:
        """Pack one that was read again."""
        Taken(self).keep(item_id, row)

    def _rows(self) -> bool:
        """Read all rows, or those changed since the base: rows that are missing from a whole list were deleted.

        A list of one answer is proven by the count that the portal returned before; where they differ it is counted anew.
        """
        changed, entity = self.work.changed_from, self.work.entity
        params = params_since(entity, changed)
        if not self._read(params, whole=changed is None):
            return False
        self.work.cursor["read"] = self.work.seen
        if changed is None and self._is_small() and self.work.seen == self.work.cursor["total"]:
            return self._done(self.work.seen, swept=True)
        self.work.enter("again", swept=changed is None, brought=0)
        self.keeper.flush()
        return True

    def _again(self) -> bool:
        """Read what was changed during the reading; a pass that brings nothing new is the last.

        Where the list or the portal has no time of change, all of it is read and compared once more.
        """
        work, since = self.work, _moment(self.work.cursor.get("from"))
        params = params_since(work.entity, since)
        told = self._look_again(params) if since is not None and work.entity.changed else None
        if told is None and not self._read(params, whole=False):
            return False
        brought, passes = int(work.cursor.get("brought", 0)), int(work.cursor.get("passes", 0)) + 1
        work.cursor["second_pass"] = brought
        if brought and passes < MOST_PASSES:
            work.enter("again", passes=passes, brought=0)
            self.keeper.flush()
            return True
        if work.changed_from is not None and not work.cursor.get("sweeps"):
            work.enter("sweep")  # what was deleted has no time of change
            self.keeper.flush()
            return True
        return self._count(swept=bool(work.cursor.get("swept")), told=None if brought else told)

    def _look_again(self, params: JsonObject) -> dict[str, Outcome] | None:
        """One page of what was changed and the portal's count in one request; None when that page does not hold all."""
        entity = self.work.entity
        if self.work.last_id or settle(self.client, entity.method, params) != Mode.KEYSET:
            return None
        keyset = Keyset.of(paging_of(entity.method), entity.method, params)
        told = self.client.batch({"changed": keyset.page(0), "total": counted(entity), "me": ME})
        rows = keyset.paging.rows(_answer(told["changed"]).result)
        if len(rows) >= PAGE:
            return None
        for row in rows:
            Taken(self).row(keyset.paging.id_of(row), row)
        return told

    def _sweep(self) -> bool:
        """Compare ids: those that only the index holds were deleted, those that only the portal holds are read."""
        if not self._read(thin(self.work.entity), whole=True, ids_only=True):
            return False
        sweeps = int(self.work.cursor.get("sweeps", 0)) + 1
        self.work.cursor |= {"sweeps": sweeps, "swept": True}
        return self._count(swept=True)

    def _count(self, *, swept: bool, told: dict[str, Outcome] | None = None) -> bool:
        """Ask for the portal's own count as an administrator sees it; where it differs from ours the ids are compared."""
        self.keeper.flush()
        work, told = self.work, told or self.client.batch({"total": counted(self.work.entity), "me": ME})
        judge_view(told["me"])
        total = _answer(told["total"]).total
        ours = index_count(work.entity.code)
        if total is not None and total != ours and int(work.cursor.get("sweeps", 0)) < MOST_SWEEPS:
            work.enter("sweep", swept=swept)
            self.keeper.flush()
            return True
        return self._done(total, swept=swept)

    def _done(self, total: int | None, *, swept: bool) -> bool:
        work = self.work
        self.keeper.flush()
        work.enter("end", swept=swept)
        work.cursor.setdefault("second_pass", 0)
        work.seen = index_count(work.entity.code)
        error = SOME_REFUSED if self.contents is not None and self.contents.missing.tell() else ""
        self.keeper.flush(state=EntityState.DONE, present=total, ended_at=self.keeper.now(), error=error)
        return True

    def _is_small(self) -> bool:
        """Whether one answer holds the whole list, and it was counted before: no row can be missed between two pages."""
        total = self.work.cursor.get("total")
        return isinstance(total, int) and total <= PAGE and self.work.seen <= PAGE

    def _read(self, params: JsonObject, *, whole: bool, ids_only: bool = False) -> bool:
        entity = self.work.entity
        small = self._is_small() and not self.work.last_id
        mode = Mode.OFFSET if small else settle(self.client, entity.method, params)
        rows = read_as(
            self.client, mode, entity.method, params, self.work.last_id if mode == Mode.KEYSET else 0
        )
        take = Missing(self) if ids_only else Taken(self)
        if mode == Mode.KEYSET:
            return self._ordered(rows, take, whole=whole)
        return self._unordered(rows, take, whole=whole)

    def _ordered(self, rows: Iterator[JsonObject], take: "Taken", *, whole: bool) -> bool:
        """Rows are ordered by id: ids of the index between two of them are missing, and the reading can continue after any row."""
        known = KnownIds(index_ids(self.work.entity.code, self.work.last_id) if whole else iter(()))
        paging = paging_of(self.work.entity.method)
        for number, row in enumerate(rows, 1):
            item_id = paging.id_of(row)
            for unseen in known.before(item_id):
                self._miss(unseen)
            take.row(item_id, row)
            if number % LOOK_EVERY == 0 and self.over():
                take.end()
                self.work.last_id = item_id
                return False
        take.end()
        for unseen in known.before(None):
            self._miss(unseen)
        self._look_for_unseen()
        return True

    def _unordered(self, rows: Iterator[JsonObject], take: "Taken", *, whole: bool) -> bool:
        """A list without an order cannot be continued, so it is read in one step."""
        paging, seen = paging_of(self.work.entity.method), set[int]()
        for row in rows:
            item_id = paging.id_of(row) if paging.id else int(str(row[self.work.entity.id]))
            seen.add(item_id)
            take.row(item_id, row)
        take.end()
        if whole:
            for unseen in [one for one in index_ids(self.work.entity.code) if one not in seen]:
                self._miss(unseen)
            self._look_for_unseen()
        return True

    def _miss(self, item_id: int) -> None:
        """Note an id of the index that a list has passed over: it is looked for by id before it counts as deleted; kept with the place."""
        unseen = self.work.cursor.setdefault("unseen", [])
        unseen.append(item_id)
        if len(unseen) >= MOST_UNSEEN:
            self._look_for_unseen()

    def _look_for_unseen(self) -> None:
        """Drop what the portal does not return by its id either; read what it does return."""
        entity, place = self.work.entity, self.work.last_id
        unseen = sorted(index_digests(entity.code, self.work.cursor.get("unseen", ())))
        if unseen:
            self.keeper.flush()
            there = ids_there(self.client, entity, unseen)
            for item_id in unseen:
                if item_id not in there:
                    self.keeper.drop(item_id)
            self.keeper.flush()
            take = Missing(self)
            for item_id in sorted(there.intersection(unseen)):
                take.row(item_id, {})
            take.end()
        self.work.last_id = place
        self.work.cursor.pop("unseen", None)


@dataclass(slots=True)
class Taken:
    """Packs rows as they come."""

    list_pass: ListPass

    def row(self, item_id: int, row: JsonObject) -> None:
        """Take one row."""
        self.list_pass.work.seen += 1
        self.keep(item_id, row)

    def keep(self, item_id: int, row: JsonObject) -> None:
        """Pack a row that is new or changed; files it names come before it."""
        contents, keeper = self.list_pass.contents, self.list_pass.keeper
        bare = without_addresses(row)
        if contents is None or keeper.holds(item_id, row_digest(bare)):
            packed = keeper.take(item_id, bare)
        else:
            packed = contents.keep(item_id, bare, files_in(row))
        if packed:
            cursor = self.list_pass.work.cursor
            cursor["brought"] = int(cursor.get("brought", 0)) + 1

    def end(self) -> None:
        """Do nothing: all rows are packed."""


@dataclass(slots=True)
class Missing(Taken):
    """Takes a list of ids alone: those that the copy does not hold are read in full, fifty at a time."""

    ids: list[int]

    def __init__(self, list_pass: ListPass) -> None:
        self.list_pass, self.ids = list_pass, []

    def row(self, item_id: int, row: JsonObject) -> None:  # noqa: ARG002 - it has nothing but its id
        """Remember an id that is not in the copy; while one waits the place stays before it."""
        if self.list_pass.keeper.lies(item_id):
            if not self.ids:
                self.list_pass.keeper.reach(item_id)
            return
        self.ids.append(item_id)
        if len(self.ids) >= AT_ONCE:
            self.end()

    def end(self) -> None:
        """Read what was remembered."""
        work = self.list_pass.work
        found = read_rows_again(self.list_pass.client, work.entity, [str(one) for one in self.ids])
        for item_id in self.ids:
            if (row := found.get(str(item_id))) is not None:
                self.keep(item_id, row)
        self.ids = []


def _answer(outcome: Outcome) -> Answer:
    if isinstance(outcome, PortalError):
        raise outcome
    return outcome


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
