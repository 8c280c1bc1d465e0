"""Files that a copy does not have: which items lack one, whether it was refused or only late, and whether its host is silent now.

They are in the index under a name of their own, stored together with the row that is marked so: a killed worker asks again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from b24app.backup.reading.entity_work import EntityWork
from b24app.backup.reading.item_index import index_count, index_digests, index_ids
from b24app.bitrix24.responses import read_moment

MOST_SILENCES = 3
SILENT_FOR = timedelta(minutes=5)
"""For how long no request is sent to a host after three files in a row that did not come."""
NAMED = 20
AT_ONCE = 500
SILENCES, SILENT_UNTIL, MISSING, REFUSED = "silences", "silent_until", "absent", "refused"
"""Keys as rows of copies store them: those of earlier releases must stay readable."""


class Came(StrEnum):
    """The outcome of a request for a file."""

    WHOLE = "whole"
    REFUSED = "refused"
    LATE = "late"


def missing_code(entity: str) -> str:
    """The name under which the index keeps the items of an entity that lack a file."""
    return f"{entity}.absent"


def write_mark(came: Came, copy_id: int) -> bytes:
    """Eight bytes: why it lacks its file, and the copy that asked last."""
    return came.value[:1].encode() + copy_id.to_bytes(7, "big")


def _read_mark(mark: bytes) -> tuple[str, int]:
    return mark[:1].decode(), int.from_bytes(mark[1:], "big")


@dataclass(slots=True)
class MissingFiles:
    """The missing files of one entity in one copy."""

    work: EntityWork
    now: Callable[[], datetime]
    _some: bool | None = None

    def host_is_silent(self) -> bool:
        """Whether several files in a row did not come a short while ago."""
        until, now = read_moment(self.work.cursor.get(SILENT_UNTIL)), self.now()
        return until is not None and now < until <= now + SILENT_FOR

    def count_silence(self) -> None:
        """A file did not come; the place of the reading is kept with it."""
        count = int(self.work.cursor.get(SILENCES, 0)) + 1
        self.work.cursor[SILENCES] = count
        if count >= MOST_SILENCES:
            self.work.cursor |= {
                SILENT_UNTIL: (self.now() + SILENT_FOR).isoformat(),
                SILENCES: MOST_SILENCES - 1,
            }

    def end_silence(self) -> None:
        """Reset the count of silences after a file came."""
        self.work.cursor.pop(SILENCES, None)
        self.work.cursor.pop(SILENT_UNTIL, None)

    def count_refused(self, count: int) -> None:
        """Files that this copy was refused."""
        if count:
            self.work.cursor[REFUSED] = int(self.work.cursor.get(REFUSED, 0)) + count

    def holds(self, item_id: int) -> bool:
        """Whether an item lacks a file so far."""
        code = missing_code(self.work.entity.code)
        if self._some is None:
            self._some = index_count(code) > 0
        return self._some and bool(index_digests(code, [item_id]))

    def was_asked(self, item_id: int) -> bool:
        """Whether this copy has asked for the files of an item already, without success."""
        mark = index_digests(missing_code(self.work.entity.code), [item_id]).get(item_id)
        return mark is not None and _read_mark(mark)[1] == self.work.copy_id

    def late(self, after: int) -> Iterator[int]:
        """Items after an id whose files must be asked for again: late ones, and those that earlier copies lacked."""
        code = missing_code(self.work.entity.code)
        ids = index_ids(code, after)
        while some := list(islice(ids, AT_ONCE)):
            for item_id, mark in sorted(index_digests(code, some).items()):
                why, copy_id = _read_mark(mark)
                if copy_id != self.work.copy_id or why == Came.LATE.value[:1]:
                    yield item_id

    def tell(self) -> bool:
        """Store how many items lack a file, and the first of them; returns whether any does."""
        code = missing_code(self.work.entity.code)
        count, first = index_count(code), [*islice(index_ids(code), NAMED)]
        self.work.cursor[MISSING] = {"count": count, "ids": first}
        return count > 0
