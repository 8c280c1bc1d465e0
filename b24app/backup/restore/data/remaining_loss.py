"""Counts how much of a mass loss is still missing from the portal: people report that it is back, the portal's answer decides.

Each item that a loss names is asked for by its own number and by the numbers that restores gave it: others that were made
meanwhile do not count. Of items without a known id, those count which restores brought back by their journals and which
the portal lists; where no restore brought any back, the portal's count decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from b24app.backup.proofs.counted_portal import Counted, count_portal, last_count
from b24app.backup.proofs.loss_watch import smart_processes
from b24app.backup.proofs.open_losses import WHOLE_TYPE, ClosedHow, LossKind, LossView
from b24app.backup.proofs.portal_items import GOODS_KINDS, lists_of, still_there
from b24app.backup.proofs.watched_events import whole_number
from b24app.backup.restore.data.earlier_restores import former_numbers, items_put_back
from b24app.database import before_network, current_portal_id
from b24app.portals.client_factory import open_client
from b24app.rest_client import RestClient

SECONDS = 20.0
Numbers = Mapping[int, frozenset[int]]
"""Former numbers of items, each with all that it may have now."""


@dataclass(frozen=True, slots=True)
class SoughtItems:
    """The items of one loss that are asked for: those that it names, and others that restores brought back.

    `others` is None where no restore since the loss brought anything back.
    """

    named: Numbers = field(default_factory=dict)
    others: Numbers | None = None

    @property
    def numbers(self) -> list[int]:
        """Every number that one of them may have."""
        return sorted(
            {one for part in (self.named, self.others or {}) for numbers in part.values() for one in numbers}
        )


@dataclass(frozen=True, slots=True)
class ReturnedItems:
    """How many of them the portal lists again; `others` is None as in SoughtItems."""

    named: int
    others: int | None = None


def count_remaining(losses: Sequence[LossView], how: str) -> Mapping[int, int | None]:
    """How much of each loss is not in the portal of the scope, None where that is unknown; raises the PortalError family."""
    earlier, given = last_count(), items_put_back()
    sought = {one.id: _sought(one, given, how) for one in losses if one.kind is LossKind.ITEMS}
    client = open_client(current_portal_id(), person=True)
    before_network()
    with client.within(SECONDS):
        now = count_portal(client, smart_processes(client), earlier[0] if earlier else Counted())
        if not now.complete_rights:
            return dict.fromkeys((loss.id for loss in losses), None)
        back = {loss.id: _look(client, loss, sought[loss.id]) for loss in losses if loss.id in sought}
    return {loss.id: remaining_of(loss, now, back.get(loss.id)) for loss in losses}


def remaining_of(loss: LossView, now: Counted, back: ReturnedItems | None) -> int | None:
    """How much of a loss is missing from what the portal counts and lists now; `back` are the lost items that it lists again."""
    if loss.kind is LossKind.PIPELINE:
        known = _names(loss, now)
        return None if known is None else int(_key(loss) not in known and loss.name not in known.values())
    counts = now.items if loss.kind is LossKind.ITEMS else now.filled.get(loss.entity, {})
    count = counts.get(_key(loss))
    fewer = None if count is None else min(loss.lost, max(0, loss.before - count))
    if loss.kind is LossKind.COLUMN:
        return fewer
    return None if back is None else _remaining_items(loss, fewer, back)


def _remaining_items(loss: LossView, fewer: int | None, back: ReturnedItems) -> int | None:
    """How many items remain lost: by their numbers where all are known, else by the journals of restores, else by the portal's count."""
    named = len(set(loss.ids)) - back.named
    if loss.lost <= len(set(loss.ids)):
        return named
    if back.others is None:
        return None if fewer is None else max(named, fewer)
    return max(named, loss.lost - back.named - back.others, fewer or 0)


def _sought(loss: LossView, given: Mapping[tuple[str, str], Sequence[str]], how: str) -> SoughtItems:
    """What is asked for: others than the named items only where people reported that it came from the copy."""
    entities = _entities(loss.entity, given)
    named = {one: _numbers(one, entities, given) for one in loss.ids}
    if how != ClosedHow.RESTORED or loss.lost <= len(named):
        return SoughtItems(named)
    former = {
        whole_number(key) for entity, key in former_numbers(loss.id, loss.found_at) if entity in entities
    }
    others = {one: _numbers(one, entities, given) for one in sorted(former - named.keys() - {0})}
    return SoughtItems(named, others if former else None)


def _entities(entity: str, given: Iterable[tuple[str, str]]) -> set[str]:
    """The entity of a loss, and for goods those of every catalogue that restores wrote to."""
    more = {one for one, _ in given if entity in GOODS_KINDS and one.startswith(f"{entity}_")}
    return {entity, *more}


def _numbers(
    former: int, entities: Iterable[str], given: Mapping[tuple[str, str], Sequence[str]]
) -> frozenset[int]:
    new = {whole_number(one) for entity in entities for one in given.get((entity, str(former)), ())}
    return frozenset({former, *new} - {0})


def _look(client: RestClient, loss: LossView, sought: SoughtItems) -> ReturnedItems | None:
    """How many of these items the portal lists; None when it does not answer for all of them."""
    numbers = sought.numbers
    there = (
        still_there(client, lists_of(client, [loss.entity])[loss.entity], numbers) if numbers else set[int]()
    )
    if there is None:
        return None
    return ReturnedItems(
        _listed(sought.named, there), None if sought.others is None else _listed(sought.others, there)
    )


def _listed(items: Numbers, there: AbstractSet[int]) -> int:
    return sum(not numbers.isdisjoint(there) for numbers in items.values())


def _names(loss: LossView, now: Counted) -> Mapping[str, str] | None:
    """The pipelines, or the smart processes, that the portal has now by their names."""
    if loss.key == WHOLE_TYPE:
        return now.titles if now.knows_types else None
    return now.pipelines.get(loss.entity)


def _key(loss: LossView) -> str:
    return loss.entity if loss.kind is LossKind.ITEMS or loss.key == WHOLE_TYPE else loss.key
