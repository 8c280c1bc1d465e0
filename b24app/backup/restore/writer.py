"""A writer: how objects of one kind are restored, found again and deleted; one file of `writers/` a kind."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Protocol, runtime_checkable

from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.plan import Operation, RestoreChoice, StageLane
from b24app.comparison.object_changes import Difference
from b24app.discovery import import_all
from b24app.json_values import Json, JsonObject
from b24app.rest_client import Command


class ObjectStanding(StrEnum):
    """The state of an object before its write: it may be written, it is so already, or it was changed meanwhile."""

    READY = "ready"
    DONE = "done"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FoundObject:
    """What was found of an operation's object, with the portal's own id of it."""

    standing: ObjectStanding
    id: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """An operation that was carried out: the id of its object, the row before it, what its line was marked with."""

    operation: Operation
    id: str
    before: JsonObject | None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the comparison, or a change of the year, to be undone.

    `fields` are the earlier values by the fields of its kind, `changed` those that differ; a deleted object has all of
    them. `rows` returns the raw rows of an entity at that moment, or None where no version of them was kept.
    """

    kind: str
    key: str
    name: str
    place: str
    difference: Difference
    fields: Mapping[str, str]
    changed: tuple[str, ...]
    rows: Callable[[str], Sequence[JsonObject] | None]
    as_of: datetime | None = None


class Writer(Protocol):
    """What a file of `writers/` declares as `WRITER`.

    `lines` are the kinds of the comparison that it serves. Writers with a smaller `place` write first. An operation that is
    passed to `stands`, `command`, `present` or `undo` has its stand-ins resolved.
    """

    @property
    def kind(self) -> str:
        """The name by which operations find their writer."""
        ...

    @property
    def title(self) -> str:
        """What one object is called, a message id."""
        ...

    @property
    def place(self) -> int:
        """Its place in the order of writing."""
        ...

    @property
    def lines(self) -> tuple[str, ...]:
        """The kinds of the comparison whose lines it restores."""
        ...

    def serves(self, entity: str) -> bool:
        """Whether it writes the objects of this entity of the copy."""
        ...

    def choose(self, line: Line) -> Iterator[RestoreChoice]:
        """The choices for a line of the comparison; none when only a person can restore it."""
        ...

    def plan(self, choices: Sequence[RestoreChoice], look: PortalLook) -> Iterable[Operation]:
        """The operations that restore the choices, from the present state of the portal; numbers are assigned later."""
        ...

    def lanes(self, choices: Sequence[RestoreChoice], look: PortalLook) -> Iterable[StageLane]:
        """Neighbours before and after, where a place among them is restored."""
        ...

    def stands(self, operation: Operation, look: PortalLook) -> FoundObject:
        """Whether it may be written, is written already, or differs from the preview."""
        ...

    def command(self, operation: Operation, look: PortalLook) -> Command:
        """The method and its parameters."""
        ...

    def id_of(self, operation: Operation, result: Json) -> str:
        """The portal's id of what was written, from the answer."""
        ...

    def present(self, operation: Operation, look: PortalLook) -> JsonObject | None:
        """The raw row as it is before the write."""
        ...

    def undo(self, written: Written, look: PortalLook) -> Operation:
        """The operation that undoes one write, or the reason why there is none: it was changed or used since."""
        ...


@runtime_checkable
class ReadsTogether(Protocol):
    """A writer that reads the objects of a whole batch at once."""

    def read_together(self, operations: Sequence[Operation], look: PortalLook) -> None:
        """Have the look read the objects of these operations together."""
        ...


@runtime_checkable
class ListsRows(Protocol):
    """A writer of settings that the portal lists: its objects have ids, which others may name."""

    @property
    def title(self) -> str:
        """What one object is called, a message id."""
        ...

    @property
    def entity(self) -> str:
        """The entity of the copy; empty where there is one for each owner."""
        ...

    @property
    def id(self) -> str:
        """The field that holds the id."""
        ...

    @property
    def goes_with_owner(self) -> bool:
        """Whether the portal deletes an object with its owner."""
        ...

    def serves(self, entity: str) -> bool:
        """Whether it writes the objects of this entity of the copy."""
        ...

    def present_rows(self, look: PortalLook, entity: str) -> Sequence[JsonObject]:
        """The present rows of an entity in the portal."""
        ...


def goes_with_owner(writer: Writer) -> bool:
    """Whether the portal deletes its objects with their owner."""
    return bool(getattr(writer, "goes_with_owner", True))


def listed_kinds() -> frozenset[str]:
    """The kinds of settings whose objects have ids."""
    return frozenset(kind for kind, one in load_writers().items() if isinstance(one, ListsRows))


def read_objects(operations: Sequence[Operation], look: PortalLook) -> None:
    """Read the objects of operations, many at once where their writer can."""
    for kind, writer in load_writers().items():
        mine = [one for one in operations if one.kind == kind]
        if mine and isinstance(writer, ReadsTogether):
            writer.read_together(mine, look)


@cache
def load_writers() -> Mapping[str, Writer]:
    """Import every file of `writers/`: what each declares as `WRITER`, by kind, in the order of writing."""
    found: dict[str, Writer] = {}
    for module in import_all("b24app.backup.restore.writers"):
        writer: Writer | None = getattr(module, "WRITER", None)
        if writer is not None and found.setdefault(writer.kind, writer) is not writer:
            msg = f"two writers are called {writer.kind!r}"
            raise LookupError(msg)
    return dict(sorted(found.items(), key=lambda one: (one[1].place, one[0])))


def writers_of_line(kind: str) -> tuple[Writer, ...]:
    """The writers that serve lines of this kind of the comparison; none where only a person can put them back."""
    return tuple(one for one in load_writers().values() if kind in one.lines)
