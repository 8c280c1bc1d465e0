"""Tables of integrators: their portals, people, invitations, what clients gave them, what was looked at, groups, notes, summaries."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal, Sealed
from b24app.integrators.rights import MemberRole
from b24app.stored_values import Code, Kept, among

LONGEST_DETAIL = 500
Values = dict[str, Any]


class BulkKind(StrEnum):
    """What is done with each client; the value is stored."""

    CHECK = "check"
    ASSIGN = "assign"
    GROUP = "group"
    UNGROUP = "ungroup"
    CONFIRM = "confirm"
    DATES = "dates"
    COPY = "copy"
    SCHEDULE = "schedule"
    REPORT = "report"


class StepState(StrEnum):
    """How far one client is; `begun`: its own portal works on it now; `returning`: what was done is put back."""

    WAITING = "waiting"
    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    RETURNING = "returning"
    RETURNED = "returned"


class IntegratorRecord(OfPortal, Base):
    """A portal that an administrator of it has declared an integrator's; `ended_at` when it was taken back."""

    __tablename__ = "integrator"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    inn: Mapped[str] = mapped_column(String(12))
    contact_name: Mapped[str] = mapped_column(Sealed)
    contact_email: Mapped[str] = mapped_column(Sealed)
    contact_phone: Mapped[str] = mapped_column(Sealed)
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    logo_type: Mapped[str] = mapped_column(String(40), default="")
    declared_by: Mapped[str] = mapped_column(String(255))
    declared_by_id: Mapped[int]
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class IntegratorMember(OfPortal, Base):
    """A person of the integrator's portal and what he does with its clients."""

    __tablename__ = "integrator_member"
    __table_args__ = (UniqueConstraint("portal_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(Code(12, among(MemberRole), MemberRole.VIEWER))
    given_by: Mapped[str] = mapped_column(String(255))
    given_at: Mapped[datetime]


class Invitation(OfPortal, Base):
    """What an integrator's portal asks of a client: found by the digest of its code, answered once."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Sealed)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    client_name: Mapped[str] = mapped_column(String(255))
    client_inn: Mapped[str] = mapped_column(String(12))
    client_portal_id: Mapped[int | None] = mapped_column(
        ForeignKey("portal.id", ondelete="SET NULL"), index=True
    )
    """The client's portal when the invitation is for a known one (a right that is asked of a client); else the one that answered."""
    rights: Mapped[list[str]] = mapped_column(Kept(list[str], list))
    months: Mapped[int]
    made_by: Mapped[str] = mapped_column(String(255))
    made_by_id: Mapped[int]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(12), default="")
    answered_at: Mapped[datetime | None]


class CodeTries(OfPortal, Base):
    """How many wrong codes of invitations were entered in a portal; an hour without one forgets them."""

    __tablename__ = "code_tries"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wrong: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]


class Consent(OfPortal, Base):
    """What a client's portal has given to an integrator's; of each pair of portals one lives at a time."""

    __tablename__ = "consent"
    __table_args__ = (
        Index(
            "uq_consent_living", "portal_id", "integrator_id", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    """Names the consent in page tokens and addresses: never used again, as an id of SQLite may be."""
    integrator_id: Mapped[int] = mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)
    client_name: Mapped[str] = mapped_column(String(255), default="")
    """The name of the client's portal when it gave this: all that is shown of it once it has ended."""
    rights: Mapped[list[str]] = mapped_column(Kept(list[str], list))
    months: Mapped[int]
    prolongs: Mapped[bool]
    shown_to_people: Mapped[bool] = mapped_column(default=False)
    """Whether the pages of the client's portal show who its integrator is and how to reach him."""
    granted_by: Mapped[str] = mapped_column(String(255))
    granted_by_id: Mapped[int]
    granted_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """The end in any case: of a consent that prolongs itself the last possible one."""
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(255), default="")
    end: Mapped[str] = mapped_column(String(12), default="")


class ConsentAudit(OfPortal, Base):
    """One deed of an integrator in a client's portal, of a consent's, or a refused try; it outlives the consent."""

    __tablename__ = "consent_audit"
    __table_args__ = (Index("ix_consent_audit_portal_id_at", "portal_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consent_code: Mapped[str] = mapped_column(String(32), index=True)
    integrator: Mapped[str] = mapped_column(String(255))
    person: Mapped[str] = mapped_column(String(255))
    person_id: Mapped[int]
    at: Mapped[datetime]
    last_at: Mapped[datetime]
    """The same page seen again within ten minutes is one line with the later moment."""
    action: Mapped[str] = mapped_column(String(80))
    right: Mapped[str] = mapped_column(String(20), default="")
    detail: Mapped[str] = mapped_column(String(LONGEST_DETAIL), default="")
    refused: Mapped[bool] = mapped_column(default=False)


class ClientNote(OfPortal, Base):
    """What an integrator keeps of a client: who is responsible, its name there, notes. No other integrator sees it."""

    __tablename__ = "client_note"
    __table_args__ = (UniqueConstraint("portal_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(255), default="")
    inn: Mapped[str] = mapped_column(String(12), default="")
    responsible_id: Mapped[int | None]
    notes: Mapped[str] = mapped_column(Text, default="")
    search: Mapped[str] = mapped_column(String(600), default="")
    """What a search looks into, in lower case: SQLite folds Latin letters alone."""
    changed_at: Mapped[datetime]


class ClientGroup(OfPortal, Base):
    """A named set of an integrator's clients; `manager_id` is the manager whose own it is."""

    __tablename__ = "client_group"
    __table_args__ = (UniqueConstraint("portal_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    manager_id: Mapped[int | None]


class GroupedClient(OfPortal, Base):
    """A client in a group."""

    __tablename__ = "grouped_client"
    __table_args__ = (UniqueConstraint("group_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("client_group.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)


class SavedView(OfPortal, Base):
    """Conditions of the board under a name: of one person, or of all."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    shared: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(80))
    conditions: Mapped[str] = mapped_column(String(2000))


class ClientSummary(OfPortal, Base):
    """What the board shows of a client's portal, made from what is stored; what is unknown is NULL or empty.

    It holds as long as the portal's state has this `version`, and until its day ends at `lasts_until`.
    """

    __tablename__ = "client_summary"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(16))
    day: Mapped[date]
    made_at: Mapped[datetime]
    lasts_until: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(255), default="")
    search: Mapped[str] = mapped_column(String(600), default="")
    plan_code: Mapped[str] = mapped_column(String(40), default="")
    plan_name: Mapped[str] = mapped_column(String(255), default="")
    ends_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(20), default="")
    date_state: Mapped[str] = mapped_column(String(12), default="")
    said_by: Mapped[str] = mapped_column(String(255), default="")
    said_at: Mapped[datetime | None]
    pay_by: Mapped[date | None]
    """The last day to pay by the payment plan, while nothing is paid."""
    act_on: Mapped[date | None]
    """The working day by which somebody must act for the term; what broke is beside it."""
    act_reason: Mapped[str] = mapped_column(String(12), default="")
    act_step: Mapped[str] = mapped_column(String(20), default="")
    stage: Mapped[str] = mapped_column(String(12), default="")
    steps: Mapped[str] = mapped_column(String(60), default="")
    money: Mapped[str] = mapped_column(String(12), default="")
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str] = mapped_column(String(3), default="")
    estimate: Mapped[bool] = mapped_column(default=False)
    amount_from: Mapped[str] = mapped_column(String(12), default="")
    """Of the sum: `invoice`, `price` (of the shop's papers) or `list` (of prices)."""
    blockers: Mapped[int | None]
    blocking: Mapped[list[str]] = mapped_column(Kept(list[str], list), default=list)
    broke_count: Mapped[int | None]
    broke: Mapped[list[Values]] = mapped_column(Kept(list[Values], list), default=list)
    """What broke within a week, as verdicts without their evidence."""
    access: Mapped[str] = mapped_column(String(12), default="")
    access_since: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    swept_at: Mapped[datetime | None]
    copy_set_up: Mapped[bool | None]
    copied_at: Mapped[datetime | None]
    copy_verified: Mapped[bool | None]
    usage: Mapped[int | None]
    """How full the fullest limit of the plan is, in per cent."""
    usage_code: Mapped[str] = mapped_column(String(20), default="")
