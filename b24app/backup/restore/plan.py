"""The plan of a restore, operation by operation, as its preview shows it and its row stores it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import GetPydanticSchema
from pydantic_core import core_schema

from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.stored_values import dump_bytes, read_grown
from b24app.text.messages import NOTHING, Sentence

Raw = Annotated[
    JsonObject,
    GetPydanticSchema(lambda _kind, _next: core_schema.dict_schema(core_schema.str_schema())),
]
"""Fields in the portal's own words, kept as they are."""
NEW = "{{new:%d}}"
"""Stand-in inside parameters and keys for the id of what another operation creates."""
STAND_IN = re.compile(r"\{\{new:(\d+)\}\}")


class Action(StrEnum):
    """What an operation does; `cannot` is no write: it names what is not put back, and why."""

    CREATE = "create"
    CHANGE = "change"
    REMOVE = "remove"
    CANNOT = "cannot"


class RestoreSource(StrEnum):
    """Where the choice was made."""

    COMPARISON = "comparison"
    CHANGES = "changes"
    COPY = "copy"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Pair:
    """One field of an operation: its title, its value before and its value after."""

    title: str
    was: str
    now: str
    is_word: bool = False
    """Whether both values are message ids."""


@dataclass(frozen=True, slots=True)
class RestoreChoice:
    """One object chosen for a restore: the writer of its kind, its entity in the copy, its key, and how it was.

    `row` is the raw row of that moment, `whole` whether every field of it is known; without one only `fields`, the
    values of the comparison, are. `only` names the fields of the row that are wanted; empty means all of it. `line` is
    the line of the comparison it comes from: the code of its kind and its key. `kept_at` is when the row was kept, where
    that is not the moment that was asked for. `if_gone` is what comes with another choice: created where it was deleted,
    else left as it is.
    """

    kind: str
    entity: str
    key: str
    name: str
    row: Raw | None = None
    whole: bool = True
    only: tuple[str, ...] = ()
    line: tuple[str, str] = ("", "")
    place: str = ""
    kept_at: datetime | None = None
    if_gone: bool = False

    def with_row(self, row: JsonObject) -> "RestoreChoice":
        """The same with another row."""
        return replace(self, row=row)


@dataclass(frozen=True, slots=True)
class Operation:
    """One write, or the reason why there is none.

    `key` identifies the object by what stays when it is made anew, `id` by the portal's own number where it exists already.
    `expects` holds raw fields of the present row: when they differ at the time of the write, nothing is written. `wants`
    holds those that the row has afterwards. `group` is the tick it belongs to, empty for what is not optional. `steps`
    are what a person does by hand. `objects` is for how many objects it counts. `with_it` names the parts of its object
    that come back, or are deleted, with it.
    """

    number: int
    kind: str
    entity: str
    key: str
    name: str
    action: Action
    title: str = ""
    id: str = ""
    pairs: tuple[Pair, ...] = ()
    why: Sentence = NOTHING
    method: str = ""
    params: Raw = field(default_factory=dict)
    expects: Raw = field(default_factory=dict)
    wants: Raw = field(default_factory=dict)
    mark: str = ""
    group: str = ""
    link: str = ""
    steps: tuple[Sentence, ...] = ()
    objects: int = 1
    with_it: Sentence = NOTHING

    @property
    def writes(self) -> bool:
        """Whether the portal is changed by it."""
        return self.action is not Action.CANNOT


@dataclass(frozen=True, slots=True)
class StageLane:
    """A row of neighbours before and after, such as the stages of a pipeline; each cell with what happens to it."""

    title: str
    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """A whole preview: what was chosen, as of when, what will be written, and which checks run again afterwards.

    `read_at` is None until the portal has been read for it. `left_out` names the groups whose tick was removed.
    """

    source: RestoreSource
    choices: tuple[RestoreChoice, ...] = ()
    as_of: datetime | None = None
    read_at: datetime | None = None
    operations: tuple[Operation, ...] = ()
    lanes: tuple[StageLane, ...] = ()
    checks: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def of(self, action: Action) -> tuple[Operation, ...]:
        """The operations of one action, in their order."""
        return tuple(one for one in self.operations if one.action == action)

    def count(self, action: Action) -> int:
        """How many objects an action touches, without what its tick leaves out."""
        return sum(one.objects for one in self.of(action) if one.group not in self.left_out or not one.group)

    @property
    def to_write(self) -> tuple[Operation, ...]:
        """What is written: everything but reasons and groups that were left out."""
        chosen = (one for one in self.operations if one.writes)
        return tuple(one for one in chosen if not one.group or one.group not in self.left_out)

    @property
    def is_read(self) -> bool:
        """Whether the portal was read for it."""
        return self.read_at is not None

    def same_work(self, other: "RestorePlan") -> bool:
        """Whether both would write the same over the same present state."""
        return _work_of(self) == _work_of(other)


def numbered(*parts: Sequence[Operation]) -> tuple[Operation, ...]:
    """The operations of several writers with their places in the whole; stand-ins follow the numbers."""
    found: list[Operation] = []
    for part in parts:
        moved = {one.number: len(found) + place for place, one in enumerate(part, start=1) if one.number}
        found += [_moved(one, len(found) + place, moved) for place, one in enumerate(part, start=1)]
    return tuple(found)


def _moved(one: Operation, number: int, moved: Mapping[int, int]) -> Operation:
    def follow(text: str) -> str:
        return STAND_IN.sub(lambda found: NEW % moved[int(found[1])], text)

    return replace(with_each_text(one, follow), number=number)


def with_each_text(one: Operation, change: Callable[[str], str]) -> Operation:
    """An operation with each text that may hold a stand-in changed."""
    return replace(
        one,
        key=change(one.key),
        params=_each_of(one.params, change),
        wants=_each_of(one.wants, change),
        expects=_each_of(one.expects, change),
    )


def _each_of(fields: JsonObject, change: Callable[[str], str]) -> JsonObject:
    return {change(name): _each_text(one, change) for name, one in fields.items()}


def _each_text(value: Json, change: Callable[[str], str]) -> Json:
    if isinstance(value, str):
        return change(value)
    if is_object(value):
        return _each_of(value, change)
    return [_each_text(one, change) for one in value] if is_array(value) else value


def _work_of(plan: RestorePlan) -> bytes:
    return dump_bytes(tuple[Operation, ...], plan.operations)


def dump_plan(plan: RestorePlan) -> bytes:
    """A plan as its row keeps it."""
    return dump_bytes(RestorePlan, plan)


def load_plan(content: bytes) -> RestorePlan | None:
    """Load a plan; None when another release wrote what this one cannot read."""
    return read_grown(RestorePlan, content)


def resolved(one: Operation, ids: Mapping[int, str]) -> Operation:
    """An operation with the ids of what was created in place of their stand-ins."""

    def put(text: str) -> str:
        return STAND_IN.sub(lambda found: ids.get(int(found[1]), found[0]), text)

    return with_each_text(one, put)


def needs(one: Operation) -> frozenset[int]:
    """The numbers of the operations whose ids it still waits for."""
    found: set[int] = set()

    def note(text: str) -> str:
        found.update(int(number) for number in STAND_IN.findall(text))
        return text

    for value in (one.key, one.params, one.wants, one.expects):
        _each_text(value, note)
    return frozenset(found)
