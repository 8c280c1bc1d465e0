"""Tables of what enters from outside: sessions, each person's confirmed address, links that open once, keys of the API, feeds of groups."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal, Sealed
from b24app.stored_values import Kept


class OutsideSession(OfPortal, Base):
    """One sign-in of a person of the integrator's portal, outside of it; found by the digest of its cookie."""

    __tablename__ = "outside_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int]
    way: Mapped[str] = mapped_column(String(12))
    agent: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInAddress(OfPortal, Base):
    """Where a person's one-time links go when the own portal is dark: nothing else is sent there before it is confirmed."""

    __tablename__ = "sign_in_address"
    __table_args__ = (UniqueConstraint("portal_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    email: Mapped[str] = mapped_column(Sealed)
    email_digest: Mapped[str] = mapped_column(String(64), index=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class SignInLink(OfPortal, Base):
    """A link that opens once, within a quarter of an hour."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiToken(OfPortal, Base):
    """A key of the API: its digest, its first letters, what it may do, and the person whose role it has."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    start: Mapped[str] = mapped_column(String(12))
    scopes: Mapped[list[str]] = mapped_column(Kept(list[str], list))
    user_id: Mapped[int]
    made_by: Mapped[str] = mapped_column(String(255))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class GroupFeed(OfPortal, Base):
    """A secret address of the terms of a group, as calendar and as CSV; of all clients where no group is named."""

    __tablename__ = "group_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("client_group.id", ondelete="CASCADE"), index=True
    )
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    start: Mapped[str] = mapped_column(String(12))
    user_id: Mapped[int]
    made_by: Mapped[str] = mapped_column(String(255))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
