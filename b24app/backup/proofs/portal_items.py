"""Asks a portal's own lists about items of a kind: how many there are, and which of some ids are still there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from b24app.backup.entities.entity import Entity, PortalShape, Tier, entities_of
from b24app.backup.proofs.watched_events import GOODS, whole_number
from b24app.backup.proofs.watched_kinds import kind_number
from b24app.backup.reading.list_params import counted, of_ids, thin
from b24app.backup.reading.portal_shape import StoredShape, ask_catalogues, to_shape
from b24app.backup.reading.reread import id_field, in_chunks
from b24app.bitrix24.list_methods import paging_of
from b24app.bitrix24.responses import Answer, Outcome
from b24app.rest_client import RestClient

PART = 50
GOODS_KINDS = tuple(dict.fromkeys(GOODS.values()))
SHOP_KINDS = ("order", "task", *GOODS_KINDS)
"""Kinds beside those of the CRM that are counted."""


def lists_of(client: RestClient, kinds: Iterable[str]) -> dict[str, list[Entity]]:
    """The lists that show items of these kinds: goods have one in each catalogue."""
    wanted, shape = tuple(kinds), StoredShape()
    shape.smart_processes = {number: "" for one in wanted if (number := kind_number(one)) is not None}
    if set(wanted) & set(GOODS_KINDS):
        ask_catalogues(client, shape)
    return {kind: list(_lists(kind, to_shape(shape))) for kind in wanted}


def _lists(kind: str, shape: PortalShape) -> Iterator[Entity]:
    for one in entities_of(shape, Tier.DATA):
        if one.code == kind or (kind in GOODS_KINDS and one.code.startswith(f"{kind}_")):
            yield one


def sum_of(lists: Sequence[Entity], answers: Mapping[str, Outcome], kind: str) -> int | None:
    """How many items of a kind all its lists count; None when one of them returned no count."""
    totals = [_total(answers.get(f"items {kind} {place}")) for place in range(len(lists))]
    told = [one for one in totals if one is not None]
    return sum(told) if told and len(told) == len(totals) else None


def count_items(client: RestClient, kind: str, lists: Sequence[Entity]) -> int | None:
    """How many items of a kind the portal counts now."""
    asked = {f"items {kind} {place}": counted(one) for place, one in enumerate(lists)}
    return sum_of(lists, client.batch(asked), kind) if asked else None


def still_there(client: RestClient, lists: Sequence[Entity], ids: Sequence[int]) -> set[int] | None:
    """Which of these items the portal's lists show; None when they did not answer for all of them."""
    asked = {
        (number, place): command
        for number, one in enumerate(lists)
        for place, command in enumerate(
            command for part in in_chunks(ids, PART) for command in of_ids(one, thin(one), part)
        )
    }
    answers = client.batch({f"{number} {place}": one for (number, place), one in asked.items()})
    found: set[int] = set()
    for number, place in asked:
        answer = answers.get(f"{number} {place}")
        if not isinstance(answer, Answer):
            return None
        rows = paging_of(lists[number].method).rows(answer.result)
        found |= {whole_number(row.get(id_field(lists[number]))) for row in rows}
    return found - {0} if asked else None


def _total(outcome: Outcome | None) -> int | None:
    return outcome.total if isinstance(outcome, Answer) else None
