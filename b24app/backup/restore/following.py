"""Replaces ids of other objects in a row of the copy with their present ids, as far as the portal lists them."""

from collections.abc import Sequence

from b24app.backup.restore.look import PortalLook, name_of
from b24app.backup.restore.plan import RestoreChoice
from b24app.backup.restore.reasons import PART_GONE
from b24app.backup.restore.references import entity_named, parts_of
from b24app.backup.restore.refusals import CLOSED
from b24app.backup.restore.writer import ListsRows, load_writers
from b24app.json_values import JsonObject
from b24app.text.messages import NOTHING, Sentence, sentence

NO_PART = ("", "0", "None")


def followed(choice: RestoreChoice, look: PortalLook) -> RestoreChoice:
    """The choice with present ids, or stand-ins of what this restore makes, in the fields that name other objects."""
    row = choice.row or {}
    now: dict[str, str] = {}
    for name, target in parts_of(choice.entity, row).items():
        former, present = str(row.get(name)), present_ids(target, look)
        if former not in NO_PART and present is not None:
            now[name] = look.ids.now((target, former), present) or former
    changed = {name: one for name, one in now.items() if one != str(row.get(name))}
    return choice.with_row({**row, **changed}) if changed else choice


def lost_part(entity: str, row: JsonObject, look: PortalLook) -> Sentence:
    """A reason against making an object whose owner is not in the portal; empty where all are there, or it is unknown."""
    for name, target in parts_of(entity, row).items():
        one, present = str(row.get(name)), present_ids(target, look)
        if one in NO_PART or present is None or one in present or look.ids.is_made(one):
            continue
        declared = entity_named(target)
        return sentence(PART_GONE, title=sentence(declared.title if declared else target))
    return NOTHING


def present_ids(entity: str, look: PortalLook) -> Sequence[str] | None:
    """The ids of an entity's present rows; None where no writer reads it or the portal does not let us read it."""
    found = _rows(entity, look)
    return None if found is None else [number for number, _ in found]


def part_words(entity: str, row: JsonObject, name: str, look: PortalLook) -> str:
    """The name of the object that a field refers to; empty where the field refers to none, or the object is unknown."""
    target = parts_of(entity, row).get(name)
    one = str(row.get(name))
    if target is None or look.ids.is_made(one):
        return look.ids.name(one) if target is not None else ""
    return next((name_of(here) for number, here in _rows(target, look) or () if number == one), "")


def _rows(entity: str, look: PortalLook) -> list[tuple[str, JsonObject]] | None:
    for writer in load_writers().values():
        if isinstance(writer, ListsRows) and writer.serves(entity):
            try:
                return [(str(row.get(writer.id)), row) for row in writer.present_rows(look, entity)]
            except CLOSED:
                return None
    return None
