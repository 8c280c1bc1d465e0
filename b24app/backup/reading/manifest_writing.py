"""Writes the manifest of a copy that was read: from rows alone, so that a second try after a kill writes the same bytes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version

from flask_babel import force_locale, gettext
from sqlalchemy import select

from b24app.backup.archive.archive_manifest import (
    ArchiveManifest,
    ManifestBase,
    ManifestEntity,
    ManifestFile,
    ManifestPack,
    manifest_digest,
    manifest_name,
    write_manifest,
)
from b24app.backup.backup_plan import read_choices
from b24app.backup.entities.entity import Entity, Tier
from b24app.backup.model import BackupCopy, BackupPlan, CopyEntity, CopyPack, EntityState, GuidedExport
from b24app.backup.reading.chain import chain_of, packs_of
from b24app.backup.reading.field_titles import field_titles
from b24app.backup.reading.portal_shape import entities_of_copy
from b24app.backup.targets.object_names import portal_hash
from b24app.backup.targets.target import ObjectMissing, Target, TargetRefused
from b24app.database import current_portal_id, db
from b24app.portals.model import Portal
from b24app.services import services
from b24app.text.translation import nearest_language

LIBRARIES = ("pyrage", "zstandard")
PACK_FIELDS = ("name", "sha256", "plain_sha256", "size", "rows", "gone", "first_id", "last_id")


def store_manifest(copy_id: int, target: Target) -> None:
    """Put the manifest into the storage; a folder that holds another one already, of an earlier release, gets a new name."""
    copy = db.session.get_one(BackupCopy, copy_id)
    bases = [one.folder for one in chain_of(copy)[:-1] if one.read_at is not None]
    db.session.commit()
    base = _base(bases[-1], target) if bases else None
    try:
        _put(copy_id, base, target)
    except TargetRefused as refused:
        if getattr(refused, "reason", "") != "other_bytes":
            raise
        copy = db.session.get_one(BackupCopy, copy_id)
        copy.folder = f"{copy.folder[:70]}-2"
        _put(copy_id, base, target)


def _put(copy_id: int, base: ManifestBase | None, target: Target) -> None:
    copy = db.session.get_one(BackupCopy, copy_id)
    name, content = manifest_name(copy.folder), write_manifest(describe(copy, base))
    copy.manifest_sha256 = manifest_digest(content)
    db.session.commit()
    target.put(name, content)


def _base(folder: str, target: Target) -> ManifestBase | None:
    """The copy before this one, by the hash in its own manifest; None when that was deleted."""
    try:
        return ManifestBase(folder=folder, sha256=manifest_digest(target.get(manifest_name(folder))))
    except ObjectMissing:
        return None


def describe(copy: BackupCopy, base: ManifestBase | None) -> ArchiveManifest:
    """The manifest of a copy whose reading has ended."""
    portal = db.session.get_one(Portal, current_portal_id())
    plan = db.session.scalars(select(BackupPlan)).one()
    with force_locale(nearest_language(portal.language)):
        entities = _entities(copy)
    return ArchiveManifest(
        made_at=copy.read_at or copy.created_at,
        portal=portal_hash(portal.member_id),
        folder=copy.folder,
        kind=copy.kind,
        base=base,
        recipients=tuple(one for one in (plan.recipient, plan.second_recipient) if one),
        entities=entities,
        files=tuple(_files()),
        tools={
            "application": str(services().manifest.version),
            **{name: version(name) for name in LIBRARIES},
        },
    )


def _entities(copy: BackupCopy) -> tuple[ManifestEntity, ...]:
    chain = chain_of(copy)
    folders = {one.id: one.folder for one in chain}
    packs: dict[str, list[ManifestPack]] = {}
    for pack in packs_of(copy):
        packs.setdefault(pack.entity, []).append(_pack(pack, folders.get(pack.copy_id, "")))
    known = entities_of_copy(copy)
    rows = db.session.scalars(
        select(CopyEntity).where(CopyEntity.copy_id == copy.id).order_by(CopyEntity.place)
    )
    read = [
        _entity(row, known[row.entity], packs.pop(row.entity, []), copy.read_at or copy.created_at)
        for row in rows
        if row.entity in known
    ]
    return (*read, *_of_the_chain(chain[:-1], packs, copy.read_at or copy.created_at))


def _title(entity: Entity) -> str:
    return entity.name or gettext(entity.title)


def _of_the_chain(
    before: Sequence[BackupCopy], packs: Mapping[str, Sequence[ManifestPack]], at: datetime
) -> Iterator[ManifestEntity]:
    """Entities that this copy did not read, such as a deleted smart process: what the copies before it hold is kept."""
    shapes = [entities_of_copy(one) for one in before]
    for code, held in packs.items():
        found = next((one[code] for one in reversed(shapes) if code in one), None)
        yield ManifestEntity(
            code=code,
            title=_title(found) if found else code,
            tier=found.tier if found else Tier.DATA,
            rows=sum(one.rows for one in held),
            gone=sum(one.gone for one in held),
            present=None,
            packs=tuple(held),
            read_by=held[-1].copy_folder,
            field_titles=field_titles(found, at) if found else {},
        )


def _entity(row: CopyEntity, known: Entity, packs: Sequence[ManifestPack], at: datetime) -> ManifestEntity:
    return ManifestEntity(
        code=row.entity,
        title=_title(known),
        tier=known.tier,
        rows=sum(one.rows for one in packs),
        gone=sum(one.gone for one in packs),
        present=row.present,
        packs=tuple(packs),
        left_out=gettext(row.error) if row.state == EntityState.LEFT_OUT and row.error else "",
        field_titles=field_titles(known, at),
    )


def _pack(pack: CopyPack, folder: str) -> ManifestPack:
    return ManifestPack(copy_folder=folder, **{name: getattr(pack, name) for name in PACK_FIELDS})


def _files() -> list[ManifestFile]:
    """Guided exports that are in the storage in use and open with the key in use; others do not belong to this copy."""
    choices = read_choices()
    since, key_since = choices.target_since, choices.key_kept_at
    here = (
        GuidedExport.stored_at.is_not(None),
        *(() if since is None else (GuidedExport.stored_at >= since,)),
        *(() if key_since is None else (GuidedExport.added_at >= key_since,)),
    )
    stored = select(GuidedExport).where(GuidedExport.pack_name != "", *here)
    return [
        ManifestFile(
            kind=one.kind, name=one.file_name, size=one.size, sha256=one.sha256, parts=(one.pack_name,)
        )
        for one in db.session.scalars(stored.order_by(GuidedExport.id))
    ]
