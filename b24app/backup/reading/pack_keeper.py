"""Collects rows into packs and stores each: first in the storage, then its row, the place and the index in one transaction."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from pydantic_core import from_json

from b24app.backup.archive.packs import PackRow, PackWriter, SealedPack, write_line
from b24app.backup.model import CopyPack
from b24app.backup.proofs.row_digest import row_digest
from b24app.backup.reading.entity_work import EntityWork, demand_reading, go_on, keep_place
from b24app.backup.reading.id_stretch import SIZE, Change, IdStretch
from b24app.backup.reading.item_index import keep_changes, load_stretch
from b24app.backup.reading.missing_files import missing_code
from b24app.backup.targets.target import Target
from b24app.backup.targets.target_check import note_storage
from b24app.database import db
from b24app.json_values import JsonObject

MOST_ROWS = 20_000
MOST_UNSAVED = 50_000
"""Rows that are the same as before move the place only; so many are read again at most after a kill."""


Trial = Callable[[str, Iterable[PackRow]], object]
"""The weekly proof that packs can be opened: called with the entity and the rows of its last pack before that is stored."""


@dataclass(slots=True)
class PackKeeper:
    """Writes the rows of one entity into packs; holds one pack at most."""

    work: EntityWork
    target: Target
    writer: PackWriter
    now: Callable[[], datetime]
    steady: Callable[[], float]
    sent: Callable[[], int]
    """How many requests went to the portal so far."""
    trial: Trial | None = None
    missing: dict[int, Change] = field(default_factory=dict)
    """Items whose rows were packed without a file, and those that have it now; kept with the next pack (`missing_files.py`)."""
    _changes: dict[int, Change] = field(default_factory=dict)
    _stretches: dict[int, IdStretch] = field(default_factory=dict)
    _lines: list[bytes] = field(default_factory=list)
    _low: int | None = None
    _high: int = 0
    _unsaved: int = 0
    _requests: int = 0
    _since: float = 0.0

    def __post_init__(self) -> None:
        self._requests, self._since = self.sent(), self.steady()

    def take(self, item_id: int, row: JsonObject) -> bool:
        """Pack a row unless this chain holds it unchanged; returns whether it was packed."""
        digest = row_digest(row)
        if self._lies(item_id) == digest:
            self.reach(item_id)
            return False
        self._pack(item_id, row, digest)
        return True

    def lies(self, item_id: int) -> bool:
        """Whether a pack of this chain holds the row."""
        return self._lies(item_id) is not None

    def holds(self, item_id: int, digest: bytes) -> bool:
        """Whether a pack of this chain holds the row unchanged."""
        return self._lies(item_id) == digest

    def attach(self, item_id: int, line_id: str, row: JsonObject) -> None:
        """Pack a line that belongs to an item and comes before the item's own line, such as a part of a file."""
        self._write(PackRow(line_id, self.now(), row), item_id)

    def drop(self, item_id: int) -> None:
        """Pack the deletion of an item that the index holds."""
        self.work.lost(item_id)
        self._pack(item_id, None, None)

    def reach(self, item_id: int) -> None:
        """Move the place of the reading to this id."""
        self.work.last_id = item_id
        self._unsaved += 1
        if self._unsaved >= MOST_UNSAVED:
            self.flush()

    def flush(self, **values: object) -> None:
        """Keep what was collected, with the place that was reached."""
        pack = self.writer.finish()
        self._keep(pack, self._changes, values)
        self._changes = {}
        demand_reading(self.work.copy_id)

    def _pack(self, item_id: int, row: JsonObject | None, digest: bytes | None) -> None:
        if len(self._changes) >= MOST_ROWS:
            self.flush()
        full = self._write(PackRow(str(item_id), self.now(), row), item_id)
        self._changes[item_id] = digest
        self.reach(item_id)
        if full:
            demand_reading(self.work.copy_id)

    def _write(self, one: PackRow, item_id: int) -> bool:
        """Add a line; the pack before it is kept with the place before it, when this line does not fit there."""
        full = self.writer.add(one)
        if full is not None:
            self._lines = []
            self._keep(full, self._changes, {})
            self._changes = {}
        self._low = item_id if self._low is None else min(self._low, item_id)
        self._high = max(self._high, item_id)
        if self.trial is not None:
            self._lines.append(write_line(one))
        return full is not None

    def _keep(self, pack: SealedPack | None, changes: dict[int, Change], values: dict[str, object]) -> None:
        if pack is not None:
            self._try()
            db.session.commit()
            self.target.put(pack.name, pack.content)
        work, requests, now = self.work, self.sent(), self.steady()
        number = int(work.cursor.get("packs", 0))
        if pack is not None:
            work.cursor = {**work.cursor, "packs": number + 1}
        keep_place(work, **values)
        if pack is not None:
            db.session.add(self._row(pack, number))
            note_storage(None)
        keep_changes(work.entity.code, changes, work.copy_id)
        if self.missing:
            keep_changes(missing_code(work.entity.code), self.missing, work.copy_id)
            self.missing = {}
        size, rows = (pack.size, pack.rows) if pack else (0, 0)
        go_on(
            work.copy_id, requests=requests - self._requests, seconds=now - self._since, rows=rows, size=size
        )
        db.session.commit()
        self._requests, self._since, self._unsaved = requests, now, 0
        if pack is not None:
            self._low, self._high = None, 0
        self._stretches.clear()

    def _try(self) -> None:
        if self.trial is not None and self._lines:
            self.trial(self.work.entity.code, map(_read_line, self._lines))
            self._lines = []

    def _row(self, pack: SealedPack, number: int) -> CopyPack:
        return CopyPack(
            copy_id=self.work.copy_id, entity=self.work.entity.code, number=number, name=pack.name,
            sha256=pack.sha256, plain_sha256=pack.plain_sha256, size=pack.size, rows=pack.rows, gone=pack.gone,
            first_id=str(self._low), last_id=str(self._high), stored_at=self.now(),
        )  # fmt: skip

    def _lies(self, item_id: int) -> bytes | None:
        """The digest of a row that a pack of this chain holds."""
        if item_id in self._changes:
            return self._changes[item_id]
        number, place = divmod(item_id, SIZE)
        if number not in self._stretches:
            while len(self._stretches) > 3:
                self._stretches.pop(next(iter(self._stretches)))
            self._stretches[number] = load_stretch(self.work.entity.code, number)
        stretch = self._stretches[number]
        at = stretch.find(place)
        if at is None or stretch.copies[at] < self.work.root_id:
            return None
        return stretch.digest(at)


def _read_line(line: bytes) -> PackRow:
    found = from_json(line)
    return PackRow(found["id"], datetime.fromisoformat(found["read_at"]), found.get("row"))
