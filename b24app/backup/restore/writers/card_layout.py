"""The common view of cards (crm.item.details.configuration.*): sections and their fields, set as a whole."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from b24app.backup.restore.following import present_ids
from b24app.backup.restore.look import PortalLook, plain
from b24app.backup.restore.plan import Action, Operation, Pair, RestoreChoice, StageLane, needs
from b24app.backup.restore.reasons import CHANGED_SINCE, PART_GONE
from b24app.backup.restore.writer import FoundObject, Line, ObjectStanding, Written
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.rest_client import Command
from b24app.text.messages import N_, Sentence, sentence

GET = "crm.item.details.configuration.get"
SET = "crm.item.details.configuration.set"
RESET = "crm.item.details.configuration.reset"
PIPELINES = ("dealCategoryId", "categoryId")
"""Where a card names its pipeline (crm-item-details-configuration-get.md)."""
SECTIONS = N_("sections")


@dataclass(frozen=True, slots=True)
class CardLayoutWriter:
    """A choice holds `where` (entityTypeId and extras) and the sections as `data`."""

    kind: str = "card_layout"
    title: str = N_("View of the card")
    place: int = 36
    lines: tuple[str, ...] = ()

    def serves(self, entity: str) -> bool:
        """The view of each card."""
        return entity.startswith("card_layout_")

    def choose(self, line: Line) -> Iterator[RestoreChoice]:  # noqa: ARG002
        """Empty: the comparison has no line for it."""
        return iter(())

    def plan(self, choices: Sequence[RestoreChoice], look: PortalLook) -> Iterable[Operation]:
        """Set what differs."""
        for one in choices:
            row = one.row or {}
            where, data = row.get("where"), row.get("data")
            if not is_object(where) or not is_array(data):
                continue
            place = present_place(where, look)
            if place is None:
                yield self._cannot(one, sentence(PART_GONE, title=sentence(N_("Pipeline"))))
            elif look.ids.is_made(str(place.get("extras"))):
                yield from self._setting_of_new(one, place, list(data))
            else:
                here = sections(look.answer(GET, {**place, "scope": "C"}))
                if plain(here) != plain(data):
                    yield self._setting(one, place, here, list(data))

    def _setting_of_new(self, one: RestoreChoice, where: JsonObject, data: list[Json]) -> Iterator[Operation]:
        """The layout of a pipeline that this restore makes: it is empty yet, and an empty layout needs no write."""
        if data:
            yield replace(self._setting(one, where, [], data), action=Action.CREATE, expects={})

    def _cannot(self, one: RestoreChoice, why: Sentence) -> Operation:
        return Operation(
            number=0, kind=self.kind, entity=one.entity, key=one.key, name=one.name,
            action=Action.CANNOT, title=self.title, why=why,
        )  # fmt: skip

    def _setting(
        self, one: RestoreChoice, where: JsonObject, here: list[Json], data: list[Json]
    ) -> Operation:
        params: JsonObject = {**where, "scope": "C", "data": data}
        return Operation(
            number=0, kind=self.kind, entity=one.entity, key=one.key, name=one.name, id=one.key,
            action=Action.CHANGE, title=self.title, method=SET if data else RESET,
            params=params if data else {**where, "scope": "C"},
            pairs=(Pair(SECTIONS, titles(here), titles(data)),), expects={"data": here}, wants={"data": data},
        )  # fmt: skip

    def lanes(self, choices: Sequence[RestoreChoice], look: PortalLook) -> Iterable[StageLane]:  # noqa: ARG002
        """Empty: there are no neighbours."""
        return ()

    def stands(self, operation: Operation, look: PortalLook) -> FoundObject:
        """The state of a card, by its sections."""
        here = plain(sections(look.answer(GET, where_of(operation))))
        if here == plain(operation.wants.get("data")):
            return FoundObject(ObjectStanding.DONE, operation.key)
        same = "data" not in operation.expects or here == plain(operation.expects["data"])
        return FoundObject(ObjectStanding.READY if same else ObjectStanding.OTHER, operation.key)

    def command(self, operation: Operation, look: PortalLook) -> Command:  # noqa: ARG002
        """The command as the preview planned it."""
        return Command(operation.method, operation.params, write=True)

    def id_of(self, operation: Operation, result: Json) -> str:  # noqa: ARG002
        """The key of the operation, as a view has no number."""
        return operation.key

    def present(self, operation: Operation, look: PortalLook) -> JsonObject | None:
        """The sections as they are now; none of a pipeline that is still to be made."""
        if needs(operation):
            return None
        return {"data": sections(look.answer(GET, where_of(operation)))}

    def undo(self, written: Written, look: PortalLook) -> Operation:
        """Set the former sections, unless they were changed since."""
        one = written.operation
        choice = RestoreChoice(self.kind, one.entity, one.key, one.name)
        if self.stands(one, look).standing is not ObjectStanding.DONE:
            return self._cannot(choice, sentence(CHANGED_SINCE))
        where = {name: value for name, value in one.params.items() if name in ("entityTypeId", "extras")}
        before, after = one.expects.get("data"), one.wants.get("data")
        back = self._setting(
            choice, where, list(after) if is_array(after) else [], list(before) if is_array(before) else []
        )
        return replace(back, id=one.key)


def present_place(where: JsonObject, look: PortalLook) -> JsonObject | None:
    """The card by the present number of its pipeline; None where that was deleted."""
    extras = where.get("extras")
    entity = f"pipeline_{where.get('entityTypeId')}"
    if not is_object(extras):
        return where
    now: dict[str, Json] = {}
    for name, value in extras.items():
        present = present_ids(entity, look) if name in PIPELINES and str(value) != "0" else None
        now[name] = value if present is None else look.ids.now((entity, str(value)), present)
    return {**where, "extras": now} if all(one != "" for one in now.values()) else None


def where_of(operation: Operation) -> JsonObject:
    """The parameters that read the same card."""
    kept = {name: value for name, value in operation.params.items() if name in ("entityTypeId", "extras")}
    return {**kept, "scope": "C"}


def sections(result: Json) -> list[Json]:
    """The sections of an answer; a card without an own layout has none."""
    return list(result) if is_array(result) else []


def titles(data: Sequence[Json]) -> str:
    """The sections by their titles."""
    return ", ".join(str(one.get("title", "")) for one in data if is_object(one))


WRITER = CardLayoutWriter()
