"""Declares an entity of the copy: how it is read, how its changes are found, and what can be put back. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Protocol

from b24app.discovery import import_all
from b24app.json_values import JsonObject


class Tier(StrEnum):
    """What a part of the copy holds, and so where it may be stored."""

    SETTINGS = "settings"
    DATA = "data"
    FILES = "files"


class Back(StrEnum):
    """Whether it can be put back: written by REST, guided by hand, or not at all."""

    WRITE = "write"
    GUIDED = "guided"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PerItem:
    """Rows that the portal returns for one owner at a time, such as product rows: the entity of the owners, and the parameters of one.

    In the copy they are one line an owner: its id is the owner's, its row `{"rows": [...]}`; an owner without any has none.
    """

    owner: str
    params: Mapping[str, str]
    """Names of parameters with `{id}` in place of the owner's id."""
    filtered: bool = True
    """Whether the parameters are conditions of a filter, or parameters of the method itself."""
    attached: bool = False
    """Whether the portal answers with paths of files of Disk that are attached to the owner: each is asked for."""
    behind: str = ""
    """The id after whose last value further rows are asked for, where `start` does not page."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of rows in the copy.

    `id` is the field that names a row. `changed` names the field of its last change; an entity without one is read whole
    and compared by hash; `changed_filter` is that field's name in filters, where it differs. `parts` names fields that
    hold ids of other entities: relations (`entityId?entityType=P` where a field beside it names the entity). `note` is a
    message id: what of it does not come back, or why. Of settings, `keeps` names the only fields that are kept, `drops` those
    that never are, at any depth (they change by themselves, or open something), and `secrets` those whose values are kept
    as fingerprints alone.
    """

    code: str
    title: str
    tier: Tier
    method: str
    scope: str
    params: JsonObject = field(default_factory=dict)
    id: str = "id"
    changed: str = ""
    changed_filter: str = ""
    per_item: PerItem | None = None
    one_by: str = ""
    """The parameter that names one row, where no filter takes ids."""
    back: Back = Back.WRITE
    note: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    """The portal's own name where there are many of a kind, such as a smart process."""
    keeps: frozenset[str] = frozenset()
    drops: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class UniversalList:
    """One universal list: its type, its name, and the workgroup that it belongs to (lists-get.md)."""

    type: str
    name: str
    group: int = 0


@dataclass(frozen=True, slots=True)
class PortalShape:
    """The properties of a portal that determine its entities."""

    scopes: frozenset[str]
    smart_processes: Mapping[int, str] = field(default_factory=dict)
    """Titles by entity type."""
    catalogues: Sequence[int] = ()
    offers: Sequence[int] = ()
    """Those of the catalogues that hold variants of products."""
    properties: Mapping[int, Sequence[int]] = field(default_factory=dict)
    """Ids of properties by catalogue: a list of products shows only those that it is asked for."""
    language: str = "ru"
    """In which it returns the titles of fields."""

    file_fields: Mapping[int, Sequence[str]] = field(default_factory=dict)
    """Names of fields for files by type of CRM items, asked for only when files are copied."""
    file_properties: Mapping[int, Sequence[int]] = field(default_factory=dict)
    """Ids of properties that hold files by catalogue; the pictures of a product are none of them."""
    lists: Mapping[int, "UniversalList"] = field(default_factory=dict)
    """Universal lists by their id."""
    list_files: Mapping[int, Sequence[int]] = field(default_factory=dict)
    """Ids of fields that hold files of Disk by universal list, asked for only when files are copied."""

    def properties_of(self, catalogue: int) -> list[str]:
        """The names of a catalogue's properties in lists of products."""
        return [f"property{number}" for number in self.properties.get(catalogue, ())]


class EntityFile(Protocol):
    """A file of `entities/`: it yields its entities in the order in which they are read."""

    def entities(self, shape: PortalShape) -> Iterator[Entity]:
        """The entities of one area."""
        ...


@cache
def _files() -> tuple[EntityFile, ...]:
    """The files of this folder that declare entities, in the order of their names."""
    return tuple(module for module in import_all("b24app.backup.entities") if hasattr(module, "entities"))


def entities_of(shape: PortalShape, *tiers: Tier) -> list[Entity]:
    """Every entity of these tiers that a portal may have, tier after tier; what its scopes do not allow is among them."""
    known = [one for file in _files() for one in file.entities(shape)]
    return [one for tier in tiers for one in known if one.tier == tier]
