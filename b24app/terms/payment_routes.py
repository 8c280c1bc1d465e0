"""Routes of renewal and methods of payment, periods and discounts, each with its source, by region."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from b24app.plans.prices import Discount
from b24app.terms.payment_plan import Conditions
from b24app.terms.policy import Policy
from b24app.terms.sources import HOME, Claim, Fact, Source, read_data, regions_with
from b24app.text.messages import N_

PAYMENTS = "payments.toml"
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

    days: Fact
    invoice: bool
    works: Fact
    code: str = ""

    @property
    def title(self) -> str:
        """The message id of its name; a method that has none is called by its code."""
        return METHOD_TITLES.get(self.code, self.code)


@dataclass(frozen=True, slots=True)
class Route:
    """One way to renew: its methods, whether autopay is possible, and where it happens in the portal."""

    methods: tuple[str, ...]
    autopay: bool
    coupon: bool
    open_path: str
    documents_path: str
    claim: Claim
    code: str = ""

    @property
    def title(self) -> str:
        """The message id of its name; a route that has none is called by its code."""
        return ROUTE_TITLES.get(self.code, self.code)

    @property
    def hint(self) -> str:
        """The message id of what is special about it."""
        return ROUTE_HINTS.get(self.code, "")


@dataclass(frozen=True, slots=True)
class Payments:
    """Routes and methods of one region, as payments.toml holds them."""

    version: str
    methods: Mapping[str, Method]
    routes: Mapping[str, Route]
    periods: Fact
    invoice_valid_days: Fact
    discounts: tuple[Discount, ...]
    sources: Mapping[str, Source]


@functools.cache
def read_payments(region: str = HOME) -> Payments:
    """The routes and methods of a region."""
    found = read_data(Payments, PAYMENTS, region)
    return replace(
        found,
        methods={code: replace(method, code=code) for code, method in found.methods.items()},
        routes={code: replace(route, code=code) for code, route in found.routes.items()},
    )


@functools.cache
def known_methods() -> Mapping[str, Method]:
    """The methods of every region by code."""
    return {code: method for region in _regions() for code, method in read_payments(region).methods.items()}


@functools.cache
def known_routes() -> Mapping[str, Route]:
    """The routes of every region by code."""
    return {code: route for region in _regions() for code, route in read_payments(region).routes.items()}


def _regions() -> tuple[str, ...]:
    """Home comes last, so that its own word about a common method counts."""
    return (*regions_with(PAYMENTS), HOME)


def conditions_for(
    ends_on: date, policy: Policy, *, method: str, transfer_days: int | None = None, approval_days: int = 3
) -> Conditions:
    """What the payment sum starts from: rules of the term, days of the method, days of approval."""
    chosen = read_payments(policy.region).methods[method]
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
