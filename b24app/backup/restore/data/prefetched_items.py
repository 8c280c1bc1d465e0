"""Rows of the copy for the next writes, with what hangs on them: read in one pass for up to 500 items."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from b24app.backup.restore.data.copied_items import CopiedItems
from b24app.backup.restore.data.hanging_writes import CopiedAround
from b24app.backup.restore.data.item_look import EarlierItems, MovedPipelines
from b24app.backup.restore.data.item_types import ItemType
from b24app.backup.restore.data.prefetched_tasks import AT_ONCE, PrefetchedTasks
from b24app.backup.restore.data.shop.prefetched_rows import PrefetchedRows
from b24app.json_values import JsonObject
from b24app.rest_client import RestClient

OwnerOf = Callable[[JsonObject], str]


@dataclass(slots=True)
class PrefetchedItems:
    """Holds the rows of at most 500 items of one kind at a time."""

    items: CopiedItems
    kind: ItemType | None = None
    rows: Mapping[str, JsonObject] = field(default_factory=dict)
    around: dict[str, CopiedAround] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()

    def take(self, kind: ItemType, wanted: Collection[str], coming: Sequence[str], *, whole: bool) -> None:
        """Prefetch these rows; what is missing is read together with those that come next."""
        if self.kind == kind and set(wanted) <= self.asked:
            return
        self.kind = kind
        self.asked = frozenset([*wanted, *coming][:AT_ONCE]) | frozenset(wanted)
        self.rows = self.items.named(kind.entity, self.asked)
        self.around = self._around(kind) if whole else {}

    def _around(self, kind: ItemType) -> dict[str, CopiedAround]:
        found = set(self.rows)
        products = self.items.rows_of(f"{kind.entity}.product_rows", found)
        comments = self.items.rows_of(f"{kind.entity}.comments", found)
        activities = self.items.of_owners(
            "activity", lambda row: _owner(row, kind, "OWNER_TYPE_ID", "OWNER_ID"), found
        )
        requisites = self._requisites(kind, found)
        mine = {str(one.get("ID")) for rows in requisites.values() for one in rows}
        banks = self._below(mine, "bank_detail", lambda row: str(row.get("ENTITY_ID")))
        places = self.items.rows_of("address", mine)
        return {
            item: CopiedAround(
                products.get(item, ()), comments.get(item, ()), activities.get(item, ()), requisites.get(item, ()), banks, places,
            )
            for item in found
        }  # fmt: skip

    def _requisites(self, kind: ItemType, found: Collection[str]) -> Mapping[str, Sequence[JsonObject]]:
        if not kind.has_requisites:
            return {}
        return self.items.of_owners(
            "requisite", lambda row: _owner(row, kind, "ENTITY_TYPE_ID", "ENTITY_ID"), found
        )

    def _below(
        self, mine: Collection[str], entity: str, owner_of: OwnerOf
    ) -> Mapping[str, Sequence[JsonObject]]:
        return self.items.of_owners(entity, owner_of, mine) if mine else {}


@dataclass(frozen=True, slots=True)
class Writing:
    """The context of a batch: the portal, the rows of the copy, who restores, the language of the portal."""

    client: RestClient
    prefetched: PrefetchedItems
    asked_by: int
    language: str
    moved: MovedPipelines
    earlier: EarlierItems
    shop: PrefetchedRows
    tasks: PrefetchedTasks = field(default_factory=PrefetchedTasks)


def _owner(row: JsonObject, kind: ItemType, type_field: str, id_field: str) -> str:
    return str(row.get(id_field)) if str(row.get(type_field)) == str(kind.id) else ""
