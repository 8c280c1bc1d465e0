"""The estimate of a portal's files before they are copied: from the last copy of them, or from the count of its Disk."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from b24app.backup.entities.entity import Tier
from b24app.backup.model import BackupCopy, CopyPack, CopyState
from b24app.backup.reading.chain import chain_of
from b24app.backup.reading.portal_shape import entities_of_copy
from b24app.checklist.engine.plan_usage import latest_count
from b24app.database import db

READ = (CopyState.PROVING, CopyState.DONE, CopyState.UNPROVEN)


@dataclass(frozen=True, slots=True)
class ExpectedFiles:
    """Bytes that files took in the last copy that read them, else files and bytes of Disk; None is unknown."""

    copied_size: int | None = None
    disk_files: int | None = None
    disk_size: int | None = None


def expect_files() -> ExpectedFiles:
    """The estimate by our own rows; the portal is not asked."""
    wanted = select(BackupCopy).where(BackupCopy.with_files, BackupCopy.state.in_(READ))
    last = db.session.scalar(wanted.order_by(BackupCopy.id.desc()).limit(1))
    if last is not None and (size := _copied_size(chain_of(last))):
        return ExpectedFiles(copied_size=size)
    disk = latest_count()
    return ExpectedFiles(disk_files=disk.files, disk_size=disk.size) if disk is not None else ExpectedFiles()


def _copied_size(chain: Sequence[BackupCopy]) -> int:
    codes = {code for copy in chain for code, one in entities_of_copy(copy).items() if one.tier == Tier.FILES}
    packs = CopyPack.copy_id.in_([one.id for one in chain]), CopyPack.entity.in_(codes)
    return int(db.session.scalar(select(func.coalesce(func.sum(CopyPack.size), 0)).where(*packs)) or 0)
