"""Steps of a test write and what its outcome says. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from b24app.checklist.engine.fact_refusal import Reason
from b24app.checklist.engine.verdict import Level
from b24app.text.messages import N_


class WriteKind(StrEnum):
    """What is tried: a deal in CRM, a file on the disk."""

    DEAL = "deal"
    DISK = "disk"


class WriteStep(StrEnum):
    """One step, in the order of time."""

    PLACE = "place"
    SWEPT = "swept"
    MADE = "made"
    READ = "read"
    DELETED = "deleted"
    GONE = "gone"
    CLEAN = "clean"


SCOPES = {WriteKind.DEAL: "crm", WriteKind.DISK: "disk"}
ABOUT_THE_THING = (WriteStep.PLACE, WriteStep.SWEPT, WriteStep.MADE, WriteStep.READ)
KIND_TITLES = {WriteKind.DEAL: N_("A deal in CRM"), WriteKind.DISK: N_("A file on the disk")}
STEP_TITLES = {
    WriteStep.PLACE: N_("The place is found"),
    WriteStep.SWEPT: N_("Leftovers of earlier probes are swept"),
    WriteStep.MADE: N_("Made"),
    WriteStep.READ: N_("Read back"),
    WriteStep.DELETED: N_("Deleted"),
    WriteStep.GONE: N_("It is not there any more"),
    WriteStep.CLEAN: N_("Nothing of ours is left"),
}


@dataclass(frozen=True, slots=True)
class StepDone:
    """How one step ended: what it found or why it did not come through, in the portal's words and in ours."""

    kind: WriteKind
    step: WriteStep
    ok: bool
    at: datetime
    number: int | None = None
    level: Level = Level.PASS
    reason: Reason | None = None
    code: str = ""
    words: str = ""
    public: str = ""


@dataclass(frozen=True, slots=True)
class Probed:
    """One kind of thing that was tried: when, by whom, and every step of it."""

    kind: WriteKind
    at: datetime
    by: str
    steps: tuple[StepDone, ...] = ()

    @property
    def failed(self) -> StepDone | None:
        """The step that the outcome is about: the first that did not come through."""
        return next((step for step in self.steps if not step.ok), None)

    @property
    def level(self) -> Level:
        """The worst that can be said: what was made but could not be cleared away is a remark."""
        worst = self.failed
        if worst is None:
            return Level.PASS if self.steps else Level.UNKNOWN
        return worst.level if worst.step in ABOUT_THE_THING else Level.WARN

    @property
    def left_behind(self) -> int | None:
        """The number of the thing that the probe made and could not delete."""
        made = next((step.number for step in self.steps if step.step is WriteStep.MADE and step.ok), None)
        cleared = {step.step for step in self.steps if step.ok} & {WriteStep.GONE, WriteStep.CLEAN}
        return None if cleared else made


@dataclass(frozen=True, slots=True)
class Probes:
    """What is known of probes: whether they are allowed, what may not be asked, and the newest outcomes."""

    on: bool = False
    missing: tuple[str, ...] = ()
    rows: tuple[Probed, ...] = ()
    activated_at: datetime | None = None
    switched_by: str = field(default="")

    def of(self, kind: WriteKind) -> Probed | None:
        """The newest outcome of a kind."""
        return next((row for row in self.rows if row.kind is kind), None)


def of_kind(steps: Sequence[StepDone], kind: WriteKind) -> tuple[StepDone, ...]:
    """The steps of one kind, in the order of time."""
    return tuple(step for step in steps if step.kind is kind)
