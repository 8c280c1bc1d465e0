"""Tables of reminders: schedule, channels, confirmed addresses, reminders, deliveries, tasks, reports of employees."""

from datetime import date, datetime
from enum import StrEnum
from functools import partial

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal, Sealed
from b24app.reminders.kinds import USUAL_DAYS
from b24app.stored_values import Code, Kept, among


class DeliveryState(StrEnum):
    """The state of a delivery; an uncertain one may have been sent, a replaced one gave way to the next reminder."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    MOVED = "moved"
    KEPT = "kept"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    REPLACED = "replaced"


UNDER_WAY = (DeliveryState.WAITING, DeliveryState.SENDING)
REPORT_REASONS = ("login", "orders", "payment", "calls", "other")


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


class ScheduleSetting(OfPortal, Base):
    """When this portal wants to be reminded."""

    __tablename__ = "ladder_setting"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    days_before: Mapped[list[int]] = mapped_column("rungs", Kept(list[int], partial(list, USUAL_DAYS)))
    daily_in_grace: Mapped[bool] = mapped_column(default=True)
    quiet_from: Mapped[int] = mapped_column(default=20)
    quiet_to: Mapped[int] = mapped_column(default=9)
    digest_weekday: Mapped[int] = mapped_column(default=0)
    digest_on: Mapped[bool] = mapped_column(default=True)


class ReminderDue(OfPortal, Base):
    """When the next reminder of a portal can fall due; empty when it has to be looked at. `token` is of the present look.

    `kept_at` is when that was found out: a clock that is before it was set back.
    """

    __tablename__ = "reminder_due"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    due_at: Mapped[datetime | None]
    kept_at: Mapped[datetime | None]
    token: Mapped[str] = mapped_column(String(16), default="")


class ChannelSetting(OfPortal, Base):
    """A channel of this portal, switched on or off, with its address and secret."""

    __tablename__ = "channel"
    __table_args__ = (UniqueConstraint("portal_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    enabled: Mapped[bool] = mapped_column(default=True)
    address: Mapped[str] = mapped_column(Sealed, default="")
    secret: Mapped[str | None] = mapped_column(Sealed)
    tested_at: Mapped[datetime | None]
    test_error: Mapped[str] = mapped_column(String(300), default="")


class OwnMailServer(OfPortal, Base):
    """The mail server by which a portal's letters in its own name leave: address, name and password sealed together."""

    __tablename__ = "own_mail_server"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(Sealed)
    sender: Mapped[str] = mapped_column(Sealed)
    kept_at: Mapped[datetime]


class Reminder(OfPortal, Base):
    """One reminder that fell due; its key is unique, so it falls due once; with an error it is not built yet."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("portal_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160))
    line: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(40))
    term_id: Mapped[int | None] = mapped_column("clock_id")
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
    term_id: Mapped[int | None] = mapped_column("clock_id")
    ends_on: Mapped[date | None]
    code: Mapped[str] = mapped_column(String(40), default="")
    aim: Mapped[date | None]
    closed: Mapped[bool] = mapped_column(default=False)
    put_at: Mapped[datetime]


class Delivery(OfPortal, Base):
    """One message of a reminder to one person by one channel; held by a worker, under a lease, while it is sent.

    `owner` is the worker's own mark, and `lease_doubted` that somebody saw the lease run out once already.
    `handed_over` counts the times it left and nothing certain was answered, `lost_workers` those that died with it.
    `lost_access`: it failed because the portal's access was lost, and comes back with it until `give_up_at`.
    """

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
    message: Mapped[dict[str, object]] = mapped_column("letter", Kept(dict[str, object], dict))
    state: Mapped[str] = mapped_column(String(12), default=DeliveryState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    taken_at: Mapped[datetime | None] = mapped_column("claimed_at")
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(300), default="")
    owner: Mapped[str] = mapped_column(String(16), default="", server_default="")
    leased_until: Mapped[datetime | None]
    lease_doubted: Mapped[bool] = mapped_column(default=False, server_default=false())
    handed_over: Mapped[int] = mapped_column(default=0, server_default="0")
    lost_workers: Mapped[int] = mapped_column(default=0, server_default="0")
    give_up_at: Mapped[datetime | None]
    lost_access: Mapped[bool] = mapped_column(default=False, server_default=false())


class ServerRest(Base):
    """A server for messages of all portals, such as that of mail, and until when it rests."""

    __tablename__ = "server_rest"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    until: Mapped[datetime]
    away_since: Mapped[datetime | None]
    """When the first of these failures was."""


class TelegramBot(Base):
    """The operator's bot by the digest of its token: which update comes next, and which worker asks for updates now.

    `moved_at` is when an update was last taken: after a week of silence numbers of updates begin anew.
    """

    __tablename__ = "telegram_bot"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), default="")
    next_update: Mapped[int] = mapped_column(BigInteger, default=0)
    moved_at: Mapped[datetime | None]
    owner: Mapped[str] = mapped_column(String(16), default="")
    leased_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(300), default="")


class TelegramLink(OfPortal, Base):
    """The Telegram chat of one person of a portal, and the start code that will link one; a code is kept as its digest.

    `mark` finds a chat without opening the sealed number; `ended_at` and `error` are of a chat that was closed by them.
    """

    __tablename__ = "telegram_link"
    __table_args__ = (UniqueConstraint("portal_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    user_name: Mapped[str] = mapped_column(String(255), default="")
    code: Mapped[str | None] = mapped_column(String(64), unique=True)
    code_at: Mapped[datetime | None]
    chat: Mapped[str | None] = mapped_column(Sealed)
    mark: Mapped[str] = mapped_column(String(64), default="", index=True)
    linked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(300), default="")
    quiet_from: Mapped[int] = mapped_column(default=22)
    quiet_to: Mapped[int] = mapped_column(default=8)


class EmployeeReport(OfPortal, Base):
    """What an employee reported from the widget; an administrator marks it settled."""

    __tablename__ = "employee_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(Code(20, among(REPORT_REASONS), "other"))
    text: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int]
    user_name: Mapped[str] = mapped_column(String(255))
    reported_at: Mapped[datetime] = mapped_column("told_at")
    passed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(String(255), default="")


class TaskState(StrEnum):
    """The state of the task of a check: to be set in the portal, set, or not set."""

    WAITING = "waiting"
    SET = "set"
    FAILED = "failed"


class CheckTask(OfPortal, Base):
    """A check that was given to a person as a task of the portal, until a day.

    `key` is of this giving alone: its task is found by it, for numbers of deleted rows may come again.
    """

    __tablename__ = "check_task"
    __table_args__ = (UniqueConstraint("portal_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    user_id: Mapped[int]
    user_name: Mapped[str] = mapped_column(String(255))
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(
        Code(12, among(TaskState), TaskState.FAILED), default=TaskState.WAITING
    )
    key: Mapped[str] = mapped_column(String(16))
    task_id: Mapped[str] = mapped_column(String(20), default="")
    error: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime]
