"""Retries files that did not come, when everything else is read: at once, then after a rest, three times in all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select

from b24app.backup.model import CopyEntity, EntityState
from b24app.backup.reading.entity_work import EntityWork
from b24app.backup.reading.file_contents import SOME_REFUSED, FileContents
from b24app.backup.reading.item_index import index_count
from b24app.backup.reading.missing_files import MISSING, SILENT_UNTIL, Came, write_mark
from b24app.backup.reading.pack_keeper import PackKeeper
from b24app.backup.reading.planning_copy import REFUSED
from b24app.backup.reading.reread import in_chunks
from b24app.backup.reading.whole_view import ViewNarrowed
from b24app.bitrix24.responses import read_integer, read_moment
from b24app.database import db
from b24app.errors import LimitReached, UnknownRefusal
from b24app.json_values import Json, JsonObject, is_object
from b24app.text.messages import N_

LATE, ROUNDS, FROM = "late", "rounds", "from"
WAITS = (timedelta(0), timedelta(minutes=10), timedelta(minutes=20))
AT_ONCE = 10
"""Items whose addresses are asked for together: each address is used within minutes."""


class FilesLate(LimitReached):
    """Only files that do not come now are left to read; `reset_at` is when they are asked for again."""

    public = N_(
        "Everything else is copied. Some files do not come, so they are asked for again a little later."
    )

    def __init__(self, reset_at: datetime) -> None:
        super().__init__("files_late")
        self.reset_at = reset_at


class FilePass(Protocol):
    """A reading that can read some of its items again and pack them with their files."""

    work: EntityWork
    keeper: PackKeeper

    def read(self, ids: Sequence[int]) -> Mapping[int, JsonObject | None]:
        """These items with fresh addresses of their files; None for one that is closed to us, no entry for a deleted one."""
        ...

    def take(self, item_id: int, row: JsonObject) -> object:
        """Pack one."""
        ...


def next_retry(copy_id: int, now: datetime) -> CopyEntity | None:
    """The first entity whose late files may be asked for now, None when there is none; raises FilesLate for one to wait for."""
    done = CopyEntity.copy_id == copy_id, CopyEntity.state == EntityState.DONE
    rows = db.session.scalars(select(CopyEntity).where(*done).order_by(CopyEntity.place))
    waiting = [(at, row) for row in rows if (at := _due_at(row, now)) is not None]
    due = next((row for at, row in waiting if at <= now), None)
    if due is None and waiting:
        raise FilesLate(min(at for at, _ in waiting))
    return due


def _due_at(row: CopyEntity, now: datetime) -> datetime | None:
    """When its files are asked for again; None when none is missing, or all retries are used."""
    missing, late = row.cursor.get(MISSING), row.cursor.get(LATE)
    if not is_object(missing) or not missing.get("count") or _rounds(late) >= len(WAITS):
        return None
    told = (late.get(FROM) if is_object(late) else None, row.cursor.get(SILENT_UNTIL))
    moments = [moment for text in told if (moment := read_moment(text)) is not None]
    return min(max(moments, default=now), now + WAITS[-1])


def _rounds(late: Json) -> int:
    return read_integer(late.get(ROUNDS)) or 0 if is_object(late) else 0


@dataclass(slots=True)
class RetryRound:
    """One retry of the files that an entity lacks; it continues where the last step ended."""

    file_pass: FilePass
    contents: FileContents
    over: Callable[[], bool]

    def run(self) -> None:
        """Ask for each once; a silent host ends this round, a portal that refuses the list ends all of them."""
        if self.file_pass.work.phase != LATE:
            self.file_pass.work.enter(LATE)
        try:
            self._ask()
        except ViewNarrowed:
            raise
        except (*REFUSED, UnknownRefusal):
            self._end(is_last=True)

    def _ask(self) -> None:
        work, keeper = self.file_pass.work, self.file_pass.keeper
        for some in in_chunks(self.contents.missing.late(work.last_id), AT_ONCE):
            self._take(some)
            if self.contents.missing.host_is_silent():
                break
            if self.over():
                keeper.flush()
                return
        self._end()

    def _take(self, some: Sequence[int]) -> None:
        found, keeper = self.file_pass.read(some), self.file_pass.keeper
        for item_id in some:
            row = found.get(item_id)
            if row is not None:
                self.file_pass.take(item_id, row)
                continue
            closed = write_mark(Came.REFUSED, keeper.work.copy_id)
            keeper.missing[item_id] = closed if item_id in found else None
            keeper.reach(item_id)

    def _end(self, *, is_last: bool = False) -> None:
        work, keeper, missing = self.file_pass.work, self.file_pass.keeper, self.contents.missing
        work.enter("end")
        keeper.flush()
        is_missing, is_late = missing.tell(), next(missing.late(0), None) is not None
        rounds = _rounds(work.cursor.get(LATE)) + 1
        if is_last or not is_late or rounds >= len(WAITS):
            work.cursor[LATE] = {ROUNDS: len(WAITS)}
        else:
            work.cursor[LATE] = {ROUNDS: rounds, FROM: (keeper.now() + WAITS[rounds]).isoformat()}
        work.seen = index_count(work.entity.code)
        keeper.flush(error=SOME_REFUSED if is_missing or work.cursor.get("closed") else "")
