"""What a probe does, step by step, and what its outcome says. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from b24app.checklist.engine.fact_refusal import Reason
from b24app.checklist.engine.verdict import Level
from b24app.text.messages import N_


class Kind(StrEnum):
    """What is tried: a deal in CRM, a file on the disk."""

    DEAL = "deal"
    DISK = "disk"


class Step(StrEnum):
    """One step, in the order of time."""

    PLACE = "place"
    SWEPT = "swept"
    MADE = "made"
    READ = "read"
    DELETED = "deleted"
    GONE = "gone"
    CLEAN = "clean"


SCOPES = {Kind.DEAL: "crm", Kind.DISK: "disk"}
ABOUT_THE_THING = (Step.PLACE, Step.SWEPT, Step.MADE, Step.READ)
KIND_TITLES = {Kind.DEAL: N_("A deal in CRM"), Kind.DISK: N_("A file on the disk")}
STEP_TITLES = {
    Step.PLACE: N_("The place is found"),
    Step.SWEPT: N_("Leftovers of earlier probes are swept"),
    Step.MADE: N_("Made"),
    Step.READ: N_("Read back"),
    Step.DELETED: N_("Deleted"),
    Step.GONE: N_("It is not there any more"),
    Step.CLEAN: N_("Nothing of ours is left"),
}


@dataclass(frozen=True, slots=True)
class StepDone:
    """How one step ended: what it found or why it did not come through, in the portal's words and in ours."""

    kind: Kind
    step: Step
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

    kind: Kind
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
        made = next((step.number for step in self.steps if step.step is Step.MADE and step.ok), None)
        cleared = {step.step for step in self.steps if step.ok} & {Step.GONE, Step.CLEAN}
        return None if cleared else made


@dataclass(frozen=True, slots=True)
class Probes:
    """What is known of probes: whether they are allowed, what may not be asked, and the newest outcomes."""

    on: bool = False
    missing: tuple[str, ...] = ()
    rows: tuple[Probed, ...] = ()
    activated_at: datetime | None = None
    switched_by: str = field(default="")

    def of(self, kind: Kind) -> Probed | None:
        """The newest outcome of a kind."""
        return next((row for row in self.rows if row.kind is kind), None)


def of_kind(steps: Sequence[StepDone], kind: Kind) -> tuple[StepDone, ...]:
    """The steps of one kind, in the order of time."""
    return tuple(step for step in steps if step.kind is kind)
