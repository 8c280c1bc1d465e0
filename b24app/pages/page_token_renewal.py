"""The token of an open page: whether it is still good, and a fresh one after the portal was asked again."""

from flask import Blueprint, Response, g, request

from b24app.frames.page_token import Frame, sign_frame
from b24app.frames.verification import renew_frame
from b24app.web.access import HEADER, framed, public

blueprint = Blueprint("token", __name__, url_prefix="/frame")


@blueprint.post("/renew")
@public
def renew() -> Response:
    """Give the page whose token is in the header a fresh one, for another hour."""
    frame = renew_frame(request.headers.get(HEADER, ""), request.form)
    g.frame = frame
    return Response(status=204, headers={HEADER: sign_frame(frame)})


@blueprint.post("/check")
@framed()
def check(_frame: Frame) -> Response:
    """Say whether the page's token is still good: a form that opens a file in a new tab asks before it goes."""
    return Response(status=204)
