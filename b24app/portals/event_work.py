"""What an event means for us, done by the worker; every event is a hint until the portal confirms it."""

from collections.abc import Callable
from datetime import timedelta

from b24app.errors import Refused
from b24app.portals.door import open_door
from b24app.portals.events import is_genuine
from b24app.portals.knocking import take_in
from b24app.portals.leaving import leave
from b24app.portals.model import EventIn, InstallStatus, Portal
from b24app.portals.people import find_portal, note_access
from b24app.portals.posts import EventPost, FramePost
from b24app.portals.presence import Presence, ask_presence
from b24app.portals.visitor import ApplicationInfo
from b24app.portals.vouching import Vouched, ask_server
from b24app.services import services
from b24app.storage import db

# The server may need a moment to forget an application that was removed.
PROBES = (timedelta(seconds=0), timedelta(minutes=1), timedelta(minutes=10))


def take_event(event_id: int, attempt: int = 0) -> None:
    """Do the work of one event and wipe what it carried."""
    row = db.session.get(EventIn, event_id)
    if row is None or row.payload is None:
        return
    post = EventPost.model_validate_json(row.payload)
    try:
        result = WORK[row.name](post, attempt)
    except Refused as error:
        result = error.reason
    if result == "wait":
        later = PROBES[attempt + 1].total_seconds()
        services().queue.later("take_event", event_id, attempt + 1, delay=later)
    else:
        _close(event_id, result)
    db.session.commit()


def _close(event_id: int, result: str) -> None:
    row = db.session.get(EventIn, event_id)
    if row is not None:
        row.payload, row.result, row.done_at = None, result[:40], services().clock.now()


def _installed(post: EventPost, _attempt: int) -> str:
    """ONAPPINSTALL: the wizard may have come first, later or never; the server must confirm it anyway."""
    portal = _confirmed_portal(post)
    portal.application_version = _number(post.text("VERSION"))
    if post.text("INSTALLED") != "N" and portal.status != InstallStatus.ACTIVE:
        portal.status, portal.installed_at = InstallStatus.ACTIVE, services().clock.now()
        services().queue.later("bind_portal", portal.id)
        services().queue.later("installed", portal.id)
    return "done"


def _updated(post: EventPost, _attempt: int) -> str:
    """ONAPPUPDATE: all bindings are gone and the application token may be a new one (on-app-update.md)."""
    portal = _confirmed_portal(post)
    portal.application_version = _number(post.text("VERSION"))
    services().queue.later("bind_portal", portal.id)
    return "done"


def _confirmed_portal(post: EventPost) -> Portal:
    known = find_portal(post.auth.member_id)
    if known is not None and is_genuine(known, post):
        return known
    confirmed = ask_server(
        post.auth.access_token,
        server_endpoint=post.auth.server_endpoint,
        member_id=post.auth.member_id,
        domain=post.auth.domain,
        https=not post.auth.client_endpoint.startswith("http://"),
    )
    return _take_in(post, confirmed)


def _take_in(post: EventPost, vouched: Vouched) -> Portal:
    """An installation reported by an event, with the tokens of the administrator who installed."""
    frame_like = FramePost(
        domain=post.auth.domain,
        https=not post.auth.client_endpoint.startswith("http://"),
        access_token=post.auth.access_token,
        expires_in=post.auth.expires_in,
        refresh_token=post.auth.refresh_token,
        server_endpoint=post.auth.server_endpoint,
        application_token=post.auth.application_token,
        scopes=post.auth.scope,
        member_id=post.auth.member_id,
        language=post.text("LANGUAGE_ID")[:10],
    )
    portal = take_in(frame_like, vouched)
    user_id = vouched.application.user_id or post.auth.user_id
    if user_id and post.auth.refresh_token:
        note_access(portal, user_id, frame_like)
    return portal


def _uninstalled(post: EventPost, attempt: int) -> str:
    """ONAPPUNINSTALL: any employee could forge it, so the authorization server is asked whether we are still there."""
    portal = find_portal(post.auth.member_id)
    if portal is None or not is_genuine(portal, post):
        return "unknown"
    presence = ask_presence(portal)
    if presence is Presence.GONE:
        leave(portal, clean=post.text("CLEAN") == "1")
        return "done"
    if attempt + 1 < len(PROBES):
        return "wait"
    if presence is Presence.INSTALLED:
        return "denied_by_server"
    leave(portal, clean=False)  # nobody could confirm it: access dies, the data waits for its period
    return "unconfirmed"


def _paid(post: EventPost, _attempt: int) -> str:
    """ONAPPPAYMENT: only a hint about the application's own period; app.info has the last word."""
    portal = find_portal(post.auth.member_id)
    if portal is None:
        return "unknown"
    answer = open_door(portal.id, background=True).call("app.info")
    found = ApplicationInfo.model_validate(answer.result)
    portal = db.session.get_one(Portal, portal.id)
    portal.application_status = found.status
    return "done"


def _tested(post: EventPost, _attempt: int) -> str:
    """ONAPPTEST: that it came is all there is to know, and a check waits for it."""
    portal = find_portal(post.auth.member_id)
    if portal is not None:
        services().queue.later("hear_echo", portal.id)
    return "done"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 1


WORK: dict[str, Callable[[EventPost, int], str]] = {
    "ONAPPINSTALL": _installed,
    "ONAPPUPDATE": _updated,
    "ONAPPUNINSTALL": _uninstalled,
    "ONAPPPAYMENT": _paid,
    "ONAPPTEST": _tested,
}
