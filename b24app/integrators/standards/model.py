"""Tables of standards: found values of clients' portals, standards with their rules, what was decided about differences."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal
from b24app.stored_values import Code, Kept, TypedText, among


class DecisionKind(StrEnum):
    """What was decided about a difference; the value is stored."""

    ACCEPTED = "accepted"
    TASK = "task"


class DecisionEnd(StrEnum):
    """Why a decision counts no more; the value is stored."""

    MET = "met"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class HandedState(StrEnum):
    """The state of the task of a difference in the integrator's portal; of an acceptance it is `ended` from the first."""

    WAITING = "waiting"
    SET = "set"
    FAILED = "failed"
    ENDED = "ended"


class FoundValue(OfPortal, Base):
    """What a rule found in a client's portal when its summary was made last; it is shown by a living consent alone."""

    __tablename__ = "found_value"
    __table_args__ = (UniqueConstraint("portal_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    lack: Mapped[str] = mapped_column(String(12), default="")
    """Why there is no value; empty where there is one."""
    number: Mapped[int | None]
    moment: Mapped[datetime | None]
    names: Mapped[list[str]] = mapped_column(Kept(list[str], list), default=list)
    digest: Mapped[str] = mapped_column(String(16), default="")
    """The digest of the value with its names: what was accepted is accepted for this very one."""
    read_at: Mapped[datetime | None]
    since: Mapped[datetime | None]
    """When this very value was read first."""


class ClientStandard(OfPortal, Base):
    """A named set of expected values; `conditions` select its clients, in the form of an address of the board."""

    __tablename__ = "client_standard"
    __table_args__ = (UniqueConstraint("portal_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    conditions: Mapped[str] = mapped_column(String(2000), default="")
    changed_by: Mapped[str] = mapped_column(String(255))
    changed_by_id: Mapped[int]
    changed_at: Mapped[datetime]


class StandardLine(OfPortal, Base):
    """One rule of a standard and the number that it expects."""

    __tablename__ = "standard_line"
    __table_args__ = (UniqueConstraint("standard_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    standard_id: Mapped[int] = mapped_column(ForeignKey("client_standard.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    expected: Mapped[int]


class DeviationDecision(OfPortal, Base):
    """What was decided about one difference of one client: accepted until a day, or handed on as a task; one at a time."""

    __tablename__ = "deviation_decision"
    __table_args__ = (
        Index(
            "uq_deviation_decision_open", "standard_id", "client_id", "code", unique=True,
            sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    standard_id: Mapped[int] = mapped_column(ForeignKey("client_standard.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(
        Code(12, among(DecisionKind), DecisionKind.TASK), default=DecisionKind.TASK
    )
    expected: Mapped[int]
    digest: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(String(255))
    by_id: Mapped[int]
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[str] = mapped_column(TypedText, default="")
    until: Mapped[date | None]
    """The last day of an acceptance, or the day of a task."""
    closed_at: Mapped[datetime | None]
    end: Mapped[str] = mapped_column(String(12), default="")
    user_id: Mapped[int | None]
    user_name: Mapped[str] = mapped_column(String(255), default="")
    key: Mapped[str] = mapped_column(String(16), default="")
    """Of this giving alone: its task is found by it after an answer that was lost."""
    task_id: Mapped[str] = mapped_column(String(20), default="")
    task_state: Mapped[str] = mapped_column(
        Code(12, among(HandedState), HandedState.FAILED), default=HandedState.ENDED
    )
    adding_since: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")
