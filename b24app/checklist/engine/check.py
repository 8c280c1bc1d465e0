"""Declares checks: areas, severities, `@check`, and comparison with the baseline."""

import inspect
from collections import deque
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TypeVar

from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.verdict import (
    Because,
    Evidence,
    Level,
    Value,
    Verdict,
    not_used,
    seen,
)
from b24app.discovery import enter, import_all
from b24app.text.messages import N_

K = TypeVar("K")
T = TypeVar("T")
V = TypeVar("V")
Judgement = Callable[..., Verdict]
NO_BASELINE_YET = N_("There is no snapshot yet to compare with")
GIVEN = frozenset({"baseline", "now", "refusals", "activated_at"})


class Area(StrEnum):
    """A part of the portal, in the order of the page."""

    BACKUP = "backup"
    CRM = "crm"
    PAYMENTS = "payments"
    DELIVERY = "delivery"
    MARKETPLACES = "marketplaces"
    CATALOGUE = "catalogue"
    SITE = "site"
    CHANNELS = "channels"
    PLAN = "plan"
    APPS = "apps"


AREA_TITLES: dict[Area, str] = {
    Area.BACKUP: N_("Backup"),
    Area.CRM: N_("CRM pipelines"),
    Area.PAYMENTS: N_("Payments"),
    Area.DELIVERY: N_("Delivery and orders"),
    Area.MARKETPLACES: N_("Marketplaces"),
    Area.CATALOGUE: N_("Catalogue and stores"),
    Area.SITE: N_("Site and analytics"),
    Area.CHANNELS: N_("Channels and telephony"),
    Area.PLAN: N_("Licence and employees"),
    Area.APPS: N_("Applications"),
}


class Severity(StrEnum):
    """The effect on the shop: orders stop, other work stops, or only a note."""

    ORDERS = "orders"
    WORK = "work"
    NOTE = "note"


SEVERITY_ORDER: dict[Severity, int] = {Severity.ORDERS: 0, Severity.WORK: 1, Severity.NOTE: 2}


class CheckTime(StrEnum):
    """When a check matters: only before the renewal, only after activation, or both times."""

    BEFORE = "before"
    AFTER = "after"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the portal was like before: empty when there is no baseline, or none to compare with."""

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
        spec = CheckSpec(
            judge.__name__, title, why, remedy, area, severity, stage, place, link, judge,
            tuple(name for name in needed if name not in optional),
            optional,
            tuple(name for name in parameters if name in GIVEN),
        )  # fmt: skip
        enter(CHECKS, spec.code, spec, judge.__module__)
        return judge

    return register


@cache
def load_checks() -> Mapping[str, CheckSpec]:
    """Import every file of `checks/` and return what they declare, in the order of the page."""
    deque(import_all("b24app.checklist.checks"), maxlen=0)
    areas = list(Area)
    return dict(sorted(CHECKS.items(), key=lambda item: (areas.index(item[1].area), item[0])))


def gone(before: Mapping[K, V] | None, now: Container[K]) -> tuple[V, ...]:
    """What existed and is missing; empty when there is no baseline."""
    return tuple(value for key, value in (before or {}).items() if key not in now)


def missing(before: Iterable[K] | None, now: Iterable[K]) -> tuple[K, ...]:
    """The missing members of a set, in order."""
    left = set(now)
    return tuple(item for item in (before or ()) if item not in left)


def then(baseline: Baseline, message: str, level: Level | None = Level.PASS, **values: Value) -> Evidence:
    """The state in the baseline."""
    return seen(N_("In the snapshot"), message, level, baseline.at, **values)


def today(now: datetime, message: str, level: Level | None = None, **values: Value) -> Evidence:
    """The present state."""
    return seen(N_("Now"), message, level, now, **values)


def no_baseline() -> Verdict:
    """The verdict on changes until there is a baseline."""
    return replace(not_used(NO_BASELINE_YET), because=Because.NO_BASELINE)
