"""The index of items: which ids of an entity are in the copy, and the digest of each row in it.

It is read over connections of its own, so that no transaction stays open while a portal or a storage is asked.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import groupby

from sqlalchemy import ColumnElement, func, select

from b24app.backup.model import ItemIndex
from b24app.backup.reading.id_stretch import SIZE, Change, IdStretch
from b24app.database import Base, current_portal_id, db

TABLE = Base.metadata.tables["backup_item_index"].c


def index_count(entity: str) -> int:
    """How many rows of an entity the copy holds now."""
    counted = select(func.coalesce(func.sum(TABLE.count), 0)).where(*_about(entity))
    with db.engine.connect() as connection:
        return int(connection.scalar(counted) or 0)


def index_ids(entity: str, after: int = 0) -> Iterator[int]:
    """The ids after one, in rising order."""
    return _ids(entity, after, 0)


def packed_since(entity: str, copy_id: int, after: int = 0) -> Iterator[int]:
    """The ids after one that this copy or a later one packed, in rising order."""
    return _ids(entity, after, copy_id)


def index_digests(entity: str, ids: Collection[int]) -> dict[int, bytes]:
    """The digests of those of these ids that are in the copy."""
    found = {}
    for number, some in groupby(sorted(ids), lambda one: one // SIZE):
        stretch = load_stretch(entity, number)
        for one in some:
            at = stretch.find(one % SIZE)
            if at is not None:
                found[one] = stretch.digest(at)
    return found


def load_stretch(entity: str, number: int) -> IdStretch:
    """One stretch; an empty one where nothing was kept."""
    wanted = select(TABLE.content).where(*_about(entity), TABLE.stretch == number)
    with db.engine.connect() as connection:
        return IdStretch.from_bytes(connection.scalar(wanted) or b"")


def keep_changes(entity: str, changes: Mapping[int, Change], copy_id: int) -> None:
    """Store packed and deleted rows, in the present transaction."""
    for number, some in groupby(sorted(changes), lambda one: one // SIZE):
        places = {one % SIZE: changes[one] for one in some}
        row = db.session.scalar(
            select(ItemIndex).where(ItemIndex.entity == entity, ItemIndex.stretch == number)
        )
        before = IdStretch.from_bytes(row.content) if row else IdStretch()
        after = before.changed_with(places, copy_id)
        if row is None:
            db.session.add(
                ItemIndex(entity=entity, stretch=number, count=len(after), content=after.to_bytes())
            )
        else:
            row.count, row.content = len(after), after.to_bytes()
    db.session.flush()
    db.session.expire_all()


def _ids(entity: str, after: int, copy_id: int) -> Iterator[int]:
    about = _about(entity)
    with db.engine.connect() as connection:
        wanted = select(TABLE.stretch).where(*about, TABLE.stretch >= after // SIZE).order_by(TABLE.stretch)
        numbers = [int(number) for number in connection.scalars(wanted)]
    for number in numbers:
        stretch = load_stretch(entity, number)
        places = stretch.since(copy_id) if copy_id else iter(stretch.places)
        yield from (one for place in places if (one := number * SIZE + place) > after)


def _about(entity: str) -> tuple[ColumnElement[bool], ...]:
    return TABLE.portal_id == current_portal_id(), TABLE.entity == entity
