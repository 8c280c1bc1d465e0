"""How long the copy under way will still take, once its pace was measured."""

from collections.abc import Iterable
from datetime import timedelta
from math import ceil

from sqlalchemy import select

from b24app.backup.entities.entity import Entity, Tier
from b24app.backup.model import BackupCopy, CopyEntity, EntityState
from b24app.backup.reading.portal_shape import entities_of_copy
from b24app.database import db

MEASURED_AFTER = 180.0
A_REQUEST, OWNERS_A_REQUEST = 2500, 50
"""Rows of a list in one request (fifty pages of fifty), and owners whose lists come in one."""


def time_left(copy: BackupCopy) -> timedelta | None:
    """How long the reading of rows will continue at the measured pace; None before three minutes of it.

    Files are left out: how many remain is unknown before they are read.
    """
    if copy.seconds < MEASURED_AFTER or not copy.requests:
        return None
    known = entities_of_copy(copy)
    rows = {row.entity: row for row in _rows(copy)}
    left = sum(
        requests_left(row, known[code], rows)
        for code, row in rows.items()
        if code in known and known[code].tier != Tier.FILES
    )
    data = [row for code, row in rows.items() if code in known and known[code].tier != Tier.FILES]
    by_requests, by_rows = left / copy.requests, _share_left(copy, data)
    return timedelta(seconds=copy.seconds * max(by_requests, by_rows))


def _share_left(copy: BackupCopy, rows: Iterable[CopyEntity]) -> float:
    """How many rows of a full copy remain for each that was read: requests near the end bring more than the first."""
    parts = [row for row in rows if row.state != EntityState.LEFT_OUT]
    read = sum(row.rows for row in parts)
    if copy.base_id is not None or not read:
        return 0.0
    left = sum(max(0, _changed(row) - row.rows) for row in parts if row.state != EntityState.DONE)
    return left / read


def requests_left(row: CopyEntity, entity: Entity, rows: dict[str, CopyEntity]) -> int:
    """About how many requests an entity still needs."""
    if row.state not in (EntityState.WAITING, EntityState.READING):
        return 0
    if row.cursor.get("phase") in ("again", "sweep"):
        return 2
    if entity.per_item is None:
        return 2 + ceil(max(0, _changed(row) - row.rows) / A_REQUEST)
    owner = rows.get(entity.per_item.owner)
    asked = int(row.cursor.get("asked", 0))
    return 1 + ceil(max(0, _changed(owner) - asked) / OWNERS_A_REQUEST) if owner else 1


def _changed(row: CopyEntity) -> int:
    """How many rows must be read: all of them, or for an increment about as many as it has found so far."""
    if row.changed_from is not None:
        return row.rows if row.state != EntityState.DONE else int(row.cursor.get("read", 0))
    return int(row.cursor.get("total") or row.present or row.rows)


def _rows(copy: BackupCopy) -> list[CopyEntity]:
    wanted = select(CopyEntity).where(CopyEntity.copy_id == copy.id).order_by(CopyEntity.place)
    return list(db.session.scalars(wanted))
