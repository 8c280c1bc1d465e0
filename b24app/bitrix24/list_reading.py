"""Reading a list to its proven end, in the way the table names for its method."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from b24app.bitrix24.keyset_pages import Keyset
from b24app.bitrix24.list_client import ListClient
from b24app.bitrix24.list_methods import Mode, Paging, Row, paging_of
from b24app.bitrix24.offset_pages import read_offsets, read_whole
from b24app.bitrix24.parallel_keyset import read_keyset
from b24app.bitrix24.responses import Answer, Command
from b24app.errors import PortalError, RequestWrong


def read_rows(client: ListClient, method: str, params: Mapping[str, Any], after: int) -> Iterator[Row]:
    """Yield every row of a list; raises the PortalError family, never ends early in silence."""
    paging = paging_of(method)
    mode = _settle(client, method, params, paging)
    if mode == Mode.KEYSET:
        yield from read_keyset(client, Keyset.of(paging, method, params), after)
    elif after:
        raise RequestWrong("", f"{method} cannot be resumed by an id")
    elif mode == Mode.WHOLE:
        yield from read_whole(client, paging, method, params)
    else:
        yield from read_offsets(client, replace(paging, mode=Mode.OFFSET), method, params)


def _settle(client: ListClient, method: str, params: Mapping[str, Any], paging: Paging) -> Mode:
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


def _ordered_otherwise(params: Mapping[str, Any]) -> bool:
    return any(name.lower() in ("order", "sort") and value for name, value in params.items())


def _probe(client: ListClient, keyset: Keyset) -> Mode | None:
    """A page with start=-1 must equal the counted one, and ">id" must cut it (huge-data.md asks for this check).

    One row or none proves nothing: such a list is read by offset and the method is tried again next time.
    """
    bare = keyset.page(0)
    outcomes = client.batch({"counted": Command(bare.method, {**bare.params, "start": 0}), "bare": bare})
    counted, same = (keyset.rows(_result(outcomes[key])) for key in ("counted", "bare"))
    ids = [keyset.id_of(row) for row in counted]
    if len(ids) < 2:
        return None
    behind = keyset.rows(client.call(keyset.method, keyset.page(ids[0]).params, write=False).result)
    cut = [keyset.id_of(row) for row in behind][: len(ids) - 1]
    good = counted == same and ids == sorted(set(ids)) and cut == ids[1:]
    return Mode.KEYSET if good else Mode.OFFSET


def _result(outcome: Answer | PortalError) -> Any:
    if isinstance(outcome, PortalError):
        raise outcome
    return outcome.result
