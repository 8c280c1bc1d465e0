"""What only a person can put back: no write, but steps with the exact values."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from b24app.backup.restore.look import PortalLook, text_of
from b24app.backup.restore.plan import Action, Operation, RestoreChoice, StageLane
from b24app.backup.restore.writer import FoundObject, Line, ObjectStanding, Written
from b24app.json_values import Json, JsonObject, is_object
from b24app.rest_client import Command
from b24app.text.messages import N_, Sentence, sentence

KIND = "by_hand"
WHY = N_("Bitrix24 does not let applications write this; a person puts it back.")
OPEN = N_("Open: %(place)s")
SET = N_("Set “%(field)s”: %(value)s")


@dataclass(frozen=True, slots=True)
class ByHandWriter:
    """Plans reasons and steps only."""

    kind: str = KIND
    title: str = N_("Setting")
    place: int = 900
    lines: tuple[str, ...] = ()

    def serves(self, entity: str) -> bool:  # noqa: ARG002
        """False: it writes no settings."""
        return False

    def choose(self, line: Line) -> Iterator[RestoreChoice]:  # noqa: ARG002
        """Empty: it serves no line by itself."""
        return iter(())

    def plan(self, choices: Sequence[RestoreChoice], look: PortalLook) -> Iterable[Operation]:  # noqa: ARG002
        """A reason with steps for each."""
        for one in choices:
            row = one.row or {}
            yield Operation(
                number=0, kind=KIND, entity="", key=one.key, name=one.name, action=Action.CANNOT,
                title=str(row.get("title", self.title)), why=sentence(WHY), steps=tuple(_steps(row)),
            )  # fmt: skip

    def lanes(self, choices: Sequence[RestoreChoice], look: PortalLook) -> Iterable[StageLane]:  # noqa: ARG002
        """Empty: there are no neighbours."""
        return ()

    def stands(self, operation: Operation, look: PortalLook) -> FoundObject:  # noqa: ARG002
        """Never written."""
        return FoundObject(ObjectStanding.OTHER)

    def command(self, operation: Operation, look: PortalLook) -> Command:
        """Never written."""
        raise NotImplementedError

    def id_of(self, operation: Operation, result: Json) -> str:  # noqa: ARG002
        """Never written."""
        return ""

    def present(self, operation: Operation, look: PortalLook) -> JsonObject | None:  # noqa: ARG002
        """Never written."""
        return None

    def undo(self, written: Written, look: PortalLook) -> Operation:  # noqa: ARG002
        """Never written."""
        return written.operation


def _steps(row: JsonObject) -> Iterator[Sentence]:
    place, remedy, fields = row.get("place"), row.get("remedy"), row.get("fields")
    if isinstance(place, str) and place:
        yield sentence(OPEN, place=sentence(place))
    if isinstance(remedy, str) and remedy:
        yield sentence(remedy)
    if is_object(fields):
        for title, value in fields.items():
            if value not in ("", None):
                yield sentence(SET, field=sentence(title), value=text_of(value))


WRITER = ByHandWriter()
