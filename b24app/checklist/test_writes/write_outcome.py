"""Steps of a test write, its outcome, and what that means for a check: never tried, too old, or found out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from b24app.checklist.engine.fact import REASON_TEXTS, WHO_GRANTS, Reason
from b24app.checklist.engine.verdict import (
    Evidence,
    Level,
    Verdict,
    failed,
    passed,
    seen,
    sentence,
    unknown,
    warned,
)
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
BEFORE_CLEARING = (WriteStep.PLACE, WriteStep.SWEPT, WriteStep.MADE, WriteStep.READ)
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
FRESH = timedelta(days=7)
WHERE = N_("Open “Checks”, then “Probes that write”, and try.")
STAYS = N_("What the probe made could not be cleared away: %(words)s")
ASKS_MORE = N_("The portal asks for a field that the probe does not fill in: %(words)s")


@dataclass(frozen=True, slots=True)
class StepDone:
    """How one step ended: its result or why it failed, in the portal's words and in ours."""

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
class WriteOutcome:
    """One kind that was tried: when, by whom, and every step of it."""

    kind: WriteKind
    at: datetime
    by: str
    steps: tuple[StepDone, ...] = ()

    @property
    def failed(self) -> StepDone | None:
        """The step of the outcome: the first that failed."""
        return next((step for step in self.steps if not step.ok), None)

    @property
    def level(self) -> Level:
        """The gravest remark: what was made but could not be deleted is a remark."""
        worst = self.failed
        if worst is None:
            return Level.PASS if self.steps else Level.UNKNOWN
        return worst.level if worst.step in BEFORE_CLEARING else Level.WARN

    @property
    def left_behind(self) -> int | None:
        """The number of the object that was made and could not be deleted."""
        made = next((step.number for step in self.steps if step.step is WriteStep.MADE and step.ok), None)
        cleared = {step.step for step in self.steps if step.ok} & {WriteStep.GONE, WriteStep.CLEAN}
        return None if cleared else made


@dataclass(frozen=True, slots=True)
class WriteOutcomes:
    """The state of test writes: whether they are allowed, the missing permissions, and the newest outcomes."""

    on: bool = False
    missing: tuple[str, ...] = ()
    rows: tuple[WriteOutcome, ...] = ()
    activated_at: datetime | None = None
    switched_by: str = field(default="")

    def of(self, kind: WriteKind) -> WriteOutcome | None:
        """The newest outcome of a kind."""
        return next((row for row in self.rows if row.kind is kind), None)


def of_kind(steps: Sequence[StepDone], kind: WriteKind) -> tuple[StepDone, ...]:
    """The steps of one kind, in the order of time."""
    return tuple(step for step in steps if step.kind is kind)


def judge_write(writes: WriteOutcomes, kind: WriteKind, now: datetime, good: str, bad: str) -> Verdict:
    """Judge one kind; `good` and `bad` are the texts of the two results."""
    found = writes.of(kind)
    if SCOPES[kind] in writes.missing:
        return unknown(REASON_TEXTS[Reason.SCOPE], WHO_GRANTS[Reason.SCOPE], needs=SCOPES[kind])
    if found is None:
        return _never(writes)
    if now - found.at > FRESH:
        return unknown(N_("Tried too long ago, on %(at)s"), WHERE, at=found.at)
    if writes.activated_at is not None and found.at < writes.activated_at <= now:
        return unknown(N_("Tried on %(at)s, before the plan was activated"), WHERE, at=found.at)
    return _outcome(found, good, bad)


def _never(writes: WriteOutcomes) -> Verdict:
    if writes.on:
        return unknown(N_("Nobody has tried it yet"), WHERE)
    return unknown(
        N_("Probes that write are switched off, so nobody has tried it"),
        N_("An administrator can switch them on: “Checks”, then “Probes that write”."),
    )


def _outcome(found: WriteOutcome, good: str, bad: str) -> Verdict:
    tried = seen(N_("Tried by"), N_("%(who)s"), who=found.by, at=found.at)
    step = found.failed
    if step is None:
        return passed(good, N_("Tried on %(at)s by %(who)s"), (tried,), at=found.at, who=found.by)
    evidence = (tried, *_words(step))
    match found.level:
        case Level.UNKNOWN:
            return _unclear(step, evidence)
        case Level.WARN if step.step not in BEFORE_CLEARING:
            return warned(STAYS, None, evidence, words=_answer(step))
        case Level.WARN:
            return warned(ASKS_MORE, None, evidence, words=_answer(step))
    return failed(bad, None, evidence, words=_answer(step))


def _unclear(step: StepDone, evidence: tuple[Evidence, ...]) -> Verdict:
    """An unknown outcome: who can change that, or our own words where the portal returned none."""
    if step.reason in (None, Reason.BROKEN):
        return unknown(step.public, WHERE, evidence)
    return unknown(REASON_TEXTS[step.reason], WHO_GRANTS.get(step.reason), evidence, needs="", code=step.code)


def _answer(step: StepDone) -> str:
    return step.words or step.code


def _words(step: StepDone) -> tuple[Evidence, ...]:
    if not step.code and not step.words:
        return ()
    words = sentence("%(code)s %(description)s", code=step.code, description=step.words)
    return (Evidence(N_("The portal's answer"), words),)
