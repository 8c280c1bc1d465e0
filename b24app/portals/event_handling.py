"""What an event means for us, done by the worker; every event is a hint until the portal confirms it."""

from collections.abc import Callable
from datetime import timedelta

from structlog.contextvars import bound_contextvars

from b24app.database import db
from b24app.errors import PortalError, Refused
from b24app.json_values import is_object
from b24app.portals.client_factory import probe_portal
from b24app.portals.identity import ConfirmedInstall, Visitor, ask_portal, ask_server
from b24app.portals.incoming_forms import EventPost, FramePost, RefusalReason, refusal
from b24app.portals.install import DEAL_CHANGED, OFFLINE_QUEUE
from b24app.portals.install_record import Presence, ask_application, ask_presence, keep_install
from b24app.portals.model import EventIn, EventResult, InstallStatus, Portal, find_portal
from b24app.portals.uninstall import leave
from b24app.services import services

# The server may need a moment to forget an application that was removed.
PROBES = (timedelta(seconds=0), timedelta(minutes=1), timedelta(minutes=10))
GATHERS = 30.0
"""Seconds in which deletions that belong together come into the portal's queue before it is read."""


def take_event(event_id: int, attempt: int = 0) -> None:
    """Do the work of one event and wipe what it carried."""
    row = db.session.get(EventIn, event_id)
    if row is None or row.payload is None:
        return
    post = EventPost.model_validate_json(row.payload)
    result: EventResult | str
    try:
        with bound_contextvars(portal=_name(post)):
            result = WORK[row.name](post, attempt)
    except Refused as error:
        result = error.reason
    except PortalError as error:
        db.session.rollback()
        if error.retryable:
            raise
        result = type(error).__name__
    if result is EventResult.WAIT:
        later = PROBES[attempt + 1].total_seconds()
        services().queue.later("take_event", event_id, attempt + 1, delay=later)
    else:
        _close(event_id, result)


def _name(post: EventPost) -> str:
    portal = find_portal(post.auth.member_id)
    return portal.domain if portal else post.auth.member_id


def fail_event(_words: str, event_id: int, *_attempt: int) -> None:
    """An event whose job was given up is closed; what it carried is wiped."""
    _close(event_id, "failed")


def _close(event_id: int, result: str) -> None:
    row = db.session.get(EventIn, event_id)
    if row is not None:
        row.payload, row.result, row.done_at = None, result[:40], services().clock.now()


def _installed(post: EventPost, _attempt: int) -> EventResult:
    """ONAPPINSTALL: the wizard may have come first, later or never; only an administrator's tokens change anything."""
    confirmed, visitor = _bearer(post)
    if not visitor.is_admin:
        return EventResult.NOT_ADMINISTRATOR
    portal = keep_install(_as_frame(post), visitor, confirmed, services().clock.now())
    if post.text("INSTALLED") != "N" and portal.status != InstallStatus.ACTIVE:
        portal.status, portal.installed_at = InstallStatus.ACTIVE, services().clock.now()
        services().queue.later("bind_portal", portal.id)
        services().queue.later("installed", portal.id)
    return EventResult.DONE


def _updated(post: EventPost, _attempt: int) -> EventResult:
    """ONAPPUPDATE: all bindings were deleted and the application token may be a new one (on-app-update.md).

    The version is what the authorization server answers; a new token is kept from an administrator only.
    """
    portal = find_portal(post.auth.member_id)
    if post.auth.access_token:
        confirmed, visitor = _bearer(post)
        found = confirmed.application
        if visitor.is_admin:
            portal = keep_install(_as_frame(post), visitor, confirmed, services().clock.now())
    elif portal is not None and portal.status != InstallStatus.DELETED:
        found = ask_application(portal)
    if portal is None or portal.status == InstallStatus.DELETED:
        return EventResult.NOT_ADMINISTRATOR
    portal.application_version = found.version or portal.application_version
    services().queue.later("bind_portal", portal.id)
    return EventResult.DONE


def _bearer(post: EventPost) -> tuple[ConfirmedInstall, Visitor]:
    """Whose tokens an event carries: the server names the install, the portal names the person."""
    confirmed = ask_server(
        post.auth.access_token,
        server_endpoint=post.auth.server_endpoint,
        member_id=post.auth.member_id,
        domain=post.auth.domain,
        https=_https(post),
    )
    visitor = ask_portal(confirmed.client_endpoint, post.auth.access_token, post.auth.member_id)
    if confirmed.application.user_id not in (0, visitor.user_id):
        raise refusal(RefusalReason.FOREIGN_USER)
    return confirmed, visitor


def _as_frame(post: EventPost) -> FramePost:
    """An event with an administrator's tokens brings the same as the form of a frame that they open."""
    return FramePost(
        domain=post.auth.domain,
        https=_https(post),
        access_token=post.auth.access_token,
        expires_in=post.auth.expires_in,
        refresh_token=post.auth.refresh_token,
        server_endpoint=post.auth.server_endpoint,
        application_token=post.auth.application_token,
        scopes=post.auth.scope,
        member_id=post.auth.member_id,
        language=post.text("LANGUAGE_ID")[:10],
    )


def _https(post: EventPost) -> bool:
    return not post.auth.client_endpoint.startswith("http://")


def _uninstalled(post: EventPost, attempt: int) -> EventResult:
    """ONAPPUNINSTALL: any employee could forge it, so only the authorization server's answer counts.

    A token that does not match may be an old one, so it is put to the server all the same; then the data keeps its
    period, for it is unknown who asked to erase it at once. While the server does not answer that, nothing changes.
    """
    portal = find_portal(post.auth.member_id)
    if portal is None or portal.status == InstallStatus.DELETED:
        return EventResult.UNKNOWN
    presence = ask_presence(portal)
    if presence is Presence.GONE:
        leave(
            portal,
            services().clock.now(),
            clean=post.text("CLEAN") == "1" and portal.is_proven_by(post.auth.application_token),
        )
        return EventResult.DONE
    if attempt + 1 < len(PROBES):
        return EventResult.WAIT
    return EventResult.DENIED_BY_SERVER if presence is Presence.INSTALLED else EventResult.UNCONFIRMED


def _paid(post: EventPost, _attempt: int) -> EventResult:
    """ONAPPPAYMENT: only a hint; the portal is asked whether it answers, the authorization server for the status."""
    portal = find_portal(post.auth.member_id)
    if portal is None or portal.status == InstallStatus.DELETED:
        return EventResult.UNKNOWN
    portal_id = portal.id
    probe_portal(portal_id)
    found = ask_application(db.session.get_one(Portal, portal_id))
    db.session.get_one(Portal, portal_id).application_status = found.status
    return EventResult.DONE


def _tested(post: EventPost, _attempt: int) -> EventResult:
    """ONAPPTEST: its arrival alone counts, and a check waits for it."""
    portal = find_portal(post.auth.member_id)
    if portal is not None:
        services().queue.later("hear_echo", portal.id)
    return EventResult.DONE


def _queue_filled(post: EventPost, _attempt: int) -> EventResult:
    """ONOFFLINEEVENT: the portal's queue of deletions has something; the queue itself shows what it is."""
    portal = find_portal(post.auth.member_id)
    if portal is not None and portal.status == InstallStatus.ACTIVE:
        services().queue.later("look_at_deletions", portal.id, delay=GATHERS)
    return EventResult.DONE


def _deal_changed(post: EventPost, _attempt: int) -> EventResult:
    """ONCRMDEALUPDATE: only a hint; whoever follows the deal reads from it what has changed."""
    portal = find_portal(post.auth.member_id)
    fields = post.data.get("FIELDS")
    number = str(fields.get("ID") if is_object(fields) else "")
    if portal is None or portal.status != InstallStatus.ACTIVE or not number.isdecimal() or len(number) > 15:
        return EventResult.UNKNOWN
    services().queue.later("look_at_deal", portal.id, int(number))
    return EventResult.DONE


WORK: dict[str, Callable[[EventPost, int], EventResult]] = {
    "ONAPPINSTALL": _installed,
    "ONAPPUPDATE": _updated,
    "ONAPPUNINSTALL": _uninstalled,
    "ONAPPPAYMENT": _paid,
    "ONAPPTEST": _tested,
    OFFLINE_QUEUE: _queue_filled,
    DEAL_CHANGED: _deal_changed,
}
