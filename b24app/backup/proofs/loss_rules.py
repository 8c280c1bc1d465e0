"""What counts as a mass loss: the larger of 1 % and 10 of a kind, a deleted pipeline, an emptied column. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

LEAST = 10
SHARE = 100
"""One in a hundred."""
BIN_DAYS = 30
SUPPORT_DAYS = 7
WITH_BIN = frozenset({"lead", "deal", "contact", "company", "invoice", "activity"})
"""Kinds that go to the recycle bin (help of Bitrix24, “Recycle bin in CRM”); elements of smart processes too."""


def goes_to_bin(entity: str) -> bool:
    """Whether deleted items of this kind go to the recycle bin of CRM."""
    return entity in WITH_BIN or entity.startswith("item_")


def border(before: int) -> int:
    """How many of a kind must be deleted at once: the larger of 1 % and 10."""
    return max(LEAST, -(-before // SHARE))


def is_mass_loss(lost: int, before: int) -> bool:
    """Whether so many of a kind are a mass loss."""
    return before > 0 and lost >= border(before)


@dataclass(frozen=True, slots=True)
class FilledCount:
    """How many items have a column filled, and how many items there are."""

    filled: int
    items: int


def emptied(before: FilledCount, now: FilledCount) -> int:
    """How many items lost their value in a column; values of deleted items do not count."""
    fewer_items = max(before.items - now.items, 0)
    return max(0, before.filled - now.filled - fewer_items)


def gone_pipelines(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Deleted pipelines of a type, with their names; none for an empty answer, which proves nothing."""
    return {key: name for key, name in before.items() if key not in now} if now else {}


@dataclass(frozen=True, slots=True)
class LossClocks:
    """Until when each kind of recovery is open: `bin_until` is cut to the last counted day of grace when that is earlier."""

    bin_until: date
    support_until: date
    cut_by_grace: bool = False


def clocks(lost_on: date, grace_ends: date | None) -> LossClocks:
    """The clocks that began with a loss; on a lapsed plan nothing can be restored from the bin."""
    bin_until, support_until = lost_on + timedelta(days=BIN_DAYS), lost_on + timedelta(days=SUPPORT_DAYS)
    if grace_ends is not None and grace_ends < bin_until:
        return LossClocks(max(grace_ends, lost_on), support_until, cut_by_grace=True)
    return LossClocks(bin_until, support_until)
