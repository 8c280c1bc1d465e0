"""Tables of portals, of the access they gave us, of people and events; a portal found by its id, and its calendar day."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, UniqueConstraint, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, column_property, mapped_column

from b24app.bitrix24.token_states import TokenState
from b24app.clock import VENDORS_ZONE, known_zone
from b24app.database import Base, OfPortal, Sealed, current_portal_id, db, every_portal, read_once
from b24app.manifest import read_manifest
from b24app.portals.pauses import Silence
from b24app.state_version import portal_state
from b24app.stored_values import Code, Kept, among


class InstallStatus(StrEnum):
    """The state of an install: `new` until the wizard is finished, then `active`."""

    NEW = "new"
    ACTIVE = "active"
    DELETED = "deleted"


class EventResult(StrEnum):
    """How the work of an event ended; a refusal keeps its own code."""

    DONE = "done"
    WAIT = "wait"
    UNKNOWN = "unknown"
    UNCONFIRMED = "unconfirmed"
    DENIED_BY_SERVER = "denied_by_server"
    NOT_ADMINISTRATOR = "not_administrator"


def every_scope() -> list[str]:
    """All scopes that the application asks for; where a portal's own list cannot be read every part is asked, and answers."""
    return list(read_manifest().scopes)


OPEN_PLACES = frozenset({"placement", "crm"})
"""The permissions without which a place of manifest.json cannot be bound."""


def url_of(domain: str, client_endpoint: str) -> str:
    """The address of a portal's pages; the scheme is that of its verified REST base, https where none is known."""
    return f"{'http' if client_endpoint.startswith('http://') else 'https'}://{domain}"


class Portal(Base):
    """One Bitrix24 account, known for ever by `member_id`."""

    __tablename__ = "portal"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[str] = mapped_column(String(64), unique=True)
    domain: Mapped[str] = mapped_column(String(255), index=True)
    client_endpoint: Mapped[str] = mapped_column(String(255))
    server_endpoint: Mapped[str] = mapped_column(String(255))
    application_token: Mapped[str | None] = mapped_column(Sealed)
    status: Mapped[str] = mapped_column(String(16), default=InstallStatus.NEW)
    application_status: Mapped[str] = mapped_column(String(2), default="")
    application_version: Mapped[int] = mapped_column(default=0)
    application_code: Mapped[str] = mapped_column(String(128), default="")
    plan_code: Mapped[str] = mapped_column(String(40), default="")
    plan_seen_at: Mapped[datetime | None]
    scopes: Mapped[list[str]] = mapped_column(Kept(list[str], every_scope), default=list)
    language: Mapped[str] = mapped_column(String(8), default="ru")
    time_zone: Mapped[str] = mapped_column(Code(64, known_zone, VENDORS_ZONE), default=VENDORS_ZONE)
    installed_at: Mapped[datetime | None]
    uninstalled_at: Mapped[datetime | None]
    erase_at: Mapped[datetime | None]
    bindings: Mapped[str] = mapped_column(String(16), default="", server_default="")
    """The mark of the places and events that were bound last (`WantedBindings.mark`); empty for an earlier release's."""
    denied_days: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """The days, in UTC, on which the authorization server denied this install by name; at most three."""
    created_at: Mapped[datetime]
    state_version: Mapped[str | None] = column_property(
        select(portal_state.c.version).where(portal_state.c.portal_id == id).scalar_subquery()
    )

    def note_scopes(self, granted: Iterable[str]) -> None:
        """What the portal grants now; a permission that opens a place of ours has it bound anew by the look of every hour."""
        known = sorted(set(granted))
        if OPEN_PLACES & set(known) - set(self.scopes or ()):
            self.bindings = ""
        self.scopes = known

    @property
    def url(self) -> str:
        """Where people open it: its host by the scheme that was verified, such as `https://shop.example`."""
        return url_of(self.domain, self.client_endpoint)

    def is_proven_by(self, application_token: str) -> bool:
        """Whether a request carries the secret that this portal and we alone have; a removed install proves nothing."""
        if not self.application_token or self.status == InstallStatus.DELETED:
            return False
        known, sent = self.application_token.encode(), application_token.encode(errors="replace")
        return secrets.compare_digest(known, sent)


class AvailabilityRecord(OfPortal, Base):
    """How a portal answered last: since when it refuses, why and in which words; since when no access of ours works."""

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
    access_lost_at: Mapped[datetime | None]
    silent_since: Mapped[datetime | None]
    silent_at: Mapped[datetime | None]
    silence: Mapped[str] = mapped_column(Code(20, among(Silence), ""), default="", server_default="")
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    rests_until: Mapped[datetime | None]
    """Until then nobody asks but people; pauses grow with the failures in a row."""


class Access(OfPortal, Base):
    """Tokens of one portal user; background work uses those of the main administrator."""

    __tablename__ = "access"
    __table_args__ = (UniqueConstraint("portal_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    is_master: Mapped[bool] = mapped_column(default=False)
    access_token: Mapped[str] = mapped_column(Sealed)
    refresh_token: Mapped[str] = mapped_column(Sealed)
    expires_at: Mapped[datetime]
    refreshed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(Code(20, among(TokenState), TokenState.GOOD), default="good")
    leased_until: Mapped[datetime | None]


class Person(OfPortal, Base):
    """A portal user who opened the application or was named responsible."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("portal_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    is_admin: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(8), default="ru")
    time_zone: Mapped[str] = mapped_column(Code(64, known_zone, ""), default="")
    theme: Mapped[str] = mapped_column(String(8), default="auto")
    seen_at: Mapped[datetime]
    role_seen_at: Mapped[datetime | None]
    """When the portal last confirmed whether this is an administrator."""
    rights_ended_at: Mapped[datetime | None]
    last_tab: Mapped[str] = mapped_column(String(16), default="", server_default="")


class Employment(OfPortal, Base):
    """Whether a portal user still works there, as the portal answered last; without a row it was not asked."""

    __tablename__ = "employment"
    __table_args__ = (UniqueConstraint("portal_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    active: Mapped[bool]
    asked_at: Mapped[datetime]


class EventIn(Base):
    """One event of a portal as it came in; what it carried is wiped when the work is done."""

    __tablename__ = "event_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(40))
    mark: Mapped[str] = mapped_column(String(64), default="")
    received_at: Mapped[datetime]
    payload: Mapped[str | None] = mapped_column(Sealed)
    done_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(String(40), default="")


def find_portal(member_id: str) -> Portal | None:
    """The portal with this permanent id."""
    return db.session.scalar(select(Portal).where(Portal.member_id == member_id))


def active_portals() -> list[int]:
    """The ids of all portals that have the application and do not refuse it."""
    refusing = refusing_portals()
    active = select(Portal.id).where(Portal.status == InstallStatus.ACTIVE).order_by(Portal.id)
    return [portal_id for portal_id in db.session.scalars(active) if portal_id not in refusing]


def refusing_portals() -> dict[int, str]:
    """The portals that have the application and refuse it, by id in their order, with why they do."""
    return _portals_that(AvailabilityRecord.refused_since.is_not(None), AvailabilityRecord.kind)


def silent_portals(due_at: datetime | None = None) -> dict[int, str]:
    """The portals that have the application and do not answer, with what came instead; by a moment those to be asked again."""
    failing = AvailabilityRecord.failures > 0
    due = failing if due_at is None else and_(failing, AvailabilityRecord.rests_until <= due_at)
    return _portals_that(due, AvailabilityRecord.silence)


def _portals_that(condition: ColumnElement[bool], why: InstrumentedAttribute[str]) -> dict[int, str]:
    query = select(Portal.id, why).join(
        AvailabilityRecord, and_(AvailabilityRecord.portal_id == Portal.id, condition)
    )
    with every_portal():
        rows = db.session.execute(query.where(Portal.status == InstallStatus.ACTIVE).order_by(Portal.id))
        return dict(rows.all())


@read_once
def get_portal(portal_id: int) -> Portal | None:
    """The row of a portal, read once; None for one that is not there."""
    return db.session.get(Portal, portal_id)


def day_at(at: datetime, portal_id: int | None = None) -> date:
    """The calendar day of a moment in the time zone of a portal, the current one unless another is named."""
    portal = get_portal(portal_id or current_portal_id())
    return at.astimezone(ZoneInfo(portal.time_zone if portal else VENDORS_ZONE)).date()
