"""Copies in a folder, as a target would keep them: for tests of the archive and of its reader."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from b24app.backup.archive.archive_manifest import (
    ArchiveManifest,
    ManifestBase,
    ManifestEntity,
    ManifestFile,
    ManifestPack,
    manifest_digest,
    manifest_name,
    portal_hash,
    write_manifest,
)
from b24app.backup.archive.packs import PackRow, write_packs

READ_AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
Rows = Mapping[str, Sequence[PackRow]]


def row(number: int | str, **fields: object) -> PackRow:
    return PackRow(str(number), READ_AT, {"ID": str(number), **fields})


def gone(number: int) -> PackRow:
    return PackRow(str(number), READ_AT, None)


def put(place: Path, name: str, content: bytes) -> None:
    path = place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def keep_copy(
    place: Path,
    folder: str,
    rows: Rows,
    recipients: Sequence[str],
    *,
    base: ArchiveManifest | None = None,
    raw_limit: int = 400,
    present: Mapping[str, int] | None = None,
    files: Sequence[ManifestFile] = (),
    member: str = "north",
    titles: Mapping[str, Mapping[str, str]] | None = None,
) -> ArchiveManifest:
    """Seal these rows into small packs and write the manifest; with a base its packs come first."""
    entities = []
    before = {one.code: one.packs for one in base.entities} if base else {}
    for code in dict.fromkeys([*before, *rows]):
        packs = list(before.get(code, ()))
        for pack in write_packs(rows.get(code, ()), recipients, raw_limit):
            put(place, pack.name, pack.content)
            packs.append(ManifestPack.of(pack, folder))
        entities.append(
            ManifestEntity(
                code=code,
                title=code.title(),
                tier="data",
                rows=sum(one.rows for one in packs),
                gone=sum(one.gone for one in packs),
                present=(present or {}).get(code),
                packs=tuple(packs),
                field_titles=dict((titles or {}).get(code, {})),
            )
        )
    manifest = ArchiveManifest(
        made_at=datetime.fromisoformat(f"{folder[:10]}T12:00:00+00:00"),
        portal=portal_hash(member),
        folder=folder,
        kind="manual",
        base=ManifestBase(folder=base.folder, sha256=manifest_digest(write_manifest(base))) if base else None,
        recipients=tuple(recipients),
        entities=tuple(entities),
        files=tuple(files),
        tools={"application": "1.0.0"},
    )
    put(place, manifest_name(folder), write_manifest(manifest))
    return manifest
