"""List methods: a table of how each is read, with its source; pages by key; what was learned of them in a portal."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Protocol

from b24app.bitrix24.connection import Connection
from b24app.bitrix24.responses import Answer, Command, Outcome, read_integer
from b24app.errors import AnswerBroken, PortalError
from b24app.json_values import Json, JsonObject, is_array, is_object

PAGE = 50  # list-methods-pecularities.md
TABLE = Path(__file__).with_name("list_methods.toml")
OURS = frozenset({"filter", "order", "sort", "start"})
Row = JsonObject


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
    bare: int = -1
    page: str = ""

    @property
    def filter(self) -> str:
        """The name of the filter parameter."""
        return "filter" if self.style == "lower" else "FILTER"

    def order(self, way: str = "ASC") -> JsonObject:
        """The parameters that put rows in the order of their id."""
        return {"order": {self.key: way}} if self.style == "lower" else {"sort": self.key, "order": way}

    def rows(self, result: Json) -> list[Row]:
        """The rows of a result; AnswerBroken when they are not where they should be."""
        found = result.get(self.items) if self.items and is_object(result) else result
        if found is None and not self.mode == Mode.OFFSET:
            raise AnswerBroken("", f"no {self.items} in the result")
        if is_object(found):
            found = _only_list(found)
        if not is_array(found):
            raise AnswerBroken("", f"rows were expected, {type(found).__name__} came")
        rows = [row for row in found if is_object(row)]
        if len(rows) < len(found):
            raise AnswerBroken("", "a row that is no object")
        return rows

    def id_of(self, row: Row) -> int:
        """The growing id of a row."""
        found = read_integer(row.get(self.id[0])) if self.id else None
        if found is None:
            raise AnswerBroken("", "a row without its id")
        return found


def paging_of(method: str) -> Paging:
    """The line of a method, whatever the case it is written in."""
    return _table().get(method.casefold(), Paging())


@cache
def _table() -> Mapping[str, Paging]:
    lines = tomllib.loads(TABLE.read_text(encoding="utf-8"))["methods"]
    return {name.casefold(): _line(**line) for name, line in lines.items()}


def _line(
    *,
    mode: str,
    id: str | Sequence[str] = (),
    key: str = "",
    items: str = "",
    style: str = "lower",
    start: int = 0,
    bare: int = -1,
    page: str = "",
) -> Paging:
    ids = (id,) if isinstance(id, str) else tuple(id)
    return Paging(Mode(mode), items, ids, key or next(iter(ids), ""), style, start, bare, page)


def _only_list(result: JsonObject) -> Json:
    """An unlisted method wraps its rows under a name of its own; an ambiguous answer is not guessed at."""
    lists = [value for value in result.values() if is_array(value)]
    return lists[0] if len(lists) == 1 else None


class Habits:
    """What was learned about the list methods of one portal; here for one client's life."""

    def __init__(self) -> None:
        self._known: dict[str, Mode] = {}

    def recall(self, method: str) -> Mode | None:
        """The mode that was found by trying, if it was tried."""
        return self._known.get(method)

    def remember(self, method: str, mode: Mode) -> None:
        """Keep what was found instead of what was stored."""
        self._known[method] = mode


class ListClient(Protocol):
    """Calls, batches, and the connection by which several ranges of ids are read at once."""

    connection: Connection
    habits: Habits
    parallel: int

    def call(self, method: str, params: JsonObject | None = None, *, write: bool | None = None) -> Answer:
        """Call one method."""
        ...

    def batch(self, commands: Mapping[str, Command], *, halt: bool = False) -> dict[str, Outcome]:
        """Run any number of commands, fifty in a request."""
        ...

    def batch_params(self, commands: Mapping[str, Command], *, halt: bool) -> JsonObject:
        """The parameters of one `batch`."""
        ...

    def split(self, commands: Mapping[str, Command], body: JsonObject) -> dict[str, Outcome]:
        """Split the answer of one `batch` by command."""
        ...


@dataclass(frozen=True, slots=True)
class Keyset:
    """How to ask one list for the page behind an id."""

    paging: Paging
    method: str
    params: JsonObject
    filter: JsonObject

    @classmethod
    def of(cls, paging: Paging, method: str, params: JsonObject) -> "Keyset":
        """Take a caller's parameters apart: the filter is joined with ours, a selection gains the id."""
        given = {name.lower(): value for name, value in params.items()}
        rest = {name: value for name, value in params.items() if name.lower() not in OURS}
        for name in [name for name in rest if name.lower() == "select"]:
            rest[name] = _with_id(rest[name], paging.key)
        narrowed = given.get("filter")
        return cls(paging, method, rest, narrowed if is_object(narrowed) else {})

    def page(self, after: int | str, until: int | None = None, way: str = "ASC") -> Command:
        """The page behind an id, or behind a reference to one."""
        bounds: dict[str, Json] = {f">{self.paging.key}": after} if after else {}
        if until is not None:
            bounds[f"<={self.paging.key}"] = until
        asked = {**self.params, **self.paging.order(way), "start": self.paging.bare}
        return Command(self.method, {**asked, self.paging.filter: {**self.filter, **bounds}}, write=False)

    def top(self) -> Command:
        """The page with the highest ids, as thin as the method allows."""
        page = self.page("", way="DESC")
        thin: JsonObject = {
            name: [self.paging.key] if name.lower() == "select" else value
            for name, value in page.params.items()
        }
        return Command(self.method, {"select": [self.paging.key], **thin}, write=False)

    def chain(self, after: int, until: int | None, pages: int) -> dict[str, Command]:
        """Pages one after the other: each begins after the last row of the one before it."""
        place = f"[{self.paging.items}]" if self.paging.items else ""
        last = f"{place}[{PAGE - 1}][{self.paging.id[0]}]"
        behind: list[int | str] = [after, *(f"$result[p{number}]{last}" for number in range(pages - 1))]
        return {f"p{number}": self.page(start, until) for number, start in enumerate(behind)}

    def bounded(self) -> bool:
        """Whether the caller's own filter limits the id, so that ours must not."""
        return any(name.strip("<>=!@%") == self.paging.key and name[:1] in "<>" for name in self.filter)


def _with_id(select: Json, key: str) -> Json:
    if not is_array(select) or not select or "*" in select or key in select:
        return select
    return [key, *select]


@dataclass(frozen=True, slots=True)
class IdSpan:
    """A stretch of ids to read: behind `after`, up to `until` where there is a border, some pages at a time."""

    after: int
    until: int | None = None
    pages: int = PAGE


@dataclass(slots=True)
class Stretch:
    """The result of one batch for a span: pages of rows, the last id, and why it ended there."""

    pages: list[list[Row]]
    last: int
    finished: bool
    error: PortalError | None = None


def read_chain(keyset: Keyset, span: IdSpan, outcomes: Mapping[str, Outcome]) -> Stretch:
    """Take pages in order up to the first short one or the first error; what follows either means nothing.

    After a short page the references of later commands resolve to garbage (module rest, methodsBatch), and an error
    means "go on behind the last row seen", never "end of data".
    """
    stretch = Stretch([], span.after, finished=False)
    for number in range(span.pages):
        outcome = outcomes.get(f"p{number}")
        if not isinstance(outcome, Answer):
            stretch.error = outcome or AnswerBroken("", f"page {number} of a batch is missing")
            return stretch
        rows = keyset.paging.rows(outcome.result)
        _add_page(keyset, stretch, rows)
        if len(rows) < PAGE or stretch.last == span.until:
            stretch.finished = True
            return stretch
    return stretch


def _add_page(keyset: Keyset, stretch: Stretch, rows: list[Row]) -> None:
    for row in rows:
        found = keyset.paging.id_of(row)
        if found <= stretch.last:
            raise AnswerBroken("", f"{keyset.method}: id {found} came after {stretch.last}")
        stretch.last = found
    if rows:
        stretch.pages.append(rows)
