"""`@framed`: a view that only a verified frame reaches; `@public`: one that everybody may."""

import functools
from collections.abc import Callable
from typing import Any

from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from flask_htmx import HTMX
from structlog.contextvars import bind_contextvars
from werkzeug.exceptions import HTTPException

from b24app.database import db, portal_scope
from b24app.errors import NotAllowed, NotFound
from b24app.frames.page_token import Frame, restore_frame, sign_frame

View = Callable[..., ResponseReturnValue]
HEADER = "X-Frame-Token"
FIELD = "frame_token"
FIRST_REFUSAL = 400
htmx = HTMX()  # true when htmx asks


def framed(*, admin: bool = False) -> Callable[[View], View]:
    """Let in only who carries a valid frame token; the view gets the Frame first and runs in its portal."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def enter(*args: Any, **values: Any) -> ResponseReturnValue:
            token = request.headers.get(HEADER) or request.form.get(FIELD, "")
            return _refresh(show_in_frame(view, restore_frame(token), *args, admin=admin, **values))

        enter.framed = "admin" if admin else "anyone"  # type: ignore[attr-defined]
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
    view.framed = "public"  # type: ignore[attr-defined]
    return view


def show_in_frame(
    view: View, frame: Frame, *args: Any, admin: bool = False, **values: Any
) -> ResponseReturnValue:
    """Run a view for a frame inside its portal; what it did is kept unless it refuses, then nothing is."""
    g.frame = frame
    bind_contextvars(portal=frame.domain)
    if admin and not frame.is_admin:
        raise NotAllowed
    with portal_scope(frame.portal_id):
        answer = current_app.make_response(view(frame, *args, **values))
        if answer.status_code < FIRST_REFUSAL:
            db.session.commit()
        else:
            db.session.rollback()
    return answer


def show_path(path: str, frame: Frame) -> ResponseReturnValue:
    """Answer a placement with the framed page that lives at a path of ours."""
    try:
        endpoint, values = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        raise NotFound from None
    g.page_path = path
    view: Any = current_app.view_functions[endpoint]
    kind = getattr(view, "framed", "public")
    if kind == "public":
        raise NotFound
    return show_in_frame(view.__wrapped__, frame, admin=kind == "admin", **values)
