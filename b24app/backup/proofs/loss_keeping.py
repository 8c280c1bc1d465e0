"""Keeps mass losses: one row a loss until people decide. No item is counted twice; growth of a loss is reported again."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from b24app.backup.proofs.loss_rules import is_mass_loss
from b24app.backup.proofs.model import MassLoss
from b24app.backup.proofs.open_losses import LossKind
from b24app.database import current_portal_id, db
from b24app.json_values import Json, is_array
from b24app.portals.model import Portal

MOST_IDS = 1_000
MOST_PARTS = 50
ONE_LOSS = timedelta(hours=20)
"""Losses found within that time are one: less than the time between two nights."""
SAME_BURST = timedelta(hours=1)
"""While items are being deleted, the growing number is reported again only when it has doubled, or after this time."""


@dataclass(frozen=True, slots=True)
class GoneItems:
    """Deleted items of one kind: how many of how many, and the ids that are known of them.

    `since` is the last moment when they were all seen, `seen_at` the one when they were missed (by default now).
    """

    entity: str
    lost: int
    before: int
    since: datetime
    ids: tuple[int, ...] = ()
    name: str = ""
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NamedLoss:
    """A column or a pipeline that is lost: its key, its name, how much of how much."""

    kind: LossKind
    entity: str
    key: str
    name: str
    lost: int
    before: int


def note_gone(gone: GoneItems, at: datetime) -> MassLoss | None:
    """Keep a loss of items when it is one; returns a new row only. Items of an earlier loss do not count again."""
    known = _losses(LossKind.ITEMS, gone.entity)
    later = [row for row in known if _seen_after(row, gone.since)]
    still_open = next((row for row in known if row.closed_at is None), None)
    new_ids = set(gone.ids) - {one for row in (*later, *filter(None, [still_open])) for one in _ids(row)}
    if 0 < len(gone.ids) == gone.lost:
        lost = len(new_ids) - sum(map(_unnamed, later))
    else:
        lost = gone.lost - sum(_seen_after(row, gone.since) for row in later)
    if still_open is not None:
        _grow(still_open, gone, max(0, lost), new_ids, at)
        return None
    if not is_mass_loss(lost, gone.before):
        return None
    row = MassLoss(
        kind=LossKind.ITEMS, entity=gone.entity, key="", name=gone.name, lost=0, before=gone.before,
        since=gone.since, found_at=at, content={}, told_at=None, closed_at=None,
    )  # fmt: skip
    _grow(row, gone, lost, new_ids, at)
    return _add(row)


def note_named(loss: NamedLoss, since: datetime, at: datetime) -> MassLoss | None:
    """Keep a loss that is named by its key; one that is open already grows, and is reported again."""
    known = (row for row in _losses(loss.kind, loss.entity) if row.key == loss.key and row.closed_at is None)
    still_open = next(known, None)
    if still_open is None:
        return _add(MassLoss(
            kind=loss.kind, entity=loss.entity, key=loss.key, name=loss.name, lost=loss.lost, before=loss.before,
            since=since, found_at=at, content={}, told_at=None, closed_at=None,
        ))  # fmt: skip
    if loss.kind is LossKind.COLUMN:
        still_open.lost += loss.lost
        still_open.told_at = None
    return None


def notify_grown(at: datetime) -> None:
    """Mark for another report those losses that grew by a mass loss since they were reported."""
    for row in db.session.scalars(select(MassLoss).where(MassLoss.closed_at.is_(None))):
        if row.content.get("grown") is True and row.told_at is not None and _is_over(row, at):
            row.told_at = None


def _grow(row: MassLoss, gone: GoneItems, lost: int, ids: Collection[int], at: datetime) -> None:
    """Add to a loss; the moments of its parts are kept, so that another look does not count them again."""
    if not lost and not ids:
        return
    parts = _parts(row)
    if lost:
        row.lost += lost
        row.before = max(row.before, row.lost)
        parts.append([(gone.seen_at or at).isoformat(), lost, at.isoformat()])
        parts = [*_joined(parts[:-MOST_PARTS]), *parts[-MOST_PARTS:]]
    row.content = {**row.content, "ids": sorted({*_ids(row), *ids})[:MOST_IDS], "seen": [*parts]}
    if row.told_at is not None and is_mass_loss(_grown(row, at), gone.before):
        row.content = {**row.content, "grown": True}
        if _is_over(row, at):
            row.told_at = None


def _grown(row: MassLoss, at: datetime) -> int:
    """How many were lost at once on top of the reported number."""
    told, border = row.content.get("told"), (at - ONE_LOSS).isoformat()
    at_once = sum(_count(part) for part in _parts(row) if str(part[-1]) > border)
    return min(at_once, row.lost - told) if isinstance(told, int) else at_once


def _is_over(row: MassLoss, at: datetime) -> bool:
    """Whether it may be reported again: it has doubled, or it is not the same burst of deletions any more."""
    told = row.content.get("told")
    doubled = isinstance(told, int) and row.lost >= 2 * told
    return doubled or row.told_at is None or abs(at - row.told_at) >= SAME_BURST


def _joined(parts: list[list[Json]]) -> list[list[Json]]:
    """Join old parts into one, so that their number is kept."""
    return [[parts[-1][0], sum(map(_count, parts)), parts[-1][-1]]] if parts else []


def _parts(row: MassLoss) -> list[list[Json]]:
    seen: Json = row.content.get("seen")
    return [[*one] for one in seen if is_array(one) and len(one) >= 2] if is_array(seen) else []


def _count(part: Sequence[Json]) -> int:
    return part[1] if isinstance(part[1], int) else 0


def _unnamed(row: MassLoss) -> int:
    """How many items of a loss are counted without a known id."""
    return max(0, row.lost - len(list(_ids(row))))


def _seen_after(row: MassLoss, since: datetime) -> int:
    """How many of a loss were missed after a moment."""
    return sum(_count(part) for part in _parts(row) if str(part[0]) > since.isoformat())


def _losses(kind: LossKind, entity: str) -> Sequence[MassLoss]:
    """The losses of a kind, open or decided, the newest first."""
    mine = select(MassLoss).where(MassLoss.kind == kind, MassLoss.entity == entity)
    return db.session.scalars(mine.order_by(MassLoss.id.desc()).limit(MOST_PARTS)).all()


def _add(row: MassLoss) -> MassLoss | None:
    """Keep a new loss, unless another worker has just kept the same one: the second worker finds it open."""
    mine = Portal.id == current_portal_id()
    db.session.execute(
        update(Portal).where(mine).values(plan_code=Portal.plan_code)
    )  # PostgreSQL locks the row
    same = MassLoss.kind == row.kind, MassLoss.entity == row.entity, MassLoss.key == row.key
    known = select(MassLoss.id).where(*same, MassLoss.closed_at.is_(None))
    if db.session.scalar(known.limit(1)) is not None:
        return None
    db.session.add(row)
    db.session.flush()
    return row


def _ids(row: MassLoss) -> Iterator[int]:
    ids: Json = row.content.get("ids")
    yield from (one for one in ids if isinstance(one, int)) if is_array(ids) else ()
