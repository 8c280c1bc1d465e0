"""Common parts of the writers of copied data: the comparison has no lines for it, and writes are planned from the copy."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from b24app.backup.restore.look import PortalLook
from b24app.backup.restore.plan import Action, Operation, RestoreChoice, StageLane
from b24app.backup.restore.writer import Line, Written
from b24app.text.messages import Sentence, sentence


@dataclass(frozen=True, slots=True)
class CopiedWriter:
    """The common part of writers of copied data; each kind defines the rest itself.

    `scopes` are the permissions without which the portal shows nothing of it.
    """

    kind: str
    title: str
    place: int
    scopes: tuple[str, ...]
    lines: tuple[str, ...] = ()
    goes_with_owner: bool = True

    def serves(self, entity: str) -> bool:  # noqa: ARG002
        """False: it writes no settings."""
        return False

    def choose(self, line: Line) -> Iterator[RestoreChoice]:  # noqa: ARG002
        """Empty: the comparison has no lines of data."""
        yield from ()

    def plan(self, choices: Sequence[RestoreChoice], look: PortalLook) -> Iterable[Operation]:  # noqa: ARG002
        """Data are planned from the copy, by `data_kinds.py`."""
        return ()

    def lanes(self, choices: Sequence[RestoreChoice], look: PortalLook) -> Iterable[StageLane]:  # noqa: ARG002
        """Empty: data have no neighbours."""
        return ()


def stays(written: Written, why: str | Sentence) -> Operation:
    """An operation with the reason why one write cannot be undone."""
    one, words = written.operation, why if isinstance(why, Sentence) else sentence(why)
    return Operation(0, one.kind, one.entity, written.id, one.name, Action.CANNOT, title=one.title, why=words)


def removal(written: Written) -> Operation:
    """The undo of what was made anew: it is deleted, as long as its mark is true."""
    one = written.operation
    return Operation(
        0, one.kind, one.entity, written.id, one.name, Action.REMOVE, title=one.title, id=written.id, mark=written.mark
    )  # fmt: skip
