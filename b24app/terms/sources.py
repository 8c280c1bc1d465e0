"""A fact from outside never travels alone: its value with its source, its date and its grade."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("data")

ARTICLE = "article"
PERSON = "person"
STALE_AFTER_DAYS = 365
CONFIRMED = ("H", "V", "C", "M")


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says; `grade` is V vendor, C vendor's code, P partner, X seen, M measured, U unverified, A article, H person."""

    value: int | str | bool | Decimal | None
    source: str
    checked_on: date | None
    grade: str
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
        """Whether nobody has looked at it for a year."""
        return self.checked_on is not None and (today - self.checked_on).days > STALE_AFTER_DAYS


@dataclass(frozen=True, slots=True)
class Fact:
    """All that is claimed about one thing, and the claim that is used in sums."""

    code: str
    claims: tuple[Claim, ...]
    strict: str = "first"

    @property
    def known(self) -> tuple[Claim, ...]:
        """The claims that carry a value."""
        return tuple(claim for claim in self.claims if claim.value is not None)

    @property
    def used(self) -> Claim | None:
        """A person's word first; then the stricter claim; None when nothing is known."""
        by_person = [claim for claim in self.known if claim.grade == "H"]
        if by_person or not self.known:
            return by_person[-1] if by_person else None
        return _strictest(self.known, self.strict)

    @property
    def number(self) -> int | None:
        """The used value as a whole number, None when unknown."""
        return self.used.number if self.used else None

    @property
    def differ(self) -> bool:
        """Whether the sources disagree."""
        return len({claim.value for claim in self.known}) > 1

    def corrected(self, claim: Claim) -> "Fact":
        """The same fact with a person's correction on top."""
        return Fact(self.code, (*self.claims, claim), self.strict)


def _strictest(claims: tuple[Claim, ...], strict: str) -> Claim:
    if strict == "first" or any(claim.number is None for claim in claims):
        return claims[0]
    pick = min if strict == "low" else max
    return pick(claims, key=lambda claim: claim.number or 0)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a claim was read: what it is called in Russian and in English; `url` may be empty."""

    code: str
    title: str
    url: str = ""
    title_en: str = ""


def read_toml(name: str, folder: Path = DATA) -> dict[str, Any]:
    """Read one data file of this room."""
    return tomllib.loads((folder / name).read_text(encoding="utf-8"))


def read_sources(raw: Mapping[str, Any]) -> dict[str, Source]:
    """Read the `sources` table of a data file."""
    return {
        code: Source(code, item["title"], item.get("url", ""), item.get("en", ""))
        for code, item in raw["sources"].items()
    }


def read_claim(raw: Mapping[str, Any]) -> Claim:
    """Read one inline table of a data file; a missing value stays unknown."""
    return Claim(raw.get("value"), raw["source"], raw.get("checked"), raw["grade"], raw.get("note", ""))


def read_fact(code: str, raw: Iterable[Mapping[str, Any]], strict: str = "first") -> Fact:
    """Read a list of claims about one thing."""
    return Fact(code, tuple(read_claim(item) for item in raw), strict)
