"""What the sums of one portal start from: the plan as reported, country, way of paying, growth and reserve."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from b24app.database import db, read_once
from b24app.errors import BadInput
from b24app.plans.plan_catalogue import ON_PREMISE, TITLES, parse_license, read_plans
from b24app.terms import model
from b24app.terms.payment_routes import read_payments
from b24app.terms.term import Author
from b24app.terms.working_days import COUNTRIES
from b24app.text.messages import N_


@dataclass(frozen=True, slots=True)
class RenewalProfile:
    """The starting points of one portal; empty or None means that nobody has said."""

    license_code: str = ""
    license_previous: str = ""
    license_seen_at: datetime | None = None
    license_changed_at: datetime | None = None
    portal_name: str = ""
    plan_named: str = ""
    edition: str = "cloud"
    enterprise_box: bool = False
    country: str = ""
    route: str = "portal"
    method: str = "transfer"
    transfer_days: int | None = None
    approval_days: int = 3
    growth_per_month: Decimal | None = None
    reserve_percent: Decimal = Decimal(10)
    average_order: Decimal | None = None
    portal_share_percent: Decimal | None = None
    said_by: str = ""
    said_at: datetime | None = None

    @property
    def plan_code(self) -> str:
        """The plan that counts: what a person named, else what the portal reported."""
        code = parse_license(self.license_code)
        return self.plan_named or (code.plan if code else "")

    @property
    def region(self) -> str:
        """The region whose rules apply, from the licence code; Russia when unknown."""
        code = parse_license(self.license_code)
        return code.region if code else "ru"

    @property
    def bank_country(self) -> str:
        """The country whose working calendar is used."""
        return self.country or (self.region if self.region in COUNTRIES else "ru")


CHANGEABLE = (
    "portal_name",
    "plan_named",
    "edition",
    "enterprise_box",
    "country",
    "route",
    "method",
    "transfer_days",
    "approval_days",
    "growth_per_month",
    "reserve_percent",
    "average_order",
    "portal_share_percent",
)


@read_once
def get_profile() -> RenewalProfile:
    """The profile of this portal; defaults when nothing was written yet."""
    row = db.session.scalar(select(model.LicenseProfile))
    return (
        RenewalProfile(**{field.name: getattr(row, field.name) for field in fields(RenewalProfile)})
        if row
        else RenewalProfile()
    )


def change_profile(*, by: Author, at: datetime, **values: Any) -> RenewalProfile:
    """Change some starting points; raises BadInput naming the field."""
    for name, value in values.items():
        _check(name, value)
    row = _row()
    for name, value in values.items():
        setattr(row, name, value)
    row.said_by, row.said_at = by.name, at
    db.session.flush()
    return get_profile()


def note_license(license_code: str, at: datetime) -> bool:
    """Keep what `app.info` reports as LICENSE; True when it differs from the last report."""
    row = _row()
    changed = bool(row.license_code) and row.license_code != license_code
    if row.license_code != license_code:
        row.license_previous, row.license_code = row.license_code, license_code
        row.license_changed_at = at if changed else None
    row.license_seen_at = at
    code = parse_license(license_code)
    if code and code.plan == ON_PREMISE:
        row.edition = "on_premise"
    db.session.flush()
    return changed


def _row() -> model.LicenseProfile:
    row = db.session.scalar(select(model.LicenseProfile))
    if row is None:
        row = model.LicenseProfile()
        db.session.add(row)
        db.session.flush()
    return row


def _check(name: str, value: Any) -> None:
    if name not in CHANGEABLE:
        raise BadInput(N_("There is no such setting."), name)
    allowed = _CHOICES.get(name)
    if allowed is not None and value not in allowed():
        raise BadInput(N_("Choose one of the offered values."), name)
    low, high = _RANGES.get(name, (None, None))
    if value is not None and low is not None and high is not None and not low <= value <= high:
        raise BadInput(N_("This number is out of the sensible range."), name)


_CHOICES: Mapping[str, Callable[[], tuple[str, ...]]] = {
    "plan_named": lambda: ("", *read_plans().plans),
    "edition": lambda: ("cloud", "on_premise"),
    "country": lambda: ("", *COUNTRIES),
    "route": lambda: tuple(read_payments().routes),
    "method": lambda: tuple(read_payments().methods),
}
_RANGES = {
    "transfer_days": (0, 30),
    "approval_days": (0, 60),
    "growth_per_month": (Decimal(-1000), Decimal(1000)),
    "reserve_percent": (Decimal(0), Decimal(100)),
    "average_order": (Decimal(0), Decimal(10**9)),
    "portal_share_percent": (Decimal(0), Decimal(100)),
}


def plan_title(profile: RenewalProfile) -> str:
    """The message id of the plan's name; empty when the plan is unknown, never a guess."""
    plan = read_plans().find(profile.plan_code)
    return plan.title if plan and plan.title in TITLES.values() else ""
