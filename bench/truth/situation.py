"""Rows of the tables beside this file, and what has to happen in a shop for each of them.

`checks.tsv` and `comparison.tsv` were collected by people who had not seen the checks; `own_*.tsv` were added here.
A file of `situations/` declares how each row comes about; a row that nobody plays, or a function without a row, is an error.
"""

import csv
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from b24app.discovery import import_all
from bench.truth.shop import Shop

HERE = Path(__file__).parent
Play = Callable[[Shop], None]
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One row of a table of checks: a fault that the check must tell, or an oddity about which nothing may be said."""

    check: str
    kind: str
    situation: str
    own: bool

    @property
    def is_fault(self) -> bool:
        """Whether something is wrong in the shop."""
        return self.kind == "fault"


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One row of a table of comparisons: which kind of object differs how, and how grave the line must be at least."""

    kind: str
    difference: str
    level: str
    situation: str
    own: bool


@dataclass(frozen=True, slots=True)
class Situation:
    """How one row comes about.

    `without_baseline`: the shop has never been checked. `asked` names a question that tells what REST cannot show.
    `also` names kinds of objects that differ too, rightly.
    """

    play: Play
    room: str
    without_baseline: bool = False
    asked: str = ""
    also: tuple[str, ...] = ()


SITUATIONS: dict[Key, Situation] = {}


def situation(
    subject: str, text: str, *, without_baseline: bool = False, asked: str = "", also: tuple[str, ...] = ()
) -> Callable[[Play], Play]:
    """Declare how a row comes about; `subject` is its check or its kind of object, `text` its words."""

    def declare(play: Play) -> Play:
        room = play.__module__.rpartition(".")[2]
        if (subject, text) in SITUATIONS:
            msg = f"{subject}, {text}: declared twice"
            raise ValueError(msg)
        SITUATIONS[subject, text] = Situation(play, room, without_baseline, asked, also)
        return play

    return declare


@cache
def declared() -> dict[Key, Situation]:
    """All situations, found by their folder."""
    deque(import_all("bench.truth.situations"), maxlen=0)
    return SITUATIONS


def check_rows() -> list[CheckRow]:
    """Every row about a check."""
    return [
        CheckRow(row["check"], row["kind"], row["situation"], own=own)
        for row, own in _rows("checks.tsv", "own_checks.tsv")
    ]


def comparison_rows() -> list[ComparisonRow]:
    """Every row about the comparison."""
    return [
        ComparisonRow(row["kind"], row["difference"], row["level at least"], row["situation"], own=own)
        for row, own in _rows("comparison.tsv", "own_comparison.tsv")
    ]


def _rows(given: str, own: str) -> Iterator[tuple[dict[str, str], bool]]:
    for name in (given, own):
        with (HERE / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                yield row, name == own
