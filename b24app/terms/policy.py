"""The rules of renewal: window, the rule of grace (grace period), what stops when, the state of a term today. Pure.

How many days of grace there are after the end of the plan is data: `grace_days` of b24app/data/policy.toml.
"""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from b24app.sources import HOME, Claim, DatedFact, Source, read_data

POLICY = "policy.toml"
KINDS = ("cloud", "on_premise", "marketplace", "telephony", "other")
ENTERPRISE = "_enterprise"
RULES = (
    "window_days",
    "warning_days",
    "critical_days",
    "grace_days",
    "safe_grace_days",
    "activation_days",
    "late_activation_days",
)
"""The rules that an administrator may correct."""
OTHER_RULES = ("downgrade_days", "deletion_days", "pays_overdue", "renewal_percent")
DEFAULTS = {"window_days": 30, "warning_days": 14, "critical_days": 7, "grace_days": 0}


class State(StrEnum):
    """The state of a paid term."""

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
    """Something that stops a number of days after the end of the term."""

    code: str
    edition: str
    claim: Claim

    @property
    def day(self) -> int:
        """Days after the end of the term."""
        return self.claim.number or 0


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules for one kind of term in one region."""

    kind: str
    facts: Mapping[str, DatedFact]
    losses: tuple[Loss, ...]
    sources: Mapping[str, Source]
    region: str = HOME

    def fact(self, code: str) -> DatedFact:
        """What is claimed about one rule."""
        return self.facts.get(code, DatedFact())

    def days(self, code: str) -> int:
        """The number of days that is used; our cautious default when no source states one."""
        number = self.fact(code).number
        return DEFAULTS.get(code, 0) if number is None else number

    @property
    def grace_days(self) -> int:
        """The number of days after the end that all counts use: a person's own, else the safe one of those promised."""
        promised, safe = self.fact("grace_days").used, self.fact("safe_grace_days").used
        by_person = promised is not None and promised.grade == "H" and (safe is None or safe.grade != "H")
        if by_person or safe is None or safe.number is None:
            return self.days("grace_days")
        return min(safe.number, self.days("grace_days"))

    @property
    def promised_grace_days(self) -> int:
        """The grace that the vendor promises, to be named where the grace is explained; no date is counted with it."""
        fact = self.fact("grace_days")
        return DatedFact(tuple(claim for claim in fact.claims if claim.grade != "H"), fact.strict).number or 0

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

        What stops with the grace stops at the end of the grace that is counted, or a page would name two ends of it.
        """
        rows = [(loss, self._stops_on(loss, ends_on)) for loss in self.losses if loss.claim.grade != "A"]
        return tuple((loss, day, (day - today).days) for loss, day in sorted(rows, key=lambda row: row[1]))

    def _stops_on(self, loss: Loss, ends_on: date) -> date:
        promised = self.promised_grace_days
        if promised and loss.day >= promised:
            return self.grace_ends(ends_on) + timedelta(days=loss.day - promised)
        return ends_on + timedelta(days=loss.day)

    def corrected(self, corrections: Iterable[tuple[str, Claim]]) -> "Policy":
        """The rules with an administrator's corrections on top."""
        facts = dict(self.facts)
        for code, claim in corrections:
            facts[code] = self.fact(code).corrected(claim)
        return replace(self, facts=facts)


@dataclass(frozen=True, slots=True)
class Standing:
    """The stored facts about one term: its end, a renewal bought ahead, the last renewal, a lock seen on the portal."""

    ends_on: date | None
    pending: bool = False
    renewed_on: date | None = None
    verified: bool = True
    locked: bool = False


def grace_end(ends_on: date, days: int) -> date:
    """The last day of the grace: the only place that counts it."""
    return ends_on + timedelta(days=days)


def days_of_grace(ends_on: date, days: int) -> tuple[date, ...]:
    """Every day of the grace, from the day after the end to the last one."""
    return tuple(grace_end(ends_on, day) for day in range(1, days + 1))


def state_on(standing: Standing, policy: Policy, today: date) -> State:
    """The state of the term on a day; a pure function of the dates."""
    if standing.ends_on is None:
        return State.UNKNOWN
    left, in_grace = (standing.ends_on - today).days, today <= policy.grace_ends(standing.ends_on)
    if standing.locked and left < 0:
        return State.LOCKED
    if standing.pending and in_grace:
        return State.RENEWED_PENDING
    if left < 0:
        return State.GRACE if in_grace else State.LAPSED
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


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """What policy.toml holds: rules by kind of term, and what stops when."""

    version: str
    rules: Mapping[str, Mapping[str, DatedFact]]
    losses: tuple[Loss, ...]
    sources: Mapping[str, Source]

    def __post_init__(self) -> None:
        for kind, facts in self.rules.items():
            if kind.removesuffix(ENTERPRISE) not in KINDS:
                raise ValueError(f"rules: there is no kind {kind!r}")
            if odd := facts.keys() - {*RULES, *OTHER_RULES}:
                raise ValueError(f"rules.{kind}: unknown {', '.join(sorted(odd))}")
        if odd := {loss.edition for loss in self.losses} - set(KINDS):
            raise ValueError(f"losses: there is no edition {', '.join(sorted(odd))}")


@functools.cache
def read_policy(kind: str, region: str = HOME, *, enterprise: bool = False) -> Policy:
    """The rules for a kind of term: cloud, on_premise, marketplace, telephony; anything else lives by `other`."""
    found = read_data(PolicyFile, POLICY, region)
    facts = dict(found.rules.get(kind, found.rules["other"]))
    if enterprise:
        facts |= found.rules.get(kind + ENTERPRISE, {})
    losses = tuple(loss for loss in found.losses if loss.edition == kind)
    return Policy(kind, facts, losses, found.sources, region)


def policy_kind(kind: str) -> str:
    """The set of rules that a kind of term lives by."""
    return {
        "plan": "cloud",
        "on_premise": "on_premise",
        "marketplace": "marketplace",
        "telephony": "telephony",
    }.get(kind, "other")
