"""Pages by key: `>id` with start=-1, many of them chained inside one batch (settings/performance/huge-data.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from b24app.bitrix24.list_methods import PAGE, Paging, Row
from b24app.bitrix24.responses import Answer, Command, Outcome
from b24app.errors import AnswerBroken, PortalError

OURS = frozenset({"filter", "order", "sort", "start"})


@dataclass(frozen=True, slots=True)
class Keyset:
    """How to ask one list for the page behind an id."""

    paging: Paging
    method: str
    params: Mapping[str, Any]
    filter: Mapping[str, Any]

    @classmethod
    def of(cls, paging: Paging, method: str, params: Mapping[str, Any]) -> "Keyset":
        """Take a caller's parameters apart: the filter is joined with ours, a selection gains the id."""
        given = {name.lower(): value for name, value in params.items()}
        rest = {name: value for name, value in params.items() if name.lower() not in OURS}
        for name in [name for name in rest if name.lower() == "select"]:
            rest[name] = _with_id(rest[name], paging.key)
        return cls(paging, method, rest, given.get("filter") or {})

    def page(self, after: int | str, until: int | None = None, way: str = "ASC") -> Command:
        """The page behind an id, or behind a reference to one."""
        bounds: dict[str, Any] = {f">{self.paging.key}": after} if after else {}
        if until is not None:
            bounds[f"<={self.paging.key}"] = until
        asked = {**self.params, **self.paging.order(way), "start": -1}
        return Command(self.method, {**asked, self.paging.filter: {**self.filter, **bounds}}, write=False)

    def top(self) -> Command:
        """The page with the highest ids, as thin as the method allows."""
        page = self.page("", way="DESC")
        thin = {
            name: [self.paging.key] if name.lower() == "select" else value
            for name, value in page.params.items()
        }
        return Command(self.method, {"select": [self.paging.key], **thin}, write=False)

    def chain(self, after: int, until: int | None, pages: int) -> dict[str, Command]:
        """Pages one behind the other: each begins after the last row of the one before it."""
        place = f"[{self.paging.items}]" if self.paging.items else ""
        last = f"{place}[{PAGE - 1}][{self.paging.id[0]}]"
        behind: list[int | str] = [after, *(f"$result[p{number}]{last}" for number in range(pages - 1))]
        return {f"p{number}": self.page(start, until) for number, start in enumerate(behind)}

    def bounded(self) -> bool:
        """Say whether the caller's own filter limits the id, so that ours must not."""
        return any(name.strip("<>=!@%") == self.paging.key and name[:1] in "<>" for name in self.filter)

    def rows(self, result: Any) -> list[Row]:
        """The rows of one page."""
        return self.paging.rows(result)

    def id_of(self, row: Row) -> int:
        """The id of a row."""
        return self.paging.id_of(row)


@dataclass(frozen=True, slots=True)
class IdSpan:
    """A stretch of ids to read: behind `after`, up to `until` where there is a border, some pages at a time."""

    after: int
    until: int | None = None
    pages: int = PAGE


@dataclass(slots=True)
class Stretch:
    """What one batch brought of a span: pages of rows, the last id, and why it ended there."""

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
        rows = keyset.rows(outcome.result)
        _add_page(keyset, stretch, rows)
        if len(rows) < PAGE or stretch.last == span.until:
            stretch.finished = True
            return stretch
    return stretch


def _add_page(keyset: Keyset, stretch: Stretch, rows: list[Row]) -> None:
    for row in rows:
        found = keyset.id_of(row)
        if found <= stretch.last:
            raise AnswerBroken("", f"{keyset.method}: id {found} came after {stretch.last}")
        stretch.last = found
    if rows:
        stretch.pages.append(rows)


def _with_id(select: Any, key: str) -> Any:
    if not isinstance(select, list | tuple) or not select or "*" in select or key in select:
        return select
    return [key, *select]
