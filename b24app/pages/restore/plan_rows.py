"""Rows of a preview: operations of one kind with one tick or one reason are one row; whose present state is saved before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from b24app.backup.restore.data.line_kinds import OF_DATA
from b24app.backup.restore.plan import Action, Operation, RestorePlan

SHOWN_NAMES = 4


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row of the preview: an operation, or several of one kind with one tick or one reason."""

    operations: tuple[Operation, ...]
    left_out: bool = False

    @property
    def first(self) -> Operation:
        """The operation that it is called by."""
        return self.operations[0]

    @property
    def size(self) -> int:
        """The number of its objects."""
        return sum(one.objects for one in self.operations)

    @property
    def names(self) -> str:
        """The first names of many."""
        return ", ".join(one.name or one.key for one in self.operations[:SHOWN_NAMES])

    @property
    def more(self) -> int:
        """How many objects are not named."""
        return max(0, len(self.operations) - SHOWN_NAMES)


def is_kept(one: Operation) -> bool:
    """Whether its present state is saved: not of data that a restore has made and its undoing deletes."""
    return one.action is Action.CHANGE or (one.action is Action.REMOVE and one.kind not in OF_DATA)


def plan_rows(plan: RestorePlan, actions: Sequence[Action]) -> Iterator[PlanRow]:
    """Operations of one tick, or of one kind and reason, are one row."""
    found: dict[tuple[str, ...], list[Operation]] = {}
    for one in plan.operations:
        if one.action in actions:
            found.setdefault(_row_key(one), []).append(one)
    for operations in found.values():
        group = operations[0].group
        yield PlanRow(tuple(operations), left_out=bool(group) and group in plan.left_out)


def _row_key(one: Operation) -> tuple[str, ...]:
    many = one.kind in {"deal_stage", *OF_DATA} or bool(one.group)
    return (one.action, one.title, one.group, one.why.message) if many else (str(one.number),)
