"""Declares a check: one judgement over facts, with why it matters and what to do."""

import inspect
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TypeVar

from b24app.checklist.engine.areas import Area, CheckTime, Severity
from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.verdict import Verdict
from b24app.discovery import import_all

T = TypeVar("T")
Judgement = Callable[..., Verdict]
GIVEN = frozenset({"baseline", "now", "refusals", "activated_at"})


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the portal was like before: empty when there is no snapshot, or none to compare with."""

    facts: Facts = field(default_factory=Facts)
    at: datetime | None = None

    def of(self, kind: type[T]) -> T | None:
        """The fact of this kind as it was."""
        return self.facts.of(kind)


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """One declared check; `optional` facts may be missing without making it unknown."""

    code: str
    title: str
    why: str
    remedy: str
    area: Area
    severity: Severity
    stage: CheckTime
    place: str
    link: str
    judge: Judgement
    facts: tuple[str, ...]
    optional: tuple[str, ...]
    given: tuple[str, ...]


CHECKS: dict[str, CheckSpec] = {}


def check(
    *,
    title: str,
    why: str,
    remedy: str,
    area: Area,
    severity: Severity = Severity.WORK,
    stage: CheckTime = CheckTime.BOTH,
    place: str = "",
    link: str = "",
) -> Callable[[Judgement], Judgement]:
    """Register a check; its parameters name the facts it needs, and of GIVEN what it asks for."""

    def register(judge: Judgement) -> Judgement:
        parameters = inspect.signature(judge).parameters
        needed = [name for name in parameters if name not in GIVEN]
        optional = tuple(name for name in needed if parameters[name].default is None)
        CHECKS[judge.__name__] = CheckSpec(
            judge.__name__,
            title,
            why,
            remedy,
            area,
            severity,
            stage,
            place,
            link,
            judge,
            tuple(name for name in needed if name not in optional),
            optional,
            tuple(name for name in parameters if name in GIVEN),
        )
        return judge

    return register


@cache
def load_checks() -> Mapping[str, CheckSpec]:
    """Import every file of `checks/` and return what they declare, in the order of the page."""
    deque(import_all("b24app.checklist.checks"), maxlen=0)
    areas = list(Area)
    return dict(sorted(CHECKS.items(), key=lambda item: (areas.index(item[1].area), item[0])))
