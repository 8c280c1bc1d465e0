"""Logs each step of a test write as it ends, and turns a refusal into words and a level."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from b24app import errors
from b24app.bitrix24.retries import settled
from b24app.checklist.engine.fact_refusal import REASON_TEXTS, REASONS, Reason, refusal_of
from b24app.checklist.engine.verdict import Level
from b24app.checklist.test_writes.write_gate import ProbesOff
from b24app.checklist.test_writes.write_steps import StepDone, WriteKind, WriteStep
from b24app.errors import PortalError, WriteUncertain
from b24app.text.messages import N_

T = TypeVar("T")
REFUSED = N_("The portal refused. These are its own words.")
SILENT = N_("The portal did not answer as expected. Try again later.")
# api-reference/crm/universal/import: a required field that the pipeline asks for even from an import.
REQUIRED_CODE, REQUIRED_WORDS = "crm_field_error_required", "обязательно для заполнения"


@dataclass(slots=True)
class StepLog:
    """One kind of probe under way; `begin` and `keep` store its progress, `pause` waits in seconds."""

    kind: WriteKind
    now: Callable[[], datetime]
    begin: Callable[[WriteKind, WriteStep], None]
    keep: Callable[[StepDone], None]
    pause: Callable[[float], None]
    steps: list[StepDone] = field(default_factory=list)

    def does(
        self, step: WriteStep, act: Callable[[], T], number: Callable[[T], int | None] = lambda _: None
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


def told(kind: WriteKind, step: WriteStep, error: PortalError, at: datetime) -> StepDone:
    """A step that did not come through."""
    no = refusal_of(error)
    return StepDone(
        kind, step, False, at,
        level=level_of(error), reason=no.reason, code=no.code, words=no.description, public=_in_words(error, no.reason),
    )  # fmt: skip


def _in_words(error: PortalError, reason: Reason) -> str:
    """What to tell a person; nothing is tried again by itself here, so nothing may promise that."""
    if reason in (Reason.LIMIT, Reason.UNREACHABLE):
        return REASON_TEXTS[reason]
    if type(error).public != PortalError.public:
        return error.public
    return REFUSED if error.code else SILENT


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
