"""Writers of rows that have no number of their own, such as bindings: their fields identify them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.plan import Operation, RestoreChoice
from b24app.backup.restore.with_others import with_others
from b24app.backup.restore.writer import Line
from b24app.json_values import Json, JsonObject

NAMED = "_named"


@dataclass(frozen=True, kw_only=True)
class NamelessWriter(ListedWriter):
    """Writes rows without a number: the fields of `same` together identify one."""

    id: str = NAMED
    fields: Mapping[str, str] = field(default_factory=dict)
    moves: bool = False

    def key(self, row: JsonObject) -> str:
        """The key of its identifying fields."""
        return ":".join(str(row.get(name, "")) for name in self.same)

    def present_rows(self, look: PortalLook, entity: str) -> Sequence[JsonObject]:
        """The rows, each with its key."""
        return [{**row, NAMED: self.key(row)} for row in super().present_rows(look, entity)]

    def id_of(self, operation: Operation, result: Json) -> str:  # noqa: ARG002
        """The key of the row, as no answer has a number."""
        return operation.id or self.key(operation.wants)


@dataclass(frozen=True, kw_only=True)
class BindingWriter(NamelessWriter):
    """Writes rows that are lost with another object, and come back with it; `belongs` selects those of a line."""

    belongs: Callable[[Line, JsonObject], bool]
    alongside: bool = True

    def choose(self, line: Line) -> Iterator[RestoreChoice]:
        """The rows of what is lost."""
        yield from with_others(self, line, lambda row: self.belongs(line, row))
