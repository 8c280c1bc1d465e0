"""The manifest of the application, manifest.json, as a frozen object: version, scopes by edition, placements, events, languages."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from b24app.text.offered_languages import offered_languages

ROOT = Path(__file__).resolve().parent.parent
MARKET = "market"


@dataclass(frozen=True, slots=True)
class Permission:
    """A scope that the card of an edition asks for: what for, and other scopes that open the same methods."""

    code: str
    why: Mapping[str, str]
    """A sentence by language."""
    same: tuple[str, ...] = ()
    stays: str = ""
    """Why the card asks for it though the page of no method of ours names it."""

    def is_in(self, granted: Collection[str]) -> bool:
        """Whether a portal granted it, or another that opens the same methods."""
        return not {self.code, *self.same}.isdisjoint(granted)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What this version of the application asks of a portal and adds to it."""

    code: str
    version: int
    title: dict[str, str]
    menu: dict[str, str]
    permissions: tuple[Permission, ...]
    placements: tuple[str, ...]
    events: tuple[str, ...]
    languages: tuple[str, ...]
    """Those that are offered: a prepared one only when a native reader has signed it."""
    card: Mapping[str, bool]
    """What is ticked in the application's card beside the scopes."""

    @property
    def scopes(self) -> tuple[str, ...]:
        """The codes of the permissions, as the application's card names them."""
        return tuple(one.code for one in self.permissions)

    def lacking(self, granted: Collection[str]) -> tuple[Permission, ...]:
        """The permissions that a portal did not grant."""
        return tuple(one for one in self.permissions if not one.is_in(granted))


@cache
def read_manifest(edition: str = MARKET, path: Path = ROOT / "manifest.json") -> Manifest:
    """Read manifest.json from the project's root, with the scopes of an edition."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Manifest(
        code=raw["code"],
        version=raw["version"],
        title=raw["title"],
        menu=raw["menu"],
        card=raw["card"],
        permissions=tuple(
            Permission(one["code"], one["why"], tuple(one.get("same", ())), one.get("stays", ""))
            for one in raw["scopes"]
            if edition in one["editions"]
        ),
        languages=tuple(one for one in raw["languages"] if one in offered_languages()),
        **{name: tuple(raw[name]) for name in ("placements", "events")},
    )


def is_granted(scope: str, granted: Collection[str]) -> bool:
    """Whether a portal granted a scope or another that opens the same methods; methods without a scope are open to all."""
    known = next((one for one in read_manifest().permissions if one.code == scope), Permission(scope, {}))
    return not scope or known.is_in(granted)
