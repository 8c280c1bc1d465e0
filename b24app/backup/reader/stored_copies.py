"""Manifests as the reader reads them: plain records of the standard library, checked by the hash that they hold."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from b24app.backup.reader.objects import Objects
from b24app.backup.reader.problems import Problem

KNOWN_VERSION = 1
FILES = "files"
"""The tier of entities whose lines hold parts of files."""


@dataclass(frozen=True, slots=True)
class ListedPack:
    """A pack as a manifest lists it."""

    sha256: str
    plain_sha256: str
    size: int
    rows: int
    gone: int


@dataclass(frozen=True, slots=True)
class ListedEntity:
    """One kind of rows in a copy, its packs older first."""

    code: str
    title: str
    rows: int
    gone: int
    present: int | None
    left_out: str
    packs: tuple[ListedPack, ...]
    tier: str = ""
    field_titles: Mapping[str, str] = field(default_factory=dict)
    """By the code of the field; a copy of an earlier release names none."""


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A whole file in a copy, and the hashes of its sealed parts."""

    name: str
    size: int
    sha256: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy by its manifest."""

    portal: str
    folder: str
    made_at: str
    kind: str
    sha256: str
    base_folder: str
    base_sha256: str
    recipients: tuple[str, ...]
    entities: tuple[ListedEntity, ...]
    files: tuple[ListedFile, ...]

    @property
    def packs(self) -> Iterator[ListedPack]:
        """All packs, entity by entity."""
        for entity in self.entities:
            yield from entity.packs


def digest_without_itself(content: Mapping[str, Any]) -> str:
    """The hash over a manifest without its own `sha256`: keys sorted, no spaces, letters as they are."""
    bare = {name: value for name, value in content.items() if name != "sha256"}
    text = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read_copy(content: bytes) -> Copy:
    """A copy from the bytes of its manifest."""
    try:
        whole = json.loads(content)
        if not isinstance(whole, dict) or whole.get("format") != "renewal-copy":
            raise Problem("manifest_foreign")
        if digest_without_itself(whole) != whole.get("sha256"):
            raise Problem("manifest_damaged")
        if int(whole["version"]) > KNOWN_VERSION:
            raise Problem("manifest_newer")
        return _copy_of(whole)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise Problem("manifest_damaged") from None


def _copy_of(whole: Mapping[str, Any]) -> Copy:
    base = whole["base"] or {"folder": "", "sha256": ""}
    return Copy(
        portal=str(whole["portal"]),
        folder=str(whole["folder"]),
        made_at=str(whole["made_at"]),
        kind=str(whole["kind"]),
        sha256=whole["sha256"],
        base_folder=str(base["folder"]),
        base_sha256=str(base["sha256"]),
        recipients=tuple(map(str, whole["recipients"])),
        entities=tuple(_entity_of(one) for one in whole["entities"]),
        files=tuple(
            ListedFile(str(one["name"]), int(one["size"]), str(one["sha256"]), tuple(map(str, one["parts"])))
            for one in whole["files"]
        ),
    )


def _entity_of(one: Mapping[str, Any]) -> ListedEntity:
    packs = [
        ListedPack(
            str(pack["sha256"]),
            str(pack["plain_sha256"]),
            int(pack["size"]),
            int(pack["rows"]),
            int(pack["gone"]),
        )
        for pack in one["packs"]
    ]
    present = None if one["present"] is None else int(one["present"])
    rows, gone = int(one["rows"]), int(one["gone"])
    return ListedEntity(
        str(one["code"]), str(one["title"]), rows, gone, present, str(one["left_out"]), tuple(packs), str(one.get("tier") or ""),
        {str(code): str(title) for code, title in (one.get("field_titles") or {}).items()},
    )  # fmt: skip


def read_copies(objects: Objects) -> tuple[list[Copy], list[tuple[str, Problem]]]:
    """The copies of all readable manifests, oldest first, and what is wrong with the others."""
    found: dict[tuple[str, str], Copy] = {}
    wrong = []
    for file in objects.manifests:
        try:
            copy = read_copy(file.read())
        except Problem as problem:
            if problem.code != "manifest_foreign":
                wrong.append((str(file), problem))
            continue
        found[copy.portal, copy.folder] = copy
    return sorted(found.values(), key=lambda one: (one.made_at, one.folder)), wrong


def choose_copy(copies: Sequence[Copy], folder: str, portal: str) -> Copy:
    """The copy that was named, or the newest; raises a Problem rather than choose between two portals."""
    fitting = [one for one in copies if one.portal.startswith(portal) and folder in ("", one.folder)]
    if not fitting:
        raise Problem("no_such_copy", folder=folder or portal)
    if len({one.portal for one in fitting}) > 1:
        raise Problem("several_portals", portals=", ".join(sorted({one.portal for one in fitting})))
    return fitting[-1]
