"""Tables of webhooks: addresses, what was seen of each client, events by ids alone, and the sendings of each event to each address."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal, Sealed
from b24app.integrators.webhooks.webhook_states import SendingState, WebhookState
from b24app.stored_values import Code, Kept, among


class WebhookAddress(OfPortal, Base):
    """An address of an integrator to which events are sent; it sees what the owner who added it sees at that moment."""

    __tablename__ = "webhook_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(Sealed)
    secret: Mapped[str] = mapped_column(Sealed)
    old_secret: Mapped[str | None] = mapped_column(Sealed)
    """The secret before the last change: messages are signed with both until `old_until`."""
    old_until: Mapped[datetime | None]
    kinds: Mapped[list[str]] = mapped_column(Kept(list[str], list))
    state: Mapped[str] = mapped_column(
        Code(8, among(WebhookState), WebhookState.OFF), default=WebhookState.WORKS
    )
    user_id: Mapped[int]
    made_by: Mapped[str] = mapped_column(String(255))
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    """Failed attempts one after another; a good answer makes it zero."""
    failing_since: Mapped[datetime | None]
    rests_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class WebhookClient(OfPortal, Base):
    """What was seen of a client when it was looked at last, as digests: whatever is new makes an event."""

    __tablename__ = "webhook_client"
    __table_args__ = (UniqueConstraint("portal_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)
    consent_code: Mapped[str] = mapped_column(String(32))
    version: Mapped[str] = mapped_column(String(16), default="")
    rights: Mapped[list[str]] = mapped_column(Kept(list[str], list), default=list)
    marks: Mapped[list[str]] = mapped_column(Kept(list[str], list), default=list)


class WebhookEvent(OfPortal, Base):
    """One event: its kind, whose it is and what it is about, as ids; its body is read when it is sent."""

    __tablename__ = "webhook_event"
    __table_args__ = (Index("ix_webhook_event_portal_id_at", "portal_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    """The `webhook-id`: the same at every attempt and every repeat."""
    kind: Mapped[str] = mapped_column(String(24))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)
    consent_code: Mapped[str] = mapped_column(String(32), default="")
    subject: Mapped[str] = mapped_column(String(80), default="")
    at: Mapped[datetime]


class WebhookSending(OfPortal, Base):
    """One sending of one event to one address: how often it was tried, what was answered, when it is tried again."""

    __tablename__ = "webhook_sending"
    __table_args__ = (
        UniqueConstraint("event_id", "address_id"),
        Index("ix_webhook_sending_due", "address_id", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("webhook_event.id", ondelete="CASCADE"))
    address_id: Mapped[int] = mapped_column(ForeignKey("webhook_address.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(
        Code(8, among(SendingState), SendingState.FAILED), default=SendingState.WAITING
    )
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    answers: Mapped[list[str]] = mapped_column(Kept(list[str], list), default=list)
    """What each attempt was answered: a number of HTTP, or the code of a failure."""
    reason: Mapped[str] = mapped_column(String(20), default="")
    milliseconds: Mapped[int | None]
    tried_at: Mapped[datetime | None]
