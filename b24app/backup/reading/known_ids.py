"""Which ids of the index a list passes over while it rises."""

from collections.abc import Iterator


class KnownIds:
    """Ids of the index in rising order, taken as far as a list has come."""

    def __init__(self, ids: Iterator[int]) -> None:
        self._ids = ids
        self._next = next(ids, None)

    def before(self, item_id: int | None) -> Iterator[int]:
        """Those that a list has passed over; with None all that are left."""
        while self._next is not None and (item_id is None or self._next < item_id):
            yield self._next
            self._next = next(self._ids, None)
        if self._next is not None and self._next == item_id:
            self._next = next(self._ids, None)
