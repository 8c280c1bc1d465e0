"""The progress of the reading of one entity as plain values: rows of the database are not held during network requests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from b24app.backup.entities.entity import Entity
from b24app.backup.model import BackupCopy, CopyEntity, CopyState, EntityState
from b24app.database import changed_rows, db

MOST_GONE_IDS = 1000
MOST_UNKNOWN = 3


class Overtaken(Exception):
    """Another worker has continued this copy, or it was deleted: nothing is kept."""


class LeftAlone(Exception):
    """The copy was paused or stopped meanwhile; what was read is kept."""


@dataclass(slots=True)
class EntityWork:
    """One entity of one copy. `root_id` is the full copy of its chain, `owners_since` the copy since which owners count as changed."""

    row_id: int
    copy_id: int
    root_id: int
    entity: Entity
    version: int
    last_id: int
    cursor: dict[str, Any]
    changed_from: datetime | None
    owners_since: int
    seen: int = 0
    gone: int = 0

    @property
    def phase(self) -> str:
        """What is being done: rows, again, sweep."""
        return str(self.cursor.get("phase") or "rows")

    def enter(self, phase: str, **cursor: object) -> None:
        """Begin the next phase; kept with the next write."""
        self.cursor = {**self.cursor, **cursor, "phase": phase}
        self.last_id = 0

    def lost(self, item_id: int) -> None:
        """Count an item deleted since it was packed; the ids of the first thousand are kept for the alarm."""
        self.gone += 1
        ids = self.cursor.setdefault("gone_ids", [])
        if len(ids) < MOST_GONE_IDS:
            ids.append(item_id)


def keep_place(work: EntityWork, **values: object) -> None:
    """Write the progress of the reading in the present transaction; raises Overtaken when another worker wrote it before."""
    mine = CopyEntity.id == work.row_id, CopyEntity.version == work.version
    moved: Mapping[str, object] = {
        "version": work.version + 1, "last_id": work.last_id, "cursor": work.cursor, "gone": work.gone,
        "rows": work.seen, **values,
    }  # fmt: skip
    done = db.session.execute(
        update(CopyEntity).where(*mine).values(**moved).execution_options(synchronize_session=False)
    )
    if changed_rows(done) != 1:
        raise Overtaken
    work.version += 1


def go_on(copy_id: int, *, requests: int, seconds: float, rows: int = 0, size: int = 0) -> None:
    """Add the cost of this piece of work to the copy and reset its count of failures."""
    counted = (
        update(BackupCopy)
        .where(BackupCopy.id == copy_id)
        .values(
            requests=BackupCopy.requests + requests, seconds=BackupCopy.seconds + seconds,
            rows=BackupCopy.rows + rows, sealed_bytes=BackupCopy.sealed_bytes + size, failures=0,
        )
    )  # fmt: skip
    db.session.execute(counted.execution_options(synchronize_session=False))


def count_unknown(work: EntityWork) -> bool:
    """Count an unknown refusal; True when the entity has met it too often to be tried again."""
    refused = int(work.cursor.get("unknown", 0)) + 1
    work.cursor = {**work.cursor, "unknown": refused}
    keep_place(work)
    db.session.commit()
    return refused >= MOST_UNKNOWN


def leave_out(work: EntityWork, reason: str, at: datetime) -> None:
    """Leave an entity out of this copy and store the reason."""
    keep_place(work, state=EntityState.LEFT_OUT, error=reason[:300], ended_at=at)


def demand_reading(copy_id: int) -> None:
    """Raise LeftAlone when the copy was paused or stopped."""
    state = db.session.scalar(select(BackupCopy.state).where(BackupCopy.id == copy_id))
    db.session.commit()
    if state is None:
        raise Overtaken
    if state != CopyState.READING:
        raise LeftAlone
