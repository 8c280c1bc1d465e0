"""Who is knocking: the form of an opened frame becomes a Frame or is refused."""

import secrets
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

from b24app.portals.frames import Frame, frame_of
from b24app.portals.hosts import plain_host
from b24app.portals.languages import spoken
from b24app.portals.model import InstallStatus, Portal
from b24app.portals.people import find_portal, note_access, note_person
from b24app.portals.posts import FramePost
from b24app.portals.refusals import refusal
from b24app.portals.visitor import Visitor
from b24app.portals.vouching import Vouched, ask_portal, ask_server
from b24app.services import services
from b24app.storage import db, portal_scope

T = TypeVar("T")


def recognise(post: FramePost, *, user_id: int | None = None) -> Frame:
    """Turn a frame's form into a Frame, believing only the authorization server and the portal.

    With `user_id` a page asks again: the portal has to name the same person as before.
    """
    portal = find_portal(post.member_id)
    confirmed = None
    if portal is None or not is_familiar(portal, post):
        confirmed = _ask_server(post)
        portal = keep(partial(take_in, post, confirmed))
    visitor = ask_portal(portal.client_endpoint, post.access_token, portal.id)
    if visitor.application is None and confirmed is None:
        confirmed = _ask_server(post)
    _compare(portal, visitor, confirmed)
    if user_id not in (None, visitor.user_id):
        raise refusal("foreign_user")
    with portal_scope(portal.id):
        return keep(partial(_note_visit, portal, post, visitor))


def keep(write: Callable[[], T]) -> T:
    """Write and commit; two windows opened at once may both be the first, so once more when they collide."""
    try:
        kept = write()
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        kept = write()
        db.session.commit()
    return kept


def _ask_server(post: FramePost) -> Vouched:
    return ask_server(
        post.access_token,
        server_endpoint=post.server_endpoint,
        member_id=post.member_id,
        domain=post.domain,
        https=post.https,
    )


def is_familiar(portal: Portal, post: FramePost) -> bool:
    """Whether nothing about the installation has changed since the authorization server vouched for it."""
    known = portal.application_token or ""
    return (
        portal.status != InstallStatus.DELETED
        and bool(known and portal.application_code)
        and secrets.compare_digest(known.encode(), post.application_token.encode())
        and plain_host(post.domain) == portal.domain
        and post.server_endpoint.rstrip("/") in ("", portal.server_endpoint.rstrip("/"))
        and (not post.scopes or set(post.scopes) == set(portal.scopes))
    )


def take_in(post: FramePost, vouched: Vouched) -> Portal:
    """Write down an installation that the authorization server has just vouched for."""
    portal = find_portal(post.member_id)
    if portal is None:
        portal = Portal(
            member_id=post.member_id,
            created_at=services().clock.now(),
            language=spoken(post.language),
            status=InstallStatus.NEW,
        )
        db.session.add(portal)
    if portal.status == InstallStatus.DELETED:
        portal.status = InstallStatus.NEW
    portal.domain = vouched.host
    portal.client_endpoint = vouched.client_endpoint
    portal.server_endpoint = vouched.server_endpoint
    portal.application_token = post.application_token or portal.application_token
    portal.application_status = vouched.application.status
    portal.scopes = sorted(post.scopes or vouched.application.scope)
    portal.uninstalled_at = portal.erase_at = None
    db.session.flush()
    return portal


def _compare(portal: Portal, visitor: Visitor, confirmed: Vouched | None) -> None:
    """The token must be of our application and of the person the server named."""
    if confirmed is not None:
        if confirmed.application.user_id not in (0, visitor.user_id):
            raise refusal("foreign_user")
    elif visitor.application is None or visitor.application.code != portal.application_code:
        raise refusal("foreign_application")


def _note_visit(portal: Portal, post: FramePost, visitor: Visitor) -> Frame:
    person = note_person(portal, visitor, spoken(post.language, portal.language))
    if visitor.is_admin:
        note_access(portal, visitor.user_id, post)
    if visitor.application is not None:
        portal.application_code = visitor.application.code
        portal.application_version = visitor.application.version
        if visitor.application.plan != portal.plan_code:
            if portal.plan_code:
                services().queue.later("plan_changed", portal.id)
            portal.plan_code = visitor.application.plan
            portal.plan_seen_at = services().clock.now()
    if portal.status == InstallStatus.NEW and person.time_zone:
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
