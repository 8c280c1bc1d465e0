"""Sections of the catalogue, each under its parent section (catalog.section.*)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.backup.restore.setting_uses import Question, counted, of_products, of_settings
from b24app.json_values import JsonObject
from b24app.text.messages import N_, Sentence

SECTION = "catalogue_section_"
LIST = "catalog.section.list"


@dataclass(frozen=True)
class SectionWriter(ListedWriter):
    """One entity for each catalogue."""

    def serves(self, entity: str) -> bool:
        """The sections of each catalogue."""
        return entity.startswith(SECTION)

    def present_rows(self, look: PortalLook, entity: str) -> Sequence[JsonObject]:
        """The sections of one catalogue: the list has to name it (catalog-section-list.md)."""
        return look.rows(LIST, {"filter": {"iblockId": int(entity.removeprefix(SECTION))}})


def questions(row: JsonObject, look: PortalLook) -> Iterator[Question]:
    """Products in a section."""
    yield from of_products("iblockSectionId", row.get("id"), look)


def used(row: JsonObject, look: PortalLook) -> Sentence:
    """How many sections are under it, or products in it."""
    entity = f"{SECTION}{row.get('iblockId')}"
    params: JsonObject = {"filter": {"iblockId": row.get("iblockId")}}
    below = of_settings(entity, (LIST, params), "iblockSectionId", row.get("id"), look)
    return below or counted(questions)(row, look)


WRITER = SectionWriter(
    kind="catalogue_section",
    title=N_("Section of the catalogue"),
    place=48,
    entity="",
    lines=(),
    list_method=LIST,
    id="id",
    fields={
        "name": N_("name"),
        "iblockSectionId": N_("section above it"),
        "active": N_("switched on"),
        "sort": N_("place in the order"),
        "code": N_("code"),
        "description": N_("description"),
        "xmlId": N_("external code"),
    },
    same=("iblockId", "iblockSectionId", "name"),
    fixed=("descriptionType",),
    create=WritingMethod("catalog.section.add", in_fields()),
    change=WritingMethod("catalog.section.update", by_id()),
    remove=WritingMethod("catalog.section.delete", only_id()),
    always=("iblockId", "name"),
    used=used,
    switch="active",
    result=("section", "id"),
)
