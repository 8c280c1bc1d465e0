"""A copy under way as the page shows it: rows of every kind, its progress, what it waits for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from b24app.backup.copied_kinds import KIND_TITLES, kind_of
from b24app.backup.model import OPEN, BackupCopy, CopyEntity, CopyState, EntityState
from b24app.backup.proofs.left_out_parts import count_missing_files
from b24app.backup.proofs.missed_nights import newest_copies
from b24app.backup.reading.copy_verbs import PRESSED
from b24app.backup.reading.missing_files import MISSING
from b24app.backup.reading.portal_shape import entities_of_copy
from b24app.backup.reading.progress import time_left
from b24app.bitrix24.responses import read_moment
from b24app.database import db
from b24app.json_values import is_object

FILES = "files"
UNREAD = (EntityState.WAITING, EntityState.READING)


@dataclass(frozen=True, slots=True)
class KindRow:
    """One row: rows read of those that the portal counts, None when it did not return a count; `error` is why it was left out."""

    code: str
    title: str
    state: str
    rows: int
    present: int | None
    error: str = ""

    @property
    def share(self) -> float:
        """How much of the bar is filled."""
        if self.state in (EntityState.DONE, EntityState.LEFT_OUT):
            return 1.0
        return min(1.0, self.rows / self.present) if self.present else 0.0


@dataclass(frozen=True, slots=True)
class Pressed:
    """Who paused or stopped a copy, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MissingLine:
    """Items of one kind that are in the copy without a file of theirs; `ids` are the first of them."""

    title: str
    name: str
    count: int
    ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class GoingCopy:
    """The copy that is being made; `left` is how long it takes yet, None before three minutes of measuring.

    `total` is what the portal counts; where it counts some kinds only (`is_whole_total` is false), the others are in it
    with what was read of them so far. `share` is measured by the counted ones alone.
    """

    id: int
    kind: str
    state: str
    by: str
    rows: int
    total: int | None
    is_whole_total: bool
    is_full: bool
    share: float
    begun_at: datetime | None
    rests_until: datetime | None
    error: str
    kinds: Sequence[KindRow]
    left: timedelta | None
    pressed: Pressed | None

    @property
    def about_total(self) -> int:
        """The total with two digits, where it is not whole."""
        return round(self.total or 0, 2 - len(str(self.total or 0)))

    @property
    def has_files_left(self) -> bool:
        """Whether files are still to be read, whose time is unknown beforehand."""
        return any(one.code == FILES and one.state in UNREAD for one in self.kinds)

    @property
    def is_at_files(self) -> bool:
        """Whether files are all that is left to read."""
        return {one.code for one in self.kinds if one.state in UNREAD} == {FILES}


def going_copy() -> GoingCopy | None:
    """The newest copy that is not over, a paused one among them."""
    row = db.session.scalar(
        select(BackupCopy).where(BackupCopy.state.in_(OPEN)).order_by(BackupCopy.id.desc()).limit(1)
    )
    return _view(row) if row is not None else None


def left_out_kinds(copy_id: int) -> Sequence[KindRow]:
    """What a copy could not read, with its reason."""
    return [one for one in _kinds(_entities(copy_id)) if one.error]


def list_missing_files(copy_id: int) -> Sequence[MissingLine]:
    """Which items lack a file in a copy, kind by kind: the first numbers, and how many there are."""
    known = entities_of_copy(db.session.get_one(BackupCopy, copy_id))
    return [
        MissingLine(
            known[one.entity].title, known[one.entity].name, count, one.cursor[MISSING].get("ids", ())
        )
        for one in _entities(copy_id)
        if one.entity in known and (count := count_missing_files(one))
    ]


def _view(row: BackupCopy) -> GoingCopy:
    entities = _entities(row.id)
    kinds, parts = _kinds(entities), [one for one in entities if one.state != EntityState.LEFT_OUT]
    counted = [(one, total) for one in parts if (total := _total(one)) is not None]
    total = sum(total for _one, total in counted)
    uncounted = sum(one.rows for one in parts if _total(one) is None)
    read = sum(total if one.state == EntityState.DONE else min(one.rows, total) for one, total in counted)
    return GoingCopy(
        row.id,
        row.kind,
        row.state,
        row.asked_by_name,
        sum(one.rows for one in kinds),
        total + uncounted if total else None,
        len(counted) == len(parts),
        row.base_id is None,
        read / total if total else 0.0,
        row.begun_at,
        row.rests_until,
        row.error,
        kinds,
        time_left(row),
        read_pressed(row, CopyState.PAUSED),
    )


def stopped_last() -> Pressed | None:
    """Who stopped the newest copy, when it was stopped."""
    row = next(iter(newest_copies()), None)
    return read_pressed(row, CopyState.STOPPED) if row is not None else None


def read_pressed(row: BackupCopy, state: CopyState) -> Pressed | None:
    """Who set a copy to its state; None when a release before has not kept it."""
    kept = row.proofs.get(PRESSED)
    at = read_moment(kept.get("at")) if row.state == state and is_object(kept) else None
    if not is_object(kept) or at is None or kept.get("state") != state:
        return None
    return Pressed(str(kept.get("by") or ""), at)


def _entities(copy_id: int) -> Sequence[CopyEntity]:
    query = select(CopyEntity).where(CopyEntity.copy_id == copy_id).order_by(CopyEntity.place)
    return db.session.scalars(query).all()


def _kinds(entities: Iterable[CopyEntity]) -> Sequence[KindRow]:
    found: dict[str, list[CopyEntity]] = {}
    for one in entities:
        found.setdefault(kind_of(one.entity), []).append(one)
    return [_row(code, found[code]) for code in KIND_TITLES if code in found]


def _row(code: str, parts: Sequence[CopyEntity]) -> KindRow:
    present = [_total(one) for one in parts if one.state != EntityState.LEFT_OUT]
    known = [one for one in present if one is not None]
    return KindRow(
        code,
        KIND_TITLES[code],
        _state({one.state for one in parts}),
        sum(one.rows for one in parts),
        sum(known) if len(known) == len(present) else None,
        next((one.error for one in parts if one.state == EntityState.LEFT_OUT), ""),
    )


def _total(part: CopyEntity) -> int | None:
    """How many rows the portal counts: after the last pass, or when the copy began."""
    total = part.present if part.present is not None else part.cursor.get("total")
    if not isinstance(total, int):
        return part.rows if part.state == EntityState.DONE else None
    return max(total, part.rows)


def _state(states: Iterable[str]) -> str:
    """Done when every part is; reading when one is, or when some are done and others wait."""
    found = set(states)
    if found == {EntityState.LEFT_OUT}:
        return EntityState.LEFT_OUT
    if found <= {EntityState.DONE, EntityState.LEFT_OUT}:
        return EntityState.DONE
    return (
        EntityState.WAITING if found <= {EntityState.WAITING, EntityState.LEFT_OUT} else EntityState.READING
    )
