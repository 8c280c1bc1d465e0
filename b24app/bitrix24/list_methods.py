"""Which list method is read in which way: a table with its source, and what a portal taught us about it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from b24app.errors import AnswerBroken

PAGE = 50  # list-methods-pecularities.md
TABLE = Path(__file__).with_name("list_methods.toml")
Row = dict[str, Any]


class Mode(StrEnum):
    """How a list is read to its end; `probe` becomes `keyset` or `offset` on first use in a portal."""

    KEYSET = "keyset"
    PROBE = "probe"
    OFFSET = "offset"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Paging:
    """One line of the table."""

    mode: Mode = Mode.OFFSET
    items: str = ""
    id: tuple[str, ...] = ()
    key: str = ""
    style: str = "lower"
    start: int = 0
    page: str = ""

    @property
    def filter(self) -> str:
        """The name of the filter parameter."""
        return "filter" if self.style == "lower" else "FILTER"

    def order(self, way: str = "ASC") -> dict[str, Any]:
        """The parameters that put rows in the order of their id."""
        return {"order": {self.key: way}} if self.style == "lower" else {"sort": self.key, "order": way}

    def rows(self, result: Any) -> list[Row]:
        """The rows of a result; AnswerBroken when they are not where they should be."""
        found = result.get(self.items) if self.items and isinstance(result, dict) else result
        if found is None and not self.mode == Mode.OFFSET:
            raise AnswerBroken("", f"no {self.items} in the result")
        if isinstance(found, dict):
            found = _only_list(found)
        if not isinstance(found, list):
            raise AnswerBroken("", f"rows were expected, {type(found).__name__} came")
        return found

    def id_of(self, row: Row) -> int:
        """The growing id of a row."""
        try:
            return int(row[self.id[0]])
        except (KeyError, TypeError, ValueError, IndexError):
            raise AnswerBroken("", "a row without its id") from None


def paging_of(method: str) -> Paging:
    """The line of a method, whatever the case it is written in."""
    return _table().get(method.casefold(), Paging())


@cache
def _table() -> Mapping[str, Paging]:
    lines = tomllib.loads(TABLE.read_text(encoding="utf-8"))["methods"]
    return {name.casefold(): _line(**line) for name, line in lines.items()}


def _line(mode: str, id: str | list[str] = "", key: str = "", **rest: Any) -> Paging:
    ids = tuple(id) if isinstance(id, list) else (id,) if id else ()
    return Paging(Mode(mode), id=ids, key=key or (ids[0] if ids else ""), **rest)


def _only_list(result: dict[str, Any]) -> Any:
    """An unlisted method wraps its rows under a name of its own; an ambiguous answer is not guessed at."""
    lists = [value for value in result.values() if isinstance(value, list)]
    return lists[0] if len(lists) == 1 else None


class Habits(Protocol):
    """What was learned about the methods of one portal."""

    def recall(self, method: str) -> Mode | None:
        """The mode that was found by trying, if it was tried."""
        ...

    def remember(self, method: str, mode: Mode) -> None:
        """Keep what was found."""
        ...


@dataclass(slots=True)
class ShortMemory:
    """Habits for one client's life."""

    known: dict[str, Mode] = field(default_factory=dict)

    def recall(self, method: str) -> Mode | None:
        """The mode that was found."""
        return self.known.get(method)

    def remember(self, method: str, mode: Mode) -> None:
        """Keep what was found."""
        self.known[method] = mode
