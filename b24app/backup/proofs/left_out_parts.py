"""Parts of the portal that a copy did not read, in the words of its page: whole kinds where nothing of one was read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from b24app.backup.copied_kinds import KIND_TITLES, kind_of
from b24app.backup.entities.entity import Entity
from b24app.backup.model import CopyEntity, EntityState
from b24app.backup.reading.missing_files import MISSING
from b24app.bitrix24.responses import read_integer
from b24app.errors import RightMissing, ScopeMissing
from b24app.json_values import Json, is_array, is_object
from b24app.text.messages import N_, NN_, Sentence, sentence

WITHOUT = "without"
"""Where the first proof keeps them."""
NAMED = 3
NOT_GIVEN = N_("Files that did not come")
FILES_MISSING = NN_("files of %(count)s item", "files of %(count)s items")
GRANTED = (ScopeMissing.public, RightMissing.public)
"""Reasons that the portal's administrator can remove."""


@dataclass(frozen=True, slots=True)
class LeftOutPart:
    """A part by its title, a message id or the portal's own name; `mendable`: a right is missing."""

    title: str
    is_name: bool
    mendable: bool
    count: int = 0
    """How many items lack a file, where the part is read and some of its files did not come."""

    @property
    def words(self) -> Sentence:
        """Its title, with the number of files that are not there."""
        if self.count:
            return sentence(FILES_MISSING, count=self.count)
        return sentence("%(name)s", name=self.title) if self.is_name else sentence(self.title)


def list_left_out(rows: Sequence[CopyEntity], known: Mapping[str, Entity]) -> list[Json]:
    """The parts of a copy that were not read, as the proof keeps them."""
    out: dict[str, list[CopyEntity]] = {}
    for row in rows:
        if row.state == EntityState.LEFT_OUT:
            out.setdefault(kind_of(row.entity), []).append(row)
    read = {kind_of(row.entity) for row in rows if row.state != EntityState.LEFT_OUT}
    found: list[Json] = []
    for kind, title in KIND_TITLES.items():
        if kind in out and kind not in read:
            found.append(_part(title, out[kind], named=False))
        elif kind in out:
            found.extend(_alone(row, known.get(row.entity)) for row in out[kind])
    missing = sum(count_missing_files(row) for row in rows)
    return (
        [*found, {"title": NOT_GIVEN, "named": False, "mendable": False, "count": missing}]
        if missing
        else found
    )


def count_missing_files(row: CopyEntity) -> int:
    """How many items of an entity are in the copy without a file of theirs."""
    missing = row.cursor.get(MISSING)
    return read_integer(missing.get("count")) or 0 if is_object(missing) else 0


def _alone(row: CopyEntity, entity: Entity | None) -> Json:
    if entity is None:
        return _part(row.entity, [row], named=True)
    return _part(entity.name or entity.title, [row], named=bool(entity.name))


def _part(title: str, rows: Sequence[CopyEntity], *, named: bool) -> Json:
    return {"title": title, "named": named, "mendable": any(row.error in GRANTED for row in rows)}


def read_left_out(totals: Json) -> tuple[LeftOutPart, ...]:
    """The parts that were not read, by a copy's first proof; none for a proof of another release."""
    kept = totals.get(WITHOUT) if is_object(totals) else None
    return tuple(
        LeftOutPart(
            title, one.get("named") is True, one.get("mendable") is True, read_integer(one.get("count")) or 0
        )
        for one in (kept if is_array(kept) else ())
        if is_object(one) and isinstance(title := one.get("title"), str) and title
    )


def words_of_parts(parts: Sequence[LeftOutPart]) -> tuple[Sentence, ...]:
    """The first of them by name, the others counted."""
    named = tuple(one.words for one in parts[:NAMED])
    more = len(parts) - len(named)
    if not more:
        return named
    return (*named, sentence(N_("%(count)s more"), count=more))
