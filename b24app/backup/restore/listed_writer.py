"""Writers of objects that a list method shows whole: what can be made, changed and deleted, declared by fields."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from b24app.backup.restore.following import followed, lost_part, part_words
from b24app.backup.restore.given_ids import own_id
from b24app.backup.restore.listed_rows import id_in, row_given, row_of, standing_of
from b24app.backup.restore.look import PortalLook, picked, plain, same_values, text_of
from b24app.backup.restore.methods import WritingMethod
from b24app.backup.restore.plan import Action, Operation, Pair, RestoreChoice, StageLane
from b24app.backup.restore.reasons import (
    CHANGED_SINCE,
    GONE,
    GONE_SINCE,
    NOT_KNOWN,
    ONLY_BY_HAND,
    STAYS,
)
from b24app.backup.restore.references import parents_first
from b24app.backup.restore.unknown_fields import lost_with, unknown_of
from b24app.backup.restore.writer import FoundObject, Line, Written
from b24app.comparison.object_changes import Difference
from b24app.json_values import Json, JsonObject
from b24app.rest_client import Command
from b24app.text.messages import N_, NOTHING, Sentence, sentence

YES_NO = {"Y": N_("it is so"), "N": N_("it is not so")}

Reason = Callable[[JsonObject, PortalLook], Sentence]
Row = dict[str, Json]


def never(_row: JsonObject, _look: PortalLook) -> Sentence:
    """Empty: there is no reason against it."""
    return NOTHING


@dataclass(frozen=True)
class ListedWriter:
    """Declares one kind by the list that shows it.

    `fields` are the raw fields that may be written, with the title of each; `fixed` those that only a creation sets;
    `always` those that every update repeats; `from_line` names the raw field behind a field of the comparison. `same` are the fields by which an object that was
    made anew is found. `switch` is the field of whether it is on.
    """

    kind: str
    title: str
    place: int
    entity: str
    lines: tuple[str, ...]
    list_method: str
    id: str
    fields: Mapping[str, str]
    same: tuple[str, ...]
    list_params: JsonObject = field(default_factory=dict)
    create: WritingMethod | None = None
    change: WritingMethod | None = None
    remove: WritingMethod | None = None
    fixed: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    from_line: Mapping[str, str] = field(default_factory=dict)
    switch: str = ""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Words of the comparison's own values, by raw field: `yes` → `Y`."""
    no_create: Reason = never
    no_change: Reason = never
    used: Reason = never
    result: tuple[str, ...] = ()
    """The path of the id in the answer of a creation."""
    link: str = ""
    key_of: Callable[[JsonObject], str] | None = None
    steps: Callable[[RestoreChoice], tuple[Sentence, ...]] = lambda _choice: ()
    moves: bool = True
    """Whether a new one has a new id, which the portal gives."""
    alongside: bool = False
    """Whether its lines are those of others that it is restored with: the comparison does not cover it by itself."""
    goes_with_owner: bool = False
    """Whether the portal deletes it with its owner."""
    lost_too: str = ""
    """What was lost with an object and does not come back with it, a message id."""

    # what was chosen

    def choose(self, line: Line) -> Iterator[RestoreChoice]:
        """The object of a line of the comparison, from the kept rows or from the comparison's own values."""
        entity = self.entity_of(line)
        rows = line.rows(entity)
        row = next((one for one in rows or () if self.key(one) == line.key), None)
        only = self._wanted_fields(line)
        if row is None:
            known = self._of_line(line)
            yield RestoreChoice(
                self.kind, entity, line.key, line.name, known, whole=False, only=only,
                line=(line.kind, line.key), place=line.place,
            )  # fmt: skip
            return
        yield RestoreChoice(
            self.kind, entity, line.key, line.name, row, only=only, line=(line.kind, line.key), place=line.place
        )  # fmt: skip

    def serves(self, entity: str) -> bool:
        """Its own entity."""
        return entity == self.entity

    def entity_of(self, line: Line) -> str:  # noqa: ARG002
        """The entity of the copy that holds the object of a line."""
        return self.entity

    def _wanted_fields(self, line: Line) -> tuple[str, ...]:
        if line.difference is Difference.OFF:
            return (self.switch,) if self.switch else ()
        if line.difference is Difference.ALTERED:
            return tuple(self.from_line[name] for name in line.changed if name in self.from_line)
        return ()

    def _of_line(self, line: Line) -> Row:
        found: Row = {}
        for name, value in line.fields.items():
            raw = self.from_line.get(name)
            if raw:
                found[raw] = self.values.get(raw, {}).get(value, value)
        if self.switch and line.difference in {Difference.OFF, Difference.LOST}:
            found[self.switch] = "Y"
        return found

    def key(self, row: JsonObject) -> str:
        """The key of the comparison."""
        return self.key_of(row) if self.key_of is not None else str(row.get(self.id, ""))

    # the preview

    def plan(self, choices: Sequence[RestoreChoice], look: PortalLook) -> Iterable[Operation]:
        """Create what is missing, change what differs, and give a reason for what cannot be written."""
        found: list[Operation] = []
        for choice in parents_first(choices):
            rows = self.present_rows(look, choice.entity)
            made = list(self._operations(followed(choice, look), rows, look))
            look.ids.note(choice, made)
            found += made
        return found

    def lanes(self, choices: Sequence[RestoreChoice], look: PortalLook) -> Iterable[StageLane]:  # noqa: ARG002
        """Empty: there are no neighbours."""
        return ()

    def _operations(
        self, choice: RestoreChoice, rows: Sequence[JsonObject], look: PortalLook
    ) -> Iterator[Operation]:
        wanted = choice.row or {}
        given = row_given(choice, rows, self.id, look) if self.moves else None
        here = row_of(choice, rows, self.key, ()) or given or row_of(choice, rows, self.key, self.same)
        if here is None:
            made = self._creation(choice, wanted, look)
            yield made
            yield from unknown_of(self.fields, choice, made)
            yield from lost_with(made, self.lost_too)
            return
        look.ids.found[choice.entity, own_id(choice.key)] = str(here.get(self.id, ""))
        if choice.if_gone:
            return
        names = [name for name in (choice.only or self.fields) if name in wanted and name in self.fields]
        other = [name for name in names if plain(here.get(name)) != plain(wanted[name])]
        if other:
            yield self._alteration(choice, here, picked(wanted, other), look)
        if any(name not in self.fields for name in choice.only):
            yield self.cannot(choice, sentence(ONLY_BY_HAND))

    def _creation(self, choice: RestoreChoice, wanted: JsonObject, look: PortalLook) -> Operation:
        values = picked(wanted, (*self.same, *self.fixed, *self.fields))
        if self.create is None or any(name not in values for name in self.same):
            return self.cannot(choice, sentence(NOT_KNOWN if self.create else GONE))
        if why := lost_part(choice.entity, wanted, look) or self.no_create(wanted, look):
            return self.cannot(choice, why)
        values = {name: value for name, value in values.items() if value is not None}
        titles = {name: self.fields[name] for name in values if name in self.fields}
        return Operation(
            number=0, kind=self.kind, entity=choice.entity, key=choice.key, name=choice.name,
            action=Action.CREATE, title=self.title, method=self.named(self.create, choice.entity),
            params=self.create.params("", self.made(choice, values)), wants=picked(wanted, self.same),
            pairs=tuple(Pair(title, "", self._value_words(choice, name, values, look), self._is_word(values[name])) for name, title in titles.items()),
            link=self.link,
        )  # fmt: skip

    def _alteration(
        self, choice: RestoreChoice, here: JsonObject, values: Row, look: PortalLook
    ) -> Operation:
        if self.change is None:
            return self.cannot(choice, sentence(ONLY_BY_HAND))
        if why := lost_part(choice.entity, values, look) or self.no_change(here, look):
            return self.cannot(choice, why)
        pairs = tuple(
            Pair(self.fields[name], self._value_words(choice, name, here, look), self._value_words(choice, name, values, look), self._is_word(value))
            for name, value in values.items()
        )  # fmt: skip
        return self.alteration(choice, here, values, pairs)

    def alteration(
        self, choice: RestoreChoice, here: JsonObject, values: JsonObject, pairs: tuple[Pair, ...]
    ) -> Operation:
        """The operation that gives a present row these values."""
        if self.change is None:
            return self.cannot(choice, sentence(ONLY_BY_HAND))
        row_id = str(here.get(self.id, ""))
        return Operation(
            number=0, kind=self.kind, entity=choice.entity, key=choice.key, name=choice.name, id=row_id,
            action=Action.CHANGE, title=self.title, method=self.named(self.change, choice.entity),
            params=self.change.params(row_id, self.whole(here, values)), pairs=pairs,
            expects={name: here.get(name) for name in values}, wants=values, link=self.link,
        )  # fmt: skip

    def whole(self, here: JsonObject, values: JsonObject) -> JsonObject:
        """The values of an update: the new ones, and the present ones that its method always requires."""
        return {**picked(here, self.always), **values}

    def made(self, choice: RestoreChoice, values: Row) -> JsonObject:  # noqa: ARG002
        """The values of a creation: the earlier ones, in the format of its method."""
        return values

    def named(self, method: WritingMethod, entity: str) -> str:  # noqa: ARG002
        """The name of a method, which may depend on the entity."""
        return method.name

    def cannot(self, choice: RestoreChoice, why: Sentence) -> Operation:
        """A reason in place of a write, with the steps of a person."""
        return Operation(
            number=0, kind=self.kind, entity=choice.entity, key=choice.key, name=choice.name,
            action=Action.CANNOT, title=self.title, why=why, steps=self.steps(choice), link=self.link,
        )  # fmt: skip

    def _value_words(self, choice: RestoreChoice, name: str, row: JsonObject, look: PortalLook) -> str:
        value = row.get(name)
        word = YES_NO.get(value, value) if isinstance(value, str) else text_of(value)
        return part_words(choice.entity, row, name, look) or word

    def _is_word(self, value: Json) -> bool:
        return isinstance(value, str) and value in YES_NO

    # the write

    def stands(self, operation: Operation, look: PortalLook) -> FoundObject:
        """The state of an object, found by its number, or by the fields that stay when it is made anew."""
        return standing_of(operation, self.present_rows(look, operation.entity), self.id)

    def command(self, operation: Operation, look: PortalLook) -> Command:  # noqa: ARG002
        """The command as the preview planned it."""
        return Command(operation.method, operation.params, write=True)

    def id_of(self, operation: Operation, result: Json) -> str:
        """The number in the answer of a creation; a change keeps its own."""
        return id_in(operation, result, self.result)

    def present(self, operation: Operation, look: PortalLook) -> JsonObject | None:
        """The row as it is now."""
        rows = self.present_rows(look, operation.entity)
        return next((row for row in rows if operation.id and str(row.get(self.id, "")) == operation.id), None)

    # undo

    def undo(self, written: Written, look: PortalLook) -> Operation:
        """Delete what was created, or restore what was changed, unless it was changed or used since."""
        one = written.operation
        row = next(
            (row for row in self.present_rows(look, one.entity) if str(row.get(self.id, "")) == written.id),
            None,
        )
        choice = RestoreChoice(self.kind, one.entity, one.key, one.name)
        if one.action is Action.REMOVE or row is None:
            return self.cannot(choice, sentence(GONE_SINCE))
        if one.action is Action.CREATE:
            return self._removal(choice, row, one, look)
        if not same_values(row, one.wants):
            return self.cannot(choice, sentence(CHANGED_SINCE))
        pairs = tuple(Pair(pair.title, pair.now, pair.was, pair.is_word) for pair in one.pairs)
        return self.alteration(choice, row, one.expects, pairs)

    def _removal(self, choice: RestoreChoice, row: JsonObject, one: Operation, look: PortalLook) -> Operation:
        if self.remove is None:
            return self.cannot(choice, sentence(STAYS))
        if not same_values(row, one.wants):
            return self.cannot(choice, sentence(CHANGED_SINCE))
        if why := self.used(row, look):
            return self.cannot(choice, why)
        row_id = str(row.get(self.id, ""))
        look.ids.leaving.add((choice.entity, row_id))
        return Operation(
            number=0, kind=self.kind, entity=choice.entity, key=choice.key, name=choice.name, id=row_id,
            action=Action.REMOVE, title=self.title, method=self.named(self.remove, choice.entity),
            params=self.remove.params(row_id, row),
            expects=one.wants, link=self.link,
        )  # fmt: skip

    def present_rows(self, look: PortalLook, entity: str) -> Sequence[JsonObject]:  # noqa: ARG002
        """What the portal holds of this entity."""
        return look.rows(self.list_method, self.list_params)
