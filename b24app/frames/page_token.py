"""Frame and page token (against CSRF): one verified opening of the application in a portal, kept between requests by a signed token."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple

from itsdangerous import BadData, URLSafeSerializer
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import and_, bindparam, select

from b24app.database import db
from b24app.errors import PageStale
from b24app.json_values import JsonObject
from b24app.portals.model import InstallStatus, Person, Portal, get_portal, url_of
from b24app.services import services
from b24app.state_version import portal_state

SALT = "frame"
MOST_OPTIONS = 1500
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # a frame that nobody has verified opens nothing
AHEAD_SECONDS = 300  # how far the clocks of our own machines may differ


OUTSIDE = "OUTSIDE"
"""The placement of a page outside of every portal, in a browser that has signed in."""

LOOKS = ("light", "dark")
"""What a person may choose; the usual look is light, whatever the operating system prefers."""


@dataclass(frozen=True, slots=True)
class ClientFrame:
    """A client's portal opened in the integrator's own frame: by which consent, with which rights, and whose frame it is."""

    consent_code: str
    own_portal_id: int
    own_member_id: str
    own_portal_url: str
    own_user_id: int
    person: str
    integrator: str
    rights: tuple[str, ...]
    """What the person may do here: given by the client and allowed by his role."""
    given: tuple[str, ...] = ()
    """The rights that the client gave, whatever the person's role."""
    granted_by: str = ""
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """Who opened which place of which portal, and when the portal confirmed it; made by `frame_of` alone."""

    portal_id: int
    member_id: str
    domain: str
    user_id: int
    user_name: str
    is_admin: bool
    portal_url: str = ""
    """Where the portal's own pages are, by the scheme that was verified: `https://shop.example`."""
    placement: str = "DEFAULT"
    options: Mapping[str, str] = field(default_factory=dict)
    language: str = "ru"
    theme: str = "auto"
    sid: str = ""
    time_zone: str = "UTC"
    verified_at: datetime = LONG_AGO
    read_only: bool = False
    """The portal was silent and the authorization server alone named the person: nothing may be changed."""
    refusal: str = ""
    """The kind of error with which the portal refused this opening, of a page for reading only."""
    state_version: str = field(default="", repr=False, compare=False)
    """The version of the portal's state when the token of a page was read; of an opening it is unknown."""
    last_tab: str = field(default="", repr=False, compare=False)
    consent_code: str = ""
    """Of a page that shows a client's portal to its integrator: the consent by which it does (`integrators/client_frame.py`)."""
    client: ClientFrame | None = None
    """What that consent gives now; the portal of the frame is the client's then, its user nobody there."""

    @property
    def is_outside(self) -> bool:
        """Whether the page is open in a browser window of its own."""
        return self.placement == OUTSIDE

    @property
    def ancestor(self) -> str:
        """The address of the portal in whose page the frame is; empty for a page outside."""
        if self.is_outside:
            return ""
        return self.client.own_portal_url if self.client else self.portal_url


class StaleReason(StrEnum):
    """Why a page is out of date; a stable code for the log."""

    MISSING = "token_missing"
    FORGED = "token_forged"
    OLD = "token_old"
    EXPIRED = "token_expired"
    PORTAL_GONE = "portal_gone"
    PERSON_UNKNOWN = "person_unknown"
    RIGHTS_ENDED = "rights_ended"


class TokenContents(BaseModel):
    """What a page token of ours holds: the opening as it was, nothing about rights."""

    model_config = ConfigDict(frozen=True, strict=True)

    portal_id: int = Field(alias="p")
    member_id: str = Field(alias="m", default="")
    user_id: int = Field(alias="u")
    placement: str = Field(alias="w")
    options: dict[str, str] = Field(alias="o")
    language: str = Field(alias="l")
    theme: str = Field(alias="h")
    sid: str = Field(alias="s")
    verified: float = Field(alias="t", allow_inf_nan=False, ge=0, le=1e11)
    read_only: bool = Field(alias="r", default=False)
    refusal: str = Field(alias="d", default="")
    consent_code: str = Field(alias="k", default="")

    def is_of(self, member_id: str) -> bool:
        """Whether the page was of this very portal: SQLite gives the id of an erased one to the next. Tokens of the last release have no member_id."""
        return self.member_id in {member_id, ""}


def sign_frame(frame: Frame) -> str:
    """Make the token that a page of this frame sends back with every request; its hour is the frame's, never a new one."""
    kept = dict(frame.options) if len(repr(dict(frame.options))) <= MOST_OPTIONS else {}
    seen = frame.client
    return URLSafeSerializer(_key(), salt=SALT).dumps(
        {
            "p": seen.own_portal_id if seen else frame.portal_id,
            "m": seen.own_member_id if seen else frame.member_id,
            "u": seen.own_user_id if seen else frame.user_id,
            "w": frame.placement,
            "o": kept,
            "l": frame.language,
            "h": frame.theme,
            "s": frame.sid,
            "t": frame.verified_at.timestamp(),
            **({"r": True} if frame.read_only else {}),
            **({"d": frame.refusal} if frame.refusal else {}),
            **({"k": frame.consent_code} if frame.consent_code else {}),
        }
    )


def restore_frame(token: str) -> Frame:
    """Read a token back; what the visitor may do is looked up anew. Raises PageStale.

    The frame is that of the person's own portal, also where the page shows a client's: that needs a check of the consent.
    """
    seen = read_token(token)
    age = services().clock.now().timestamp() - seen.verified
    if not -AHEAD_SECONDS <= age <= services().settings.frame_token_minutes * 60:
        raise PageStale(StaleReason.EXPIRED)
    who = _look_up(seen.portal_id, seen.user_id)
    if who is None or who.status == InstallStatus.DELETED or not seen.is_of(who.member_id):
        raise PageStale(StaleReason.PORTAL_GONE)
    frame = _frame(
        who,
        placement=seen.placement,
        options=seen.options,
        language=seen.language,
        theme=seen.theme,
        sid=seen.sid,
    )
    return replace(
        frame,
        verified_at=datetime.fromtimestamp(seen.verified, UTC),
        read_only=seen.read_only,
        refusal=seen.refusal,
        state_version=who.state_version or "",
        consent_code=seen.consent_code,
    )


def read_token(token: str) -> TokenContents:
    """The contents of a token of ours, however old; they let nobody in by themselves. Raises PageStale."""
    try:
        return TokenContents.model_validate(open_token(token, _key()))
    except BadData:
        raise PageStale(StaleReason.FORGED if token else StaleReason.MISSING) from None
    except ValidationError:  # of a release whose tokens held something else
        raise PageStale(StaleReason.OLD) from None


def portal_of(seen: TokenContents) -> Portal:
    """The portal of a page, as long as it has the application."""
    portal = get_portal(seen.portal_id)
    if portal is None or portal.status == InstallStatus.DELETED or not seen.is_of(portal.member_id):
        raise PageStale(StaleReason.PORTAL_GONE)
    return portal


def frame_of(
    portal: Portal,
    user_id: int,
    *,
    placement: str = "DEFAULT",
    options: Mapping[str, str] | None = None,
    language: str = "",
    theme: str = "auto",
    sid: str = "",
    verified_at: datetime | None = None,
    read_only: bool = False,
) -> Frame:
    """Build the frame of a person whom the portal has already named: now, unless `verified_at` names another moment."""
    db.session.flush()
    who = _look_up(portal.id, user_id)
    if who is None:
        raise PageStale(StaleReason.PORTAL_GONE)
    frame = _frame(who, placement=placement, options=options or {}, language=language, theme=theme, sid=sid)
    return replace(frame, verified_at=verified_at or services().clock.now(), read_only=read_only)


class Who(NamedTuple):
    """What is stored of the portal and the person of a frame; without a row of the person there is no user id."""

    portal_id: int
    member_id: str
    domain: str
    client_endpoint: str
    status: str
    portal_language: str
    portal_zone: str
    state_version: str | None
    user_id: int | None
    name: str
    is_admin: bool
    language: str
    time_zone: str
    rights_ended_at: datetime | None
    last_tab: str


_PORTAL, _PERSON, _STATE = Portal.__table__.c, Person.__table__.c, portal_state.c
_WHO = (
    select(
        _PORTAL.id, _PORTAL.member_id, _PORTAL.domain, _PORTAL.client_endpoint, _PORTAL.status, _PORTAL.language,
        _PORTAL.time_zone, _STATE.version, _PERSON.user_id, _PERSON.name, _PERSON.is_admin, _PERSON.language, _PERSON.time_zone,
        _PERSON.rights_ended_at, _PERSON.last_tab,
    )
    .outerjoin(portal_state, _STATE.portal_id == _PORTAL.id)
    .outerjoin(Person.__table__, and_(_PERSON.portal_id == _PORTAL.id, _PERSON.user_id == bindparam("person")))
    .where(_PORTAL.id == bindparam("portal"))
)  # fmt: skip


def _look_up(portal_id: int, user_id: int) -> Who | None:
    """Portal, person and version in one statement, which every request of a page begins with."""
    found = db.session.connection().execute(_WHO, {"portal": portal_id, "person": user_id}).one_or_none()
    return Who._make(found) if found else None


def _frame(
    who: Who, *, placement: str, options: Mapping[str, str], language: str, theme: str, sid: str
) -> Frame:
    if who.user_id is None:
        raise PageStale(StaleReason.PERSON_UNKNOWN)
    if who.rights_ended_at is not None:
        raise PageStale(StaleReason.RIGHTS_ENDED)
    return Frame(
        portal_id=who.portal_id,
        member_id=who.member_id,
        domain=who.domain,
        portal_url=url_of(who.domain, who.client_endpoint),
        user_id=who.user_id,
        user_name=who.name,
        is_admin=who.is_admin,
        placement=placement,
        options=options,
        language=language or who.language or who.portal_language,
        theme=theme,
        sid=sid,
        time_zone=who.time_zone or who.portal_zone,
        last_tab=who.last_tab,
    )


def _key() -> str:
    return services().settings.secret_key.get_secret_value()


@functools.lru_cache(maxsize=2048)
def open_token(token: str, key: str) -> JsonObject:
    """What a signed token holds; every request of a page brings the same one, so that most are opened once. Raises BadData."""
    contents: JsonObject = URLSafeSerializer(key, salt=SALT).loads(token)
    return contents
