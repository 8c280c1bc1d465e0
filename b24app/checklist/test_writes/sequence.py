"""The order of a test write: sweep what is left of earlier ones, make, read, delete, look again, sweep."""

from collections.abc import Callable, Sequence
from typing import Protocol

from b24app.checklist.test_writes.step_log import StepLog
from b24app.checklist.test_writes.write_gate import is_gone
from b24app.checklist.test_writes.write_steps import WriteStep
from b24app.errors import AnswerBroken, ListIncomplete, UnknownRefusal

ROUNDS = 10


class WrittenObject(Protocol):
    """What can be tried: how it is made, recognised and taken away."""

    def leftovers(self) -> Sequence[int]:
        """Numbers of things that carry our mark; each was looked at, none is believed by the filter alone."""
        ...

    def make(self, mark: str) -> int:
        """Make one with this mark and return its number."""
        ...

    def read(self, number: int, mark: str) -> bool:
        """Read it and say whether it carries the mark."""
        ...

    def delete(self, number: int) -> None:
        """Delete one of ours."""
        ...


def probe(find_place: Callable[[], WrittenObject], mark: str, tape: StepLog) -> None:
    """Try once; every step is written on the tape, and nothing that does not carry our mark is deleted."""
    thing = tape.does(WriteStep.PLACE, find_place)
    if thing is None or tape.does(WriteStep.SWEPT, lambda: sweep(thing), _count) is None:
        return
    number = tape.does(WriteStep.MADE, lambda: thing.make(mark), _count)
    if (
        number is not None
        and not _is_strange(thing, number, mark, tape)
        and tape.does(WriteStep.DELETED, lambda: _delete(thing, number))
    ):
        tape.does(WriteStep.GONE, lambda: demand_gone(thing, number, mark))
    tape.does(WriteStep.CLEAN, lambda: sweep(thing), _count)


def sweep(thing: WrittenObject) -> int:
    """Delete everything that carries our mark; answers how many."""
    swept = 0
    for _ in range(ROUNDS):
        found = thing.leftovers()
        if not found:
            return swept
        for number in found:
            thing.delete(number)
            swept += 1
    raise ListIncomplete("", "marked things keep appearing")


def demand_gone(thing: WrittenObject, number: int, mark: str) -> bool:
    """See that it is not there any more; raises AnswerBroken when it still is."""
    try:
        thing.read(number, mark)
    except UnknownRefusal as error:
        if is_gone(error):
            return True
        raise
    raise AnswerBroken("", f"{number} is still there after it was deleted")


def _is_strange(thing: WrittenObject, number: int, mark: str, tape: StepLog) -> bool:
    """Whether something else answers under the number: then it is not ours to delete."""
    strange: list[bool] = []

    def look() -> bool:
        if thing.read(number, mark):
            return True
        strange.append(True)
        raise AnswerBroken("", f"{number} does not carry the mark of this probe")

    tape.does(WriteStep.READ, look)
    return bool(strange)


def _delete(thing: WrittenObject, number: int) -> bool:
    thing.delete(number)
    return True


def _count(number: int) -> int:
    return number
