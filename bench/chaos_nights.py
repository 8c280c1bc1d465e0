"""Which nights were begun, as the database itself notes it: a trigger writes down each moment that was moved on."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, select, text

from b24app.checklist.model import Run
from b24app.database import db, every_portal
from bench.chaos_town import Town

DAILY = "start_daily_run"
SAME_NIGHT = 12 * 3600
COLUMNS = "portal_id, name, due_at, later_at"
VALUES = "OLD.portal_id, OLD.name, OLD.due_at, NEW.due_at"
NOTE = f"INSERT INTO chaos_night ({COLUMNS}) VALUES ({VALUES})"
MOVED = "CREATE TRIGGER chaos_night_moved AFTER UPDATE OF due_at ON night_work"
TYPES = "id serial PRIMARY KEY, portal_id int, name text, due_at timestamptz, later_at timestamptz"
FUNCTION = "CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS"
TRIGGERS = {
    "sqlite": (
        f"CREATE TABLE chaos_night (id INTEGER PRIMARY KEY, {COLUMNS})",
        f"{MOVED} BEGIN {NOTE}; END",
    ),
    "postgresql": (
        f"CREATE TABLE chaos_night ({TYPES})",
        f"{FUNCTION} $$ BEGIN {NOTE}; RETURN NEW; END $$",
        f"{MOVED} FOR EACH ROW EXECUTE FUNCTION chaos_note()",
    ),
}


def watch(connection: Connection) -> None:
    """Let the database note every nightly work that is moved on."""
    for statement in TRIGGERS[connection.dialect.name]:
        connection.execute(text(statement))


@dataclass
class Nights:
    """The nights that were begun, with the lived moment at which each was first seen."""

    last: int = 0
    begun: list[tuple[int, str, str, float]] = field(default_factory=list)

    def look(self, town: Town) -> None:
        """Note the new ones; a moment that was only brought near again begins nothing."""
        query = text(
            "SELECT id, portal_id, name, due_at FROM chaos_night WHERE id > :last AND later_at > due_at"
        )
        with town.app.app_context():
            for row in db.session.execute(query, {"last": self.last}).all():
                self.begun.append((row.portal_id, row.name, str(row.due_at), town.lived))
                self.last = max(self.last, row.id)

    def doubled(self, again: Counter[int]) -> Iterator[str]:
        """A night that was begun twice, and portals with more nightly runs than nights.

        `again` says how often the checks of a portal began because it answered again; they too are nightly runs.
        """
        seen: dict[tuple[int, str, str], float] = {}
        for portal_id, name, due_at, lived in self.begun:
            before = seen.get((portal_id, name, due_at))
            if before is not None and lived - before < SAME_NIGHT:
                yield f"{name} of portal {portal_id}, due at {due_at}, twice within {lived - before:.0f} s"
            seen[portal_id, name, due_at] = lived
        nights = Counter(portal_id for portal_id, name, *_ in self.begun if name == DAILY)
        with every_portal():
            runs = Counter(db.session.scalars(select(Run.portal_id).where(Run.kind == "daily")).all())
        for portal_id, count in runs.items():
            if count > nights[portal_id] + again[portal_id]:
                yield f"{count} nightly runs of portal {portal_id} in {nights[portal_id]} nights, {again[portal_id]} answers"
