"""An opening whose portal may be silent or refuse: who confirms what, and the frame for reading only, for which the server's answer is enough."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from b24app.database import before_network, db, portal_scope
from b24app.errors import MarketplaceEnded, PlanLapsed, PortalError, PortalLocked, RightMissing
from b24app.frames.keeping import keep
from b24app.frames.opening_errors import NobodyConfirms, OpeningDenied
from b24app.frames.opening_questions import HEDGE_SECONDS, OPENING_SECONDS, Questions
from b24app.frames.page_token import Frame, frame_of
from b24app.portals.addresses import plain_host
from b24app.portals.availability import get_availability, note_silence
from b24app.portals.identity import ConfirmedInstall, Visitor
from b24app.portals.incoming_forms import FramePost, RefusalReason, refusal
from b24app.portals.model import InstallStatus, Person, Portal, find_portal
from b24app.services import services
from b24app.text.messages import N_
from b24app.text.translation import nearest_language

ROLE_HOLDS = timedelta(days=7)  # how long a role that the portal confirmed is shown without asking it again
SILENT_LATELY = timedelta(minutes=1)
LATELY_SECONDS = 0.5  # what such a portal is still waited for: it must not hold page after page for long
NAMELESS = N_(
    "The portal does not answer, and the Bitrix24 authorization server confirms this opening without naming the person."
)
REFUSING: Mapping[str, type[PortalError]] = {
    one.kind: one for one in (PlanLapsed, MarketplaceEnded, PortalLocked, RightMissing)
}
"""Refusals of a whole portal; one that is about the person shows nothing stored."""
DENIED = N_(
    "The portal denies this application the right to ask who opens it; a portal administrator gives that right."
)
OF_THE_PORTAL = "access_denied"  # the other codes of RightMissing are about the person who asks
ROLE_UNKNOWN = N_(
    "The portal does not answer, and it has not confirmed within the last seven days that you may see this."
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What was found out about an opening: `visitor` is None while the portal is silent or has `refused`, then `confirmed` is there."""

    visitor: Visitor | None
    confirmed: ConfirmedInstall | None
    refused: PortalError | None = None


def ask_identity(post: FramePost) -> Identity:
    """Ask the portal, and the authorization server when the portal is silent or something about the install is new.

    Raises Refused, what the portal refuses for, or NobodyConfirms.
    """
    portal = find_portal(post.member_id)
    familiar = portal is not None and is_familiar(portal, post)
    endpoint = portal.client_endpoint if portal is not None and familiar else ""
    lately = familiar and portal is not None and _silent_lately(portal)
    before_network()
    questions = Questions(post)
    try:
        return _ask(questions, endpoint, familiar=familiar, lately=lately)
    except (*REFUSING.values(),) as error:
        return _ask_about_refused(questions, error)


def _ask(questions: Questions, endpoint: str, *, familiar: bool, lately: bool) -> Identity:
    confirmed = None if familiar else questions.confirmed()
    asked = questions.ask_portal(endpoint or (confirmed.client_endpoint if confirmed else ""))
    if lately:
        questions.ask_server()
    visitor = questions.visitor(asked, LATELY_SECONDS if lately else HEDGE_SECONDS)
    if visitor is None and not lately:
        questions.ask_server()
        visitor = questions.visitor(asked, questions.left)
    if visitor is not None and (confirmed is not None or visitor.application is not None):
        return Identity(visitor, confirmed)
    confirmed = confirmed or questions.confirmed()
    return Identity(visitor or questions.visitor(asked, 0.0), confirmed)


def _ask_about_refused(questions: Questions, error: PortalError) -> Identity:
    """The server's answer about an opening that the portal refuses; raises the refusal where nothing stored may be shown."""
    denied = isinstance(error, RightMissing)
    refusal = OpeningDenied(error.code, error.description, http=error.http) if denied else error
    if denied and error.code.casefold() != OF_THE_PORTAL:
        raise refusal from error
    try:
        return Identity(None, questions.confirmed(), refusal)
    except NobodyConfirms:
        raise refusal from error


def is_familiar(portal: Portal, post: FramePost) -> bool:
    """Whether nothing about the installation has changed since the authorization server confirmed it."""
    return (
        portal.is_proven_by(post.application_token)
        and not portal.denied_days
        and portal.erase_at is None
        and bool(portal.application_code)
        and plain_host(post.domain) == portal.domain
        and post.https == portal.client_endpoint.startswith("https://")
        and post.server_endpoint.rstrip("/") in ("", portal.server_endpoint.rstrip("/"))
        and (not post.scopes or set(post.scopes) == set(portal.scopes))
    )


def _silent_lately(portal: Portal) -> bool:
    with portal_scope(portal.id):
        silent_at = get_availability().silent_at
    return silent_at is not None and services().clock.now() - silent_at < SILENT_LATELY


def open_read_only(post: FramePost, confirmed: ConfirmedInstall | None, user_id: int | None) -> Frame:
    """The frame of a person whom the authorization server has named, with the role that the portal confirmed last.

    Nothing of the install or the person is changed but that the portal was silent. Raises NobodyConfirms.
    """
    return _open_read_only(post, confirmed, user_id, silent=True)


def open_refused(post: FramePost, identity: Identity, error: PortalError, user_id: int | None) -> Frame:
    """The same for an opening that the portal refused; raises the refusal where nothing stored may be shown."""
    try:
        frame = _open_read_only(post, identity.confirmed, user_id, silent=False)
    except NobodyConfirms:
        raise error from None
    return replace(frame, refusal=error.kind)


def _open_read_only(
    post: FramePost, confirmed: ConfirmedInstall | None, user_id: int | None, *, silent: bool
) -> Frame:
    portal = find_portal(post.member_id)
    if portal is None or confirmed is None or portal.status != InstallStatus.ACTIVE:
        raise NobodyConfirms
    named, now = confirmed.application.user_id, services().clock.now()
    with portal_scope(portal.id):
        if silent:
            keep(partial(note_silence, now, OPENING_SECONDS))
        if not named:
            raise NobodyConfirms(NAMELESS)
        if user_id not in (None, named):
            raise refusal(RefusalReason.FOREIGN_USER)
        if not _role_holds(db.session.scalar(select(Person).where(Person.user_id == named)), now):
            raise NobodyConfirms(ROLE_UNKNOWN)
    return frame_of(
        portal,
        named,
        placement=post.placement.upper(),
        options=post.options,
        language=nearest_language(post.language, portal.language),
        sid=post.sid,
        read_only=True,
    )


def _role_holds(person: Person | None, now: datetime) -> bool:
    if person is None or person.role_seen_at is None or person.rights_ended_at is not None:
        return False
    return now - person.role_seen_at <= ROLE_HOLDS


def refused_words(frame: Frame) -> str:
    """With which words the portal refused the opening of a page for reading only; nothing when it was silent."""
    kind = REFUSING.get(frame.refusal)
    return DENIED if kind is RightMissing else kind.public if kind else ""
