"""Packs for tests."""

from collections.abc import Iterable, Sequence

from b24app.backup.archive.packs import (
    MOST_PLAIN_OF_A_PACK,
    PackRow,
    PackTooBig,
    SealedPack,
    write_packs,
)


def seal_pack(rows: Iterable[PackRow], recipients: Sequence[str]) -> SealedPack:
    """All these rows in one pack; at least one, and no more than it may hold."""
    packs = list(write_packs(rows, recipients, MOST_PLAIN_OF_A_PACK))
    if len(packs) != 1:
        raise PackTooBig
    return packs[0]
