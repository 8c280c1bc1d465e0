"""Access control: `@framed`, a view that only a verified frame reaches; `@public`: one that everybody may. Here a request commits.

Views and the verbs they call never commit. What a request did is kept as a whole when it is answered, and taken back
as a whole when it is refused.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_htmx import HTMX
from structlog.contextvars import bind_contextvars
from werkzeug.exceptions import HTTPException

from b24app.database import db, portal_scope
from b24app.errors import BadInput, NotAllowed, NotFound
from b24app.frames.opening_errors import PageReadOnly
from b24app.frames.page_token import Frame, restore_frame, sign_frame
from b24app.frames.silent_portal import refused_words
from b24app.integrators.client_frame import READING, ConsentEnded, admit_deed, enter_client
from b24app.integrators.rights import Right
from b24app.portals.present_rights import demand_administrator
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import N_
from b24app.web.client_pages import CLIENT, lock_client_page
from b24app.web.outside_access import COOKIE, admit_outside, outside_frame
from b24app.web.toasts import add_toasts

View = Callable[..., ResponseReturnValue]
Redraw = Callable[[Frame, BadInput], str]
HEADER = "X-Frame-Token"
FIELD = "frame_token"
FIRST_REFUSAL = 400
htmx = HTMX()  # true when htmx asks


class AnotherPortal(NotAllowed):
    """A page shows one portal and its token is of another."""

    public = N_(
        "This page shows another portal than the one that was opened last: nothing was done. Open it again."
    )


def framed(
    *,
    admin: bool = False,
    asks_portal: bool = False,
    redraw: Redraw | None = None,
    right: Right | tuple[Right, ...] = (),
    own: bool = False,
) -> Callable[[View], View]:
    """Let in only who carries a valid frame token; the view gets the Frame first and runs in its portal.

    With a `right` the client's integrator is let in too, as far as the client has given it; with several only where all
    are given, without one never. An `own` view is of the person's own portal, also where the page that asks shows a client's.

    With `asks_portal` the portal itself confirms that he is an administrator still: taking all of its data out, or writing into it, does not rest on a page
    that was opened an hour ago. With `redraw` a form that cannot be used is answered by the page, drawn with its mistakes.
    """
    needed = (right,) if isinstance(right, Right) else right

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def enter(*args: object, **values: object) -> ResponseReturnValue:
            if (frame := _enter(own=own)) is None:
                return _to_sign_in()
            shown = show_in_frame(
                view,
                frame,
                *args,
                admin=admin,
                asks_portal=asks_portal,
                redraw=redraw,
                needed=needed,
                **values,
            )
            return _refresh(shown)

        vars(enter)["framed"] = "admin" if admin else "anyone"
        vars(enter)["needed"], vars(enter)["own"] = needed, own
        return enter

    return decorate


def _enter(*, own: bool) -> Frame | None:
    """The frame of this request: of the person's own portal, or of the client's that the page shows.

    Without a token a living session outside may read; None where such a session has ended.
    """
    token = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if token or request.method not in READING or COOKIE not in request.cookies:
        frame: Frame | None = admit_outside(restore_frame(token))
    else:
        frame = outside_frame()
    if frame is None:
        return None
    if frame.read_only and request.method not in READING:
        raise PageReadOnly(refused_words(frame))
    if htmx and not own:
        _demand_same_portal(frame)
    return leave_client(frame) if own or not frame.consent_code else _enter_client(frame)


def _to_sign_in() -> ResponseReturnValue:
    """A session that is over leads back to its beginning."""
    return redirect("/sign-in", code=303)


def _demand_same_portal(frame: Frame) -> None:
    """Refuse a press on a page of another portal than the page's token opens, such as one that the browser has restored."""
    if request.method not in READING and request.headers.get(CLIENT, "") != frame.consent_code:
        g.frame = leave_client(frame)
        raise AnotherPortal


def _enter_client(own: Frame) -> Frame:
    """The client's frame that a page asks for; once the access has ended the answer is of the person's own frame."""
    try:
        return enter_client(own, own.consent_code, services().clock.now())
    except ConsentEnded:
        g.frame = leave_client(own)
        raise


def leave_client(frame: Frame) -> Frame:
    """The same frame, showing the person's own portal from now on."""
    return replace(frame, consent_code="")


def _refresh(answer: ResponseReturnValue) -> ResponseReturnValue:
    """Send the token and the toasts with every answer to htmx; language and theme may have changed, the token's hour is the same."""
    response = current_app.make_response(answer)
    if htmx:
        response = add_toasts(response)
    if htmx or htmx.history_restore_request:
        response.headers[HEADER] = sign_frame(g.frame)
    return lock_client_page(response, g.frame)


def public(view: View) -> View:
    """Mark a view that needs no frame; a test holds the list of them."""
    vars(view)["framed"] = "public"
    return view


def author(frame: Frame) -> Author:
    """The visitor as the author of what he changes; an integrator is none of the client's people."""
    return Author(None if frame.client else frame.user_id, frame.user_name)


def show_in_frame(
    view: View,
    frame: Frame,
    *args: object,
    admin: bool = False,
    asks_portal: bool = False,
    redraw: Redraw | None = None,
    needed: tuple[Right, ...] = (),
    **values: object,
) -> ResponseReturnValue:
    """Run a view for a frame inside its portal; what it did is kept unless it refuses or the frame is for reading only."""
    g.frame = frame
    bind_contextvars(portal=frame.domain)
    if admin and not frame.is_admin:
        raise NotAllowed
    method = "GET" if "page_path" in g else request.method  # a page is looked at, however it was asked for
    admit_deed(frame, needed, method, g.get("page_path", request.path), services().clock.now())
    with portal_scope(frame.portal_id):
        if asks_portal and not frame.client:
            demand_administrator(frame.user_id)
        try:
            answer = current_app.make_response(view(frame, *args, **values))
        except BadInput as wrong:
            if redraw is None:
                raise
            db.session.rollback()
            answer = current_app.make_response((redraw(frame, wrong), BadInput.status))
        if answer.status_code < FIRST_REFUSAL and not frame.read_only:
            db.session.commit()
        else:
            db.session.rollback()
    return answer


@contextmanager
def kept_deed() -> Iterator[None]:
    """The edge of a request of nobody's portal: what was done is kept when it ends well, and taken back otherwise."""
    try:
        yield
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()


def keep_first() -> None:
    """Commit what was done before something is shown or sent: a line of a journal, the use of a key."""
    db.session.commit()


@contextmanager
def kept_in(portal_id: int) -> Iterator[None]:
    """The scope of a portal for a request without a frame: what was done in it is kept when it ends well."""
    with portal_scope(portal_id):
        yield
        db.session.commit()


def show_path(path: str, frame: Frame) -> ResponseReturnValue:
    """Answer a placement with the framed page that lives at a path of ours."""
    try:
        endpoint, values = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        raise NotFound from None
    g.page_path = path
    view = current_app.view_functions[endpoint]
    kind = getattr(view, "framed", "public")
    if kind == "public":
        raise NotFound
    needed = vars(view)["needed"]
    return show_in_frame(vars(view)["__wrapped__"], frame, admin=kind == "admin", needed=needed, **values)
