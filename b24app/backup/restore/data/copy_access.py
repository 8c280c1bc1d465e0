"""Opens a copy for one step of a job: the storage, the manifest, and the key that this worker holds for this restore."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from b24app.backup.archive.archive_manifest import ArchiveManifest
from b24app.backup.archive.held_keys import KeyNeeded, held_identity
from b24app.backup.archive.keys import Identity
from b24app.backup.model import BackupCopy
from b24app.backup.reading.chain import packs_of
from b24app.backup.restore.data.copied_items import CopiedItems, read_copy_manifest
from b24app.backup.restore.model import Restore, RestoreState
from b24app.backup.targets.open_target import open_target
from b24app.database import current_portal_id, db
from b24app.errors import AppError
from b24app.portals.model import Portal
from b24app.text.messages import N_


class CopyGone(AppError):
    """The copy that was chosen is not kept any more."""

    status = 410
    public = N_("This copy is not kept any more. Choose another one.")


class CopyChanged(AppError):
    """The manifest in the storage is not the one that we have written: its packs may come from anybody."""

    status = 409
    public = N_("The copy in the storage was changed since it was made. Nothing is put back from it.")


@contextmanager
def open_copy(restore_id: int, job: str) -> Iterator[CopiedItems]:
    """The items of the copy that a restore was chosen from, for one step of a job.

    Raises KeyNeeded, after its row was set to waiting and that was committed, or KeyElsewhere. Nothing may be pending: the
    transaction ends here, so that none is open while the storage is asked.
    """
    row = db.session.get(Restore, restore_id)
    copy = db.session.get(BackupCopy, row.copy_id) if row is not None and row.copy_id else None
    if copy is None or copy.portal_id != current_portal_id() or copy.forgotten_at is not None:
        raise CopyGone
    folder, ours = copy.folder, _packs_of_ours(copy)
    target = open_target(current_portal_id())
    try:
        manifest = read_copy_manifest(target.get, folder)
        _demand_ours(manifest, ours)
        yield CopiedItems(manifest, target.get, _identity(restore_id, manifest.recipients, job))
    finally:
        target.close()


PackKeys = tuple[str, str, str, str]


def _packs_of_ours(copy: BackupCopy) -> dict[str, list[PackKeys]]:
    """The packs of the copy by our own rows, by entity, in their order."""
    found: dict[str, list[PackKeys]] = {}
    for row in packs_of(copy):
        found.setdefault(row.entity, []).append((row.name, row.sha256, row.first_id, row.last_id))
    return found


def _demand_ours(manifest: ArchiveManifest, ours: Mapping[str, Sequence[PackKeys]]) -> None:
    """Demand that all packs are ours: anybody who may write into the storage may seal packs too."""
    for entity in manifest.entities:
        named = [(one.name, one.sha256, one.first_id, one.last_id) for one in entity.packs]
        if named != list(ours.get(entity.code, ())):
            raise CopyChanged


def _identity(restore_id: int, recipients: Sequence[str], job: str) -> Identity:
    try:
        return held_identity(purpose_of(restore_id), recipients, job=job, job_id=restore_id)
    except KeyNeeded:
        wait_for_key(restore_id)
        raise
    finally:
        db.session.commit()


def purpose_of(restore_id: int) -> str:
    """The job for which a key is held."""
    return f"restore:{restore_id}"


def wait_for_key(restore_id: int) -> None:
    """Let a restore wait until a person enters the key; one that writes already keeps its place in the portal."""
    row = db.session.get(Restore, restore_id)
    if row is not None:
        row.state, row.error = RestoreState.NEEDS_KEY, ""


def portal_language() -> str:
    """The language of the portal, in which lines are written into it."""
    portal = db.session.get(Portal, current_portal_id())
    return portal.language if portal is not None else ""
