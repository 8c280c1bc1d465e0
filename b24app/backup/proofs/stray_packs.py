"""Packs in the storage that belong to no copy, and trial files, left by workers that were killed. They are deleted after a week.

A storage does not report when we wrote, so the plan notes when a stray was first seen. Nothing is deleted while a copy is under
way, nor what any manifest in the storage names, even of a copy without a row: the database may be of yesterday's backup.
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import exists, func, select

from b24app.backup.archive.archive_manifest import ManifestDamaged, manifest_name, read_manifest
from b24app.backup.backup_plan import read_choices
from b24app.backup.model import (
    OPEN,
    BackupCopy,
    BackupPlan,
    CopyPack,
    GuidedExport,
    TargetKind,
)
from b24app.backup.proofs.open_losses import has_open_loss
from b24app.backup.targets.open_target import open_target
from b24app.backup.targets.target import ObjectMissing, Target, TargetRefused
from b24app.bitrix24.responses import read_moment
from b24app.database import before_network, db, portal_scope
from b24app.json_values import Json
from b24app.services import services

OUR_PACK = re.compile(r"packs/[0-9a-f]{64}\.jsonl\.zst\.age")
OUR_TRIAL = re.compile(r"trials/[0-9a-f]{16}")
"""A trial file of a check of the storage (`targets/target_check.py`), which deletes it within minutes."""
STRAY_FOR = timedelta(days=7)
NOTED, AT_ONCE = 500, 200
"""How many strays are watched at a time, and how many are deleted in one night."""
log = structlog.get_logger(__name__)


def sweep_strays(portal_id: int) -> int:
    """Note the packs without a copy, and delete those that have had none for a week. Commits; asks the storage."""
    with portal_scope(portal_id):
        before = _newest_copy()
        if before is None or has_open_loss() or read_choices().target_kind == TargetKind.DOWNLOAD:
            return 0
        target = open_target(portal_id)
        try:
            strays = _strays(target)
            if strays is None or _newest_copy() != before:
                return 0
            due = _note(strays, services().clock.now())
            before_network()
            return _delete(target, due[:AT_ONCE])
        finally:
            target.close()


def _newest_copy() -> int | None:
    """The number of the newest copy; None while one is open, whose newest pack may have no row yet."""
    is_open = exists().where(BackupCopy.state.in_(OPEN))
    if db.session.scalar(select(is_open)):
        return None
    return db.session.scalar(select(func.max(BackupCopy.id)))


def _strays(target: Target) -> set[str] | None:
    """Packs that no row and no manifest names, and trial files; None when a manifest cannot be read, which may name any pack."""
    lying = {one.name for one in target.names("packs/") if OUR_PACK.fullmatch(one.name)}
    trials = {one.name for one in target.names("trials/") if OUR_TRIAL.fullmatch(one.name)}
    try:
        named = _named_in_storage(target)
    except ManifestDamaged:
        return None
    rows = {
        *db.session.scalars(select(CopyPack.name).distinct()),
        *db.session.scalars(select(GuidedExport.pack_name)),
    }
    return trials | (lying - named - rows)


def _named_in_storage(target: Target) -> set[str]:
    """The packs that the manifests in the storage name, whoever wrote them."""
    named: set[str] = set()
    for one in [*target.names("copies/")]:
        if one.name != manifest_name(one.name.removeprefix("copies/").rpartition("/")[0]):
            continue
        try:
            manifest = read_manifest(target.get(one.name))
        except ObjectMissing:
            continue
        named |= {pack.name for entity in manifest.entities for pack in entity.packs}
        named |= {part for file in manifest.files for part in file.parts}
    return named


def _note(strays: Collection[str], now: datetime) -> list[str]:
    """Keep since when each has no copy, and return those of a week ago."""
    plan = db.session.scalars(select(BackupPlan)).one()
    known = {name: since for name, since in _moments(plan.strays).items() if name in strays}
    fresh = sorted(set(strays) - known.keys())[: max(NOTED - len(known), 0)]
    seen = {name: min(since, now) for name, since in known.items()} | dict.fromkeys(fresh, now)
    plan.strays = {name: since.isoformat() for name, since in seen.items()}
    return sorted(name for name, since in seen.items() if now - since >= STRAY_FOR)


def _moments(kept: Mapping[str, Json]) -> dict[str, datetime]:
    return {name: since for name, text in kept.items() if (since := read_moment(text)) is not None}


def _delete(target: Target, names: list[str]) -> int:
    """Delete these objects; a storage that refuses keeps them as long as it wishes."""
    gone = 0
    for name in names:
        try:
            target.delete(name)
        except ObjectMissing:
            continue
        except TargetRefused:
            continue
        gone += 1
    if gone:
        log.info("packs of no copy and trial files are deleted", objects=gone)
    return gone
