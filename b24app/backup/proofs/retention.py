"""Retention: forgets the copies that nothing keeps, and deletes from the storage only packs that no kept manifest names.

Nothing is thinned while a mass loss is open. A storage that refuses to delete (object lock) is no failure: the object
stays as long as its owner wishes, and the deletion is tried again another night.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, delete, select, update

from b24app.backup.archive.archive_manifest import ManifestDamaged, manifest_name, read_manifest
from b24app.backup.backup_plan import read_choices
from b24app.backup.model import BackupCopy, CopyKind, CopyPack, CopyState, GuidedExport
from b24app.backup.proofs.copy_state import READ_WHOLE
from b24app.backup.proofs.open_losses import has_open_loss
from b24app.backup.proofs.thinning_rules import KeptCopy, surplus
from b24app.backup.reading.chain import chain_of
from b24app.backup.targets.open_target import open_target
from b24app.backup.targets.target import ObjectMissing, Target, TargetFailed, TargetRefused
from b24app.checklist.model import AfterStep
from b24app.database import before_network, changed_rows, db, portal_scope
from b24app.portals.model import day_at
from b24app.services import services

BROKEN_FOR = timedelta(days=2)
"""A copy that was stopped or failed is deleted after that."""
AT_ONCE = 200
"""How many packs one step deletes; what is left waits for the next one."""
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Thinned:
    """What one step did: copies forgotten, packs deleted, packs that the storage refuses to delete; whether more waits."""

    copies: int = 0
    packs: int = 0
    kept_by_storage: int = 0
    more: bool = False


def thin_copies(portal_id: int) -> Thinned:
    """One step of thinning: forget copies first, then delete what no kept copy needs. Commits; asks the storage."""
    done = Thinned()
    with portal_scope(portal_id):
        if has_open_loss():
            return done
        done.copies = _forget(services().clock.now())
        db.session.commit()
        going = _packs_to_delete()
        folders = _folders_to_clear()
        if not going and not folders:
            return done
        kept = [row.folder for row in _copies() if row.folder]
        target = open_target(portal_id)
        try:
            _clear(target, going[:AT_ONCE], folders, kept, done)
        finally:
            target.close()
        done.more = len(going) > AT_ONCE and done.packs > 0
    return done


def kept_copies() -> list[KeptCopy]:
    """The whole copies of the portal of the scope, as the rules see them."""
    rows = [row for row in _copies() if row.state in READ_WHOLE and row.read_at is not None]
    return [
        KeptCopy(
            row.id,
            row.read_at,
            day_at(row.read_at),
            verified=row.state == CopyState.DONE,
            before_renewal=row.kind == CopyKind.BEFORE_RENEWAL,
            after_activation=row.kind == CopyKind.AFTER_ACTIVATION,
        )
        for row in rows
        if row.read_at is not None
    ]


def _forget(now: datetime) -> int:
    """Mark what is not kept; another worker that thins meanwhile finds it marked."""
    activations = db.session.scalars(select(AfterStep.activated_at).distinct()).all()
    going = {*surplus(kept_copies(), activations), *_broken(now)} - _present_chain()
    marked = (
        update(BackupCopy)
        .where(BackupCopy.id.in_(going), BackupCopy.forgotten_at.is_(None))
        .values(forgotten_at=now)
        .returning(BackupCopy.id)
    )
    return len(db.session.execute(marked).all()) if going else 0


def _broken(now: datetime) -> set[int]:
    """Copies that never became whole and ended more than `BROKEN_FOR` ago, without the newest one."""
    dead = (CopyState.STOPPED, CopyState.FAILED)
    return {
        row.id
        for row in _copies()[:-1]
        if row.state in dead and now - (row.ended_at or row.created_at) > BROKEN_FOR
    }


def _present_chain() -> set[int]:
    """The chain of the next copy: without one of these copies everything would be read anew."""
    begun = select(BackupCopy).where(BackupCopy.begun_at.is_not(None)).order_by(BackupCopy.id.desc())
    newest = db.session.scalar(begun.limit(1))
    return {one.id for one in chain_of(newest)} if newest is not None else set()


def _copies() -> list[BackupCopy]:
    mine = select(BackupCopy).where(BackupCopy.forgotten_at.is_(None), *in_present_storage())
    return list(db.session.scalars(mine.order_by(BackupCopy.id)))


def in_present_storage() -> tuple[ColumnElement[bool], ...]:
    """The condition of copies in the present storage: those in a former one cannot be reached from here."""
    since = read_choices().target_since
    return () if since is None else (BackupCopy.created_at >= since,)


def _packs_to_delete() -> list[CopyPack]:
    """Packs that no kept copy needs, oldest first."""
    needed = {one.id for row in _copies() for one in chain_of(row)}
    here = select(BackupCopy.id).where(*in_present_storage())
    unneeded = select(CopyPack).where(CopyPack.copy_id.not_in(needed), CopyPack.copy_id.in_(here))
    unneeded = unneeded.order_by(CopyPack.id)
    return list(db.session.scalars(unneeded))


def _folders_to_clear() -> list[tuple[int, str]]:
    """Manifests of forgotten copies; a copy whose manifest was deleted has no folder any more."""
    rows = select(BackupCopy.id, BackupCopy.folder).where(
        BackupCopy.forgotten_at.is_not(None), BackupCopy.folder != "", *in_present_storage()
    )
    return [(number, folder) for number, folder in db.session.execute(rows)]


def _clear(
    target: Target, going: list[CopyPack], folders: list[tuple[int, str]], kept: list[str], done: Thinned
) -> None:
    """Delete manifests before the packs they name; a pack that a kept manifest names stays, whatever our rows hold."""
    packs = [(one.id, one.name) for one in going]
    exports = set(db.session.scalars(select(GuidedExport.pack_name)))
    before_network()
    named = {name for folder in kept for name in _named_in(target, folder)} | exports
    for copy_id, folder in folders:
        if _deleted(target, manifest_name(folder)):
            db.session.execute(update(BackupCopy).where(BackupCopy.id == copy_id).values(folder=""))
            before_network()
        else:
            done.kept_by_storage += 1
    for pack_id, name in packs:
        if name in named:
            continue
        if not _deleted(target, name):
            done.kept_by_storage += 1
            continue
        noted = changed_rows(db.session.execute(delete(CopyPack).where(CopyPack.id == pack_id)))
        before_network()
        done.packs += noted  # none where another worker that thins meanwhile was first
    if done.kept_by_storage:
        log.info("the storage keeps objects that we would delete", objects=done.kept_by_storage)


def _named_in(target: Target, folder: str) -> Iterator[str]:
    """The packs that a kept manifest names; one that is not there, or not readable, names none beyond our rows."""
    try:
        manifest = read_manifest(target.get(manifest_name(folder)))
    except (ObjectMissing, ManifestDamaged):
        return
    for entity in manifest.entities:
        yield from (pack.name for pack in entity.packs)
    for file in manifest.files:
        yield from file.parts


def _deleted(target: Target, name: str) -> bool:
    """Delete an object: True when it is deleted or missing, False when the storage refuses. Raises TargetFailed when it is silent."""
    try:
        target.delete(name)
    except ObjectMissing:
        return True
    except TargetRefused:
        return False
    except TargetFailed:
        raise
    return True
