"""Settings without a line in the comparison: what differs between a kept version and the newest one, ready to be chosen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from b24app.backup.restore.given_ids import GivenIds, given_ids, own_id
from b24app.backup.restore.listed_rows import row_of
from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import name_of, plain
from b24app.backup.restore.plan import RestoreChoice
from b24app.backup.restore.references import entity_named, parts_of
from b24app.backup.restore.writer import listed_kinds, load_writers
from b24app.backup.settings_versions.model import SettingsVersion
from b24app.backup.settings_versions.versions import rows_at
from b24app.database import db
from b24app.json_values import Json, JsonObject, is_array

CARDS = "card_layout_"
DEAL = 2


def differing_settings(then: datetime, now: datetime) -> list[RestoreChoice]:
    """What differed at that moment, of the kinds that the comparison does not cover."""
    kept, both = _kept_entities(), TwoMoments(then, now, given_ids(listed_kinds()))
    served = ((writer, entity) for writer in _writers() for entity in kept if writer.serves(entity))
    found = [choice for writer, entity in served for choice in both.of_entity(writer, entity)]
    cards = (entity for entity in kept if entity.startswith(CARDS))
    return found + [choice for entity in cards for choice in _cards(entity, then, now)]


def _writers() -> Iterator[ListedWriter]:
    for writer in load_writers().values():
        if isinstance(writer, ListedWriter) and (writer.alongside or not writer.lines):
            yield writer


def _kept_entities() -> list[str]:
    """Every entity of which a version is kept."""
    return sorted(set(db.session.scalars(select(SettingsVersion.entity).distinct())))


@dataclass(frozen=True, slots=True)
class TwoMoments:
    """The two moments, and the ids that earlier restores gave meanwhile."""

    then: datetime
    now: datetime
    given: GivenIds
    ids: dict[str, frozenset[str]] = field(default_factory=dict)
    """Present ids by entity, as far as they were looked for."""

    def of_entity(self, writer: ListedWriter, entity: str) -> Iterator[RestoreChoice]:
        """What differed in one entity."""
        before, after = rows_at(entity, self.then), rows_at(entity, self.now)
        if before is None or after is None:
            return
        for row in before:
            key, wanted = writer.key(row), self._followed(entity, row)
            here = self._here(writer, entity, key, wanted, after)
            changed = _changed(writer, wanted, here)
            if here is None or changed:
                yield RestoreChoice(
                    writer.kind, entity, key, self._name(entity, row) or key, row, only=changed
                )

    def _here(
        self, writer: ListedWriter, entity: str, key: str, wanted: JsonObject, after: Sequence[JsonObject]
    ) -> JsonObject | None:
        """The object itself, its successor by an earlier restore, or one that is like it: as the preview finds it."""
        choice = RestoreChoice(writer.kind, entity, key, "", wanted)
        ids = self.given.get((entity, own_id(key)), ()) if writer.moves else ()
        given = (row for one in ids for row in after if str(row.get(writer.id, "")) == one)
        found = row_of(choice, after, writer.key, ())
        return found or next(given, None) or row_of(choice, after, writer.key, writer.same)

    def _followed(self, entity: str, row: JsonObject) -> JsonObject:
        """An earlier row with present ids of the objects that it refers to."""
        now: dict[str, str] = {}
        for name, target in parts_of(entity, row).items():
            former = str(row.get(name))
            if former not in self._ids_now(target):
                ids = (one for one in self.given.get((target, former), ()) if one in self._ids_now(target))
                now[name] = next(ids, former)
        return {**row, **{name: one for name, one in now.items() if one != str(row.get(name))}}

    def _ids_now(self, entity: str) -> frozenset[str]:
        if entity not in self.ids:
            id_name = declared.id if (declared := entity_named(entity)) is not None else "id"
            rows = rows_at(entity, self.now) or ()
            self.ids[entity] = frozenset(str(row.get(id_name)) for row in rows)
        return self.ids[entity]

    def _name(self, entity: str, row: JsonObject) -> str:
        """Its own name, or that of what it belongs to."""
        if own := name_of(row):
            return own
        for name, target in parts_of(entity, row).items():
            id_name = declared.id if (declared := entity_named(target)) is not None else "id"
            rows = rows_at(target, self.then) or []
            found = (name_of(one) for one in rows if str(one.get(id_name)) == str(row.get(name)))
            if owner := next(found, ""):
                return owner
        return ""


def _changed(writer: ListedWriter, then: JsonObject, here: JsonObject | None) -> tuple[str, ...]:
    names = writer.fields if here is not None else ()
    return tuple(name for name in names if here and plain(here.get(name)) != plain(then.get(name)))


def _cards(entity: str, then: datetime, now: datetime) -> Iterator[RestoreChoice]:
    before, after = rows_at(entity, then) or [], rows_at(entity, now)
    if after is None:
        return
    present = {str(row.get("_owner", "")): row.get("sections") for row in after}
    for row in before:
        owner = str(row.get("_owner", ""))
        if plain(present.get(owner)) != plain(row.get("sections")):
            yield _card(entity, owner, row)


def _card(entity: str, owner: str, row: JsonObject) -> RestoreChoice:
    kind = int(entity.removeprefix(CARDS))
    extras: JsonObject = {"dealCategoryId" if kind == DEAL else "categoryId": owner} if owner else {}
    where: JsonObject = {"entityTypeId": kind, "extras": extras} if extras else {"entityTypeId": kind}
    sections = row.get("sections")
    data: Json = list(sections) if is_array(sections) else []
    named = f"{kind}:{owner or 0}"
    return RestoreChoice("card_layout", entity, named, named, {"where": where, "data": data})
