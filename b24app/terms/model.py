"""Tables of the licence: paid terms with their history, corrections of facts, usage, and each portal's profile."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field
from sqlalchemy import Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal
from b24app.plans.plan_catalogue import is_known_plan
from b24app.stored_values import Code, Day, Kept, TypedText, among
from b24app.terms.payment_plan import known_methods, known_routes
from b24app.terms.term import TermKind
from b24app.terms.working_days import bank_countries

EDITIONS = ("cloud", "on_premise")


PlainValue = bool | int | float | str | None
Changes = dict[
    str, Annotated[list[PlainValue], Field(min_length=2, max_length=2)]
]  # as it was and as it became


class PaidTerm(OfPortal, Base):
    """One paid term with an end, who entered it and when."""

    __tablename__ = "clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Code(20, among(TermKind), TermKind.OTHER))
    title: Mapped[str] = mapped_column(String(200), default="")
    ends_on: Mapped[date | None] = mapped_column(Day())
    owner_id: Mapped[int | None]
    owner_name: Mapped[str] = mapped_column(String(255), default="")
    price: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str] = mapped_column(String(3), default="")
    period_months: Mapped[int | None]
    autopay: Mapped[bool | None]
    pays_by: Mapped[str] = mapped_column(String(20), default="unknown")
    pending_since: Mapped[date | None] = mapped_column(Day())
    renewed_on: Mapped[date | None] = mapped_column(Day())
    source: Mapped[str] = mapped_column(String(20), default="person")
    said_by_id: Mapped[int | None]
    said_by: Mapped[str] = mapped_column(String(255), default="")
    said_at: Mapped[datetime]
    confirmed_by: Mapped[str] = mapped_column(String(255), default="")
    confirmed_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(TypedText, default="")


class PaidTermHistory(OfPortal, Base):
    """One change of a paid term; it outlives the term itself."""

    __tablename__ = "clock_history"

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column("clock_id", index=True)
    kind: Mapped[str] = mapped_column(Code(20, among(TermKind), TermKind.OTHER))
    title: Mapped[str] = mapped_column(String(200), default="")
    action: Mapped[str] = mapped_column(String(20))
    changes: Mapped[dict[str, list[PlainValue]]] = mapped_column(Kept(Changes, dict), default=dict)
    by_id: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime]


class DateSuggestion(OfPortal, Base):
    """A date that the portal hinted at; only a person turns it into a term."""

    __tablename__ = "date_suggestion"
    __table_args__ = (UniqueConstraint("portal_id", "kind", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Code(20, among(TermKind), TermKind.OTHER))
    source: Mapped[str] = mapped_column(String(40))
    ends_on: Mapped[date]
    seen_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default="open")


class FactOverride(OfPortal, Base):
    """A limit, price or rule that an administrator corrected, and why."""

    __tablename__ = "fact_override"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(60))
    currency: Mapped[str] = mapped_column(String(3), default="")
    reason: Mapped[str] = mapped_column(TypedText, default="")
    by_id: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class UsagePoint(OfPortal, Base):
    """One measure of use on a day, by the portal or by a person; orders are kept per month, on its first day."""

    __tablename__ = "usage_point"
    __table_args__ = (UniqueConstraint("portal_id", "code", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(30))
    day: Mapped[date]
    value: Mapped[Decimal] = mapped_column(Numeric(16, 2))
    source: Mapped[str] = mapped_column(String(20), default="portal")
    said_by: Mapped[str] = mapped_column(String(255), default="")
    said_at: Mapped[datetime]


class LicenseProfile(OfPortal, Base):
    """What the sums of one portal start from: plan as reported, edition, country, method of payment, growth."""

    __tablename__ = "license_profile"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    license_code: Mapped[str] = mapped_column(String(40), default="")
    license_previous: Mapped[str] = mapped_column(String(40), default="")
    license_seen_at: Mapped[datetime | None]
    license_changed_at: Mapped[datetime | None]
    portal_name: Mapped[str] = mapped_column(String(200), default="")
    plan_named: Mapped[str] = mapped_column(Code(20, is_known_plan, ""), default="")
    edition: Mapped[str] = mapped_column(Code(12, among(EDITIONS), "cloud"), default="cloud")
    enterprise_box: Mapped[bool] = mapped_column(default=False)
    country: Mapped[str] = mapped_column(Code(2, among(bank_countries()), ""), default="")
    route: Mapped[str] = mapped_column(Code(12, among(known_routes()), "portal"), default="portal")
    method: Mapped[str] = mapped_column(Code(12, among(known_methods()), "transfer"), default="transfer")
    transfer_days: Mapped[int | None]
    approval_days: Mapped[int] = mapped_column(default=3)
    growth_per_month: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    reserve_percent: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=Decimal(10))
    average_order: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    portal_share_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    said_by: Mapped[str] = mapped_column(String(255), default="")
    said_at: Mapped[datetime | None]
