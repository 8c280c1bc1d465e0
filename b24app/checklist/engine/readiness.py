"""How ready the portal is: one number with its arithmetic, what blocks first, and the next step."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from b24app.checklist.engine.areas import SEVERITY_ORDER, Severity
from b24app.checklist.engine.verdict import Level

MINUTES: Mapping[Level, int] = {Level.FAIL: 20, Level.WARN: 10, Level.ASK: 5, Level.UNKNOWN: 5}
ORDER = (Level.FAIL, Level.WARN, Level.ASK, Level.UNKNOWN)


@dataclass(frozen=True, slots=True)
class JudgedCheck:
    """A check's code, its level, and how grave its failure is."""

    code: str
    level: Level
    severity: Severity


@dataclass(frozen=True, slots=True)
class Readiness:
    """Passed of counted: what does not apply and what is silenced leaves the total."""

    counts: Mapping[Level, int]
    muted: int
    total: int
    todo: tuple[str, ...]
    minutes: int

    @property
    def passed(self) -> int:
        """How many checks passed."""
        return self.counts.get(Level.PASS, 0)

    @property
    def percent(self) -> int:
        """Whole per cent, never 100 while anything is open."""
        return self.passed * 100 // self.total if self.total else 0

    @property
    def blockers(self) -> int:
        """How many checks stand in the way."""
        return self.counts.get(Level.FAIL, 0)

    @property
    def next_code(self) -> str | None:
        """The one thing to do now."""
        return self.todo[0] if self.todo else None


def readiness(judged: Collection[JudgedCheck], muted: Collection[str]) -> Readiness:
    """Count the verdicts and put what is left in order: gravest first."""
    spoken = [item for item in judged if item.code not in muted]
    counts = {level: sum(item.level is level for item in spoken) for level in Level}
    todo = sorted(
        (item for item in spoken if item.level in ORDER),
        key=lambda item: (ORDER.index(item.level), SEVERITY_ORDER[item.severity]),
    )
    return Readiness(
        counts=counts,
        muted=len(judged) - len(spoken),
        total=len(spoken) - counts[Level.NA],
        todo=tuple(item.code for item in todo),
        minutes=sum(MINUTES[item.level] for item in todo),
    )
