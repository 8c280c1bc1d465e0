"""Numbers of portals are given once: SQLite gives the number of an erased row to the next one, PostgreSQL never does.

A worker that still works for a portal while it is erased would write into whichever portal came next.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from b24app.portals.model import Portal

NAME = Portal.__tablename__
# SQLite's own memory of numbers; applications may change it (sqlite.org/autoinc.html). It is there since runs use it.
NEXT = text(
    "UPDATE sqlite_sequence SET seq = max(seq, (SELECT coalesce(max(id), 0) FROM portal)) + 1 WHERE name = :name RETURNING seq"
)
FIRST = text(
    "INSERT INTO sqlite_sequence (name, seq) SELECT :name, coalesce(max(id), 0) + 1 FROM portal RETURNING seq"
)


def unused_number(session: Session) -> int | None:
    """A number that no portal has had; None where the database itself never repeats one.

    Called before a portal is erased as well: one that an earlier release has added is not counted yet.
    """
    if session.get_bind().dialect.name != "sqlite":
        return None
    number = session.scalar(NEXT, {"name": NAME}) or session.scalar(FIRST, {"name": NAME})
    return int(number) if number is not None else None
