"""Tables of work on many clients: the works with their clients, and what clients are asked about their dates."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal
from b24app.integrators.model import StepState
from b24app.stored_values import Code, Day, among


class RequestState(StrEnum):
    """What became of a request; `elsewhere`: the date was confirmed on another page; `ended`: with the access."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    ELSEWHERE = "elsewhere"
    ENDED = "ended"


class BulkWork(OfPortal, Base):
    """One work on many clients, in the integrator's portal; `value` is the person or the group that it sets."""

    __tablename__ = "bulk_work"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    value: Mapped[int | None]
    made_by: Mapped[str] = mapped_column(String(255))
    made_by_id: Mapped[int]
    made_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    """When somebody asked to put back what was written."""
    returned_by: Mapped[str] = mapped_column(String(255), default="")
    keeps_before: Mapped[bool] = mapped_column(default=True)
    """Whether its steps keep the value before; those of the first release do not."""


class BulkStep(OfPortal, Base):
    """One client of a work; its name is not kept here, so that an ended consent leaves nothing of it."""

    __tablename__ = "bulk_step"
    __table_args__ = (UniqueConstraint("work_id", "client_id", "term_kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("bulk_work.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)
    consent_code: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(
        Code(12, among(StepState), StepState.FAILED), default=StepState.WAITING
    )
    reason: Mapped[str] = mapped_column(String(40), default="")
    run_id: Mapped[int | None]
    asked_by_id: Mapped[int]
    """Who began this client, or tried it again: it is done with his rights and under his name."""
    blockers_before: Mapped[int | None]
    blockers_after: Mapped[int | None]
    """How many checks blocked in this very run; NULL until it is over."""
    done_at: Mapped[datetime | None]
    term_kind: Mapped[str] = mapped_column(String(20), default="")
    """Of dates from a file: which term of the client, its end, and the line of the file."""
    ends_on: Mapped[date | None] = mapped_column(Day())
    line: Mapped[int | None]
    made_id: Mapped[int | None]
    """What this step made in the client's portal: a copy, a line of the history of a term, a request for a date."""
    before: Mapped[int | None]
    """The responsible person, or the days of the schedule, before this step."""


class DateRequest(OfPortal, Base):
    """An integrator asks the portal's administrator to confirm the end of its plan; one is open at a time for each integrator."""

    __tablename__ = "date_request"
    __table_args__ = (
        Index(
            "uq_date_request_open", "portal_id", "integrator_id", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    integrator_id: Mapped[int] = mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)
    consent_code: Mapped[str] = mapped_column(String(32))
    integrator: Mapped[str] = mapped_column(String(255))
    person: Mapped[str] = mapped_column(String(255))
    asked_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    tells: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the administrator is to be notified of it again; NULL: not any more."""
    state: Mapped[str] = mapped_column(
        Code(12, among(RequestState), RequestState.ENDED), default=RequestState.OPEN
    )
    answered_by: Mapped[str] = mapped_column(String(255), default="")
    answered_at: Mapped[datetime | None]


class AskingSchedule(OfPortal, Base):
    """How often an integrator's portal asks one client to confirm its date; no other integrator sees it."""

    __tablename__ = "asking_schedule"
    __table_args__ = (UniqueConstraint("portal_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)
    days: Mapped[int]
    set_by_id: Mapped[int]
    """In whose seat it is asked."""
    set_at: Mapped[datetime]
    next_at: Mapped[datetime] = mapped_column(index=True)
