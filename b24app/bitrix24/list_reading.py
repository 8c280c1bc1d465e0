"""Reading a list to its proven end as the table of methods names it: by key, by offset and count, or whole."""

import json
from collections.abc import Iterator
from dataclasses import replace

from b24app.bitrix24.keyset_reading import read_keyset
from b24app.bitrix24.list_methods import PAGE, Keyset, ListClient, Mode, Paging, Row, paging_of
from b24app.bitrix24.responses import Answer, Command, Outcome
from b24app.errors import ListIncomplete, PortalError, RequestWrong
from b24app.json_values import Json, JsonObject


def read_rows(client: ListClient, method: str, params: JsonObject, after: int) -> Iterator[Row]:
    """Yield every row of a list; raises the PortalError family, never ends early in silence."""
    yield from read_as(client, settle(client, method, params), method, params, after)


def read_as(client: ListClient, mode: Mode, method: str, params: JsonObject, after: int) -> Iterator[Row]:
    """Yield every row of a list in a mode that was settled before."""
    paging = paging_of(method)
    if mode == Mode.KEYSET:
        yield from read_keyset(client, Keyset.of(paging, method, params), after)
    elif after:
        raise RequestWrong("", f"{method} cannot be resumed by an id")
    elif mode == Mode.WHOLE:
        yield from read_whole(client, paging, method, params)
    else:
        yield from read_offsets(client, replace(paging, mode=Mode.OFFSET), method, params)


def settle(client: ListClient, method: str, params: JsonObject) -> Mode:
    """How this list is read in this portal; a method that was not tried yet is tried now."""
    paging = paging_of(method)
    if paging.mode in (Mode.KEYSET, Mode.PROBE) and _ordered_otherwise(params):
        return Mode.OFFSET
    if paging.mode != Mode.PROBE:
        return paging.mode
    known = client.habits.recall(method)
    if known is None:
        known = _probe(client, Keyset.of(paging, method, params))
        if known:
            client.habits.remember(method, known)
    return known or Mode.OFFSET


def _ordered_otherwise(params: JsonObject) -> bool:
    return any(name.lower() in ("order", "sort") and value for name, value in params.items())


def _probe(client: ListClient, keyset: Keyset) -> Mode | None:
    """A page with start=-1 must equal the counted one, and ">id" must cut it (huge-data.md asks for this check).

    One row or none proves nothing: such a list is read by offset and the method is tried again next time.
    """
    bare = keyset.page(0)
    outcomes = client.batch({"counted": Command(bare.method, {**bare.params, "start": 0}), "bare": bare})
    counted, same = (keyset.paging.rows(_result(outcomes[key])) for key in ("counted", "bare"))
    ids = [keyset.paging.id_of(row) for row in counted]
    if len(ids) < 2:
        return None
    behind = keyset.paging.rows(client.call(keyset.method, keyset.page(ids[0]).params, write=False).result)
    cut = [keyset.paging.id_of(row) for row in behind][: len(ids) - 1]
    good = counted == same and ids == sorted(set(ids)) and cut == ids[1:]
    return Mode.KEYSET if good else Mode.OFFSET


def _result(outcome: Outcome) -> Json:
    if isinstance(outcome, PortalError):
        raise outcome
    return outcome.result


PAGES_AT_ONCE = 20
MOST_PASSES = 6


def read_offsets(client: ListClient, paging: Paging, method: str, params: JsonObject) -> Iterator[Row]:
    """Yield every row once; a pass counts only when the total did not change and as many rows were seen.

    A row deleted on an earlier page shifts the later ones, and one added meanwhile hides that from the count. So a list
    of several pages is read until a pass brings nothing new; later passes yield only what is new. Raises ListIncomplete
    when the list never stops changing.
    """
    seen: set[str] = set()
    for _ in range(MOST_PASSES):
        known, pages = len(seen), 0
        present: set[str] = set()
        totals: set[int | None] = set()
        for rows, total in _pages(client, paging, method, params):
            pages += 1
            totals.add(total)
            for row in rows:
                name = _name(paging, row)
                present.add(name)
                if name not in seen:
                    seen.add(name)
                    yield row
        counted = len(totals) == 1 and totals <= {None, len(present)}
        if counted and (pages == 1 or len(seen) == known):
            return
    raise ListIncomplete("", f"{method} kept changing while it was read")


def read_whole(client: ListClient, paging: Paging, method: str, params: JsonObject) -> Iterator[Row]:
    """Yield a list that comes in one answer; with a larger count or a next page it is read by offset instead."""
    asked = {**params, "start": paging.start} if paging.start else params
    answer = client.call(method, asked, write=False)
    rows = paging.rows(answer.result)
    if answer.next or (answer.total or 0) > len(rows):
        yield from read_offsets(client, paging, method, params)
    else:
        yield from rows


def _pages(
    client: ListClient, paging: Paging, method: str, params: JsonObject
) -> Iterator[tuple[list[Row], int | None]]:
    """Rows and total of page after page: many at once where the answer has a total, otherwise by `next` alone."""
    answer = client.call(method, {**params, "start": 0}, write=False)
    rows = paging.rows(answer.result)
    yield rows, answer.total
    while rows and (starts := _starts(answer)):
        commands = {str(at): _page(method, params, at) for at in starts}
        for outcome in client.batch(commands, halt=True).values():
            if isinstance(outcome, PortalError):
                raise outcome
            answer, rows = outcome, paging.rows(outcome.result)
            yield rows, answer.total


def _starts(last: Answer) -> range:
    """Where the pages behind the last answer begin; none when it was the last page."""
    if not last.next:
        return range(0)
    until = last.next + 1 if last.total is None else last.total
    return range(last.next, min(until, last.next + PAGE * PAGES_AT_ONCE), PAGE)


def _page(method: str, params: JsonObject, start: int) -> Command:
    return Command(method, {**params, "start": start}, write=False)


def _name(paging: Paging, row: Row) -> str:
    if paging.id and all(name in row for name in paging.id):
        return "\0".join(str(row[name]) for name in paging.id)
    return json.dumps(row, sort_keys=True, ensure_ascii=False)
