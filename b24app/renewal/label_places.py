"""Places labels below a row of days so that no leader line crosses a label and no two labels meet. Pure.

Of two labels to the right the earlier goes lower, of two to the left the later: a line then ends before it would cross a label.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

GAP = 1.0
"""The free room around a label, in per cent of the row."""
NARROW, WIDE = frozenset(" .,:;'’“”!|()iIjlftr\u00a0"), frozenset("—жмшщюыфЖМШЩЮЫФДmwMW@%")
NARROW_LETTER, LETTER, WIDE_LETTER, BOLDER = 4.0, 7.0, 10.0, 1.05
"""How wide letters of 12 pixels are at most on average; Open Sans is the widest of the fonts that portals use."""


@dataclass(frozen=True, slots=True)
class LabelPlace:
    """The place of one label: to the left of its line or to the right, and how low."""

    left: bool
    row: int


@dataclass(frozen=True, slots=True)
class Label:
    """One label being placed: its line at `x`, and the span of its text."""

    x: float
    start: float
    end: float

    def holds(self, x: float) -> bool:
        """Whether a line at `x` would cross the text, were it as long."""
        return self.x != x and self.start - GAP < x < self.end + GAP

    def meets(self, other: "Label") -> bool:
        """Whether both texts overlap in the same row."""
        return self.start < other.end + GAP and other.start < self.end + GAP


def place_labels(points: Sequence[float], widths: Sequence[float]) -> tuple[LabelPlace, ...] | None:
    """Places in the fewest rows, as many of the first to the left as are there; points from left to right, all in per cent.

    None when they do not fit: then the facts are shown as a list only.
    """
    found = [
        places
        for sides in product((False, True), repeat=len(points))
        if (places := _rows(points, widths, sides))
    ]
    return min(found, key=_worth, default=None) if points else ()


def text_width(text: str, *, bold: bool = False) -> float:
    """How wide a text of 12 pixels is at most, in pixels."""
    width = sum(NARROW_LETTER if one in NARROW else WIDE_LETTER if one in WIDE else LETTER for one in text)
    return width * (BOLDER if bold else 1)


def _worth(places: tuple[LabelPlace, ...]) -> tuple[int, int, int]:
    rows = max(place.row for place in places)
    left = [number for number, place in enumerate(places) if place.left]
    return rows, sum(left), len(left)


def _rows(
    points: Sequence[float], widths: Sequence[float], sides: Sequence[bool]
) -> tuple[LabelPlace, ...] | None:
    labels = [
        Label(x, *((x - width, x) if left else (x, x + width)))
        for x, width, left in zip(points, widths, sides, strict=True)
    ]
    if any(label.start < 0 or label.end > 100 for label in labels):
        return None
    rows: dict[int, int] = {}
    for number in _from_above(labels):
        rows[number] = _free_row(number, labels, rows)
    if len(rows) < len(labels):
        return None
    return tuple(LabelPlace(left, rows[number]) for number, left in enumerate(sides))


def _from_above(labels: Sequence[Label]) -> Iterator[int]:
    """Each label after all whose lines it must let end above it; ends early when two want to be above each other."""
    above = {
        number: {other for other, one in enumerate(labels) if label.holds(one.x)}
        for number, label in enumerate(labels)
    }
    done: set[int] = set()
    while ready := [number for number, others in above.items() if number not in done and others <= done]:
        yield from ready
        done.update(ready)


def _free_row(number: int, labels: Sequence[Label], rows: dict[int, int]) -> int:
    """The highest row below every line that ends above it, where there is no other text."""
    label = labels[number]
    row = max((rows[other] + 1 for other in rows if label.holds(labels[other].x)), default=0)
    taken = {rows[other] for other in rows if label.meets(labels[other])}
    return next(free for free in range(row, len(labels) * 2) if free not in taken)
