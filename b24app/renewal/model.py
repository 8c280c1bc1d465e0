"""Tables of the renewal: the case and its stages, people in roles, papers, signed links."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal, SealedBytes
from b24app.stored_values import Code, Kept, TypedText, among
from b24app.terms.payment_plan import known_methods, known_routes
from b24app.terms.term import TermKind

PAPER_KINDS = ("invoice", "payment", "closing", "contract", "other")


class Case(OfPortal, Base):
    """One renewal of one term; open until it is verified or given up."""

    __tablename__ = "renewal_case"
    __table_args__ = (UniqueConstraint("portal_id", "clock_id", "ends_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column("clock_id")
    kind: Mapped[str] = mapped_column(Code(20, among(TermKind), TermKind.OTHER))
    ends_on: Mapped[date]
    plan_code: Mapped[str] = mapped_column(String(20), default="")
    period_months: Mapped[int | None]
    route: Mapped[str] = mapped_column(Code(12, among(known_routes()), "portal"), default="portal")
    method: Mapped[str] = mapped_column(Code(12, among(known_methods()), "transfer"), default="transfer")
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str] = mapped_column(String(3), default="")
    invoice_number: Mapped[str] = mapped_column(String(60), default="")
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(12), default="")
    noticed_at: Mapped[datetime | None]
    noticed_by: Mapped[str] = mapped_column(String(20), default="")


class StageMark(OfPortal, Base):
    """One stage of a case reached: the day, who marked it and when."""

    __tablename__ = "stage_mark"
    __table_args__ = (UniqueConstraint("case_id", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("renewal_case.id", ondelete="CASCADE"), index=True)
    stage: Mapped[str] = mapped_column(String(20))
    on: Mapped[date] = mapped_column("on_day")
    by_id: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(TypedText, default="")


class StepOpening(OfPortal, Base):
    """The place of a step was opened for this end of the term, and it is not answered yet whether the step was done."""

    __tablename__ = "step_opening"
    __table_args__ = (UniqueConstraint("portal_id", "clock_id", "ends_on", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column("clock_id")
    ends_on: Mapped[date]
    code: Mapped[str] = mapped_column(String(12))
    way: Mapped[str] = mapped_column(String(12))
    by_id: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime]


class StepDetail(OfPortal, Base):
    """What people have written beside one step of the renewal of an end: their own day, a note, whom they asked."""

    __tablename__ = "step_detail"
    __table_args__ = (UniqueConstraint("portal_id", "clock_id", "ends_on", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column("clock_id")
    ends_on: Mapped[date]
    code: Mapped[str] = mapped_column(String(12))
    due_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(TypedText, default="")
    said_by: Mapped[str] = mapped_column(String(255))
    said_at: Mapped[datetime]
    asked_name: Mapped[str] = mapped_column(String(255), default="")
    asked_at: Mapped[datetime | None]


class PartnerContact(OfPortal, Base):
    """The mail address of the partner who sells the plan."""

    __tablename__ = "partner_contact"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    said_by: Mapped[str] = mapped_column(String(255))
    said_at: Mapped[datetime]


class RolePerson(OfPortal, Base):
    """Who holds a role in this portal's renewals, with a mail address."""

    __tablename__ = "role_person"
    __table_args__ = (UniqueConstraint("portal_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(String(12))
    user_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(255))
    email: Mapped[str] = mapped_column(String(255), default="")


class StatusLink(OfPortal, Base):
    """A signed address outside the portal: the status page or the calendar feed; can be revoked."""

    __tablename__ = "status_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    purpose: Mapped[str] = mapped_column(String(12))
    made_by: Mapped[str] = mapped_column(String(255))
    made_by_id: Mapped[int | None]
    made_at: Mapped[datetime]
    expires_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]


class CalendarEvent(OfPortal, Base):
    """One event of a calendar feed as it was sent last: its identity, number of changes, and when it was withdrawn; its words are not kept."""

    __tablename__ = "calendar_event"
    __table_args__ = (UniqueConstraint("portal_id", "feed", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    feed: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(100))
    uid: Mapped[str] = mapped_column(String(80))
    day: Mapped[date]
    digest: Mapped[str] = mapped_column(String(32), default="")
    sequence: Mapped[int]
    changed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class GivenFeed(OfPortal, Base):
    """What a feed was made of last and the tag of its content, by its kind and language."""

    __tablename__ = "given_feed"
    __table_args__ = (UniqueConstraint("portal_id", "feed", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    feed: Mapped[str] = mapped_column(String(20))
    form: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(32), default="")
    tag: Mapped[str] = mapped_column(String(32), default="")
    changed_at: Mapped[datetime]


class Paper(OfPortal, Base):
    """A paper of a renewal: an invoice, a payment, closing documents, a contract; its content is sealed."""

    __tablename__ = "paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("renewal_case.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[str] = mapped_column(Code(12, among(PAPER_KINDS), "other"))
    name: Mapped[str] = mapped_column(String(200))
    media: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(SealedBytes)
    added_by: Mapped[str] = mapped_column(String(255))
    added_at: Mapped[datetime]


class Reconciliation(OfPortal, Base):
    """What was created and changed in a portal between two moments, counted to bring back what integrations missed."""

    __tablename__ = "reconciliation"

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    counts: Mapped[dict[str, int | None]] = mapped_column(Kept(dict[str, int | None], dict), default=dict)
    error: Mapped[str] = mapped_column(String(300), default="")
    asked_by: Mapped[str] = mapped_column(String(255))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
