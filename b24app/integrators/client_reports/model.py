"""Tables of reports to clients: how an integrator's reports look and who sends them, who reads them, the reports themselves."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal, Sealed
from b24app.stored_values import Code, among


class ReportKind(StrEnum):
    """What a report was made for; the value is stored."""

    MONTH = "month"
    RENEWAL = "renewal"
    BY_HAND = "by_hand"


class ReportState(StrEnum):
    """How far a report is; `leaving`: its letter is in the outbox, `left_out`: a person did not want it. The value is stored."""

    DRAFT = "draft"
    APPROVED = "approved"
    LEAVING = "leaving"
    SENT = "sent"
    FAILED = "failed"
    LEFT_OUT = "left_out"


class ReportLook(OfPortal, Base):
    """How the reports of an integrator look, when they are made, and the address that answers go to once it is confirmed."""

    __tablename__ = "report_look"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    colour: Mapped[str] = mapped_column(String(7))
    motto: Mapped[str] = mapped_column(String(120), default="")
    site: Mapped[str] = mapped_column(String(120), default="")
    monthly: Mapped[bool] = mapped_column(default=True)
    after_renewal: Mapped[bool] = mapped_column(default=True)
    sender: Mapped[str] = mapped_column(Sealed, default="")
    sender_code: Mapped[str | None] = mapped_column(String(32), unique=True)
    sender_asked_at: Mapped[datetime | None]
    sender_confirmed_at: Mapped[datetime | None]
    saved_by: Mapped[str] = mapped_column(String(255))
    saved_at: Mapped[datetime]


class ReportReader(OfPortal, Base):
    """Who gets the reports of a client: an address that the integrator named and its reader has confirmed, under one consent."""

    __tablename__ = "report_reader"
    __table_args__ = (UniqueConstraint("portal_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)
    consent_code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(255), default="")
    email: Mapped[str] = mapped_column(Sealed)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    asked_by: Mapped[str] = mapped_column(String(255))
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class ClientReport(OfPortal, Base):
    """One report to one client: its content is kept as it was made, sealed; `key` is what it is about, once for each client.

    `version` is that of what it was made from, as in the client's summary; `head` is the look that it was approved with.
    """

    __tablename__ = "client_report"
    __table_args__ = (
        UniqueConstraint("portal_id", "client_id", "key"),
        Index("ix_client_report_state_send_at", "state", "send_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)
    consent_code: Mapped[str] = mapped_column(String(32), index=True)
    kind: Mapped[str] = mapped_column(Code(12, among(ReportKind), ReportKind.BY_HAND))
    key: Mapped[str] = mapped_column(String(60))
    content: Mapped[str] = mapped_column(Sealed)
    basis: Mapped[str] = mapped_column(String(200), default="")
    head: Mapped[str] = mapped_column(Sealed, default="")
    foreword: Mapped[str] = mapped_column(Sealed, default="")
    state: Mapped[str] = mapped_column(
        Code(12, among(ReportState), ReportState.FAILED), default=ReportState.DRAFT
    )
    made_at: Mapped[datetime]
    approved_by: Mapped[str] = mapped_column(String(255), default="")
    approved_by_id: Mapped[int | None]
    approved_at: Mapped[datetime | None]
    send_at: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=0)
    """How often its letter was handed to the outbox: each repeat is a letter of its own."""
    reader: Mapped[str] = mapped_column(Sealed, default="")
    """The address that the letter went to."""
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(300), default="")
    opened: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None]
