"""Writes down each step of a probe as it ends, and turns a refusal into words and a level."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from b24app import errors
from b24app.checklist.probes.steps import Kind, Step, StepDone
from b24app.checklist.refusal import REASONS, refusal_of
from b24app.checklist.verdict import Level
from b24app.errors import PortalError, ProbesOff, WriteUncertain
from b24app.wire.repeats import settled

T = TypeVar("T")
# api-reference/crm/universal/import: a required field that the pipeline asks for even from an import.
REQUIRED_CODE, REQUIRED_WORDS = "crm_field_error_required", "обязательно для заполнения"


@dataclass(slots=True)
class Tape:
    """One kind of probe under way; `begin` and `keep` store its progress, `pause` waits in seconds."""

    kind: Kind
    now: Callable[[], datetime]
    begin: Callable[[Kind, Step], None]
    keep: Callable[[StepDone], None]
    pause: Callable[[float], None]
    steps: list[StepDone] = field(default_factory=list)

    def does(
        self, step: Step, act: Callable[[], T], number: Callable[[T], int | None] = lambda _: None
    ) -> T | None:
        """Do one step and write down how it ended; None when it did not come through."""
        self.begin(self.kind, step)
        try:
            found = act()
        except ProbesOff as closed:
            self._write(
                StepDone(self.kind, step, False, self.now(), level=Level.UNKNOWN, public=closed.public)
            )
            return None
        except PortalError as error:
            self._write(told(self.kind, step, error, self.now()))
            if isinstance(error, WriteUncertain):
                self.pause(settled(0.0))  # until then the portal may still be working on it
            return None
        self._write(StepDone(self.kind, step, True, self.now(), number(found)))
        return found

    def _write(self, step: StepDone) -> None:
        self.steps.append(step)
        self.keep(step)


def told(kind: Kind, step: Step, error: PortalError, at: datetime) -> StepDone:
    """A step that did not come through."""
    no = refusal_of(error)
    return StepDone(
        kind, step, False, at,
        level=level_of(error), reason=no.reason, code=no.code, words=no.description, public=error.public,
    )  # fmt: skip


def level_of(error: PortalError) -> Level:
    """What a refusal says of the portal: a missing right or a silent wire says nothing about what it can do."""
    if str(error.code).casefold() == REQUIRED_CODE or REQUIRED_WORDS in error.description.casefold():
        return Level.WARN
    if isinstance(error, WriteUncertain | errors.AnswerBroken | errors.ScopeMissing | errors.TokenExpired):
        return Level.UNKNOWN
    if isinstance(error, tuple(kind for kind, _ in REASONS)):
        return Level.UNKNOWN
    plain_fault = isinstance(error, errors.VendorFault) and not isinstance(error, errors.UnknownRefusal)
    return Level.UNKNOWN if plain_fault else Level.FAIL
