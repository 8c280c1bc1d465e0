"""Dated facts: a value never travels without its source, its date and its grade; and the data files that hold them.

A data file is `data/<name>`, common to every region. `data/<region>/<name>` is found by its folder: its keys replace the
same keys of the common file. Regions that `data/regions.toml` does not call near read `abroad/` first. A slip in a file is a
`BadDataFile` that names the file and the key; the start of the application reads them all (`terms/region_files.py`).
"""

import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

DATA = Path(__file__).with_name("data")
HOME = "ru"
"""The region that counts while a portal's own is unknown: the source article was written for it."""
ABROAD = "abroad"
NEIGHBOURS = "regions.toml"

PERSON = "person"
STALE_AFTER_DAYS = 365
EVERY_KEY = ConfigDict(extra="forbid")
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
        """Whether no person here has written it in: a sum made of it is only an estimate, whatever its source."""
        return self.grade != "H"

    @property
    def amount(self) -> Decimal | None:
        """The value as a number with its hundredths, when it is one."""
        value = self.value
        return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None

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
    strict: Literal["first", "low", "high", "none"] = "first"

    @cached_property
    def known(self) -> tuple[Claim, ...]:
        """The claims that carry a value."""
        return tuple(claim for claim in self.claims if claim.value is not None)

    @cached_property
    def used(self) -> Claim | None:
        """A person's own first; then the stricter claim; None when there is no claim, or no source settles it (`none`)."""
        by_person = [claim for claim in self.known if claim.grade == "H"]
        if by_person or not self.known or self.strict == "none":
            return by_person[-1] if by_person else None
        if self.strict == "first" or any(claim.amount is None for claim in self.known):
            return self.known[0]
        pick = min if self.strict == "low" else max
        return pick(self.known, key=lambda claim: claim.amount or 0)

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


class BadDataFile(ValueError):
    """A data file that ships with this version cannot be used."""

    def __init__(self, path: Path, key: str, problem: str) -> None:
        super().__init__(f"{path}: {key}: {problem}" if key else f"{path}: {problem}")


def read_data(shape: type[Shape], name: str, region: str = "", folder: Path | None = None) -> Shape:
    """Read a data file for a region into a record; BadDataFile names the file that was read last and the key."""
    folder = folder or DATA
    found, path = _merged(name, region, folder)
    record = _validated(shape, found, path)
    known = found.get("sources")
    if isinstance(known, dict):
        for key, claim in _claims(record):
            if claim.source not in known:
                raise BadDataFile(path, key, f"unknown source {claim.source!r}")
    return record


def _merged(name: str, region: str, folder: Path) -> tuple[Tree, Path]:
    found: Tree = {}
    path = folder / name
    for place in (folder, *(folder / layer for layer in _layers(region))):
        if (place / name).exists():
            path = place / name
            found = _joined(found, _parse(path))
    return found, path


def _validated(shape: type[Shape], tree: Tree, path: Path) -> Shape:
    """The tree as a record; a key that the record does not have is a slip, at any depth."""
    try:
        return TypeAdapter(with_config(EVERY_KEY)(shape)).validate_python(tree)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        problem = "unknown key" if first["type"] == "unexpected_keyword_argument" else first["msg"]
        raise BadDataFile(path, key, problem) from error


def _claims(value: object, key: str = "") -> Iterator[tuple[str, Claim]]:
    """Every claim in a record, with its key."""
    inside: Iterator[tuple[object, object]] = iter(())
    if isinstance(value, Claim):
        yield key, value
    elif isinstance(value, Mapping):
        inside = iter(value.items())
    elif isinstance(value, tuple):
        inside = iter(enumerate(value))
    elif is_dataclass(value):
        inside = ((field.name, getattr(value, field.name)) for field in fields(value))
    for name, part in inside:
        yield from _claims(part, f"{key}.{name}" if key else str(name))


def regions_with(name: str, folder: Path | None = None) -> tuple[str, ...]:
    """The regions that have a file of this name."""
    return tuple(
        sorted(path.parent.name for path in (folder or DATA).glob(f"*/{name}") if path.parent.name != ABROAD)
    )


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The regions whose portals count as those of Russia."""

    near: frozenset[str]


def read_neighbours() -> Neighbours:
    """Read which regions count as Russia."""
    path = DATA / NEIGHBOURS
    return _validated(Neighbours, _parse(path), path)


def _layers(region: str) -> tuple[str, ...]:
    if not region:
        return ()
    return (region,) if region in read_neighbours().near else (ABROAD, region)


@functools.cache
def _parse(path: Path) -> Tree:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise BadDataFile(path, "", str(error)) from error


def _joined(under: Tree, over: Tree) -> Tree:
    """Two tables as one: tables inside are joined by key, every other value of `over` replaces."""
    both = dict(under)
    for key, value in over.items():
        old = both.get(key)
        both[key] = _joined(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return both
