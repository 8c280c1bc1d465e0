"""A stretch of 65,536 ids in the index: which are in the copy, the digest of each, and the copy that packed it last. Pure."""

import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

SIZE = 1 << 16
DIGEST = 8
HEAD = struct.Struct("<I")
Change = bytes | None
"""The digest of a row that was packed; None for a deleted id."""


def _numbers() -> "array[int]":
    return array("H")


def _copies() -> "array[int]":
    return array("I")


@dataclass(slots=True)
class IdStretch:
    """Ids in rising order, as their places in the stretch."""

    places: "array[int]" = field(default_factory=_numbers)
    copies: "array[int]" = field(default_factory=_copies)
    digests: bytes = b""

    def __len__(self) -> int:
        return len(self.places)

    def find(self, place: int) -> int | None:
        """The position of a place; None when its id is not in the copy."""
        at = bisect_left(self.places, place)
        return at if at < len(self.places) and self.places[at] == place else None

    def digest(self, at: int) -> bytes:
        """The digest of the row at a position."""
        return self.digests[at * DIGEST : (at + 1) * DIGEST]

    def changed_with(self, changes: Mapping[int, Change], copy_id: int) -> "IdStretch":
        """The stretch after a copy has packed these; rows after the last one are appended."""
        if (changes and not len(self)) or (self.places and min(changes, default=0) > self.places[-1]):
            return self._followed_by(changes, copy_id)
        kept = {
            place: (self.copies[at], self.digest(at))
            for at, place in enumerate(self.places)
            if place not in changes
        }
        kept |= {place: (copy_id, digest) for place, digest in changes.items() if digest is not None}
        places = sorted(kept)
        return IdStretch(
            array("H", places),
            array("I", (kept[place][0] for place in places)),
            b"".join(kept[place][1] for place in places),
        )

    def _followed_by(self, changes: Mapping[int, Change], copy_id: int) -> "IdStretch":
        new = sorted((place, digest) for place, digest in changes.items() if digest is not None)
        return IdStretch(
            self.places + array("H", (place for place, _ in new)),
            self.copies + array("I", [copy_id]) * len(new),
            self.digests + b"".join(digest for _, digest in new),
        )

    def since(self, copy_id: int) -> Iterator[int]:
        """The places that this copy or a later one packed."""
        return (place for place, one in zip(self.places, self.copies, strict=True) if one >= copy_id)

    def to_bytes(self) -> bytes:
        """The stretch as it is stored."""
        return HEAD.pack(len(self)) + self.places.tobytes() + self.copies.tobytes() + self.digests

    @classmethod
    def from_bytes(cls, content: bytes) -> "IdStretch":
        """Load a stored stretch; an empty one for damaged bytes, so that its rows are read and packed anew."""
        count = HEAD.unpack_from(content)[0] if len(content) >= HEAD.size else 0
        if len(content) != HEAD.size + count * (2 + 4 + DIGEST):
            return cls()
        places, copies, middle = _numbers(), _copies(), HEAD.size + 2 * count
        places.frombytes(content[HEAD.size : middle])
        copies.frombytes(content[middle : middle + 4 * count])
        return cls(places, copies, content[middle + 4 * count :])
