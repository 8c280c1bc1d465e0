"""The entrance from outside: the cookie of a session, and the frame of its person; every press carries the page token besides."""

from dataclasses import replace

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from b24app.database import db
from b24app.errors import NotAllowed, PageStale
from b24app.frames.page_token import OUTSIDE, Frame, StaleReason, frame_of
from b24app.integrators.outside.outside_sessions import LIVES, SessionView, find_session
from b24app.portals.model import InstallStatus, Portal
from b24app.services import services
from b24app.text.messages import N_

COOKIE = "__Host-session"
NONCE_COOKIE = "__Host-sign-in"
NONCE_SECONDS = 600


class OnlyInside(NotAllowed):
    """Deeds that are done in the own portal alone."""

    public = N_("This is done inside your portal only: a session from outside ends, and this would stay.")


def present_session() -> SessionView | None:
    """The living session of this browser."""
    return find_session(request.cookies.get(COOKIE, ""), services().clock.now())


def outside_frame() -> Frame | None:
    """The frame of a page that is opened by its address alone, in a browser with a living session; never an administrator's."""
    session = present_session()
    if session is None:
        return None
    portal = db.session.get(Portal, session.portal_id)
    if portal is None or portal.status == InstallStatus.DELETED:
        return None
    frame = frame_of(portal, session.user_id, placement=OUTSIDE)
    return replace(frame, is_admin=False)


def admit_outside(frame: Frame) -> Frame:
    """The frame of a page outside as long as its session lives in this browser; raises PageStale otherwise."""
    if frame.placement != OUTSIDE:
        return frame
    session = present_session()
    if session is None or (session.portal_id, session.user_id) != (frame.portal_id, frame.user_id):
        raise PageStale(StaleReason.EXPIRED)
    return replace(frame, is_admin=False)


def demand_inside(frame: Frame) -> None:
    """Refuse an outside session whatever would outlive it: keys, addresses for links, people. Raises OnlyInside."""
    if frame.is_outside:
        raise OnlyInside


def give_cookie(response: Response | AnyResponse, secret: str) -> None:
    """Keep a session in this browser: of this very host, unseen by scripts, not sent by other sites' forms and frames."""
    response.set_cookie(
        COOKIE, secret, max_age=int(LIVES.total_seconds()), secure=True, httponly=True, samesite="Lax"
    )


def take_cookie(response: Response | AnyResponse) -> None:
    """Forget the session in this browser."""
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Lax")


def give_nonce(response: Response | AnyResponse, nonce: str) -> None:
    """What the browser has to bring back with the code, within ten minutes."""
    response.set_cookie(
        NONCE_COOKIE, nonce, max_age=NONCE_SECONDS, secure=True, httponly=True, samesite="Lax"
    )
