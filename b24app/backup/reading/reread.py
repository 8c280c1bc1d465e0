"""Reads named rows of an entity again: for the sample of the proofs, and for rows that only the sweep of ids has found."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from b24app.backup.entities.entity import Entity
from b24app.backup.reading.attached_files import bindings_in, read_bindings
from b24app.backup.reading.list_params import of_ids
from b24app.bitrix24.list_methods import paging_of
from b24app.errors import ListIncomplete, PortalError, RequestWrong
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.rest_client import Answer, Command, Outcome, RestClient

PAGE = 50
Piece = TypeVar("Piece")


def in_chunks(pieces: Iterable[Piece], size: int) -> Iterator[tuple[Piece, ...]]:
    """Pieces in groups of a size; the last may be smaller."""
    source = iter(pieces)
    while chunk := tuple(islice(source, size)):
        yield chunk


def read_rows_again(client: RestClient, entity: Entity, ids: Sequence[str]) -> dict[str, JsonObject]:
    """The rows of these ids by id; missing ones were deleted. Raises the PortalError family."""
    if entity.per_item is not None:
        found = read_owners(client, entity, [int(one) for one in ids])
        return {str(owner): {"rows": [*rows]} for owner, rows in found.items() if rows}
    rows: dict[str, JsonObject] = {}
    for some in in_chunks(ids, PAGE):
        rows |= _by_id(client, entity, some)
    return rows


def _by_id(client: RestClient, entity: Entity, ids: Sequence[str]) -> dict[str, JsonObject]:
    asked = of_ids(entity, entity.params, [int(one) for one in ids])
    if len(asked) == 1:
        answers = [client.call(asked[0].method, asked[0].params, write=False)]
    else:
        outcomes = client.batch({str(number): one for number, one in enumerate(asked)})
        answers = [_whole(one) for one in outcomes.values()]
    rows = [row for one in answers for row in paging_of(entity.method).rows(one.result)]
    return {str(row.get(id_field(entity))): row for row in rows}


def _whole(outcome: Outcome) -> Answer:
    if isinstance(outcome, PortalError):
        raise outcome
    return outcome


def id_field(entity: Entity) -> str:
    """The name of its id in rows."""
    paging = paging_of(entity.method)
    return paging.id[0] if paging.id else entity.id


def read_owners(client: RestClient, entity: Entity, owners: Sequence[int]) -> dict[int, list[JsonObject]]:
    """The rows of each of these owners, fifty commands a request; raises what the portal refused the first of them for."""
    commands = {str(owner): Command(entity.method, params_of(entity, owner), write=False) for owner in owners}
    answers = {int(key): _whole(outcome) for key, outcome in client.batch(commands).items()}
    if entity.per_item is not None and entity.per_item.attached:
        files = read_bindings(client, {owner: bindings_in(one.result) for owner, one in answers.items()})
        return {owner: [*rows] for owner, rows in files.items()}
    return {owner: list(_all_rows(client, entity, owner, one)) for owner, one in answers.items()}


def params_of(entity: Entity, owner: int) -> JsonObject:
    """The parameters by which the rows of one owner are asked for."""
    if entity.per_item is None:
        raise RequestWrong("", f"{entity.code} has no owner")
    named: dict[str, Json] = {}
    for name, value in entity.per_item.params.items():
        named[name] = owner if value == "{id}" else int(value) if value.isdigit() else value
    if entity.per_item.behind:  # the order of these parameters matters (task-elapsed-item-get-list.md)
        return {**named, "ORDER": {entity.per_item.behind: "asc"}, **entity.params}
    return {**entity.params, "filter": named} if entity.per_item.filtered else {**entity.params, **named}


def _all_rows(client: RestClient, entity: Entity, owner: int, first: Answer) -> Iterator[JsonObject]:
    """The rows of the first page and of those after it; raises for a list whose pages do not advance."""
    answer, at = first, 0
    while True:
        rows = rows_of(answer.result)
        yield from rows
        if not rows:
            return
        further = _further(entity, owner, answer, rows)
        if further is None:
            return
        place, params = further
        if place <= at:
            raise ListIncomplete("", f"{entity.method} gives the same page again")
        at, answer = place, client.call(entity.method, params, write=False)


def _further(
    entity: Entity, owner: int, answer: Answer, rows: list[JsonObject]
) -> tuple[int, JsonObject] | None:
    """Where the next page begins, and its parameters; None after the last one."""
    params, behind = params_of(entity, owner), entity.per_item.behind if entity.per_item else ""
    if not behind:
        return (answer.next, {**params, "start": answer.next}) if answer.next else None
    if (answer.total or 0) <= len(rows):
        return None
    last = int(str(rows[-1].get(behind)))
    return last, {**params, "FILTER": {f">{behind}": last}}


def rows_of(result: Json) -> list[JsonObject]:
    """The list of an answer, alone or under a name of its own."""
    found = result
    if is_object(result):
        lists = [value for value in result.values() if is_array(value)]
        found = lists[0] if len(lists) == 1 else [*result.values()]
    return [row for row in found if is_object(row)] if is_array(found) else []
