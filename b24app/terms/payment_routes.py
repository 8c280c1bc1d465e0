"""Routes of renewal and methods of payment, periods and discounts, each with its source."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from b24app.plans.prices import Discount
from b24app.terms.payment_plan import Conditions
from b24app.terms.policy import Policy
from b24app.terms.sources import Claim, Fact, Source, read_claim, read_fact, read_sources, read_toml
from b24app.text.messages import N_

ROUTE_TITLES = {
    "portal": N_("In the portal"),
    "partner": N_("Through a partner"),
    "site": N_("On the Bitrix24 site"),
}
ROUTE_HINTS = {
    "portal": N_("paid at once, switches on by itself"),
    "partner": N_("invoice and coupon from the partner"),
    "site": N_("in the account on the site"),
}
METHOD_TITLES = {"card": N_("By card"), "transfer": N_("By invoice"), "wallet": N_("Electronic wallet")}


@dataclass(frozen=True, slots=True)
class Method:
    """One way to pay: working days until the money is there, and whether an invoice comes first."""

    code: str
    title: str
    days: Fact
    invoice: bool
    works: Fact


@dataclass(frozen=True, slots=True)
class Route:
    """One way to renew: its methods, whether autopay is possible, and where it happens in the portal."""

    code: str
    title: str
    hint: str
    methods: tuple[str, ...]
    autopay: bool
    coupon: bool
    open_path: str
    documents_path: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class Payments:
    """Everything about routes and methods of one dated data file."""

    version: str
    methods: Mapping[str, Method]
    routes: Mapping[str, Route]
    periods: Fact
    invoice_valid_days: Fact
    discounts: tuple[Discount, ...]
    sources: Mapping[str, Source]


@functools.cache
def read_payments() -> Payments:
    """Read the ways to pay that ship with this version."""
    raw = read_toml("payments.toml")
    return Payments(
        version=raw["version"],
        methods={code: _method(code, item) for code, item in raw["methods"].items()},
        routes={code: _route(code, item) for code, item in raw["routes"].items()},
        periods=read_fact("periods", raw["periods"]["claims"]),
        invoice_valid_days=read_fact("invoice_valid_days", raw["invoice_valid_days"]["claims"], "low"),
        discounts=tuple(
            Discount(item["months"], Decimal(item["percent"]), item["source"], item["grade"])
            for item in raw["discounts"]
        ),
        sources=read_sources(raw),
    )


def _method(code: str, raw: Mapping[str, Any]) -> Method:
    days = read_fact("days", raw["days"], "high")
    return Method(code, METHOD_TITLES[code], days, raw["invoice"], read_fact("works", raw["works"]))


def _route(code: str, raw: Mapping[str, Any]) -> Route:
    return Route(
        code=code,
        title=ROUTE_TITLES[code],
        hint=ROUTE_HINTS[code],
        methods=tuple(raw["methods"]),
        autopay=raw["autopay"],
        coupon=raw["coupon"],
        open_path=raw["open_path"],
        documents_path=raw["documents_path"],
        claim=read_claim(raw),
    )


def conditions_for(
    ends_on: date, policy: Policy, *, method: str, transfer_days: int | None = None, approval_days: int = 3
) -> Conditions:
    """What the payment sum starts from: rules of the term, days of the method, days of approval."""
    chosen = read_payments().methods[method]
    return Conditions(
        ends_on=ends_on,
        window_days=policy.days("window_days"),
        grace_days=policy.grace_days,
        promised_grace_days=policy.promised_grace_days,
        transfer_days=(chosen.days.number or 0) if transfer_days is None else transfer_days,
        approval_days=approval_days,
        activation_days=policy.days("activation_days"),
        late_activation_days=policy.days("late_activation_days"),
        invoice=chosen.invoice,
    )
