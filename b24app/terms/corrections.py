"""Verbs over corrections: an administrator's own limits, prices and rules, with a reason; and the tables as corrected."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import select

from b24app.database import db, read_once
from b24app.errors import BadInput, NotFound
from b24app.input_limits import plain_number
from b24app.plans.plan_catalogue import FACTS, FEATURES, PRICES, VAT, Plan, PlanTable, read_plans
from b24app.plans.prices import money
from b24app.portal_rows import PortalRows
from b24app.portals.model import day_at
from b24app.sources import PERSON, Claim
from b24app.terms import model
from b24app.terms.policy import KINDS, RULES, Policy, policy_kind, read_policy
from b24app.terms.profile import RenewalProfile, get_profile
from b24app.terms.term import Author, check_currency
from b24app.text.messages import N_

POLICY_PREFIX = "policy:"
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction: of a plan (`std`, `users`) or of a rule (`policy:cloud`, `grace_days`)."""

    id: int
    subject: str
    code: str
    value: str
    currency: str
    reason: str
    by: str
    at: datetime
    on: date
    withdrawn_at: datetime | None

    @property
    def claim(self) -> Claim:
        """The correction as a claim of a person."""
        return Claim(
            _parse(self.code, self.value),
            PERSON,
            self.on,
            "H",
            f"{self.by}: {self.reason}".strip(": "),
        )


def correct_fact(
    subject: str, code: str, value: str, *, reason: str, by: Author, at: datetime, currency: str = ""
) -> Correction:
    """Keep a correction; a newer one wins, earlier ones stay as history of the price or limit.

    A price without a `currency` is in that of the portal's table.
    """
    table = corrected_plans(get_profile())
    _check(table, subject, code, value, reason)
    check_currency(currency)
    row = model.FactOverride(subject=subject, code=code, value=value.strip(), reason=reason.strip(), at=at)
    row.by_id, row.by = by.user_id, by.name
    row.currency = (currency or table.currency) if code in PRICES else ""
    db.session.add(row)
    db.session.flush()
    return _correction(row)


def withdraw_correction(correction_id: int, at: datetime) -> None:
    """Go back to the sources; the correction stays in the history."""
    row = db.session.scalar(select(model.FactOverride).where(model.FactOverride.id == correction_id))
    if row is None:
        raise NotFound
    row.withdrawn_at = row.withdrawn_at or at
    db.session.flush()


CORRECTIONS = PortalRows(select(model.FactOverride).order_by(model.FactOverride.at, model.FactOverride.id))


@read_once
def list_corrections(*, with_withdrawn: bool = False) -> tuple[Correction, ...]:
    """Corrections from old to new."""
    rows = CORRECTIONS.read()
    return tuple(_correction(row) for row in rows if with_withdrawn or row.withdrawn_at is None)


@read_once
def corrected_plans(profile: RenewalProfile) -> PlanTable:
    """The plans of this portal's region with its corrections on top.

    The newest price that a person wrote names the currency of all sums; a price in another one is left out, never recounted.
    """
    corrections = list_corrections()
    prices = [item for item in corrections if item.code in PRICES and item.currency]
    table = read_plans(profile.price_region).in_currency(prices[-1].currency if prices else "")
    mine = (item for item in corrections if item.code not in PRICES or item.currency in ("", table.currency))
    return table.corrected((item.subject, item.code, item.claim) for item in mine)


def current_plan(license_code: str = "") -> Plan | None:
    """The plan that this portal has: what a person named, else what `app.info` reported; None when it is unknown.

    `license_code` is an answer of `app.info` that is not kept yet.
    """
    profile = get_profile()
    profile = replace(profile, license_code=license_code) if license_code else profile
    return corrected_plans(profile).find(profile.plan_code)


@read_once
def corrected_policy(term_kind: str, profile: RenewalProfile) -> Policy:
    """The rules for a kind of term with this portal's corrections on top."""
    kind = policy_kind(term_kind)
    policy = read_policy(kind, profile.region, enterprise=profile.enterprise_box and kind == "on_premise")
    subject = POLICY_PREFIX + kind
    return policy.corrected((c.code, c.claim) for c in list_corrections() if c.subject == subject)


def _correction(row: model.FactOverride) -> Correction:
    fields = (row.id, row.subject, row.code, row.value, row.currency, row.reason, row.by, row.at)
    return Correction(*fields, day_at(row.at), row.withdrawn_at)


def _check(table: PlanTable, subject: str, code: str, value: str, reason: str) -> None:
    known = RULES if subject.startswith(POLICY_PREFIX) else FACTS
    is_rule = subject.removeprefix(POLICY_PREFIX) in KINDS and subject.startswith(POLICY_PREFIX)
    if code not in known or not (is_rule or subject in table.plans):
        raise BadInput(N_("There is no such limit, price or rule."), "code")
    if not reason.strip():
        raise BadInput(N_("Say where the new value comes from."), "reason")
    if _parse(code, value) is None:
        raise BadInput(N_("This value cannot be read: a whole number, a sum, or yes and no."), "value")


def _parse(code: str, text: str) -> int | bool | str | Decimal | None:
    if code == "vat":
        return text.strip() if text.strip() in VAT else None
    text = plain_number(text)
    if code in FEATURES:
        return {"yes": True, "no": False}.get(text.lower())
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number < (MOST_DAYS if code in RULES else 10**9):
        return None
    if number == number.to_integral_value():
        return int(number)
    return money(number) if code in PRICES else None
