"""Rows of earlier runs for sources that the newest page hardly shows: a silent source leaves the page, but is kept. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

ENOUGH = 15
"""With so many rows of each, its rhythm is known."""
KEPT_FOR = timedelta(days=120)
KEPT_NUMBERS = 5000
"""How long a silent source is kept, or for how many numbers where rows have no date."""


class Numbered(Protocol):
    """A row whose id rises with time."""

    @property
    def id(self) -> int | None:
        """Its number."""
        ...


R = TypeVar("R", bound=Numbered)


def remembered(
    page: Sequence[R],
    earlier: Sequence[R],
    key: Callable[[R], str],
    moment: Callable[[R], datetime | None] = lambda _row: None,
) -> tuple[R, ...]:
    """Of the earlier rows those older than the page, as many of each key as the page lacks, newest first."""
    numbers = [row.id for row in page if row.id is not None]
    if not numbers:
        return ()
    shown = Counter(map(key, page))
    kept: dict[str, list[R]] = defaultdict(list)
    newest = max((at for row in page if (at := moment(row))), default=None)
    older = {
        row.id: row
        for row in earlier
        if row.id is not None
        and max(numbers) - KEPT_NUMBERS < row.id < min(numbers)
        and not (newest and (at := moment(row)) and newest - at > KEPT_FOR)
    }
    for number in sorted(older, reverse=True):
        mine = kept[key(older[number])]
        if len(mine) + shown[key(older[number])] < ENOUGH:
            mine.append(older[number])
    return tuple(row for rows in kept.values() for row in rows)
