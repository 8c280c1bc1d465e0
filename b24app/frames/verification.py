"""Verification of an opening: the form of an opened iframe becomes a Frame or is refused."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from structlog.contextvars import bind_contextvars

from b24app.database import portal_scope
from b24app.errors import AdministratorFirst
from b24app.frames.keeping import keep
from b24app.frames.openings_in_hand import admit
from b24app.frames.page_token import Frame, frame_of, portal_of, read_token
from b24app.frames.silent_portal import ask_identity, open_read_only, open_refused
from b24app.portals.availability import note_opening_answered
from b24app.portals.identity import ConfirmedInstall, Visitor
from b24app.portals.incoming_forms import FramePost, RefusalReason, Token, refusal
from b24app.portals.install_record import keep_install, note_present
from b24app.portals.model import InstallStatus, Portal, find_portal
from b24app.portals.people import note_person
from b24app.services import services
from b24app.text.translation import nearest_language


def verify_opening(post: FramePost, *, user_id: int | None = None) -> Frame:
    """Turn a frame's form into a Frame, trusting only the authorization server and the portal; it waits three seconds at most.

    Whoever is not an administrator is let in and noted as a person; what belongs to the whole install stays as it is.
    With `user_id` a page asks again: the portal has to name the same person as before. While the portal is silent and the
    server names the person, or while it refuses applications, the frame is for reading only. Raises OpeningWaits when this has to be tried again.
    """
    bind_contextvars(portal=post.member_id)
    with admit(post.member_id):
        identity = ask_identity(post)
    if identity.refused is not None:
        return open_refused(post, identity, identity.refused, user_id)
    if identity.visitor is None:
        return open_read_only(post, identity.confirmed, user_id)
    visitor, confirmed = identity.visitor, identity.confirmed
    _compare(find_portal(post.member_id), visitor, confirmed)
    if user_id not in (None, visitor.user_id):
        raise refusal(RefusalReason.FOREIGN_USER)
    portal = keep(partial(_note_install, post, visitor, confirmed))
    if portal is None or portal.status == InstallStatus.DELETED:
        raise AdministratorFirst
    with portal_scope(portal.id):
        return keep(partial(_note_visit, portal, post, visitor))


def _note_install(post: FramePost, visitor: Visitor, confirmed: ConfirmedInstall | None) -> Portal | None:
    """Update the install by an administrator's opening; for others only note the server's answer that it is there."""
    if visitor.is_admin:
        return keep_install(post, visitor, confirmed, services().clock.now())
    portal = find_portal(post.member_id)
    if portal is not None and confirmed is not None:
        note_present(portal, services().clock.now())
    return portal


def _compare(portal: Portal | None, visitor: Visitor, confirmed: ConfirmedInstall | None) -> None:
    """The token must be of our application and of the person the server named."""
    if confirmed is not None:
        if confirmed.application.user_id not in (0, visitor.user_id):
            raise refusal(RefusalReason.FOREIGN_USER)
    elif portal is None or visitor.application is None or visitor.application.code != portal.application_code:
        raise refusal(RefusalReason.FOREIGN_APPLICATION)


def _note_visit(portal: Portal, post: FramePost, visitor: Visitor) -> Frame:
    person = note_person(
        portal, visitor, nearest_language(post.language, portal.language), services().clock.now()
    )
    if portal.status == InstallStatus.ACTIVE:
        note_opening_answered(services().clock.now())
    if visitor.is_admin and portal.status == InstallStatus.NEW and person.time_zone:
        portal.time_zone = person.time_zone
    return frame_of(
        portal,
        visitor.user_id,
        placement=post.placement.upper(),
        options=post.options,
        language=person.language,
        theme=person.theme,
        sid=post.sid,
    )


class FreshAuth(BaseModel):
    """The portal's answer to `refreshAuth` (applayout.js of rest 25.600), as the page passes it on; nothing in it is proven."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    access_token: Token = Field(alias="AUTH_ID", repr=False)
    expires_in: int = Field(alias="AUTH_EXPIRES", default=3600, ge=0, le=86400)
    refresh_token: str = Field(alias="REFRESH_ID", default="", max_length=512, repr=False)


def renew_frame(token: str, form: Mapping[str, str]) -> Frame:
    """The frame of an old page, once the portal has named the same person again; the place and its options are the page's.

    Raises Refused when the fresh token is another person's, portal's or application's, PortalError when nobody answers.
    """
    seen = read_token(token)
    portal = portal_of(seen)
    try:
        fresh = FreshAuth.model_validate(dict(form))
    except ValidationError:
        raise refusal(RefusalReason.MALFORMED, "refreshAuth") from None
    post = FramePost(
        domain=portal.domain,
        https=portal.client_endpoint.startswith("https://"),
        language=seen.language,
        sid=seen.sid,
        access_token=fresh.access_token,
        expires_in=fresh.expires_in,
        refresh_token=fresh.refresh_token,
        server_endpoint=portal.server_endpoint,
        application_token=portal.application_token or "",
        member_id=portal.member_id,
        placement=seen.placement,
        options=seen.options,
    )
    return replace(verify_opening(post, user_id=seen.user_id), consent_code=seen.consent_code)
