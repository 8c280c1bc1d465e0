"""A table of rows by id, in memory; large tables build a row when it is read (keyset pagination)."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from operator import lt
from typing import Any

Row = dict[str, Any]
Builder = Callable[[Any], Row]


class Table:
    """Rows in order of insertion; rows of a big table are built from their id only when they are read."""

    _built: dict[Any, Row] | None = None
    """Rows that were built while `keep_rows` holds."""

    def __init__(
        self,
        rows: Iterable[Row] = (),
        *,
        key: str = "ID",
        build: Builder | None = None,
        ids: Iterable[Any] = (),
    ) -> None:
        self.key = key
        self._build = build
        self._ids: list[Any] = []
        self._rising = True
        self._unordered: set[Any] = set()  # ids that do not rise: those that do are found by binary search
        self._rows: dict[Any, Row] = {}
        self._highest = 0
        self._gone_words: set[Any] = set()  # deleted ids that are no numbers
        self.extend(ids)
        for row in rows:
            self.add(row)

    def __getstate__(self) -> dict[str, Any]:
        """Pack numbers: a copy of a world is mostly ids, and tests make thousands of copies."""
        numbers = all(type(row_id) is int for row_id in self._ids)
        return vars(self) | ({"_ids": array("q", self._ids).tobytes()} if numbers else {})

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Unpack them."""
        ids = state["_ids"]
        vars(self).update(state, _ids=array("q", ids).tolist() if isinstance(ids, bytes) else ids)
        if "_highest" not in state:  # a saved portal of an earlier release
            self._highest, self._gone_words = _highest_of(self._ids), set()

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Row]:
        return (self._read(row_id) for row_id in self._ids)

    def __contains__(self, row_id: object) -> bool:
        return self._has(normal_id(row_id))

    @property
    def ids(self) -> list[Any]:
        """Return the ids in order; do not change the list."""
        return self._ids

    def all(self) -> list[Row]:
        """Return every row."""
        return list(self)

    def get(self, row_id: Any) -> Row | None:
        """Return one row or None; a built row is a copy, change it with `update`."""
        found = normal_id(row_id)
        return self._read(found) if self._has(found) else None

    def add(self, row: Row) -> Row:
        """Add a row; without an id it gets the next number."""
        if self.key not in row:
            row = {self.key: self.next_id(), **row}
        row_id = normal_id(row[self.key])
        if not self._has(row_id):
            self._append(row_id)
        self._rows[row_id] = row
        return row

    def extend(self, ids: Iterable[Any]) -> None:
        """Add ids whose rows are built on demand."""
        new = list(ids)
        if self._rising and new and self._follows(new[0]) and _rise(new):
            self._ids += new
            self._highest = max(self._highest, new[-1])
            return
        for row_id in new:
            if not self._has(row_id):
                self._append(row_id)

    def update(self, row_id: Any, **changes: Any) -> Row | None:
        """Change fields of a row and return it, None when there is no such row."""
        found = normal_id(row_id)
        if not self._has(found):
            return None
        row = self._rows.setdefault(found, self._read(found))
        row.update(changes)
        return row

    def delete(self, row_id: Any) -> bool:
        """Remove a row and return whether it was there."""
        found = normal_id(row_id)
        if not self._has(found):
            return False
        self._unordered.discard(found)
        if not isinstance(found, int):
            self._gone_words.add(found)
        self._rows.pop(found, None)
        self._ids.pop(bisect_left(self._ids, found) if self._rising else self._ids.index(found))
        return True

    def keep_rows(self, *, kept: bool) -> None:
        """Build each row once from now on, or anew at each reading as before: for requests that only read."""
        self._built = {} if kept and self._build is not None else None

    def next_id(self) -> int:
        """Return the number after the highest one that there ever was: a portal never gives a number again."""
        return self._highest + 1

    def had(self, row_id: Any) -> bool:
        """Return whether there is, or ever was, a row with this id, which is no number."""
        found = normal_id(row_id)
        return self._has(found) or found in self._gone_words

    def changed(self, row_id: Any) -> bool:
        """Return whether a row was added or changed by hand, so that its builder does not make it."""
        return row_id in self._rows

    def touched(self) -> list[Any]:
        """Return the ids of rows that were added or changed by hand."""
        return list(self._rows)

    def between(self, above: float | None, below: float | None) -> list[Any]:
        """Return ids with above < id < below without looking at rows."""
        if not self._rising:
            return [row_id for row_id in self._ids if _inside(row_id, above, below)]
        first = 0 if above is None else bisect_right(self._ids, above)
        last = len(self._ids) if below is None else bisect_left(self._ids, below)
        return self._ids[first:last]

    @property
    def rising(self) -> bool:
        """Return whether ids are numbers in rising order."""
        return self._rising

    def _has(self, row_id: Any) -> bool:
        if not self._rising:
            return row_id in self._unordered
        if not isinstance(row_id, int | float):
            return False
        place = bisect_left(self._ids, row_id)
        return place < len(self._ids) and bool(self._ids[place] == row_id)

    def _append(self, row_id: Any) -> None:
        if self._rising and not self._follows(row_id):
            self._rising = False
            self._unordered.update(self._ids)
        self._ids.append(row_id)
        if isinstance(row_id, int):
            self._highest = max(self._highest, row_id)
        if not self._rising:
            self._unordered.add(row_id)

    def _follows(self, row_id: Any) -> bool:
        return isinstance(row_id, int) and (not self._ids or row_id > self._ids[-1])

    def _read(self, row_id: Any) -> Row:
        row = self._rows.get(row_id)
        if row is not None:
            return row
        if self._build is None:
            raise KeyError(row_id)
        built = self._built  # another request may drop it meanwhile
        if built is None:
            return self._build(row_id)
        if row_id not in built:
            built[row_id] = self._build(row_id)
        return dict(built[row_id])


def normal_id(value: Any) -> Any:
    """Return an id as a number when it looks like one: "12" and 12 are the same row."""
    if isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    return value


def _highest_of(ids: list[Any]) -> int:
    return max((row_id for row_id in ids if isinstance(row_id, int)), default=0)


def _rise(ids: list[Any]) -> bool:
    return set(map(type, ids)) == {int} and all(map(lt, ids, ids[1:]))


def _inside(row_id: Any, above: float | None, below: float | None) -> bool:
    return isinstance(row_id, int) and (above is None or row_id > above) and (below is None or row_id < below)
