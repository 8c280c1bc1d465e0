"""`@framed`: a view that only a verified frame reaches; `@public`: one that everybody may. Here a request commits.

Views and the verbs they call never commit. What a request did is kept as a whole when it is answered, and taken back
as a whole when it is refused.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from flask_htmx import HTMX
from structlog.contextvars import bind_contextvars
from werkzeug.exceptions import HTTPException

from b24app.database import db, portal_scope
from b24app.errors import BadInput, NotAllowed, NotFound
from b24app.frames.opening_errors import PageReadOnly
from b24app.frames.page_token import Frame, restore_frame, sign_frame
from b24app.terms.term import Author

View = Callable[..., ResponseReturnValue]
Redraw = Callable[[Frame, BadInput], str]
HEADER = "X-Frame-Token"
FIELD = "frame_token"
FIRST_REFUSAL = 400
READING = frozenset({"GET", "HEAD", "OPTIONS"})
htmx = HTMX()  # true when htmx asks


def framed(*, admin: bool = False, redraw: Redraw | None = None) -> Callable[[View], View]:
    """Let in only who carries a valid frame token; the view gets the Frame first and runs in its portal.

    With `redraw` a form that cannot be used is answered by the page, drawn with what is wrong.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def enter(*args: object, **values: object) -> ResponseReturnValue:
            token = request.headers.get(HEADER) or request.form.get(FIELD, "")
            frame = restore_frame(token)
            if frame.read_only and request.method not in READING:
                raise PageReadOnly
            return _refresh(show_in_frame(view, frame, *args, admin=admin, redraw=redraw, **values))

        vars(enter)["framed"] = "admin" if admin else "anyone"
        return enter

    return decorate


def _refresh(answer: ResponseReturnValue) -> ResponseReturnValue:
    """Send the token with every answer to htmx, as the language or the theme may have changed; its hour goes on."""
    response = current_app.make_response(answer)
    if htmx:
        response.headers[HEADER] = sign_frame(g.frame)
    return response


def public(view: View) -> View:
    """Mark a view that needs no frame; a test holds the list of them."""
    vars(view)["framed"] = "public"
    return view


def author(frame: Frame) -> Author:
    """The visitor as the author of what he changes."""
    return Author(frame.user_id, frame.user_name)


def show_in_frame(
    view: View,
    frame: Frame,
    *args: object,
    admin: bool = False,
    redraw: Redraw | None = None,
    **values: object,
) -> ResponseReturnValue:
    """Run a view for a frame inside its portal; what it did is kept unless it refuses or the frame is for reading only."""
    g.frame = frame
    bind_contextvars(portal=frame.domain)
    if admin and not frame.is_admin:
        raise NotAllowed
    with portal_scope(frame.portal_id):
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
    return show_in_frame(vars(view)["__wrapped__"], frame, admin=kind == "admin", **values)
