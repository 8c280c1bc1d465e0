"""Present numbers of items of the CRM by their former ones: of items that still exist, and of their successors."""

from collections.abc import Collection

from b24app.backup.restore.data.copied_items import CopiedItems
from b24app.backup.restore.data.item_look import EarlierItems, Wanted, look_for
from b24app.backup.restore.data.item_types import ItemType, item_type
from b24app.rest_client import RestClient


def present_items(
    client: RestClient, items: CopiedItems, earlier: EarlierItems, wanted: Collection[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """Look for these items by number, then by the marks of those that were deleted and are in the copy."""
    named: dict[ItemType, set[str]] = {}
    for entity, number in wanted:
        if (kind := item_type(entity)) is not None:
            named.setdefault(kind, set()).add(number)
    there = look_for(client, [Wanted(kind, numbers) for kind, numbers in named.items()])
    lost = {
        kind: [one for one in numbers if (kind.entity, one) not in there.rows]
        for kind, numbers in named.items()
    }
    copied = [
        Wanted(kind, (), items.named(kind.entity, numbers), earlier)
        for kind, numbers in lost.items()
        if numbers and items.has(kind.entity)
    ]
    return there.ids() | look_for(client, copied).by_mark
