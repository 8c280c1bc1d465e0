"""Reads parts of a copy again: all of it after a narrowed view, and what became old while the copy was paused or rested.

What is in packs already is not packed twice.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from b24app.backup.model import BackupCopy, CopyEntity, CopyState, EntityState
from b24app.database import db

OLD = timedelta(hours=6)
MOST_TIMES = 3
DISK = "disk"
"""Walked once: a second walk could not distinguish deleted objects from those that the first one saw."""
KEPT = ("present_before", "total", "from", "packs", "gone_ids")
"""Keys of a cursor that stay: values read before the first row, and items that are certainly deleted."""


def read_anew(copy_id: int) -> None:
    """Set every begun entity to waiting again: it is unknown since when rows were hidden from us. Commits."""
    db.session.rollback()
    begun = CopyEntity.state.in_((EntityState.READING, EntityState.DONE))
    copy = db.session.get(BackupCopy, copy_id)
    if copy is None or copy.state not in (CopyState.READING, CopyState.RESTING):
        return
    for row in db.session.scalars(select(CopyEntity).where(CopyEntity.copy_id == copy_id, begun)):
        row.state, row.last_id, row.rows, row.present, row.ended_at = EntityState.WAITING, 0, 0, None, None
        row.cursor = {name: row.cursor[name] for name in KEPT if name in row.cursor}
        row.version += 1
    db.session.commit()


def read_old_again(copy_id: int, now: datetime) -> bool:
    """Set entities that were read hours ago to be read once more for changes since; False when none is old."""
    done = CopyEntity.copy_id == copy_id, CopyEntity.state == EntityState.DONE
    old = select(CopyEntity).where(*done, CopyEntity.ended_at < now - OLD, CopyEntity.entity != DISK)
    rows = [one for one in db.session.scalars(old) if int(one.cursor.get("times", 0)) < MOST_TIMES]
    for row in rows:
        row.state, row.last_id, row.ended_at = EntityState.WAITING, 0, None
        row.cursor = {
            **row.cursor, "phase": "again", "brought": 0, "passes": 0, "sweeps": 0,
            "times": int(row.cursor.get("times", 0)) + 1,
        }  # fmt: skip
        row.version += 1
    db.session.commit()
    return bool(rows)


def read_until(copy_id: int) -> datetime | None:
    """The moment up to which the copy is complete: the earliest end among its entities."""
    done = CopyEntity.copy_id == copy_id, CopyEntity.state == EntityState.DONE
    return db.session.scalar(select(func.min(CopyEntity.ended_at)).where(*done))
