"""Smart processes (crm.type.*): made again under the number of their type, so that what names it stays true."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.backup.restore.plan import Action, Operation, RestoreChoice
from b24app.backup.restore.setting_uses import Question, counted
from b24app.backup.restore.stage_order import number
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.text.messages import N_, sentence

FIRST_PIPELINE = N_("First pipeline of the portal")
OWN_PIPELINE = N_(
    "Bitrix24 gives a new smart process a pipeline of its own. Delete it by hand if yours has come back beside it."
)
FIELDS = N_("Custom fields of the smart process")
NO_FIELDS = N_("They do not come back with it: a person makes them again.")
FLAGS = {
    "isStagesEnabled": N_("stages and kanban"),
    "isCategoriesEnabled": N_("own pipelines"),
    "isClientEnabled": N_("field for the client"),
    "isLinkWithProductsEnabled": N_("products"),
    "isMycompanyEnabled": N_("own company"),
    "isDocumentsEnabled": N_("printed documents"),
    "isSourceEnabled": N_("source"),
    "isObserversEnabled": N_("observers"),
    "isBeginCloseDatesEnabled": N_("dates of beginning and end"),
    "isRecyclebinEnabled": N_("recycle bin"),
    "isAutomationEnabled": N_("robots and triggers"),
    "isBizProcEnabled": N_("business processes"),
    "isUseInUserfieldEnabled": N_("use in custom fields"),
    "isSetOpenPermissions": N_("new pipelines open to all"),
}
"""Fields that a creation may set (crm-type-add.md)."""


@dataclass(frozen=True)
class SmartProcessWriter(ListedWriter):
    """A number of a type is free once its process was deleted, and can be asked for (crm-type-add.md)."""

    def plan(self, choices: Sequence[RestoreChoice], look: PortalLook) -> Iterable[Operation]:
        """The operations, with notes on what the portal makes beside it and what is left for a person."""
        for one in super().plan(choices, look):
            yield one
            if one.action is Action.CREATE:
                look.ids.kinds.add(number(one.wants.get("entityTypeId")))
                choice = RestoreChoice(self.kind, self.entity, one.key, one.name)
                yield replace(self.cannot(choice, sentence(OWN_PIPELINE)), title=FIRST_PIPELINE)
                yield replace(self.cannot(choice, sentence(NO_FIELDS)), title=FIELDS)

    def made(self, choice: RestoreChoice, values: dict[str, Json]) -> JsonObject:  # noqa: ARG002
        """Relations take true and false in place of Y and N (crm-type-add.md)."""
        relations = values.get("relations")
        if not is_object(relations):
            return values
        return {**values, "relations": {side: _related(rows) for side, rows in relations.items()}}


def _related(rows: Json) -> list[Json]:
    found = [row for row in rows if is_object(row)] if is_array(rows) else []
    return [
        {
            "entityTypeId": row.get("entityTypeId"),
            "isChildrenListEnabled": "true" if row.get("isChildrenListEnabled") == "Y" else "false",
        }
        for row in found
    ]


def questions(row: JsonObject, look: PortalLook) -> Iterator[Question]:  # noqa: ARG001
    """Items of a smart process."""
    yield "crm.item.list", {"entityTypeId": row.get("entityTypeId"), "select": ["id"]}


WRITER = SmartProcessWriter(
    kind="smart_process",
    title=N_("Smart process"),
    place=24,
    entity="smart_process",
    lines=(),
    list_method="crm.type.list",
    id="id",
    fields={"title": N_("name"), **FLAGS},
    same=("title", "entityTypeId"),
    fixed=("relations",),
    create=WritingMethod("crm.type.add", in_fields()),
    change=WritingMethod("crm.type.update", by_id()),
    remove=WritingMethod("crm.type.delete", only_id()),
    used=counted(questions),
    result=("type", "id"),
)
