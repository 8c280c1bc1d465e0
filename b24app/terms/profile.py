"""What the sums of one portal start from: the plan as reported, country, method of payment, growth and reserve."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from b24app.database import current_portal_id, db, read_once
from b24app.errors import BadInput
from b24app.plans.plan_catalogue import ON_PREMISE, is_known_plan, parse_license, read_plans
from b24app.portal_rows import PortalRows
from b24app.portals.model import Portal, get_portal
from b24app.sources import HOME, read_neighbours
from b24app.terms import model
from b24app.terms.payment_plan import Payments, read_payments
from b24app.terms.term import Author
from b24app.terms.working_days import bank_countries
from b24app.text.messages import N_


@dataclass(frozen=True, slots=True)
class RenewalProfile:
    """The starting points of one portal; empty or None: unknown."""

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
        return code.region if code else HOME

    @property
    def price_region(self) -> str:
        """The region whose plans and prices apply; empty while the licence does not show it, for a rouble is no safe default."""
        code = parse_license(self.license_code)
        return code.region if code else ""

    @property
    def bank_country(self) -> str:
        """The country whose working calendar is used: Russia's for its neighbours, the region itself for the rest of the world."""
        return self.country or (self.region if self.region in bank_countries() or self.is_abroad else HOME)

    @property
    def is_abroad(self) -> bool:
        """Whether the licence is of a region without the laws and customs of Russia and its neighbours."""
        return bool(self.price_region) and self.price_region not in read_neighbours().near


def offered_countries(profile: RenewalProfile) -> tuple[str, ...]:
    """The countries whose calendar may be chosen; outside of Russia and its neighbours only the one that was."""
    return tuple(one for one in bank_countries() if not profile.is_abroad or one == profile.country)


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


PROFILES = PortalRows(select(model.LicenseProfile))


@read_once
def get_profile() -> RenewalProfile:
    """The profile of this portal, with the plan that `app.info` reported last; defaults when nothing was written yet."""
    row, portal = PROFILES.first(), get_portal(current_portal_id())
    written = (
        RenewalProfile(**{field.name: getattr(row, field.name) for field in fields(RenewalProfile)})
        if row
        else RenewalProfile()
    )
    return replace(written, license_code=portal.plan_code) if portal and portal.plan_code else written


def current_payments() -> Payments:
    """The routes and methods of this portal's region."""
    return read_payments(get_profile().region)


def days_of_method(code: str, profile: RenewalProfile) -> int:
    """Working days of a method of payment: a person's own where that method was chosen, else those of the data."""
    if profile.transfer_days is not None and code == profile.method:
        return profile.transfer_days
    return read_payments(profile.region).methods[code].days.number or 0


def own_currency() -> str:
    """The currency of this portal's region; empty when no source states it."""
    return read_plans(get_profile().price_region).currency


def change_profile(*, by: Author, at: datetime, **values: object) -> RenewalProfile:
    """Change some starting points; raises BadInput naming the field. Another method of payment resets the days to its own."""
    for name, value in values.items():
        _check(name, value)
    row = _row()
    if "transfer_days" not in values and values.get("method", row.method) != row.method:
        row.transfer_days = None
    for name, value in values.items():
        setattr(row, name, value)
    row.said_by, row.said_at = by.name, at
    db.session.flush()
    return get_profile()


def note_license(license_code: str, at: datetime) -> bool:
    """Keep what `app.info` reports as LICENSE; True when it differs from the last report that was worked on.

    An opening writes the portal's row as well: the newest report is there, and `license_code` here is the one worked on.
    """
    row, portal = _row(), db.session.get_one(Portal, current_portal_id())
    if portal.plan_code != license_code:
        portal.plan_code, portal.plan_seen_at = license_code, at
    changed = bool(row.license_code) and row.license_code != license_code
    if row.license_code != license_code:
        row.license_previous, row.license_code = row.license_code, license_code
        row.license_changed_at = at if changed else None
        if changed and is_known_plan(license_code.rpartition("_")[2].lower()):
            row.plan_named = ""  # it was named for the plan before
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


def _check(name: str, value: object) -> None:
    if name not in CHANGEABLE:
        raise BadInput(N_("There is no such setting."), name)
    allowed = _CHOICES.get(name)
    if allowed is not None and value not in allowed():
        raise BadInput(N_("Choose one of the offered values."), name)
    if value is None or name not in _RANGES:
        return
    low, high = _RANGES[name]
    if not isinstance(value, int | Decimal) or not low <= value <= high:
        raise BadInput(N_("This number is out of the sensible range."), name)


_CHOICES: Mapping[str, Callable[[], tuple[str, ...]]] = {
    "plan_named": lambda: ("", *read_plans(get_profile().price_region).plans),
    "edition": lambda: ("cloud", "on_premise"),
    "country": lambda: ("", *bank_countries()),
    "route": lambda: tuple(current_payments().routes),
    "method": lambda: tuple(current_payments().methods),
}
_RANGES: Mapping[str, tuple[Decimal | int, Decimal | int]] = {
    "transfer_days": (0, 30),
    "approval_days": (0, 60),
    "growth_per_month": (Decimal(-1000), Decimal(1000)),
    "reserve_percent": (Decimal(0), Decimal(100)),
    "average_order": (Decimal(0), Decimal(10**9)),
    "portal_share_percent": (Decimal(0), Decimal(100)),
}
