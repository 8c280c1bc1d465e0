"""The page shown to an integrator instead of a client's page that he may not see: words and a link back, nothing of the client."""

from flask import Response, g, make_response, render_template, request
from flask_htmx import make_response as htmx_response

from b24app.frames.page_token import Frame, sign_frame
from b24app.integrators.client_frame import ConsentEnded, RightNotGiven
from b24app.web.access import HEADER, htmx

PAGE = "page"
RESELECT = "HX-Reselect"
"""The header that selects the part of an answer to take: htmx's extension has no other name for it."""


def draw_client_refusal(error: ConsentEnded | RightNotGiven, values: dict[str, object]) -> Response:
    """Draw the whole page once nothing is given any more, or where a whole page was asked for; otherwise a note beside the pressed element.

    The answer replaces the page that was shown before, also where that page only polled.
    """
    frame: Frame | None = g.get("frame")
    token = sign_frame(frame) if frame else ""
    code = frame.client.consent_code if frame and frame.client else ""
    values |= {"frame_token": token, "consent_code": code}
    asked_whole = request.method == "GET" and htmx.target == PAGE
    whole = asked_whole or isinstance(error, ConsentEnded)
    if not htmx:
        response = make_response(render_template("clients/refused.html", **values))
    elif whole:
        drawn = render_template("clients/refused.html", **values)
        response = htmx_response(drawn, retarget=f"#{PAGE}", reswap="outerHTML")
        response.headers[RESELECT] = f"#{PAGE}"
    else:
        response = htmx_response(
            render_template("clients/refused_note.html", **values), retarget="#notices", reswap="innerHTML"
        )
        response.headers[RESELECT] = "unset"
    if token:
        response.headers[HEADER] = token
    return response
