"""Stages and entries of CRM dictionaries: made again under their code and in their place (crm.status.*)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook, same_values
from b24app.backup.restore.methods import WritingMethod, by_id, in_fields, only_id
from b24app.backup.restore.moved_stages import INDEX, NAMES, ORDER, moved_stages
from b24app.backup.restore.plan import Action, Operation, Pair, RestoreChoice, StageLane
from b24app.backup.restore.setting_uses import NOT_TOLD, item_fields, items_with
from b24app.backup.restore.stage_order import former_order, number, numbers_for, order_with, rising_numbers
from b24app.backup.restore.stage_places import carries, entity_type_of, is_stage_list
from b24app.backup.restore.writer import FoundObject, Line
from b24app.comparison.object_changes import Difference
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.rest_client import Command
from b24app.text.messages import N_, NN_, NOTHING, Sentence, sentence

PLACE = N_("place in the order")
MEANINGS = {"success": "S", "failure": "F", "apology": "F", "process": ""}
MEANING_WORDS = {"S": N_("success"), "F": N_("failure"), "": N_("in progress")}
NO_DICTIONARY = N_("Its pipeline or dictionary is not in the portal any more. Put that back first.")
MEANING_STAYS = N_("Applications may not change the meaning of a stage; a person can.")
ROBOTS = N_("Robots of the stage")
ROBOTS_STAY = N_("Bitrix24 lets no application read or create robots.")
SET_ROBOTS = N_(
    "Open the robots of the pipeline and set those of “%(name)s” again. "
    "Do not import a solution preset into this portal: it deletes the leads and deals that are there"
)
USED = NN_(
    "%(count)s item stands on it: move it elsewhere first",
    "%(count)s items stand on it: move them elsewhere first",
)
SET_BACK = N_("Put the stage “%(name)s” back between “%(before)s” and “%(after)s”, meaning: %(meaning)s")
SET_MEANING = N_("Open the stages of “%(place)s” and give “%(name)s” the meaning: %(meaning)s")


def key_of(row: JsonObject) -> str:
    """Dictionary and code."""
    return f"{row.get('ENTITY_ID', '')}:{row.get('STATUS_ID', '')}"


def in_order(rows: Sequence[JsonObject], entity: str) -> list[JsonObject]:
    """The rows of one dictionary in their order."""
    mine = (row for row in rows if row.get("ENTITY_ID") == entity)
    return sorted(mine, key=lambda row: (number(row.get("SORT")), number(row.get("ID"))))


def code_of(row: JsonObject) -> str:
    """The code of an entry."""
    return str(row.get("STATUS_ID", ""))


@dataclass(frozen=True)
class StatusWriter(ListedWriter):
    """The order is part of what is put back: neighbours move only where there is no room."""

    def choose(self, line: Line) -> Iterator[RestoreChoice]:
        """The choices, with the order of their dictionary at that moment."""
        entity = line.key.partition(":")[0]
        rows = line.rows(self.entity)
        here = in_order(rows or (), entity)
        then: Json = [code_of(row) for row in here]
        names: Json = {code_of(one): str(one.get("NAME", "")) for one in here}
        for choice in super().choose(line):
            code = line.key.removeprefix(f"{entity}:")
            row: dict[str, Json] = {"ENTITY_ID": entity, "STATUS_ID": code, **(choice.row or {})}
            if "SEMANTICS" in row and row["SEMANTICS"] in MEANINGS:
                row["SEMANTICS"] = MEANINGS[str(row["SEMANTICS"])]
            if choice.whole:
                yield replace(choice, row={**row, ORDER: then, NAMES: names})
                continue
            row.pop("SORT", None)  # the comparison holds the place among the others, not the portal's number
            yield replace(choice, row={**row, INDEX: line.fields.get("order", "")})

    def _wanted_fields(self, line: Line) -> tuple[str, ...]:
        if line.difference is not Difference.ALTERED:
            return ()
        return tuple(
            "SEMANTICS" if name == "meaning" else self.from_line[name]
            for name in line.changed
            if name in self.from_line
        )

    def plan(self, choices: Sequence[RestoreChoice], look: PortalLook) -> Iterable[Operation]:
        """Plan the rows, then the places of those neighbours that must move; they move before a stage is made."""
        rows = self.present_rows(look, self.entity)
        found: list[Operation] = []
        choices = list(moved_stages(choices, look))
        for entity in dict.fromkeys(str((one.row or {}).get("ENTITY_ID", "")) for one in choices):
            mine = [one for one in choices if (one.row or {}).get("ENTITY_ID") == entity]
            found += self._of_dictionary(entity, mine, rows, look)
        return found

    def _of_dictionary(
        self, entity: str, choices: Sequence[RestoreChoice], rows: Sequence[JsonObject], look: PortalLook
    ) -> Iterator[Operation]:
        here = in_order(rows, entity)
        numbers = self.numbers(choices, here)
        for row in here:
            code = code_of(row)
            if numbers and numbers[code] != number(row.get("SORT")):
                yield self._move(row, numbers, here)
        for choice in choices:
            wanted = dict(choice.row or {})
            code = code_of(wanted)
            if code in numbers and all(code_of(row) != code for row in here):
                wanted["SORT"] = numbers[code]
            only = tuple(name for name in choice.only if name != "SORT")
            if choice.only and not only:
                continue
            bare = replace(choice, row=wanted, only=only or self._rest(here, code))
            found = list(self._operations(bare, rows, look))
            yield from found
            if is_stage_list(entity) and any(one.action is Action.CREATE for one in found):
                yield robots_of(self.cannot(choice, sentence(ROBOTS_STAY)))

    def _rest(self, here: Sequence[JsonObject], code: str) -> tuple[str, ...]:
        """The compared fields of an existing entry, without its place, which is planned apart."""
        return ("NAME", "COLOR") if any(code_of(row) == code for row in here) else ()

    def _operations(
        self, choice: RestoreChoice, rows: Sequence[JsonObject], look: PortalLook
    ) -> Iterator[Operation]:
        if "SEMANTICS" in choice.only:
            why = sentence(MEANING_STAYS)
            yield replace(self.cannot(choice, why), steps=(self._meaning_step(choice),))
        yield from (
            super()._operations(
                replace(choice, only=tuple(one for one in choice.only if one != "SEMANTICS")), rows, look
            )
            if choice.only != ("SEMANTICS",)
            else ()
        )

    def _meaning_step(self, choice: RestoreChoice) -> Sentence:
        meaning = MEANING_WORDS.get(str((choice.row or {}).get("SEMANTICS") or ""), "")
        return sentence(SET_MEANING, place=choice.place, name=choice.name, meaning=sentence(meaning))

    def command(self, operation: Operation, look: PortalLook) -> Command:
        """A stage that the portal has made by itself in a new pipeline is made as it was, not made twice."""
        params = operation.params.get("fields")
        if operation.action is not Action.CREATE or not is_object(params):
            return super().command(operation, look)
        same = {name: params[name] for name in self.same}
        here = next((row for row in self.present_rows(look, self.entity) if same_values(row, same)), None)
        if here is None:
            return super().command(operation, look)
        values = {name: params[name] for name in ("NAME", "SORT", "COLOR") if name in params}
        return Command("crm.status.update", {"id": str(here.get("ID")), "fields": values}, write=True)

    def id_of(self, operation: Operation, result: Json) -> str:
        """The id of an entry; a stage that existed already is answered with `true` and is identified by its code."""
        if result is True:
            return operation.id or operation.key
        return super().id_of(operation, result)

    def stands(self, operation: Operation, look: PortalLook) -> FoundObject:
        """The state of an entry; for one identified by its code the number is found in the list."""
        if ":" not in operation.id:
            return super().stands(operation, look)
        rows = self.present_rows(look, self.entity)
        here = next((row for row in rows if key_of(row) == operation.id), None)
        number = str(here.get("ID", "")) if here is not None else operation.id
        return super().stands(replace(operation, id=number), look)

    def numbers(self, choices: Sequence[RestoreChoice], here: Sequence[JsonObject]) -> Mapping[str, int]:
        """The numbers by which the dictionary is in the wanted order; empty when no place is wanted."""
        order = present = [code_of(row) for row in here]
        wished: dict[str, int] = {}
        sorts = {code_of(row): number(row.get("SORT")) for row in here}
        asked = False
        for choice in sorted(choices, key=_index):
            row, code = choice.row or {}, code_of(choice.row or {})
            if choice.only and "SORT" not in choice.only:
                continue
            if code in present and not choice.only:
                continue
            then = self._order_then(row, order, sorts)
            order = order_with(order, then, code) if code not in present else former_order(order, then)
            wished[code] = number(row.get("SORT"))
            asked = True
        rising = rising_numbers(order, sorts)
        return numbers_for(order, rising, wished) if asked else {}

    def _order_then(self, row: JsonObject, order: Sequence[str], sorts: Mapping[str, int]) -> Sequence[str]:
        """The earlier order: as it was kept, or derived from the number of the entry, or from its place."""
        then = row.get(ORDER)
        if is_array(then) and then:
            return [str(one) for one in then]
        code = code_of(row)
        rest = [one for one in order if one != code]
        place = number(row.get(INDEX)) - 1 if number(row.get(INDEX)) else len(rest)
        if row.get("SORT") is not None:
            place = sum(sorts.get(one, 0) <= number(row.get("SORT")) for one in rest)
        return [*rest[:place], code, *rest[place:]]

    def _move(self, row: JsonObject, numbers: Mapping[str, int], here: Sequence[JsonObject]) -> Operation:
        code = code_of(row)
        before, after = [code_of(one) for one in here], sorted(numbers, key=lambda one: numbers[one])
        choice = RestoreChoice(self.kind, self.entity, key_of(row), str(row.get("NAME", "")))
        pair = Pair(PLACE, str(before.index(code) + 1), str(after.index(code) + 1))
        return self.alteration(choice, row, {"SORT": numbers[code]}, (pair,))

    def lanes(self, choices: Sequence[RestoreChoice], look: PortalLook) -> Iterable[StageLane]:
        """The stages now and then, cell by cell; only where a stage is made or moved."""
        rows, choices = self.present_rows(look, self.entity), list(moved_stages(choices, look))
        for entity in dict.fromkeys(str((one.row or {}).get("ENTITY_ID", "")) for one in choices):
            mine = [one for one in choices if (one.row or {}).get("ENTITY_ID") == entity]
            here = in_order(rows, entity)
            numbers = self.numbers(mine, here)
            if not numbers or not is_stage_list(entity):
                continue
            names = {code_of(row): str(row.get("NAME", "")) for row in here}
            made = {code_of(one.row or {}): one.name for one in mine} | names
            order = sorted(numbers, key=lambda one: numbers[one])
            before = [(names.get(code, ""), "same" if code in names else "none") for code in order]
            if any(code not in names for code in order):
                after = [(made[code], "same" if code in names else "new") for code in order]
            else:
                now = [code_of(row) for row in here]
                before = [(names[code], "same") for code in now]
                after = [(names[code], "same" if now[i] == code else "moved") for i, code in enumerate(order)]
            yield StageLane(mine[0].place, tuple(before), tuple(after))


def _index(choice: RestoreChoice) -> int:
    """Its earlier place, so that those before it are written first."""
    return number((choice.row or {}).get(INDEX))


def robots_of(reason: Operation) -> Operation:
    """What was lost with a stage that no application can read."""
    step = sentence(SET_ROBOTS, name=reason.name)
    return replace(reason, title=ROBOTS, steps=(step,), key=f"{reason.key}:robots")


def no_dictionary(row: JsonObject, look: PortalLook) -> Sentence:
    """A sentence when the dictionary of a lost entry was deleted itself."""
    kinds = look.answer("crm.status.entity.types")
    known = {str(kind.get("ID", "")) for kind in kinds if is_object(kind)} if is_array(kinds) else set()
    return NOTHING if str(row.get("ENTITY_ID", "")) in known else sentence(NO_DICTIONARY)


def used(row: JsonObject, look: PortalLook) -> Sentence:
    """How many items are on a stage or use an entry; an entry for which no field is known stays."""
    entity, code = str(row.get("ENTITY_ID", "")), code_of(row)
    if kind := entity_type_of(entity):
        questions = [items_with(kind, "stageId", code)]
    else:
        questions = [items_with(*one[:2], code) for one in item_fields(look) if carries(entity, *one)]
    count = sum(look.total(*one) for one in questions) - look.leaving[code]
    if not questions:
        return sentence(NOT_TOLD)
    return Sentence(*USED, {"count": count}) if count > 0 else NOTHING


def stage_steps(choice: RestoreChoice) -> tuple[Sentence, ...]:
    """The steps of a person: the exact name, neighbours and meaning."""
    row = choice.row or {}
    then = row.get(ORDER)
    codes = [str(one) for one in then] if is_array(then) else []
    code = code_of(row)
    if code not in codes or not entity_type_of(str(row.get("ENTITY_ID", ""))):
        return ()
    place = codes.index(code)
    names = row.get(NAMES)
    said = [str(names.get(one, one)) if is_object(names) else one for one in codes]
    before, after = said[place - 1] if place else "", said[place + 1] if place + 1 < len(said) else ""
    meaning = sentence(MEANING_WORDS.get(str(row.get("SEMANTICS") or ""), ""))
    return (sentence(SET_BACK, name=choice.name, before=before, after=after, meaning=meaning),)


WRITER = StatusWriter(
    kind="crm_status",
    title=N_("Stage"),
    moves=False,
    goes_with_owner=True,
    place=30,
    entity="crm_status",
    lines=("stage",),
    list_method="crm.status.list",
    list_params={"order": {"SORT": "ASC"}},
    id="ID",
    fields={"NAME": N_("name"), "COLOR": N_("colour"), "SORT": PLACE},
    same=("ENTITY_ID", "STATUS_ID"),
    fixed=("SEMANTICS",),
    create=WritingMethod("crm.status.add", in_fields()),
    change=WritingMethod("crm.status.update", by_id()),
    remove=WritingMethod("crm.status.delete", only_id()),
    from_line={"name": "NAME", "order": "SORT", "meaning": "SEMANTICS"},
    no_create=no_dictionary,
    used=used,
    key_of=key_of,
    steps=stage_steps,
    link="/crm/configs/status/",
)
