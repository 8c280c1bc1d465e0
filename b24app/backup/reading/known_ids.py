"""Finds ids of the index that an ascending list passes over."""

from collections.abc import Iterator


class KnownIds:
    """Ids of the index in rising order, consumed up to the present id of a list."""

    def __init__(self, ids: Iterator[int]) -> None:
        self._ids = ids
        self._next = next(ids, None)

    def before(self, item_id: int | None) -> Iterator[int]:
        """Ids that the list has passed over; with None all that remain."""
        while self._next is not None and (item_id is None or self._next < item_id):
            yield self._next
            self._next = next(self._ids, None)
        if self._next is not None and self._next == item_id:
            self._next = next(self._ids, None)
