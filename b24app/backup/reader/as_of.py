"""The rows of an entity as of a copy: the last line of an id wins, deleted rows are left out; ids are in a file, not in memory."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

from b24app.backup.reader.objects import Objects
from b24app.backup.reader.pack_format import Identities, Line, PackFacts, open_lines
from b24app.backup.reader.problems import Problem
from b24app.backup.reader.stored_copies import ListedEntity, ListedPack

Damage = tuple[ListedPack, Problem]


@dataclass
class RowsAsOf:
    """Reads the packs of one entity twice: which line of an id is the last, and then those lines.

    With `keep_going` a pack that cannot be read is noted in `damages` and left out; without it the Problem is raised.
    """

    objects: Objects
    entity: ListedEntity
    identities: Identities
    keep_going: bool = False
    columns: dict[str, None] = field(default_factory=dict)
    damages: list[Damage] = field(default_factory=list)
    present: int = 0

    def __enter__(self) -> Self:
        self._last = sqlite3.connect("")  # a temporary file that SQLite makes and removes by itself
        self._last.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-4000;"
            "CREATE TABLE last (id TEXT PRIMARY KEY, pack INT, line INT, gone INT) WITHOUT ROWID;"
            "CREATE INDEX of_pack ON last (pack, line);"
        )
        self._readable = [number for number, pack in enumerate(self.entity.packs) if self._note(number, pack)]
        counted = self._last.execute("SELECT count(*) FROM last WHERE NOT gone").fetchone()
        self.present = int(counted[0])
        return self

    def __exit__(self, *_error: object) -> None:
        self._last.close()

    def _note(self, number: int, pack: ListedPack) -> bool:
        """Store the ids of a pack when all of it could be read."""
        try:
            found = [self._place(line, number, at) for at, line in enumerate(self.lines(pack))]
        except Problem as problem:
            if not self.keep_going or problem.code == "wrong_key":
                raise
            self.damages.append((pack, problem))
            return False
        self._last.executemany("INSERT OR REPLACE INTO last VALUES (?, ?, ?, ?)", found)
        return True

    def _place(self, line: Line, number: int, at: int) -> tuple[str, int, int, bool]:
        for row in table_rows(line):
            self.columns |= dict.fromkeys(row)
        name = line["id"].encode(errors="surrogatepass").decode(errors="backslashreplace")
        return name, number, at, "row" not in line

    def lines(self, pack: ListedPack) -> Iterator[Line]:
        """Every line of a pack, which is checked against the manifest."""
        content = self.objects.read_sealed(pack.sha256)
        return open_lines(content, self.identities, facts_of(pack))

    def __iter__(self) -> Iterator[Line]:
        for number in self._readable:
            kept = self._last.cursor()
            places = kept.execute(
                "SELECT line FROM last WHERE pack = ? AND NOT gone ORDER BY line", (number,)
            )
            with closing(kept):
                yield from _chosen(self.lines(self.entity.packs[number]), partial(_next_of, places))


def table_rows(line: Line) -> Sequence[Mapping[str, Any]]:
    """The rows of a table that one line makes: what the portal returns for an owner at a time is in one line of that owner.

    Parts of files are no rows of a table.
    """
    row = line.get("row")
    if row is None:
        return ()
    if row.keys() == {"part", "content"}:
        return ()
    inner = row.get("rows")
    if (
        row.keys() <= {"rows", "contentRefused"}
        and isinstance(inner, list)
        and all(isinstance(one, dict) for one in inner)
    ):
        return inner
    return (row,)


def _next_of(rows: sqlite3.Cursor) -> int:
    found = rows.fetchone()
    return -1 if found is None else int(found[0])


def _chosen(lines: Iterator[Line], following: Callable[[], int]) -> Iterator[Line]:
    wanted = following()
    for at, line in enumerate(lines):
        if at == wanted:
            yield line
            wanted = following()


def facts_of(pack: ListedPack) -> PackFacts:
    """What a manifest holds about a pack."""
    return PackFacts(pack.sha256, pack.plain_sha256, pack.size, pack.rows)


def chosen_entities(entities: Sequence[ListedEntity], codes: Sequence[str]) -> list[ListedEntity]:
    """The entities of these codes, or all that have packs."""
    unknown = set(codes) - {one.code for one in entities}
    if unknown:
        raise Problem("no_such_entity", codes=", ".join(sorted(unknown)))
    return [one for one in entities if one.code in codes or (not codes and one.packs)]
