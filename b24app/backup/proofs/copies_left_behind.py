"""What stays in the customer's storage after an uninstall: our keys and index are erased, the copies are not ours."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from b24app.backup.backup_plan import read_choices
from b24app.backup.model import BackupCopy, CopyPack, TargetKind
from b24app.backup.proofs.copy_state import READ_WHOLE
from b24app.backup.proofs.retention import in_present_storage
from b24app.backup.targets.object_names import portal_folder
from b24app.database import db, portal_scope
from b24app.portals.model import Portal

STAYS_NOWHERE = (TargetKind.NONE, TargetKind.DOWNLOAD)


@dataclass(frozen=True, slots=True)
class LeftCopies:
    """Copies in the storage in use: where, in which folder, how many whole ones, how large, and from when the newest is.

    `elsewhere` counts whole copies in storages that were given up: where those are is unknown.
    """

    kind: str
    storage: str
    folder: str
    copies: int
    size: int
    newest: datetime | None
    elsewhere: int = 0


def leaves_copies(portal_id: int) -> bool:
    """Whether a storage holds copies of which people should be informed before our rows are deleted."""
    with portal_scope(portal_id):
        return read_left_copies(portal_id) is not None


def read_left_copies(portal_id: int) -> LeftCopies | None:
    """What the storage holds by our rows; None when nothing."""
    choices, here = read_choices(), in_present_storage()
    kind, whole = choices.target_kind, (BackupCopy.forgotten_at.is_(None), BackupCopy.state.in_(READ_WHOLE))
    counted = select(func.count(BackupCopy.id), func.max(BackupCopy.read_at)).where(*whole)
    every, _ = db.session.execute(counted).one()
    count, newest = (0, None) if kind == TargetKind.NONE else db.session.execute(counted.where(*here)).one()
    elsewhere, size = every - count, _size(here)
    if kind in STAYS_NOWHERE:
        count, newest, size = 0, None, 0
    if not size and not elsewhere:
        return None
    folder = portal_folder(db.session.get_one(Portal, portal_id).member_id)
    return LeftCopies(kind, choices.target_title, folder, count, size, newest, elsewhere)


def _size(here: tuple[ColumnElement[bool], ...]) -> int:
    """How large the packs in the storage in use are."""
    mine = CopyPack.copy_id.in_(select(BackupCopy.id).where(*here))
    return int(db.session.scalar(select(func.sum(CopyPack.size)).where(mine)) or 0)
