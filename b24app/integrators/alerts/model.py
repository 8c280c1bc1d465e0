"""Tables of alerts: what each person wants, what is or was red at a client, who was notified of it, the task about it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal
from b24app.integrators.alerts.alert_causes import AlertCause
from b24app.integrators.alerts.task_states import AlertTaskState
from b24app.stored_values import Code, Kept, among


class MemberWishes(OfPortal, Base):
    """What one person of an integrator wants to be notified of about his clients, by which channels, and his quiet hours."""

    __tablename__ = "member_wishes"
    __table_args__ = (UniqueConstraint("portal_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    digest_on: Mapped[bool] = mapped_column(default=True)
    empty_on: Mapped[bool] = mapped_column(default=True)
    """Whether a week without anything to report is reported too, in one line."""
    alerts_on: Mapped[bool] = mapped_column(default=True)
    by_portal: Mapped[bool] = mapped_column(default=True)
    by_mail: Mapped[bool] = mapped_column(default=True)
    by_telegram: Mapped[bool] = mapped_column(default=True)
    quiet_from: Mapped[int] = mapped_column(default=20)
    quiet_to: Mapped[int] = mapped_column(default=9)


class ClientAlert(OfPortal, Base):
    """One cause that is, or was, red at a client, in the integrator's portal; no name or text of the client is kept."""

    __tablename__ = "client_alert"
    __table_args__ = (
        Index(
            "uq_client_alert_open", "portal_id", "client_id", "cause", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)
    cause: Mapped[str] = mapped_column(Code(12, among(AlertCause), AlertCause.BROKE))
    codes: Mapped[list[str]] = mapped_column(Kept(list[str], list), default=list)
    """The checks that were red: it is green again when each of them is."""
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end: Mapped[str] = mapped_column(String(12), default="")


class AlertTelling(OfPortal, Base):
    """One person is notified of an alert, in the message with this key; `seen_at` when he opened the client or the list of alerts."""

    __tablename__ = "alert_telling"
    __table_args__ = (UniqueConstraint("alert_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("client_alert.id", ondelete="CASCADE"))
    user_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(160), index=True)
    told_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    escalated: Mapped[bool] = mapped_column(default=False)


class AlertTask(OfPortal, Base):
    """The task about an alert in the integrator's own portal; `key` is what it is found by after an answer that was lost."""

    __tablename__ = "alert_task"
    __table_args__ = (UniqueConstraint("alert_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("client_alert.id", ondelete="CASCADE"))
    user_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(16))
    task_id: Mapped[str] = mapped_column(String(20), default="")
    state: Mapped[str] = mapped_column(
        Code(12, among(AlertTaskState), AlertTaskState.FAILED), default=AlertTaskState.WAITING
    )
    adding_since: Mapped[datetime | None]
