"""Plans of a region: what `LICENSE` codes mean, what each plan allows and costs, and which of that is unknown. Pure."""

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Literal

from b24app import sources
from b24app.sources import HOME, Claim, DatedFact, Source, read_data, regions_with
from b24app.text.messages import N_, Sentence, sentence

PLANS = "plans.toml"

ON_PREMISE = "selfhosted"
FREE = "project"
NOT_LIMITED = "not limited"
"""The remark of a claim without a value whose source states that there is no limit."""
TITLES = {
    "Free": N_("Free"),
    "Basic": N_("Basic"),
    "Standard": N_("Standard"),
    "Professional": N_("Professional"),
    "Enterprise": N_("Enterprise"),
    "On-premise": N_("On-premise"),
}
LIMITS = ("users", "disk_gb", "pipelines", "smart_processes", "sites", "administrators")
FEATURES = ("business_processes", "robots", "bi_builder", "own_domain", "auth_connector", "rest")
SPEEDS = ("rest_bucket", "rest_per_second")
SIZES = ("orders_from", "orders_to")
"""The size of shop, in orders a month, for which a plan is advised: never a limit."""
PRICES = ("price", "price_year")
"""What a month costs, and what twelve months paid at once cost."""
VAT = {
    "included": N_("included"),
    "added": N_("not included, the invoice adds it"),
    "exempt": N_("not charged"),
}
FACTS = (*LIMITS, *FEATURES, *SPEEDS, *SIZES, *PRICES, "vat")
_CURRENCY = re.compile(r"[A-Z]{3}")
_PLAN = re.compile(r"[a-z0-9]{1,20}")  # as wide as the column of a plan
_CODE = re.compile(r"(?P<region>[a-z]{2})_(?P<plan>[a-z0-9]+)")


@dataclass(frozen=True, slots=True)
class LicenseCode:
    """The two halves of what `app.info` calls LICENSE."""

    region: str
    plan: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan and what is claimed about it."""

    code: str
    title: str
    rank: int
    facts: Mapping[str, DatedFact]
    oversize: bool = False

    def fact(self, code: str) -> DatedFact:
        """What is claimed about one property; a fact without claims when no source states it."""
        return self.facts.get(code, DatedFact())

    def limit(self, code: str) -> int | None:
        """The used limit, None when unknown or not limited."""
        return self.fact(code).number

    @property
    def orders_to(self) -> int | None:
        """Up to how many orders a month the plan is advised; None when it is advised without an end."""
        return self.limit("orders_to")

    @property
    def price(self) -> Decimal | None:
        """The monthly price that sums use: a person's own, else the larger claim."""
        used = self.fact("price").used
        return used.amount if used else None

    def price_claim(self, months: int = 0) -> Claim | None:
        """The claim that a year's sums rest on: what a person wrote, of two that for `months`, else of twelve months at once."""
        year, month = self.fact("price_year").used, self.fact("price").used
        both = (month, year) if months == 1 else (year, month)
        written = [claim for claim in both if claim is not None and not claim.is_estimate]
        return next(iter(written), month or year)

    def year_price(self, months: int = 0) -> Decimal | None:
        """What twelve months cost: the price of a year, or twelve times that of a month."""
        used = self.price_claim(months)
        if used is None or used.amount is None:
            return None
        return used.amount if used is self.fact("price_year").used else used.amount * 12

    @property
    def vat(self) -> str:
        """A person's answer about VAT in the price that they wrote (a key of VAT); empty when nobody has given one."""
        price, used = self.price_claim(), self.fact("vat").used
        if price is None or price.is_estimate or used is None:
            return ""
        return used.value if isinstance(used.value, str) and used.value in VAT else ""

    def has(self, feature: str) -> bool | None:
        """Whether the plan includes a feature, None when unknown."""
        used = self.fact(feature).used
        return bool(used.value) if used else None


@dataclass(frozen=True, slots=True)
class PlanTable:
    """All plans of one region; `currency` is that of its prices, empty when no source states it."""

    plans: Mapping[str, Plan]
    sources: Mapping[str, Source]
    currency: str = ""

    def find(self, plan_code: str) -> Plan | None:
        """The plan of a code; None for a code that is not in this file, never a guess."""
        return self.plans.get(_normal(plan_code))

    def offered(self) -> tuple[Plan, ...]:
        """The paid cloud plans from small to large, without the oversize ones."""
        paid = (p for p in self.plans.values() if 0 < p.rank < 9 and not p.oversize)
        return tuple(sorted(paid, key=lambda plan: plan.rank))

    def corrected(self, corrections: Iterable[tuple[str, str, Claim]]) -> "PlanTable":
        """The table with an administrator's corrections: (plan code, fact code, claim)."""
        plans = dict(self.plans)
        for plan_code, fact_code, claim in corrections:
            if (plan := plans.get(plan_code)) is not None:
                facts = {**plan.facts, fact_code: plan.fact(fact_code).corrected(claim)}
                plans[plan_code] = replace(plan, facts=facts)
        return replace(self, plans=plans)

    def in_currency(self, currency: str) -> "PlanTable":
        """The table for prices in another currency: what it states in its own is left out, never taken for the other."""
        if currency in ("", self.currency):
            return self
        plans = {code: replace(plan, facts=_without_prices(plan.facts)) for code, plan in self.plans.items()}
        return replace(self, plans=plans, currency=currency)


def _without_prices(facts: Mapping[str, DatedFact]) -> Mapping[str, DatedFact]:
    return {name: fact for name, fact in facts.items() if name not in (*PRICES, "vat")}


def parse_license(text: str) -> LicenseCode | None:
    """Split `ru_std` into region and plan; None for anything else.

    Source: apidocs.bitrix24.ru, app.info.
    """
    match = _CODE.fullmatch(text.strip().lower())
    return LicenseCode(match["region"], match["plan"]) if match else None


def _normal(plan_code: str) -> str:
    """The smallest plan of a family that `LICENSE_FAMILY` names."""
    return {"pro": "pro100", "ent": "ent250"}.get(plan_code, plan_code)


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """One plan as plans.toml holds it."""

    title: str
    rank: int
    facts: Mapping[str, tuple[Claim, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if odd := self.facts.keys() - set(FACTS):
            raise ValueError(f"unknown in facts: {', '.join(sorted(odd))}")


@dataclass(frozen=True, slots=True)
class Oversize:
    """Bigger sizes of one plan: the number in the code is the number of seats."""

    like: str
    sizes: tuple[int, ...]
    seats: Claim


@dataclass(frozen=True, slots=True)
class PlanFile:
    """What plans.toml holds."""

    version: str
    plans: Mapping[str, PlanEntry]
    oversize: Oversize
    sources: Mapping[str, Source]
    currency: str = ""

    def __post_init__(self) -> None:
        if self.currency and not _CURRENCY.fullmatch(self.currency):
            raise ValueError(f"currency {self.currency!r} is not three capital letters")
        if self.oversize.like not in self.plans:
            raise ValueError(f"oversize.like: there is no plan {self.oversize.like!r}")
        if odd := [code for code in self.plans if not _PLAN.fullmatch(code)]:
            raise ValueError(f"plans: {odd[0]!r} is not the second half of a LICENSE")


def read_plans(region: str = HOME) -> PlanTable:
    """The dated plan table of a region; a region without a file has no prices and no currency."""
    return _read(region, sources.DATA)


def license_name(license_code: str) -> Sentence | str:
    """What people call the plan of a LICENSE, by the regions' tables; the code of one that no table has."""
    code = parse_license(license_code)
    plan = read_plans(code.region).find(code.plan) if code else None
    if plan is None:
        return license_code
    seats = plan.limit("users") if plan.oversize else None
    name = sentence(plan.title)
    return sentence(N_("%(plan)s, seats: %(seats)s"), plan=name, seats=seats) if seats else name


def is_known_plan(code: str) -> bool:
    """Whether any region has a plan of this code."""
    return any(code in read_plans(region).plans for region in ("", *regions_with(PLANS)))


@functools.cache
def _read(region: str, folder: Path) -> PlanTable:
    found = read_data(PlanFile, PLANS, region, folder)
    plans = {code: _plan(code, entry) for code, entry in found.plans.items()}
    plans |= {plan.code: plan for plan in _read_oversize(found.oversize, plans)}
    return PlanTable(plans, found.sources, found.currency)


def _plan(code: str, entry: PlanEntry) -> Plan:
    facts = {name: DatedFact(claims, _strict(name)) for name, claims in entry.facts.items()}
    title = TITLES.get(entry.title, entry.title)
    return Plan(code, title, entry.rank, facts)


def _strict(name: str) -> Literal["first", "low", "high"]:
    """The safe side: a smaller limit, a larger price."""
    return "high" if name in PRICES else "low" if name in (*LIMITS, *SPEEDS) else "first"


def _read_oversize(found: Oversize, plans: Mapping[str, Plan]) -> Iterable[Plan]:
    like = plans[found.like]
    for size in found.sizes:
        facts = {name: fact for name, fact in like.facts.items() if name not in (*PRICES, "disk_gb")}
        facts["users"] = DatedFact((replace(found.seats, value=size),), "low")
        yield replace(like, code=f"ent{size}", facts=facts, oversize=True)
