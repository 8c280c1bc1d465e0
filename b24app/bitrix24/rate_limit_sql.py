"""The budget in the database: one UPDATE takes one request; the same SQL on SQLite and on PostgreSQL."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.engine import Engine

from b24app.bitrix24.rate_limit import Bucket

# Clocks of two machines may disagree: time that ran backwards drains nothing.
DRAINED = """CASE WHEN :now <= moment THEN level
    WHEN level > (:now - moment) * :drain THEN level - (:now - moment) * :drain ELSE 0 END"""
TAKE = text(
    f"UPDATE wire_bucket SET level = {DRAINED} + 1, moment = CASE WHEN :now > moment THEN :now ELSE moment END"  # noqa: S608 - constants of this file
    f" WHERE name = :name AND {DRAINED} + 1 <= :room"
)
LOOK = text("SELECT level, moment FROM wire_bucket WHERE name = :name")
BEGIN = text("INSERT INTO wire_bucket (name, level, moment) VALUES (:name, 0, :now) ON CONFLICT DO NOTHING")
FILL = text("UPDATE wire_bucket SET level = :level, moment = :now WHERE name = :name")
PAUSE = text(
    "INSERT INTO wire_pause (name, method, until) VALUES (:name, :method, :until) ON CONFLICT (name, method)"
    " DO UPDATE SET until = CASE WHEN excluded.until > wire_pause.until THEN excluded.until ELSE wire_pause.until END"
)
PAUSES = text("SELECT method, until FROM wire_pause WHERE name = :name")


class DatabaseStore:
    """The bucket of one portal (and of one source address), shared by every process that uses this database."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name

    def take(self, now: float, bucket: Bucket, room: float) -> float:
        """Pour one request in and return 0, or return the seconds to wait."""
        asked = {"name": self._name, "now": now, "drain": bucket.drain, "room": room}
        with self._engine.begin() as connection:
            if connection.execute(TAKE, asked).rowcount:
                return 0.0
            found = connection.execute(LOOK, asked).first()
            if found is None:
                connection.execute(BEGIN, asked)
                return 0.001
        return max(0.001, bucket.wait(bucket.level(found.level, now - found.moment), room))

    def fill(self, now: float, bucket: Bucket) -> None:
        """The portal says its bucket is full."""
        with self._engine.begin() as connection:
            connection.execute(FILL, {"name": self._name, "level": bucket.full, "now": now})

    def pause(self, method: str, until: float) -> None:
        """Let nobody call a method before a moment; a later pause stands."""
        with self._engine.begin() as connection:
            connection.execute(PAUSE, {"name": self._name, "method": method, "until": until})

    def pauses(self) -> Mapping[str, float]:
        """The moment from which each paused method may be called again."""
        with self._engine.connect() as connection:
            return {row.method: row.until for row in connection.execute(PAUSES, {"name": self._name})}
