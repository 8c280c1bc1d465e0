"""No storage of one's own: sealed parts wait in the database for a day to be taken by a signed link, within bounds.

The target has short transactions of its own, as others have network requests; no transaction of the caller may be open.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from b24app.backup.targets.model import DownloadPart
from b24app.backup.targets.target import ObjectMissing, StoredObject, TargetRefused
from b24app.clock import Clock
from b24app.network import demand_leave

KEPT_FOR = timedelta(days=1)
AHEAD = timedelta(hours=1)
MEGABYTE = 1024 * 1024
MOST_OF_PORTAL = 512 * MEGABYTE


@dataclass(frozen=True, slots=True)
class PartView:
    """One waiting part, with what a ZIP file needs of it."""

    id: int
    name: str
    size: int
    checksum: int
    stored_at: datetime


@dataclass
class DownloadTarget:
    """Objects of one portal as rows; `most` is the bound in bytes over all portals."""

    engine: Engine
    portal_id: int
    clock: Clock
    most: int

    def put(self, name: str, content: bytes) -> None:
        """Keep a part for a day."""
        demand_leave()
        values = {
            "portal_id": self.portal_id,
            "name": name,
            "size": len(content),
            "checksum": zlib.crc32(content),
            "content": content,
            "stored_at": self.clock.now(),
        }
        try:
            with self.engine.begin() as line:
                line.execute(delete(DownloadPart).where(self._mine(name), ~self._alive()))
                self._demand_room(line, len(content))
                line.execute(insert(DownloadPart).values(**values))
        except IntegrityError:
            if self.get(name) != content:
                raise TargetRefused("other_bytes") from None

    def get(self, name: str) -> bytes:
        """The bytes of a part."""
        demand_leave()
        with self.engine.connect() as line:
            found = line.scalar(select(DownloadPart.content).where(self._mine(name), self._alive()))
        if found is None:
            raise ObjectMissing
        return bytes(found)

    def delete(self, name: str) -> None:
        """Delete a part."""
        demand_leave()
        with self.engine.begin() as line:
            line.execute(delete(DownloadPart).where(self._mine(name)))

    def names(self, prefix: str = "") -> Iterator[StoredObject]:
        """The parts that wait."""
        demand_leave()
        for part in self.parts(prefix):
            yield StoredObject(part.name, part.size)

    def parts(self, prefix: str = "") -> list[PartView]:
        """The parts that wait, in the order of their names."""
        columns = (
            DownloadPart.id,
            DownloadPart.name,
            DownloadPart.size,
            DownloadPart.checksum,
            DownloadPart.stored_at,
        )
        mine = DownloadPart.portal_id == self.portal_id, DownloadPart.name.startswith(prefix, autoescape=True)
        with self.engine.connect() as line:
            rows = line.execute(
                select(*columns).where(*mine, self._alive()).order_by(DownloadPart.name)
            ).all()
        return [PartView(*row) for row in rows]

    def content(self, part_id: int) -> bytes:
        """The bytes of a listed part; raises ObjectMissing when its day has ended meanwhile."""
        mine = DownloadPart.portal_id == self.portal_id, DownloadPart.id == part_id
        with self.engine.connect() as line:
            found = line.scalar(select(DownloadPart.content).where(*mine))
        if found is None:
            raise ObjectMissing
        return bytes(found)

    def close(self) -> None:
        """Do nothing: no connection is open."""

    def _mine(self, name: str) -> ColumnElement[bool]:
        return (DownloadPart.portal_id == self.portal_id) & (DownloadPart.name == name)

    def _alive(self) -> ColumnElement[bool]:
        return is_waiting(self.clock.now())

    def _demand_room(self, line: Connection, size: int) -> None:
        total = func.coalesce(func.sum(DownloadPart.size), 0)
        ours = line.scalar(select(total).where(DownloadPart.portal_id == self.portal_id, self._alive())) or 0
        everybody = line.scalar(select(total)) or 0
        if ours + size > MOST_OF_PORTAL or everybody + size > self.most:
            raise TargetRefused("room_here")


def is_waiting(now: datetime) -> ColumnElement[bool]:
    """Whether a part's day is not over; one from a clock that ran ahead has none."""
    return (DownloadPart.stored_at > now - KEPT_FOR) & (DownloadPart.stored_at < now + AHEAD)
