"""Lists without a usable key: read by offset and proved by count, or whole in one answer."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from b24app.errors import ListIncomplete, PortalError
from b24app.wire.answers import Answer, Command
from b24app.wire.paging import PAGE, Paging, Row

if TYPE_CHECKING:
    from b24app.rest_client import RestClient

PAGES_AT_ONCE = 20
MOST_PASSES = 4


def read_offsets(
    client: "RestClient", paging: Paging, method: str, params: Mapping[str, Any]
) -> Iterator[Row]:
    """Yield every row once; a pass counts only when the total stood still and as many rows were seen.

    A row deleted on an earlier page shifts the later ones, so a pass that saw a change is followed by another one,
    which yields only what is new. Raises ListIncomplete when the list never stands still.
    """
    seen: set[str] = set()
    for _ in range(MOST_PASSES):
        present: set[str] = set()
        totals: set[int | None] = set()
        for answer in _pages(client, method, params):
            totals.add(answer.total)
            for row in paging.rows(answer.result):
                name = _name(paging, row)
                present.add(name)
                if name not in seen:
                    seen.add(name)
                    yield row
        if len(totals) == 1 and totals <= {None, len(present)}:
            return
    raise ListIncomplete("", f"{method} kept changing while it was read")


def read_whole(client: "RestClient", paging: Paging, method: str, params: Mapping[str, Any]) -> Iterator[Row]:
    """Yield a list that comes in one answer; a count or a next page that disagrees turns to reading by offset."""
    asked = {**params, "start": paging.start} if paging.start else params
    answer = client.call(method, asked, write=False)
    rows = paging.rows(answer.result)
    if answer.next or (answer.total or 0) > len(rows):
        yield from read_offsets(client, paging, method, params)
    else:
        yield from rows


def _pages(client: "RestClient", method: str, params: Mapping[str, Any]) -> Iterator[Answer]:
    answer = client.call(method, {**params, "start": 0}, write=False)
    yield answer
    total = answer.total or 0
    start = answer.next or 0
    while start and start < total:
        commands = {str(at): _page(method, params, at) for at in _starts(start, total)}
        for outcome in client.batch(commands, halt=True).values():
            if isinstance(outcome, PortalError):
                raise outcome
            yield outcome
            start, total = start + PAGE, outcome.total or 0


def _starts(start: int, total: int) -> range:
    return range(start, min(total, start + PAGE * PAGES_AT_ONCE), PAGE)


def _page(method: str, params: Mapping[str, Any], start: int) -> Command:
    return Command(method, {**params, "start": start}, write=False)


def _name(paging: Paging, row: Any) -> str:
    if paging.id and isinstance(row, dict) and all(name in row for name in paging.id):
        return "\0".join(str(row[name]) for name in paging.id)
    return json.dumps(row, sort_keys=True, ensure_ascii=False)
