"""Frame: one verified opening of the application in a portal, kept between requests by a signed token."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select

from b24app.errors import PageStale
from b24app.portals.model import InstallStatus, Person, Portal
from b24app.services import services
from b24app.storage import db, portal_scope

SALT = "frame"
MOST_OPTIONS = 1500


@dataclass(frozen=True, slots=True)
class Frame:
    """Who opened which place of which portal; only `portals` makes one."""

    portal_id: int
    member_id: str
    domain: str
    user_id: int
    user_name: str
    is_admin: bool
    placement: str = "DEFAULT"
    options: Mapping[str, str] = field(default_factory=dict)
    language: str = "ru"
    theme: str = "auto"
    sid: str = ""
    time_zone: str = "UTC"


def sign_frame(frame: Frame) -> str:
    """Make the token that a page of this frame sends back with every request."""
    kept = dict(frame.options) if len(repr(dict(frame.options))) <= MOST_OPTIONS else {}
    return _signer().dumps(
        {
            "p": frame.portal_id,
            "u": frame.user_id,
            "w": frame.placement,
            "o": kept,
            "l": frame.language,
            "h": frame.theme,
            "s": frame.sid,
            "t": int(services().clock.now().timestamp()),
        }
    )


def restore_frame(token: str) -> Frame:
    """Read a token back; what the visitor may do is looked up anew. Raises PageStale."""
    try:
        seen = _signer().loads(token)
    except BadData:
        raise PageStale("token_missing" if not token else "token_forged") from None
    age = services().clock.now().timestamp() - seen["t"]
    if age > services().settings.frame_token_minutes * 60:
        raise PageStale("token_expired")
    portal = db.session.get(Portal, seen["p"])
    if portal is None or portal.status == InstallStatus.DELETED:
        raise PageStale("portal_gone")
    return frame_of(
        portal,
        seen["u"],
        placement=seen["w"],
        options=seen["o"],
        language=seen["l"],
        theme=seen["h"],
        sid=seen["s"],
    )


def language_of_token(token: str) -> str:
    """The language that a page was drawn in, by its token alone; nothing for a token that is not ours."""
    try:
        seen = _signer().loads(token)
    except BadData:
        return ""
    language = seen.get("l") if isinstance(seen, dict) else None
    return language if isinstance(language, str) else ""


def frame_of(
    portal: Portal,
    user_id: int,
    *,
    placement: str = "DEFAULT",
    options: Mapping[str, str] | None = None,
    language: str = "",
    theme: str = "auto",
    sid: str = "",
) -> Frame:
    """Build the frame of a person whom the portal has already vouched for."""
    with portal_scope(portal.id):
        person = db.session.scalar(select(Person).where(Person.user_id == user_id))
    if person is None:
        raise PageStale("person_unknown")
    return Frame(
        portal_id=portal.id,
        member_id=portal.member_id,
        domain=portal.domain,
        user_id=user_id,
        user_name=person.name,
        is_admin=person.is_admin,
        placement=placement,
        options=options or {},
        language=language or person.language or portal.language,
        theme=theme,
        sid=sid,
        time_zone=person.time_zone or portal.time_zone,
    )


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key.get_secret_value(), salt=SALT)
