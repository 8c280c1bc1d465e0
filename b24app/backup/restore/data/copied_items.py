"""Reads items out of a copy: opens only the packs that may hold them, the last line of an id wins, memory is flat."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from b24app.backup.archive.archive_manifest import ArchiveManifest, ManifestPack, manifest_name, read_manifest
from b24app.backup.archive.keys import Identity
from b24app.backup.archive.packs import PackRow, open_pack
from b24app.errors import AppError
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.text.messages import N_

BEFORE_IT = timedelta(days=2)
Keep = Callable[[JsonObject], bool]


class AbsentItem(AppError):
    """The copy does not have this entity at all."""

    status = 422
    public = N_("This copy does not hold such data.")


class TooMany(AppError):
    """More items match than one restore may hold."""

    status = 422
    public = N_("Too many items answer. Put them back in parts: by a list of numbers, or by a longer name.")


@dataclass(frozen=True, slots=True)
class CopiedItems:
    """The items of one copy, by its manifest; `fetch` brings the sealed bytes of a pack from the storage."""

    manifest: ArchiveManifest
    fetch: Callable[[str], bytes]
    identity: Identity

    def has(self, entity: str) -> bool:
        """Whether the copy holds this entity."""
        return any(one.code == entity and not one.left_out for one in self.manifest.entities)

    def named(self, entity: str, ids: Collection[str]) -> dict[str, JsonObject]:
        """The rows of these ids that were there at the time of the copy."""
        wanted = set(ids)
        found: dict[str, JsonObject] = {}
        for one in self._lines(entity, wanted):
            if one.id in wanted:
                _take(found, one, kept=True)
        return found

    def ids(self, entity: str) -> set[str]:
        """The ids of everything that was there at the time of the copy, without its rows."""
        found: set[str] = set()
        for one in self._lines(entity):
            (found.discard if one.row is None else found.add)(one.id)
        return found

    @property
    def day_before(self) -> str:
        """A day before any restore from this copy, whatever the clocks."""
        return day_before(self.manifest.made_at)

    def matching(self, entity: str, keep: Keep, most: int) -> dict[str, JsonObject]:
        """Every row that a test keeps; raises TooMany."""
        found: dict[str, JsonObject] = {}
        for one in self._lines(entity):
            _take(found, one, kept=one.row is not None and keep(one.row))
            if len(found) > most:
                raise TooMany
        return found

    def ids_matching(self, entity: str, keep: Keep) -> set[str]:
        """The ids of every row that a test keeps, without the rows."""
        found: set[str] = set()
        for one in self._lines(entity):
            (found.add if one.row is not None and keep(one.row) else found.discard)(one.id)
        return found

    def rows_of(self, entity: str, owners: Collection[str]) -> dict[str, Sequence[JsonObject]]:
        """Rows of an entity that is read owner by owner, one line an owner; none where it was not copied."""
        if not owners or not self.has(entity):
            return {}
        lines = self.named(entity, owners)
        return {owner: _rows(line.get("rows")) for owner, line in lines.items()}

    def of_owners(
        self, entity: str, owner_of: Callable[[JsonObject], str], owners: Collection[str]
    ) -> dict[str, list[JsonObject]]:
        """Rows that hang on these owners, by owner, in the order of their ids; none of an entity that was not copied."""
        if not self.has(entity):
            return {}
        wanted = set(owners)
        found: dict[str, JsonObject] = {}
        for one in self._lines(entity):
            _take(found, one, kept=one.row is not None and owner_of(one.row) in wanted)
        hanging: dict[str, list[JsonObject]] = {}
        for row_id in sorted(found, key=_order):
            hanging.setdefault(owner_of(found[row_id]), []).append(found[row_id])
        return hanging

    def lines(self, entity: str, owners: Collection[str]) -> Iterator[PackRow]:
        """Lines of the packs that may hold these items, older first, those of their parts among them."""
        return self._lines(entity, owners)

    def _lines(self, entity: str, wanted: Collection[str] | None = None) -> Iterator[PackRow]:
        """The lines of an entity, older packs first."""
        known = next((one for one in self.manifest.entities if one.code == entity and not one.left_out), None)
        if known is None:
            raise AbsentItem
        numbers = None if wanted is None else _numbers(wanted)
        for pack in known.packs:
            if numbers is None or _may_hold(pack, numbers):
                yield from open_pack(self.fetch(pack.name), self.identity, pack.sha256)


def day_before(moment: datetime) -> str:
    """A day before a moment, whatever the clocks and the time zone of the portal."""
    return (moment - BEFORE_IT).date().isoformat()


def _rows(value: Json) -> Sequence[JsonObject]:
    return [row for row in value if is_object(row)] if is_array(value) else []


def read_copy_manifest(fetch: Callable[[str], bytes], folder: str) -> ArchiveManifest:
    """The manifest of a copy by its folder in the storage."""
    return read_manifest(fetch(manifest_name(folder)))


def _take(found: dict[str, JsonObject], one: PackRow, *, kept: bool) -> None:
    """Take a line: the last one of an id wins, also when the item is deleted or no longer matches the search."""
    if one.row is not None and kept:
        found[one.id] = one.row
    else:
        found.pop(one.id, None)


def _may_hold(pack: ManifestPack, numbers: Collection[int]) -> bool:
    """Whether a pack may hold one of these: ids rise inside a pack; True where they are no numbers."""
    if not (pack.first_id.isdigit() and pack.last_id.isdigit()):
        return True
    first, last = int(pack.first_id), int(pack.last_id)
    return first > last or any(first <= number <= last for number in numbers)


def _numbers(ids: Collection[str]) -> list[int] | None:
    return [int(one) for one in ids] if all(one.isdigit() for one in ids) else None


def _order(row_id: str) -> tuple[int, str]:
    return (int(row_id), "") if row_id.isdigit() else (0, row_id)
