"""Templates of requisites (crm.requisite.preset.*)."""

from collections.abc import Iterator

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.backup.restore.plan import RestoreChoice
from b24app.backup.restore.setting_uses import Question, counted
from b24app.json_values import Json, JsonObject
from b24app.text.messages import N_

RESERVED = "#CRM_REQUISITE_PRESET_DEF_"
"""Prefix of the codes of the portal's own templates, which others may not use (crm-requisite-preset-add.md)."""


class PresetWriter(ListedWriter):
    """A template that is made again is one of its own: it does not take a reserved code."""

    def made(self, choice: RestoreChoice, values: dict[str, Json]) -> JsonObject:  # noqa: ARG002
        """Without a reserved code."""
        code = str(values.get("XML_ID") or "")
        return {n: one for n, one in values.items() if n != "XML_ID" or not code.startswith(RESERVED)}


def questions(row: JsonObject, look: PortalLook) -> Iterator[Question]:  # noqa: ARG001
    """Requisites by a template."""
    yield "crm.requisite.list", {"filter": {"PRESET_ID": row.get("ID")}, "select": ["ID"]}


WRITER = PresetWriter(
    kind="requisite_preset",
    title=N_("Template of requisites"),
    place=26,
    entity="requisite_preset",
    lines=(),
    list_method="crm.requisite.preset.list",
    id="ID",
    fields={
        "NAME": N_("name"),
        "ACTIVE": N_("switched on"),
        "SORT": N_("place in the order"),
    },
    same=("NAME", "COUNTRY_ID", "ENTITY_TYPE_ID"),
    fixed=("XML_ID",),
    create=WritingMethod("crm.requisite.preset.add", in_fields()),
    change=WritingMethod("crm.requisite.preset.update", by_id()),
    remove=WritingMethod("crm.requisite.preset.delete", only_id()),
    always=("NAME",),
    used=counted(questions),
    switch="ACTIVE",
)
