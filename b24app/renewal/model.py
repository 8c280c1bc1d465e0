"""Tables of the renewal: the case and its stages, people, channels, reminders and deliveries, links outside."""

from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal, Sealed, SealedBytes
from b24app.reminders.schedule import USUAL_RUNGS
from b24app.stored_values import Code, Kept, among
from b24app.terms.payment_routes import METHOD_TITLES, ROUTE_TITLES
from b24app.terms.term import Kind

PAPER_KINDS = ("invoice", "payment", "closing", "contract", "other")
REPORT_REASONS = ("login", "orders", "payment", "calls", "other")


class Case(OfPortal, Base):
    """One renewal of one term; open until it is verified or given up."""

    __tablename__ = "renewal_case"
    __table_args__ = (UniqueConstraint("portal_id", "clock_id", "ends_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clock_id: Mapped[int]
    kind: Mapped[str] = mapped_column(Code(20, among(Kind), Kind.OTHER))
    ends_on: Mapped[date]
    plan_code: Mapped[str] = mapped_column(String(20), default="")
    period_months: Mapped[int | None]
    route: Mapped[str] = mapped_column(Code(12, among(ROUTE_TITLES), "portal"), default="portal")
    method: Mapped[str] = mapped_column(Code(12, among(METHOD_TITLES), "transfer"), default="transfer")
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str] = mapped_column(String(3), default="RUB")
    invoice_number: Mapped[str] = mapped_column(String(60), default="")
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(12), default="")
    noticed_at: Mapped[datetime | None]
    noticed_by: Mapped[str] = mapped_column(String(20), default="")


class StageMark(OfPortal, Base):
    """One stage of a case reached: the day, who said so and when."""

    __tablename__ = "stage_mark"
    __table_args__ = (UniqueConstraint("case_id", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("renewal_case.id", ondelete="CASCADE"), index=True)
    stage: Mapped[str] = mapped_column(String(20))
    on: Mapped[date] = mapped_column("on_day")
    by_id: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text, default="")


class StepOpening(OfPortal, Base):
    """The place where a step is done was opened for this end of the term; whether it was done is not answered yet."""

    __tablename__ = "step_opening"
    __table_args__ = (UniqueConstraint("portal_id", "clock_id", "ends_on", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clock_id: Mapped[int]
    ends_on: Mapped[date]
    code: Mapped[str] = mapped_column(String(12))
    way: Mapped[str] = mapped_column(String(12))
    by_id: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime]


class PartnerContact(OfPortal, Base):
    """Where letters to the partner who sells the plan go."""

    __tablename__ = "partner_contact"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    said_by: Mapped[str] = mapped_column(String(255))
    said_at: Mapped[datetime]


class OutsideAddress(OfPortal, Base):
    """An address for warnings that come when the portal does not open; it counts only after its owner confirmed it."""

    __tablename__ = "outside_address"
    __table_args__ = (UniqueConstraint("portal_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    code: Mapped[str] = mapped_column(String(40), unique=True)
    asked_by: Mapped[str] = mapped_column(String(255))
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RolePerson(OfPortal, Base):
    """Who holds a role in this portal's renewals, and where letters go."""

    __tablename__ = "role_person"
    __table_args__ = (UniqueConstraint("portal_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(String(12))
    user_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(255))
    email: Mapped[str] = mapped_column(String(255), default="")


class LadderSetting(OfPortal, Base):
    """When this portal wants to be reminded."""

    __tablename__ = "ladder_setting"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rungs: Mapped[list[int]] = mapped_column(Kept(list[int], partial(list, USUAL_RUNGS)))
    daily_in_grace: Mapped[bool] = mapped_column(default=True)
    quiet_from: Mapped[int] = mapped_column(default=20)
    quiet_to: Mapped[int] = mapped_column(default=9)
    digest_weekday: Mapped[int] = mapped_column(default=0)
    digest_on: Mapped[bool] = mapped_column(default=True)


class Channel(OfPortal, Base):
    """One way to reach people, switched on or off, with its address and secret."""

    __tablename__ = "channel"
    __table_args__ = (UniqueConstraint("portal_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    enabled: Mapped[bool] = mapped_column(default=True)
    address: Mapped[str] = mapped_column(Sealed, default="")
    secret: Mapped[str | None] = mapped_column(Sealed)
    tested_at: Mapped[datetime | None]
    test_error: Mapped[str] = mapped_column(String(300), default="")


class Reminder(OfPortal, Base):
    """One reminder that fell due; its key is unique, so it falls due once; with an error it is not built yet."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("portal_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160))
    line: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(40))
    clock_id: Mapped[int | None]
    on: Mapped[date] = mapped_column("on_day")
    due_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(String(300), default="", server_default="")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")


class ReminderTask(OfPortal, Base):
    """A task that a reminder put into the portal; `aim` is the day of the plan that its deadline was set by."""

    __tablename__ = "reminder_task"
    __table_args__ = (UniqueConstraint("portal_id", "key", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160))
    user_id: Mapped[int]
    task_id: Mapped[str] = mapped_column(String(20))
    clock_id: Mapped[int | None]
    ends_on: Mapped[date | None]
    code: Mapped[str] = mapped_column(String(40), default="")
    aim: Mapped[date | None]
    closed: Mapped[bool] = mapped_column(default=False)
    put_at: Mapped[datetime]


class Delivery(OfPortal, Base):
    """One letter of a reminder to one person by one channel; claimed by a worker before it is sent."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("reminder_id", "channel", "recipient"),
        Index("ix_delivery_state_next_at", "state", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reminder_id: Mapped[int] = mapped_column(ForeignKey("reminder.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(500))
    target: Mapped[str | None] = mapped_column(Sealed)
    """The whole address of a webhook, which is a secret itself; `recipient` names only its host."""
    recipient_name: Mapped[str] = mapped_column(String(255), default="")
    letter: Mapped[dict[str, Any]] = mapped_column(Kept(dict[str, Any], dict))
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(300), default="")


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


class Pulse(OfPortal, Base):
    """How the portal answered last: since when it refuses and in which words."""

    __tablename__ = "pulse"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answered_at: Mapped[datetime | None]
    refused_since: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(String(30), default="")
    code: Mapped[str] = mapped_column(String(80), default="")
    words: Mapped[str] = mapped_column(String(300), default="")
    back_at: Mapped[datetime | None]
    refused_from: Mapped[datetime | None]


class EmployeeReport(OfPortal, Base):
    """What an employee told from the widget; an administrator marks it settled."""

    __tablename__ = "employee_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(Code(20, among(REPORT_REASONS), "other"))
    text: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int]
    user_name: Mapped[str] = mapped_column(String(255))
    told_at: Mapped[datetime]
    passed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(String(255), default="")


class Paper(OfPortal, Base):
    """A paper of a renewal: an invoice, a payment, closing documents, a contract; its content lies sealed."""

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
