"""Two proofs about the storage: it holds every pack under the hash of its bytes, and sealed bytes read back are those bytes."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain

from sqlalchemy import update

from b24app.backup.archive.archive_manifest import (
    ArchiveManifest,
    ManifestDamaged,
    manifest_digest,
    manifest_name,
    read_manifest,
)
from b24app.backup.archive.packs import pack_name
from b24app.backup.model import BackupCopy, CopyKind, CopyPack
from b24app.backup.reading.chain import packs_of
from b24app.backup.targets.target import ObjectMissing, Target
from b24app.database import before_network, db
from b24app.json_values import Json
from b24app.text.messages import N_

NO_MANIFEST = N_("The list of contents of the copy is not in the storage.")
MANIFEST_WRONG = N_("The list of contents of the copy in the storage is not the one that was written.")
MISSING = N_("Packs of the copy are missing in the storage.")
CUT = N_("Packs of the copy have another size in the storage.")
FILE_MISSING = N_(
    "A file that was exported by hand, such as robots, is missing in the storage. Export it anew."
)
FILE_CHANGED = N_(
    "A file that was exported by hand, such as robots, was changed in the storage. Export it anew."
)
CHANGED = N_("Packs that were read back are not the bytes that were written.")
NIGHTLY_SHARE = 20
"""One in twenty is 5 %."""
WITHIN = timedelta(days=30)
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class KnownPack:
    """A pack by our own row."""

    id: int
    name: str
    sha256: str
    size: int
    reread_at: datetime | None
    damaged: str
    entity: str = ""


def known_packs(copy: BackupCopy) -> list[KnownPack]:
    """The packs that make a copy, those of its chain first."""
    return [
        KnownPack(row.id, row.name, row.sha256, row.size, row.reread_at, row.damaged, row.entity)
        for row in packs_of(copy)
    ]


def prove_hashes(folder: str, sha256: str, packs: Collection[KnownPack], target: Target) -> dict[str, Json]:
    """Prove that the manifest read back is the one that was written, and that the storage holds each pack it names with its size.

    Where the hash of the manifest was not kept, its packs alone are compared with our rows: kind by kind, in their order.
    """
    manifest = _manifest(folder, target, sha256)
    if isinstance(manifest, str):
        return _answer(manifest, packs, ())
    named, ours = _listed_packs(manifest), _packs_by_entity(packs)
    if named != ours or any(name != pack_name(sha256) for name, sha256, _ in chain(*named.values())):
        return _answer(MANIFEST_WRONG, packs, _names(named) ^ _names(ours))
    stored = {one.name: one.size for one in target.names("packs/")}
    missing = [pack.name for pack in packs if pack.name not in stored]
    cut = [pack.name for pack in packs if stored.get(pack.name, pack.size) != pack.size]
    files = [part for file in manifest.files for part in file.parts]
    lying = {one.name for one in target.names("exports/")} if files else set()
    lost = [part for part in files if part not in lying]
    problem = MISSING if missing else CUT if cut else FILE_MISSING if lost else ""
    return _answer(problem, packs, (*missing, *cut, *lost)) | {"files": len(files)}


PackFacts = tuple[str, str, int]
"""Name, hash and size."""


def _listed_packs(manifest: ArchiveManifest) -> dict[str, list[PackFacts]]:
    return {
        entity.code: [(one.name, one.sha256, one.size) for one in entity.packs]
        for entity in manifest.entities
        if entity.packs
    }


def _packs_by_entity(packs: Iterable[KnownPack]) -> dict[str, list[PackFacts]]:
    found: dict[str, list[PackFacts]] = {}
    for one in packs:
        found.setdefault(one.entity, []).append((one.name, one.sha256, one.size))
    return found


def _names(packs: Mapping[str, Sequence[PackFacts]]) -> set[str]:
    return {name for name, _, _ in chain(*packs.values())}


def changed_files(folder: str, target: Target) -> list[str]:
    """The exported files of a copy whose bytes are not those of their names; read whole, for they are few and small."""
    manifest = _manifest(folder, target)
    if isinstance(manifest, str):
        return []
    return [part for file in manifest.files for part in file.parts if _is_changed(part, target)]


def _is_changed(part: str, target: Target) -> bool:
    try:
        content = target.get(part)
    except ObjectMissing:
        return True
    return hashlib.sha256(content).hexdigest() != part.rpartition("/")[2].partition(".")[0]


def _manifest(folder: str, target: Target, sha256: str = "") -> ArchiveManifest | str:
    """The manifest in the storage, or what is wrong with it; `sha256` is the hash of the one that was written."""
    try:
        content = target.get(manifest_name(folder))
        manifest = read_manifest(content)
    except ObjectMissing:
        return NO_MANIFEST
    except ManifestDamaged:
        return MANIFEST_WRONG
    return MANIFEST_WRONG if sha256 and manifest_digest(content) != sha256 else manifest


def _answer(problem: str, packs: Collection[KnownPack], names: Iterable[str]) -> dict[str, Json]:
    damaged: list[Json] = [*sorted(names)]
    return {
        "passed": not problem,
        "problem": problem,
        "count": len(packs),
        "bytes": sum(pack.size for pack in packs),
        "damaged": damaged[:MOST_NAMED],
        "damaged_count": len(damaged),
    }


def due_to_reread(kind: str, packs: Collection[KnownPack], now: datetime) -> list[int]:
    """Which packs are read back this time: all, but of a nightly copy only new ones and 5 % of all.

    Damaged ones, those that were never read back and those not read back for a month come first.
    """
    late = {
        pack.id
        for pack in packs
        if pack.damaged or pack.reread_at is None or not _lately(pack.reread_at, now)
    }
    order = sorted(
        packs, key=lambda one: (one.id not in late, one.reread_at or datetime.min.replace(tzinfo=UTC), one.id)
    )
    share = -(-len(order) // NIGHTLY_SHARE) if kind == CopyKind.NIGHTLY else len(order)
    return [pack.id for pack in order[: max(share, len(late))]]


def _lately(moment: datetime, now: datetime) -> bool:
    return timedelta(0) <= now - moment <= WITHIN


def reread(
    packs: Iterable[KnownPack], target: Target, now: Callable[[], datetime], over: Callable[[], bool]
) -> list[int]:
    """Read packs back until the time is over, each stored at once; returns those that were read."""
    done: list[int] = []
    for pack in packs:
        if done and over():
            break
        damaged = judge_pack(pack, target)
        values = {"reread_at": now(), "damaged": damaged}
        db.session.execute(update(CopyPack).where(CopyPack.id == pack.id).values(**values))
        before_network()
        done.append(pack.id)
    return done


def judge_pack(pack: KnownPack, target: Target) -> str:
    """What is wrong with the bytes that the storage returned; empty when they are those that were written."""
    try:
        content = target.get(pack.name)
    except ObjectMissing:
        return MISSING
    return "" if hashlib.sha256(content).hexdigest() == pack.sha256 else CHANGED


def judge_reread(
    packs: Collection[KnownPack], read: Collection[int], files: Sequence[str] = ()
) -> dict[str, Json]:
    """The result of reading back, over all packs of the copy; `files` are exported files that were changed."""
    damaged = [pack for pack in packs if pack.damaged]
    names: list[Json] = [*(pack.name for pack in damaged), *files]
    return {
        "passed": not names,
        "problem": damaged[0].damaged if damaged else FILE_CHANGED if files else "",
        "count": len(packs),
        "reread": len(read),
        "bytes": sum(pack.size for pack in packs if pack.id in read),
        "damaged": names[:MOST_NAMED],
        "damaged_count": len(names),
    }
