"""A test write from start to end: the gate that every call passes, the log of its steps, and their order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from b24app import errors
from b24app.bitrix24.retries import settled
from b24app.checklist.engine.fact import REASON_TEXTS, REASONS, Reason, refusal_of
from b24app.checklist.engine.verdict import Level
from b24app.checklist.test_writes.write_outcome import StepDone, WriteKind, WriteStep
from b24app.errors import AnswerBroken, AppError, ListIncomplete, PortalError, UnknownRefusal, WriteUncertain
from b24app.json_values import JsonObject
from b24app.rest_client import Answer, Marker, RestClient
from b24app.text.messages import N_

T = TypeVar("T")
ROUNDS = 10
NOT_FOUND = {"not_found", "error_not_found"}
REFUSED = N_("The portal refused. These are its own words.")
SILENT = N_("The portal did not answer as expected. Try again later.")
# api-reference/crm/universal/import: a required field that the pipeline asks for even from an import.
REQUIRED_CODE, REQUIRED_WORDS = "crm_field_error_required", "обязательно для заполнения"
UNCLEAR: tuple[type[PortalError], ...] = (
    WriteUncertain, AnswerBroken, errors.ScopeMissing, errors.TokenExpired, *(kind for kind, _ in REASONS),
)  # fmt: skip


class WritesOff(AppError):
    """Test writes are not allowed in this portal, or the one under way has lost its turn."""

    status = 409
    public = N_("Probes that write are switched off. An administrator can switch them on.")


def is_gone(error: UnknownRefusal) -> bool:
    """Whether the portal refused because there is no such object."""
    return str(error.code).casefold() in NOT_FOUND


def number_of(value: object) -> int:
    """An id as the portal writes it: a number or digits; anything else is a broken answer."""
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise AnswerBroken("", f"an id was expected, {text[:40]!r} came")
    return int(text)


@dataclass(frozen=True, slots=True)
class Gate:
    """Every request of a test write goes through this: `may_make` is asked before anything is made, `is_mine` always."""

    client: RestClient
    may_make: Callable[[], bool]
    is_mine: Callable[[], bool]

    def look(self, method: str, params: JsonObject | None = None) -> Answer:
        """Read something."""
        self._demand(self.is_mine())
        return self.client.call(method, params, write=False)

    def make(self, method: str, params: JsonObject, marker: Marker | None = None) -> Answer:
        """Make something; a lost answer is looked for by its marker before anything is repeated."""
        self._demand(self.is_mine() and self.may_make())
        # a call without a marker only finds or founds our own place, and may be repeated like a read
        return self.client.call(method, params, write=marker is not None, marker=marker)

    def clear(self, method: str, params: JsonObject, marker: Marker) -> Answer | None:
        """Delete what is ours, also after the switch went off; None for what is deleted already, which is no fault."""
        self._demand(self.is_mine())
        try:
            return self.client.call(method, params, write=True, marker=marker)
        except UnknownRefusal as error:
            if not is_gone(error):
                raise
            return None

    def _demand(self, allowed: bool) -> None:
        if not allowed:
            raise WritesOff


@dataclass(slots=True)
class StepLog:
    """One kind of test write under way; `begin` and `keep` store its progress, `pause` waits in seconds."""

    kind: WriteKind
    now: Callable[[], datetime]
    begin: Callable[[WriteKind, WriteStep], None]
    keep: Callable[[StepDone], None]
    pause: Callable[[float], None]
    steps: list[StepDone] = field(default_factory=list)

    def does(
        self, step: WriteStep, act: Callable[[], T], number: Callable[[T], int | None] = lambda _: None
    ) -> T | None:
        """Do one step and store how it ended; None when it failed."""
        self.begin(self.kind, step)
        try:
            found = act()
        except WritesOff as closed:
            self._write(
                StepDone(self.kind, step, False, self.now(), level=Level.UNKNOWN, public=closed.public)
            )
            return None
        except PortalError as error:
            self._write(refused(self.kind, step, error, self.now()))
            if isinstance(error, WriteUncertain):
                self.pause(settled(0.0))  # until then the portal may still be working on it
            return None
        self._write(StepDone(self.kind, step, True, self.now(), number(found)))
        return found

    def _write(self, step: StepDone) -> None:
        self.steps.append(step)
        self.keep(step)


def refused(kind: WriteKind, step: WriteStep, error: PortalError, at: datetime) -> StepDone:
    """A failed step."""
    no = refusal_of(error)
    return StepDone(
        kind, step, False, at,
        level=level_of(error), reason=no.reason, code=no.code, words=no.description, public=_public(error, no.reason),
    )  # fmt: skip


def _public(error: PortalError, reason: Reason) -> str:
    """The text for people; nothing is tried again by itself here, so nothing may promise that."""
    if reason in (Reason.LIMIT, Reason.UNREACHABLE):
        return REASON_TEXTS[reason]
    if type(error).public != PortalError.public:
        return error.public
    return REFUSED if error.code else SILENT


def level_of(error: PortalError) -> Level:
    """The level of a refusal: after a missing right or no answer it is unknown what the portal can do."""
    if str(error.code).casefold() == REQUIRED_CODE or REQUIRED_WORDS in error.description.casefold():
        return Level.WARN
    if isinstance(error, UNCLEAR):
        return Level.UNKNOWN
    plain_fault = isinstance(error, errors.VendorFault) and not isinstance(error, UnknownRefusal)
    return Level.UNKNOWN if plain_fault else Level.FAIL


class WrittenObject(Protocol):
    """A kind of object for test writes: how it is made, recognised and deleted."""

    def leftovers(self) -> Sequence[int]:
        """Numbers of objects with our mark; each was read, the filter alone is not trusted."""
        ...

    def make(self, mark: str) -> int:
        """Make one with this mark and return its number."""
        ...

    def read(self, number: int, mark: str) -> bool:
        """Read it and return whether it has the mark."""
        ...

    def delete(self, number: int) -> None:
        """Delete one of ours."""
        ...


def write_once(find_place: Callable[[], WrittenObject], mark: str, log: StepLog) -> None:
    """Sweep, make, read, delete, look again, sweep; nothing without our mark is deleted."""
    ours = log.does(WriteStep.PLACE, find_place)
    if ours is None or log.does(WriteStep.SWEPT, lambda: sweep(ours), _count) is None:
        return
    number = log.does(WriteStep.MADE, lambda: ours.make(mark), _count)
    if (
        number is not None
        and not _is_strange(ours, number, mark, log)
        and log.does(WriteStep.DELETED, lambda: _delete(ours, number))
    ):
        log.does(WriteStep.GONE, lambda: demand_gone(ours, number, mark))
    log.does(WriteStep.CLEAN, lambda: sweep(ours), _count)


def sweep(ours: WrittenObject) -> int:
    """Delete everything with our mark; returns how many."""
    swept = 0
    for _ in range(ROUNDS):
        found = ours.leftovers()
        if not found:
            return swept
        for number in found:
            ours.delete(number)
            swept += 1
    raise ListIncomplete("", "marked objects keep appearing")


def demand_gone(ours: WrittenObject, number: int, mark: str) -> bool:
    """Check that it was deleted; raises AnswerBroken when it still exists."""
    try:
        ours.read(number, mark)
    except UnknownRefusal as error:
        if is_gone(error):
            return True
        raise
    raise AnswerBroken("", f"{number} is still there after it was deleted")


def _is_strange(ours: WrittenObject, number: int, mark: str, log: StepLog) -> bool:
    """Whether another object has this number: then it is not ours to delete."""
    strange: list[bool] = []

    def look() -> bool:
        if ours.read(number, mark):
            return True
        strange.append(True)
        raise AnswerBroken("", f"{number} does not carry the mark of this test write")

    log.does(WriteStep.READ, look)
    return bool(strange)


def _delete(ours: WrittenObject, number: int) -> bool:
    ours.delete(number)
    return True


def _count(number: int) -> int:
    return number
