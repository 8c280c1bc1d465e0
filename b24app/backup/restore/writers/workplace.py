"""Workplaces of smart processes (crm.automatedsolution.*): made again without their processes, which a person moves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.backup.restore.plan import Action, Operation, RestoreChoice
from b24app.backup.restore.setting_uses import USES
from b24app.json_values import JsonObject, is_array
from b24app.text.messages import N_, NOTHING, Sentence, sentence

PROCESSES = N_("Smart processes of the workplace")
MOVED_BY_HAND = N_("With a move they leave the place where they are now, so a person decides it.")
MOVE = N_("Open the workplace “%(name)s” and move its smart processes into it: %(processes)s")


@dataclass(frozen=True)
class WorkplaceWriter(ListedWriter):
    """A workplace that holds processes cannot be deleted, so it is made empty."""

    def _operations(
        self, choice: RestoreChoice, rows: Sequence[JsonObject], look: PortalLook
    ) -> Iterator[Operation]:
        for one in super()._operations(choice, rows, look):
            yield one
            names = _processes(choice.row or {}, look)
            if one.action is Action.CREATE and names:
                step = sentence(MOVE, name=choice.name, processes=names)
                told = self.cannot(choice, sentence(MOVED_BY_HAND))
                yield replace(told, title=PROCESSES, key=f"{one.key}:processes", steps=(step,))


def _processes(row: JsonObject, look: PortalLook) -> str:
    """The processes that were in it, by their present names."""
    then = row.get("typeIds")
    names = {str(one.get("id")): str(one.get("title", "")) for one in look.rows("crm.type.list")}
    made = {former: name for (entity, former), name in look.ids.names.items() if entity == "smart_process"}
    known = [(names | made).get(str(one), f"№ {one}") for one in then] if is_array(then) else []
    return ", ".join(known)


def used(row: JsonObject, look: PortalLook) -> Sentence:  # noqa: ARG001
    """How many processes are in it: with any the portal does not delete it (crm-automated-solution-delete.md)."""
    processes = row.get("typeIds")
    return Sentence(*USES, {"count": len(processes)}) if is_array(processes) and processes else NOTHING


WRITER = WorkplaceWriter(
    kind="workplace",
    title=N_("Workplace of smart processes"),
    place=29,
    entity="workplace",
    lines=(),
    list_method="crm.automatedsolution.list",
    id="id",
    fields={"title": N_("name")},
    same=("title",),
    create=WritingMethod("crm.automatedsolution.add", in_fields()),
    change=WritingMethod("crm.automatedsolution.update", by_id()),
    remove=WritingMethod("crm.automatedsolution.delete", only_id()),
    used=used,
    result=("automatedSolution", "id"),
)
