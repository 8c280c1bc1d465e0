"""Custom fields of CRM items under their own code, with the values of lists (crm.<owner>.userfield.*)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook, text_of
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.backup.restore.plan import Operation, Pair, RestoreChoice
from b24app.backup.restore.setting_uses import NOT_TOLD, fields_of, items_with
from b24app.backup.restore.unknown_fields import lost_with
from b24app.backup.restore.writer import FoundObject, Line, ObjectStanding, Written
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.text.messages import N_, NN_, NOTHING, Sentence, sentence

OWNERS = {"deal": 2, "lead": 1, "contact": 3, "company": 4}
ITEMS = "LIST"
NEW_VALUES = N_("values of the list")
FILLED = NN_("%(count)s card has a value in it", "%(count)s cards have a value in it")
OTHER_TYPE = N_(
    "The type of a field cannot be changed. Make a field of the former type and load its data from a copy."
)
BETWEEN = "; "


@dataclass(frozen=True)
class UserFieldWriter(ListedWriter):
    """Fields of each owner have methods of their own; values of a list are distinguished by their text."""

    def serves(self, entity: str) -> bool:
        """The fields of each owner."""
        return entity.removeprefix("user_field_") in OWNERS

    def entity_of(self, line: Line) -> str:
        """One entity for each owner."""
        return f"user_field_{line.key.partition(':')[0]}"

    def choose(self, line: Line) -> Iterator[RestoreChoice]:
        """Fields of smart processes are left to a person: another permission is needed to read their numbers."""
        if line.key.partition(":")[0] not in OWNERS:
            return
        for choice in super().choose(line):
            row = dict(choice.row or {})
            code = line.key.partition(":")[2]
            row |= {"FIELD_NAME": row.get("FIELD_NAME", code)}
            if not choice.whole:
                lost = line.fields.get("items", "")
                row[ITEMS] = [{"VALUE": one} for one in lost.split(BETWEEN)] if lost else []
            yield replace(choice, row=row)

    def key(self, row: JsonObject) -> str:
        """The code alone; the owner is in the entity."""
        return str(row.get("FIELD_NAME", "")).upper()

    def present_rows(self, look: PortalLook, entity: str) -> Sequence[JsonObject]:
        """The fields of one owner."""
        return look.rows(f"crm.{entity.removeprefix('user_field_')}.userfield.list")

    def named(self, method: WritingMethod, entity: str) -> str:
        """The method of the owner."""
        return method.name.format(owner=entity.removeprefix("user_field_"))

    def made(self, choice: RestoreChoice, values: dict[str, Json]) -> JsonObject:
        """With its title, and the values of a list without their old numbers."""
        found = {name: value for name, value in values.items() if name != ITEMS}
        row = choice.row or {}
        labels = {name: row[name] for name in LABELS if row.get(name)}
        if items := _items(row):
            found[ITEMS] = [{name: one[name] for name in VALUE_FIELDS if name in one} for one in items]
        return {**found, **(labels or {"LABEL": choice.name})}

    def _operations(
        self, choice: RestoreChoice, rows: Sequence[JsonObject], look: PortalLook
    ) -> Iterator[Operation]:
        code = choice.key.partition(":")[2]
        here = next((row for row in rows if self.key(row) == code.upper()), None)
        if here is None:
            made = self._creation(choice, choice.row or {}, look)
            yield made
            yield from lost_with(made, self.lost_too)
            return
        wanted = choice.row or {}
        if "USER_TYPE_ID" in choice.only and here.get("USER_TYPE_ID") != wanted.get("USER_TYPE_ID"):
            yield self.cannot(choice, sentence(OTHER_TYPE))
        plain_only = tuple(name for name in choice.only if name not in (ITEMS, "USER_TYPE_ID", "MULTIPLE"))
        known = replace(choice, key=self.key(here), only=plain_only)
        if plain_only or not choice.only:
            rest = {name: value for name, value in wanted.items() if name != ITEMS}
            found = super()._operations(replace(known, row=rest), rows, look)
            yield from (replace(one, key=choice.key) for one in found)
        if ITEMS in choice.only or not choice.only:
            yield from self._values(choice, here)

    def _values(self, choice: RestoreChoice, here: JsonObject) -> Iterator[Operation]:
        """Add the values that are missing; existing ones keep their numbers, so no card loses its own."""
        have = {str(one.get("VALUE")) for one in _items(here)}
        lost = [one for one in _items(choice.row or {}) if str(one.get("VALUE")) not in have]
        if not lost:
            return
        added = [{name: one[name] for name in VALUE_FIELDS if name in one} for one in lost]
        names = BETWEEN.join(text_of(one.get("VALUE")) for one in lost)
        made = self.alteration(choice, here, {ITEMS: added}, (Pair(NEW_VALUES, "", names),))
        yield replace(made, expects={}, wants={}, mark=names[:80])

    def stands(self, operation: Operation, look: PortalLook) -> FoundObject:
        """The state of the field; added values are recognised by their text, so that none is added twice."""
        if not operation.mark:
            return super().stands(operation, look)
        here = self.present(operation, look)
        if here is None:
            return FoundObject(ObjectStanding.OTHER, operation.id)
        have = {str(one.get("VALUE")) for one in _items(here)}
        fields = operation.params.get("fields")
        added = _items(fields) if is_object(fields) else []
        there = all(str(one.get("VALUE")) in have for one in added)
        return FoundObject(ObjectStanding.DONE if there else ObjectStanding.READY, operation.id)

    def undo(self, written: Written, look: PortalLook) -> Operation:
        """Values that were added stay: cards may have them by now."""
        if written.operation.mark:
            choice = RestoreChoice(
                self.kind, written.operation.entity, written.operation.key, written.operation.name
            )
            return self.cannot(choice, sentence(VALUES_STAY))
        return super().undo(written, look)


VALUES_STAY = N_("Values that were added to a list stay: cards may have them by now.")
LABELS = ("EDIT_FORM_LABEL", "LIST_COLUMN_LABEL", "LIST_FILTER_LABEL")
VALUE_FIELDS = ("VALUE", "SORT", "DEF", "XML_ID")


def _items(row: JsonObject) -> list[JsonObject]:
    found = row.get(ITEMS)
    return [one for one in found if is_object(one)] if is_array(found) else []


def used(row: JsonObject, look: PortalLook) -> Sentence:
    """How many cards have a value in a field, under the name by which the portal lists it (crm-item-fields.md)."""
    owner = str(row.get("ENTITY_ID", "")).removeprefix("CRM_").lower()
    code = str(row.get("FIELD_NAME", ""))
    fields = fields_of(OWNERS[owner], look) if owner in OWNERS else ()
    name = next((name for _, name, field in fields if field.get("upperName") == code), "")
    if not name:
        return sentence(NOT_TOLD)
    count = look.total(*items_with(OWNERS[owner], f"!={name}", ""))
    return Sentence(*FILLED, {"count": count}) if count else NOTHING


WRITER = UserFieldWriter(
    kind="user_field",
    title=N_("CRM field"),
    moves=False,
    place=35,
    entity="user_field_deal",
    lines=("field",),
    list_method="",
    id="ID",
    fields={
        "MANDATORY": N_("required"),
        "SHOW_FILTER": N_("in the filter"),
        "SORT": N_("place in the order"),
        "XML_ID": N_("external code"),
        "IS_SEARCHABLE": N_("in the search"),
    },
    same=("FIELD_NAME", "USER_TYPE_ID"),
    fixed=("MULTIPLE", "SETTINGS", "EDIT_IN_LIST", "SHOW_IN_LIST"),
    create=WritingMethod("crm.{owner}.userfield.add", in_fields()),
    change=WritingMethod("crm.{owner}.userfield.update", by_id()),
    remove=WritingMethod("crm.{owner}.userfield.delete", only_id()),
    from_line={"type": "USER_TYPE_ID", "required": "MANDATORY", "multiple": "MULTIPLE", "items": ITEMS},
    values={"MANDATORY": {"yes": "Y", "no": "N"}, "MULTIPLE": {"yes": "Y", "no": "N"}},
    used=used,
    lost_too=N_("What cards had in it does not come back with it."),
    link="/crm/configs/fields/",
)
