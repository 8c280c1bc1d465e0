"""Whether the copy that waits to be downloaded was taken: which of its files were, and the expiry of the others."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update

from b24app.backup.model import BackupCopy, BackupPlan, TargetKind
from b24app.backup.proofs.copy_state import READ_WHOLE, newest_whole
from b24app.backup.targets.download import KEPT_FOR
from b24app.backup.targets.download_links import forget_parts
from b24app.database import db, every_portal
from b24app.services import services


def note_given(sizes: Mapping[str, int], tag: str, first: int, end: int, at: datetime) -> None:
    """Note that a range of a file was sent, in the portal of the scope; `sizes` are all files that wait, by their marks.

    Only ranges that continue from the beginning count, so that the last bytes alone are no file.
    """
    copy = newest_whole()
    if copy is None or copy.taken_at is not None:
        return
    known = copy.taken.get(tag)
    given = known if isinstance(known, int) else 0
    if not first <= given < end:
        return
    copy.taken = {**copy.taken, tag: end}
    if all(copy.taken.get(one) == size for one, size in sizes.items()):
        copy.taken_at = at
    db.session.flush()


def forget_untaken() -> None:
    """Forget parts whose day is over, and the copies that were not taken meanwhile; an hourly job."""
    forget_parts()
    now = services().clock.now()
    with every_portal():
        plans = db.session.execute(
            select(BackupPlan.portal_id, BackupPlan.target_since).where(
                BackupPlan.target_kind == TargetKind.DOWNLOAD
            )
        ).all()
        for portal_id, since in plans:
            mine = [
                BackupCopy.portal_id == portal_id, BackupCopy.state.in_(READ_WHOLE), BackupCopy.taken_at.is_(None),
                BackupCopy.forgotten_at.is_(None), BackupCopy.begun_at <= now - KEPT_FOR,
            ]  # fmt: skip
            if since is not None:
                mine.append(BackupCopy.created_at >= since)
            gone = update(BackupCopy).where(*mine).values(forgotten_at=now)
            db.session.execute(gone.execution_options(synchronize_session=False))
