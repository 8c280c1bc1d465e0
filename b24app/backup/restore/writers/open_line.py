"""Open lines: switched on again, or made again with their settings; channels are connected by a person (imopenlines.config.*)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, only_id
from b24app.backup.restore.plan import Operation, RestoreChoice
from b24app.backup.restore.reasons import NOT_KNOWN
from b24app.backup.restore.setting_uses import use_unknown
from b24app.backup.restore.writer import Line
from b24app.comparison.object_changes import Difference
from b24app.json_values import Json, JsonObject
from b24app.text.messages import N_, Sentence, sentence

SETTINGS = "open_line_settings"
NOT_SETTINGS = frozenset(
    {"ID", "DATE_CREATE", "DATE_MODIFY", "MODIFY_USER_ID", "QUEUE_FULL", "CONFIG_QUEUE", "_owner"}
)
CONNECT = N_("Open “Contact Center”, the line “%(name)s”, and connect its channels again")


@dataclass(frozen=True)
class OpenLineWriter(ListedWriter):
    """A creation takes all settings at once (imopenlines-config-add.md)."""

    def serves(self, entity: str) -> bool:
        """The lines and the settings of each, which a creation takes at once."""
        return entity in {self.entity, SETTINGS}

    def choose(self, line: Line) -> Iterator[RestoreChoice]:
        """A lost line needs its settings, which are kept apart from the list."""
        kept = line.rows(SETTINGS) or ()
        settings = next((row for row in kept if str(row.get("ID")) == line.key), None)
        for choice in super().choose(line):
            if line.difference is Difference.LOST and settings is not None:
                yield replace(choice, row={**settings, **(choice.row or {})}, whole=True)
            else:
                yield replace(choice, row={"LINE_NAME": line.name, **(choice.row or {})})

    def made(self, choice: RestoreChoice, values: dict[str, Json]) -> JsonObject:  # noqa: ARG002
        """All settings of then, without what names the old line."""
        return {
            name: one
            for name, one in (choice.row or {}).items()
            if name not in NOT_SETTINGS and one is not None
        }

    def _creation(self, choice: RestoreChoice, wanted: JsonObject, look: PortalLook) -> Operation:
        if "QUEUE_TYPE" not in wanted:
            return self.cannot(choice, sentence(NOT_KNOWN))
        return super()._creation(choice, wanted, look)


def steps(choice: RestoreChoice) -> tuple[Sentence, ...]:
    """What a person does."""
    return (sentence(CONNECT, name=choice.name),)


def creation(_id: str, values: JsonObject) -> JsonObject:
    """imopenlines-config-add.md: all of it in PARAMS."""
    return {"PARAMS": values}


def change(row_id: str, values: JsonObject) -> JsonObject:
    """imopenlines-config-update.md."""
    return {"CONFIG_ID": row_id, "PARAMS": values}


WRITER = OpenLineWriter(
    kind="open_line",
    title=N_("Open line"),
    place=81,
    entity="open_line",
    lines=("open_line",),
    list_method="imopenlines.config.list.get",
    list_params={"PARAMS": {"select": ["ID", "LINE_NAME", "ACTIVE"], "order": {"ID": "ASC"}, "limit": 200}},
    id="ID",
    fields={"LINE_NAME": N_("name"), "ACTIVE": N_("switched on")},
    same=("LINE_NAME",),
    create=WritingMethod("imopenlines.config.add", creation),
    change=WritingMethod("imopenlines.config.update", change),
    remove=WritingMethod("imopenlines.config.delete", only_id("CONFIG_ID")),
    used=use_unknown,
    from_line={"queue": "QUEUE"},
    switch="ACTIVE",
    steps=steps,
    link="/contact_center/",
)
