"""The rules of renewal: when the window opens, what grace gives, what stops when, and where a term stands today."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from b24app.terms.sources import Claim, Fact, Source, read_claim, read_fact, read_sources, read_toml

DEFAULTS = {"window_days": 30, "warning_days": 14, "critical_days": 7, "grace_days": 0}


class State(StrEnum):
    """Where a paid term stands."""

    UNKNOWN = "unknown"
    ACTIVE = "active"
    WINDOW_OPEN = "window_open"
    WARNING = "warning"
    CRITICAL = "critical"
    LAST_DAY = "last_day"
    GRACE = "grace"
    LAPSED = "lapsed"
    LOCKED = "locked"
    RENEWED_PENDING = "renewed_pending"
    ACTIVE_AGAIN = "active_again"


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that stops `day` days after the end of the term."""

    code: str
    day: int
    claim: Claim


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules for one kind of term in one region."""

    kind: str
    facts: Mapping[str, Fact]
    losses: tuple[Loss, ...]
    sources: Mapping[str, Source]

    def fact(self, code: str) -> Fact:
        """What is claimed about one rule."""
        return self.facts.get(code, Fact(code, ()))

    def days(self, code: str) -> int:
        """The number of days that drives; our cautious default when nobody said anything."""
        number = self.fact(code).number
        return DEFAULTS.get(code, 0) if number is None else number

    @property
    def grace_days(self) -> int:
        """The one number of days that is counted with after the end: a person's word, else the safe ones of those promised."""
        promised, safe = self.fact("grace_days").used, self.fact("safe_grace_days").used
        by_person = promised is not None and promised.grade == "H" and (safe is None or safe.grade != "H")
        if by_person or safe is None or safe.number is None:
            return self.days("grace_days")
        return min(safe.number, self.days("grace_days"))

    @property
    def promised_grace_days(self) -> int:
        """What the vendor promises, to be named where the grace is explained; nobody counts with it."""
        fact = self.fact("grace_days")
        told = Fact(fact.code, tuple(claim for claim in fact.claims if claim.grade != "H"), fact.strict)
        return told.number or 0

    def window_opens(self, ends_on: date) -> date:
        """The first day on which this term can be renewed."""
        return ends_on - timedelta(days=self.days("window_days"))

    def grace_ends(self, ends_on: date) -> date:
        """The last day on which everything still works unpaid."""
        return grace_end(ends_on, self.grace_days)

    def downgrade_from(self, ends_on: date) -> date:
        """The first day on which a smaller plan can be bought."""
        return ends_on - timedelta(days=self.fact("downgrade_days").number or 0)

    def losses_after(self, ends_on: date, today: date) -> tuple[tuple[Loss, date, int], ...]:
        """What stops on which day and in how many days from today, soonest first; the past is negative.

        What stops with the grace is told for the grace that is counted, or a page would name two ends of it.
        """
        rows = [(loss, self._stops_on(loss, ends_on)) for loss in self.losses if loss.claim.grade != "A"]
        return tuple((loss, day, (day - today).days) for loss, day in sorted(rows, key=lambda row: row[1]))

    def _stops_on(self, loss: Loss, ends_on: date) -> date:
        promised = self.promised_grace_days
        with_grace = bool(promised) and loss.day >= promised
        return ends_on + timedelta(days=loss.day - (promised - self.grace_days if with_grace else 0))

    def corrected(self, corrections: Iterable[tuple[str, Claim]]) -> "Policy":
        """The rules with an administrator's corrections on top."""
        facts = dict(self.facts)
        for code, claim in corrections:
            facts[code] = self.fact(code).corrected(claim)
        return replace(self, facts=facts)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one term: its end, a renewal bought ahead, the last renewal, a lock seen on the portal."""

    ends_on: date | None
    pending: bool = False
    renewed_on: date | None = None
    verified: bool = True
    locked: bool = False


def grace_end(ends_on: date, days: int) -> date:
    """The last day of the grace, wherever it is told."""
    return ends_on + timedelta(days=days)


def state_on(standing: Standing, policy: Policy, today: date) -> State:
    """Where the term stands on a day; a pure function of the dates."""
    if standing.ends_on is None:
        return State.UNKNOWN
    left = (standing.ends_on - today).days
    if standing.locked and left < 0:
        return State.LOCKED
    if standing.pending and left >= -policy.grace_days:
        return State.RENEWED_PENDING
    if left < 0:
        return State.GRACE if -left <= policy.grace_days else State.LAPSED
    if standing.renewed_on is not None and not standing.verified:
        return State.ACTIVE_AGAIN
    return _before_the_end(left, policy)


def _before_the_end(left: int, policy: Policy) -> State:
    if left == 0:
        return State.LAST_DAY
    steps = (
        ("critical_days", State.CRITICAL),
        ("warning_days", State.WARNING),
        ("window_days", State.WINDOW_OPEN),
    )
    return next((state for code, state in steps if left <= policy.days(code)), State.ACTIVE)


def read_policy(kind: str, region: str = "ru", *, enterprise: bool = False) -> Policy:
    """Read the rules for a kind of term: cloud, on_premise, marketplace, telephony; anything else is `other`."""
    return _read_policy(kind, _region(region), enterprise=enterprise)


@functools.cache
def _read_policy(kind: str, region: str, *, enterprise: bool) -> Policy:
    """Built once per process: the file is part of the release."""
    raw = _read()
    section = raw[kind if kind in ("cloud", "on_premise", "marketplace", "telephony") else "other"]
    layers = [section, section.get("regions", {}).get(region, {})]
    if enterprise:
        layers.append(section.get("enterprise", {}))
    facts = {code: fact for layer in layers for code, fact in _read_facts(layer)}
    losses = tuple(_read_loss(item) for item in raw["losses"] if item["edition"] == kind)
    return Policy(kind, facts, losses, read_sources(raw))


@functools.cache
def _read() -> dict[str, Any]:
    return read_toml("policy.toml")


def _region(region: str) -> str:
    """Neighbours share the rules of Russia where the portal's code says so."""
    return "ru" if region in ("ru", "by", "kz", "uz", "am", "az", "ge", "kg") else "global"


def _read_facts(section: Mapping[str, Any]) -> Iterable[tuple[str, Fact]]:
    for code, item in section.items():
        if isinstance(item, dict) and "claims" in item:
            yield code, read_fact(code, item["claims"], item["strict"])


def _read_loss(raw: Mapping[str, Any]) -> Loss:
    return Loss(raw["code"], raw["day"], read_claim({**raw, "value": raw["day"]}))


def policy_kind(clock_kind: str) -> str:
    """The set of rules that a kind of clock lives by."""
    return {
        "plan": "cloud",
        "on_premise": "on_premise",
        "marketplace": "marketplace",
        "telephony": "telephony",
    }.get(clock_kind, "other")
