"""Dated facts: a value never travels without its source, its date and its grade; and the data files that hold them.

A data file is `<room>/data/<name>`, common to every region. `<room>/data/<region>/<name>` is found by its folder: its keys
replace the same keys of the common file. Regions that `terms/data/regions.toml` does not call near read `abroad/` first.
"""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import TypeAdapter

DATA = Path(__file__).with_name("data")
HOME = "ru"
"""The region that counts while a portal's own is unknown: the source article was written for it."""
ABROAD = "abroad"

PERSON = "person"
STALE_AFTER_DAYS = 365
CONFIRMED = ("H", "V", "C", "M")
Grade = Literal["V", "C", "P", "X", "M", "U", "A", "H"]
Shape = TypeVar("Shape")
Tree = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source states; `grade` is V vendor, C vendor's code, P partner, X seen, M measured, U unverified, A article, H person."""

    value: int | str | bool | Decimal | None = None
    source: str = ""
    checked: date | None = None
    grade: Grade = "U"
    note: str = ""

    @property
    def is_estimate(self) -> bool:
        """Whether neither a person here nor the vendor stands behind it: a sum made of it is only an estimate."""
        return self.grade not in CONFIRMED

    @property
    def number(self) -> int | None:
        """The value as a whole number, when it is one."""
        return self.value if isinstance(self.value, int) and not isinstance(self.value, bool) else None

    def is_stale(self, today: date) -> bool:
        """Whether it was not checked for a year."""
        return self.checked is not None and (today - self.checked).days > STALE_AFTER_DAYS


@dataclass(frozen=True)
class DatedFact:
    """All that is claimed about one value, and the claim that is used in sums."""

    claims: tuple[Claim, ...] = ()
    strict: Literal["first", "low", "high"] = "first"

    @cached_property
    def known(self) -> tuple[Claim, ...]:
        """The claims that carry a value."""
        return tuple(claim for claim in self.claims if claim.value is not None)

    @cached_property
    def used(self) -> Claim | None:
        """A person's own first; then the stricter claim; None when nothing is known."""
        by_person = [claim for claim in self.known if claim.grade == "H"]
        if by_person or not self.known:
            return by_person[-1] if by_person else None
        if self.strict == "first" or any(claim.number is None for claim in self.known):
            return self.known[0]
        pick = min if self.strict == "low" else max
        return pick(self.known, key=lambda claim: claim.number or 0)

    @property
    def number(self) -> int | None:
        """The used value as a whole number, None when unknown."""
        return self.used.number if self.used else None

    @property
    def differ(self) -> bool:
        """Whether the sources disagree."""
        return len({claim.value for claim in self.known}) > 1

    def corrected(self, claim: Claim) -> "DatedFact":
        """The same fact with a person's correction on top."""
        return DatedFact((*self.claims, claim), self.strict)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a claim was read: what it is called in Russian and in English; `url` may be empty."""

    title: str
    en: str = ""
    url: str = ""


def read_data(shape: type[Shape], name: str, region: str = "", folder: Path | None = None) -> Shape:
    """Read a data file for a region into a record; ValueError names the key that does not fit."""
    found: Tree = {}
    folder = folder or DATA
    for place in (folder, *(folder / layer for layer in _layers(region))):
        if (place / name).exists():
            found = _joined(found, _parse(place / name))
    return TypeAdapter(shape).validate_python(found)


def regions_with(name: str, folder: Path | None = None) -> tuple[str, ...]:
    """The regions that have a file of this name."""
    return tuple(
        sorted(path.parent.name for path in (folder or DATA).glob(f"*/{name}") if path.parent.name != ABROAD)
    )


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The regions whose portals count as those of Russia."""

    near: frozenset[str]


def _layers(region: str) -> tuple[str, ...]:
    if not region:
        return ()
    near = TypeAdapter(Neighbours).validate_python(_parse(DATA / "regions.toml")).near
    return (region,) if region in near else (ABROAD, region)


@functools.cache
def _parse(path: Path) -> Tree:
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def _joined(under: Tree, over: Tree) -> Tree:
    """Two tables as one: tables inside are joined by key, every other value of `over` replaces."""
    both = dict(under)
    for key, value in over.items():
        old = both.get(key)
        both[key] = _joined(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return both
