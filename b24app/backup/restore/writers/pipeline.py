"""Pipelines with their stages (crm.category.*): a new one has a new number, which its stages follow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from b24app.backup.restore.listed_rows import row_given
from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.methods import WritingMethod
from b24app.backup.restore.plan import NEW, Action, Operation, Pair, RestoreChoice
from b24app.backup.restore.reasons import PART_GONE
from b24app.backup.restore.setting_parts import GOES_TOO, said
from b24app.backup.restore.stage_order import number
from b24app.backup.restore.stage_places import DYNAMIC, INVOICES, dictionary_of, stage_code
from b24app.backup.restore.writer import Line, Written
from b24app.backup.restore.writers.crm_status import WRITER as STATUSES
from b24app.backup.restore.writers.crm_status import code_of, in_order
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.text.messages import N_, NN_, NOTHING, Sentence, sentence

STAGES = "_stages"
FIRST_SMART = 128
"""The least number of a smart process (crm-type-add.md)."""
ITEMS = NN_(
    "%(count)s item stands in it: move it elsewhere first",
    "%(count)s items stand in it: move them elsewhere first",
)
NEW_NUMBER = N_("It gets a new number: filters, robots and exchanges that name the old one have to be told.")
OWN_STAGES = N_(
    "Bitrix24 gives a new pipeline its own first stages; those that were not in yours are deleted by hand."
)
NO_STAGES = N_("No copy of its stages was kept: it comes back with the portal's own first stages.")
NUMBER = N_("Number of the pipeline")
FIRST_STAGES = N_("First stages of the portal")


@dataclass(frozen=True)
class PipelineWriter(ListedWriter):
    """Pipelines of each type of item; the stages of a lost one are made by the writer of stages."""

    def serves(self, entity: str) -> bool:
        """The pipelines of each type."""
        return entity.startswith("pipeline_")

    def entity_of(self, line: Line) -> str:
        """One entity for each type of item."""
        return f"pipeline_{place_of(line.key)[0]}"

    def choose(self, line: Line) -> Iterator[RestoreChoice]:
        """With the stages that it had."""
        kind, number_then = place_of(line.key)
        rows = line.rows(self.entity_of(line)) or ()
        row = next((one for one in rows if str(one.get("id")) == number_then), None)
        stages = in_order(line.rows("crm_status") or (), dictionary_of(kind, number_then))
        only = tuple(self.from_line[name] for name in line.changed if name in self.from_line)
        known: JsonObject = row or {"name": line.name}
        yield RestoreChoice(
            self.kind, self.entity_of(line), line.key, line.name, {**known, STAGES: [dict(one) for one in stages]},
            whole=row is not None, only=only if line.changed else (), line=(line.kind, line.key), place=line.place,
        )  # fmt: skip

    def key(self, row: JsonObject) -> str:
        """The number: the type is in the entity."""
        return str(row.get("id", ""))

    def present_rows(self, look: PortalLook, entity: str) -> Sequence[JsonObject]:
        """The pipelines of one type; none where the smart process itself was deleted."""
        kind = int(entity.removeprefix("pipeline_"))
        return look.rows(self.list_method, {"entityTypeId": kind}) if is_type(kind, look) else ()

    def _operations(
        self, choice: RestoreChoice, rows: Sequence[JsonObject], look: PortalLook
    ) -> Iterator[Operation]:
        kind, then = place_of(choice.key)
        here = next((row for row in rows if self.key(row) == then), None) or row_given(
            choice, rows, self.id, look
        )
        if here is not None:
            found = super()._operations(replace(choice, key=self.key(here)), rows, look)
            yield from (self._typed(replace(one, key=choice.key), kind) for one in found)
            return
        made = self._creation(choice, {**(choice.row or {}), "entityTypeId": kind}, look)
        if not made.writes:
            yield made
            return
        yield self._typed(replace(made, number=1), kind)
        stages = (choice.row or {}).get(STAGES)
        rows_then = [one for one in stages if is_object(one)] if is_array(stages) else []
        for place, row in enumerate(rows_then):
            yield _stage(row, kind, place)
        told = [(NUMBER, NEW_NUMBER), (FIRST_STAGES, OWN_STAGES if rows_then else NO_STAGES)]
        for title, why in told:
            yield replace(self.cannot(choice, sentence(why)), title=title, steps=())

    def _typed(self, one: Operation, kind: int) -> Operation:
        return replace(one, params={"entityTypeId": kind, **one.params}) if one.writes else one

    def _removal(self, choice: RestoreChoice, row: JsonObject, one: Operation, look: PortalLook) -> Operation:
        kind = place_of(choice.key)[0]
        found = self._typed(super()._removal(choice, row, one, look), kind)
        if not found.writes:
            return found
        stages = in_order(STATUSES.present_rows(look, STATUSES.entity), dictionary_of(kind, found.id))
        return replace(found, with_it=said(GOES_TOO, {STATUSES.title: len(stages)}))

    def undo(self, written: Written, look: PortalLook) -> Operation:
        """With the type of its items."""
        found = super().undo(written, look)
        return self._typed(found, place_of(written.operation.key)[0])


def place_of(key: str) -> tuple[int, str]:
    """Type of the items and number of a pipeline, by the key of the comparison."""
    group, _, rest = key.partition(":")
    if group != "other":
        return int(group) if group.isdigit() else 2, rest
    if found := INVOICES.match(rest):
        return 31, found[1]
    found = DYNAMIC.match(rest)
    return (int(found[1]), found[2]) if found else (0, rest)


def _stage(row: JsonObject, kind: int, place: int) -> Operation:
    """A stage under the number of the new pipeline; one that the portal has made by itself is made as it was."""
    new = NEW % 1
    code = stage_code(kind, new, code_of(row))
    fields: dict[str, Json] = {
        "ENTITY_ID": dictionary_of(kind, new),
        "STATUS_ID": code,
        "NAME": row.get("NAME"),
        "SORT": number(row.get("SORT")) or (place + 1) * 10,
        "SEMANTICS": row.get("SEMANTICS") or "",
    }
    if row.get("COLOR"):
        fields["COLOR"] = row["COLOR"]
    name = str(row.get("NAME", ""))
    return Operation(
        number=place + 2, kind="crm_status", entity="crm_status", key=f"{dictionary_of(kind, new)}:{code}",
        name=name, action=Action.CREATE, title=N_("Stage"), method="crm.status.add", params={"fields": fields},
        wants={field: fields[field] for field in ("ENTITY_ID", "STATUS_ID", "NAME", "SORT")},
        pairs=(Pair(N_("place in the order"), "", str(place + 1)),),
    )  # fmt: skip


def is_type(kind: int, look: PortalLook) -> bool:
    """Whether the portal has items of a type: those of smart processes go with them."""
    if kind < FIRST_SMART:
        return True
    return any(number(row.get("entityTypeId")) == kind for row in look.rows("crm.type.list"))


def no_create(row: JsonObject, look: PortalLook) -> Sentence:
    """Its smart process has to be there, or to be made with it."""
    kind = number(row.get("entityTypeId"))
    if kind in look.ids.kinds or is_type(kind, look):
        return NOTHING
    return sentence(PART_GONE, title=sentence(N_("Smart processes")))


def used(row: JsonObject, look: PortalLook) -> Sentence:
    """How many items are in a pipeline."""
    params: JsonObject = {
        "entityTypeId": row.get("entityTypeId") or 2,
        "filter": {"categoryId": row.get("id")},
        "select": ["id"],
    }
    count = look.total("crm.item.list", params)
    return Sentence(*ITEMS, {"count": count}) if count else NOTHING


def change(row_id: str, values: JsonObject) -> JsonObject:
    """crm-category-update.md; the type is put in front."""
    return {"id": row_id, "fields": values}


WRITER = PipelineWriter(
    kind="pipeline",
    title=N_("Pipeline"),
    place=25,
    entity="pipeline_2",
    lines=("pipeline",),
    list_method="crm.category.list",
    id="id",
    fields={"name": N_("name"), "sort": N_("place in the order")},
    same=("name",),
    create=WritingMethod("crm.category.add", lambda _id, values: {"fields": values}),
    change=WritingMethod("crm.category.update", change),
    remove=WritingMethod("crm.category.delete", lambda row_id, _values: {"id": row_id}),
    from_line={"name": "name", "default": "isDefault"},
    no_create=no_create,
    used=used,
    result=("category", "id"),
    link="/crm/deal/",
)
