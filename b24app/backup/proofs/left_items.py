"""Items that copies of the last days found deleted, finished or not: one that was stopped has removed them from the index too.

The ids that an interrupted reading missed count when a later copy has read the kind to its end. An item is dated by the
last reading, of any chain, that saw the whole kind.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from b24app.backup.model import BackupCopy, CopyEntity, EntityState
from b24app.backup.proofs.loss_keeping import GoneItems
from b24app.backup.proofs.watched_kinds import kind_number
from b24app.backup.reading.item_index import index_digests
from b24app.database import db
from b24app.json_values import is_array

OWNERS = frozenset({"order", "product", "sku", "service", "offer", "task"})
"""Kinds beside those of the CRM whose items have no owner; what hangs on an owner is deleted with it and is no alarm of its own."""
LOOKED_BACK = timedelta(days=31)
"""How far back copies are read: the recycle bin keeps nothing that is older."""
MOST_READINGS = 100


def items_that_left(at: datetime) -> Iterator[GoneItems]:
    """Each time that copies found deleted items of a kind, older first."""
    recent = select(BackupCopy.id).where(BackupCopy.created_at >= at - LOOKED_BACK)
    kinds = select(CopyEntity.entity).where(CopyEntity.gone > 0, CopyEntity.copy_id.in_(recent)).distinct()
    for entity in sorted(db.session.scalars(kinds)):
        if kind_number(entity) is not None or entity in OWNERS:
            yield from _left(_readings(entity))


def _readings(entity: str) -> Sequence[CopyEntity]:
    mine = select(CopyEntity).where(CopyEntity.entity == entity).order_by(CopyEntity.copy_id.desc())
    return db.session.scalars(mine.limit(MOST_READINGS)).all()[::-1]


def _left(readings: Sequence[CopyEntity]) -> Iterator[GoneItems]:
    seen_all: datetime | None = None
    missed: list[CopyEntity] = []
    for row in readings:
        swept = row.cursor.get("swept") is True
        if row.gone > 0 and (swept or row.state != EntityState.DONE):
            missed.append(row)
        whole = swept if row.present is None else row.present == row.rows
        if row.state != EntityState.DONE or not (swept or whole) or row.ended_at is None:
            continue
        if missed:
            gone = _gone(missed, seen_all or missed[0].begun_at or row.ended_at, row)
            yield from [gone] if gone.lost > 0 else ()
        missed, seen_all = [], row.ended_at if whole else seen_all


def _gone(missed: Sequence[CopyEntity], since: datetime, end: CopyEntity) -> GoneItems:
    """Items that these readings found missing, without those in the copy again, and what the portal counts beyond the copy."""
    first, named = missed[0], {one for row in missed for one in _named(row)}
    here = index_digests(first.entity, named) if named else {}
    lost, known = sum(row.gone for row in missed), tuple(sorted(named - here.keys()))
    if here:
        lost = lost * len(known) // len(named)
    unseen = max(0, (end.present or 0) - end.rows)
    before = first.cursor.get("present_before")
    count = before if isinstance(before, int) and not isinstance(before, bool) else first.rows + lost
    ids = () if unseen else known
    return GoneItems(first.entity, lost - unseen, count, since, ids, seen_at=end.ended_at)


def _named(row: CopyEntity) -> Iterator[int]:
    ids = row.cursor.get("gone_ids")
    yield from (one for one in ids if isinstance(one, int)) if is_array(ids) else ()
