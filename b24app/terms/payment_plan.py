"""The payment plan: by which working day each step of paying must happen, and what follows when the money leaves later. Pure."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from b24app.plans.prices import Discount, sold_periods
from b24app.sources import HOME, Claim, DatedFact, Source, read_data, regions_with
from b24app.terms.policy import Policy, grace_end
from b24app.terms.working_days import ONE_DAY, BankCalendar
from b24app.text.messages import N_


class TransferOutcome(StrEnum):
    """The result of sending money on a day."""

    ON_TIME = "on_time"
    NO_SPARE = "no_spare"
    IN_GRACE = "in_grace"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the sum starts from; `invoice` is false when a card pays at once."""

    ends_on: date
    window_days: int = 30
    grace_days: int = 14
    promised_grace_days: int = 15
    transfer_days: int = 3
    approval_days: int = 3
    activation_days: int = 0
    late_activation_days: int = 0
    invoice: bool = True

    @property
    def grace_ends(self) -> date:
        """The last day on which everything still works unpaid."""
        return grace_end(self.ends_on, self.grace_days)

    @property
    def travel_days(self) -> int:
        """Working days until the money is there: a card pays at once, its days are kept in reserve."""
        return self.transfer_days if self.invoice else 0

    @property
    def reserve_days(self) -> int:
        """Working days kept in case a payment by card is refused and has to be repeated."""
        return 0 if self.invoice else self.transfer_days


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """The dates to act by; `transfer`, `approval` and `late_transfer` are the working days counted back, nearest first.

    `arrives_by` and `late_arrival` are the last working days on or before the end and the end of the grace: the days on
    which money can still arrive. `transfer` and `late_transfer` are counted back from them.
    """

    conditions: Conditions
    window_opens: date
    prepare_by: date
    invoice_by: date | None
    pay_by: date
    arrives_by: date
    arrives_on: date
    activation_on: date
    late_arrival: date
    grace_ends: date
    transfer: tuple[date, ...]
    approval: tuple[date, ...]
    late_transfer: tuple[date, ...]
    undecreed_years: tuple[int, ...]
    closed: tuple[tuple[date, date], ...]

    @property
    def last_chance_on(self) -> date:
        """The last working day on which sent money still renews inside the grace; never before the day to pay."""
        return max(self.pay_by, self.late_transfer[-1] if self.late_transfer else self.late_arrival)

    @property
    def promised_ends(self) -> date:
        """The end of the grace that the vendor promises; no date is counted with it."""
        return grace_end(self.conditions.ends_on, self.conditions.promised_grace_days)

    @property
    def first_step_by(self) -> date:
        """The day of the first step that another person waits for."""
        return self.invoice_by or self.pay_by

    @property
    def order_by(self) -> date | None:
        """The last day to ask for the invoice: never before the renewal is on sale; None when no invoice comes first."""
        return max(self.invoice_by, self.window_opens) if self.invoice_by else None

    @property
    def prepare_before_window(self) -> bool:
        """The approval must start before the renewal can even be bought."""
        return self.first_step_by < self.window_opens


@dataclass(frozen=True, slots=True)
class Transfer:
    """What follows when the money is sent on a day; `spare` counts working days left to the end."""

    sent_on: date
    arrives_on: date
    outcome: TransferOutcome
    spare: int


def plan_payment(conditions: Conditions, calendar: BankCalendar) -> PaymentPlan:
    """Count back from the last day on which money can arrive before the end, in working days.

    Rule: pay by = the last bank day whose money arrives on or before the end; money arrives on bank
    days only, so from a closed end the count begins at the bank day before it; invoice by = pay by − approval days.
    """
    ends_on, grace_ends = conditions.ends_on, conditions.grace_ends
    arrives_by = calendar.open_or_before(ends_on)
    days = conditions.transfer_days + conditions.activation_days
    transfer = calendar.walked(arrives_by, days, -ONE_DAY)
    pay_by = transfer[-1] if transfer else arrives_by
    approval = calendar.walked(pay_by, conditions.approval_days, -ONE_DAY)
    acted_by = approval[-1] if approval else pay_by
    arrives_on = calendar.after(pay_by, conditions.travel_days)
    late_arrival = calendar.open_or_before(grace_ends)
    late_days = conditions.transfer_days + conditions.late_activation_days
    return PaymentPlan(
        conditions=conditions,
        window_opens=ends_on - timedelta(days=conditions.window_days),
        prepare_by=calendar.before(acted_by, 1),
        invoice_by=acted_by if conditions.invoice else None,
        pay_by=pay_by,
        arrives_by=arrives_by,
        arrives_on=arrives_on,
        activation_on=calendar.after(arrives_on, conditions.activation_days),
        late_arrival=late_arrival,
        grace_ends=grace_ends,
        transfer=transfer,
        approval=approval,
        late_transfer=calendar.walked(late_arrival, late_days, -ONE_DAY),
        undecreed_years=calendar.undecreed_years(pay_by, grace_ends),
        closed=calendar.closed_spans(calendar.before(acted_by, 1), grace_ends),
    )


def send_on(day: date, conditions: Conditions, calendar: BankCalendar) -> Transfer:
    """What follows when the money is sent on this day; a bank sends it on the next open one, a card pays on any."""
    if not conditions.invoice:
        return _arrived(day, day, conditions, calendar)
    start = day if calendar.is_open(day) else calendar.after(day, 1)
    arrives = calendar.after(start, conditions.transfer_days + conditions.activation_days)
    if arrives > conditions.ends_on:
        arrives = calendar.after(start, conditions.transfer_days + conditions.late_activation_days)
    return _arrived(start, arrives, conditions, calendar)


def _arrived(sent: date, arrives: date, conditions: Conditions, calendar: BankCalendar) -> Transfer:
    spare = calendar.between(arrives, conditions.ends_on)
    if arrives <= conditions.ends_on:
        outcome = TransferOutcome.ON_TIME if spare > 0 else TransferOutcome.NO_SPARE
    else:
        late = arrives > conditions.grace_ends
        outcome = TransferOutcome.LATE if late else TransferOutcome.IN_GRACE
    return Transfer(sent, arrives, outcome, spare)


def later_rows(plan: PaymentPlan, calendar: BankCalendar) -> tuple[Transfer, ...]:
    """The days on which the result changes: invoice by, pay by, the last chance, and the day after it; for a card the last days of all."""
    if plan.conditions.invoice:
        after = calendar.after(plan.last_chance_on, 1)
        days = {plan.first_step_by, plan.pay_by, plan.last_chance_on, after}
    else:
        days = {plan.pay_by, plan.conditions.ends_on, plan.grace_ends, plan.grace_ends + ONE_DAY}
    return tuple(send_on(day, plan.conditions, calendar) for day in sorted(days))


PAYMENTS = "payments.toml"
LONGEST_CODE = 12  # as wide as the columns of route and method
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
    """One method of payment: working days until the money is there, and whether an invoice comes first."""

    days: DatedFact
    invoice: bool
    works: DatedFact
    code: str = ""

    @property
    def title(self) -> str:
        """The message id of its name; a method that has none is called by its code."""
        return METHOD_TITLES.get(self.code, self.code)


@dataclass(frozen=True, slots=True)
class Route:
    """One route of renewal: its methods, whether autopay is possible, and where it happens in the portal."""

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
    periods: Mapping[str, DatedFact]
    invoice_valid_days: DatedFact
    discounts: tuple[Discount, ...]
    sources: Mapping[str, Source]

    def __post_init__(self) -> None:
        for code, route in self.routes.items():
            if odd := set(route.methods) - self.methods.keys():
                raise ValueError(f"routes.{code}.methods: there is no method {', '.join(sorted(odd))}")
        if long := [code for code in (*self.routes, *self.methods) if len(code) > LONGEST_CODE]:
            raise ValueError(f"the code {long[0]!r} is longer than {LONGEST_CODE}")
        for fact in self.periods.values():
            sold_periods(fact)


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
    """Home comes last, so that its file counts for a common method."""
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
