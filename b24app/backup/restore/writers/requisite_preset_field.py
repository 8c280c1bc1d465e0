"""Fields of templates of requisites (crm.requisite.preset.field.*); their numbers begin anew in each template."""

from collections.abc import Sequence
from dataclasses import dataclass

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod
from b24app.backup.restore.plan import Operation
from b24app.backup.settings_versions.normalised_rows import OWNER
from b24app.json_values import Json, JsonObject
from b24app.text.messages import N_

PLACE = "_place"


@dataclass(frozen=True)
class PresetFieldWriter(ListedWriter):
    """A field is identified by its template and its name: a template has each once."""

    def present_rows(self, look: PortalLook, entity: str) -> Sequence[JsonObject]:  # noqa: ARG002
        """The fields of every template, each with its template."""
        presets = (str(row.get("ID")) for row in look.rows("crm.requisite.preset.list"))
        return [
            {**row, OWNER: owner, PLACE: f"{owner}/{row.get('ID')}"}
            for owner in presets
            for row in look.rows(self.list_method, {"preset": {"ID": owner}})
        ]

    def id_of(self, operation: Operation, result: Json) -> str:
        """The number: the answer holds the one inside the template."""
        return operation.id or f"{operation.wants.get(OWNER)}/{result}"


def key_of(row: JsonObject) -> str:
    """The template and the number in it."""
    return f"{row.get(OWNER, '')}/{row.get('ID', '')}"


def creation(_id: str, values: JsonObject) -> JsonObject:
    """crm-requisite-preset-field-add.md: the template is passed beside the fields."""
    rest = {name: value for name, value in values.items() if name != OWNER}
    return {"preset": {"ID": values.get(OWNER)}, "fields": rest}


def change(place: str, values: JsonObject) -> JsonObject:
    """crm-requisite-preset-field-update.md."""
    preset, _, number = place.partition("/")
    return {"id": number, "preset": {"ID": preset}, "fields": values}


def removal(place: str, _values: JsonObject) -> JsonObject:
    """crm-requisite-preset-field-delete.md."""
    preset, _, number = place.partition("/")
    return {"id": number, "preset": {"ID": preset}}


WRITER = PresetFieldWriter(
    kind="requisite_preset_field",
    title=N_("Field of a template of requisites"),
    place=27,
    moves=False,
    goes_with_owner=True,
    entity="requisite_preset_field",
    lines=(),
    list_method="crm.requisite.preset.field.list",
    id=PLACE,
    fields={
        "FIELD_TITLE": N_("name"),
        "SORT": N_("place in the order"),
        "IN_SHORT_LIST": N_("in the short list"),
    },
    same=(OWNER, "FIELD_NAME"),
    create=WritingMethod("crm.requisite.preset.field.add", creation),
    change=WritingMethod("crm.requisite.preset.field.update", change),
    remove=WritingMethod("crm.requisite.preset.field.delete", removal),
    always=("FIELD_NAME",),
    key_of=key_of,
)
