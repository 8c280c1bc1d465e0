"""What the link of an invitation opens: who asks, and where in his own portal the client's administrator answers.

Nothing is answered here. A code that opens nothing looks the same whatever became of it, and counts as a refusal.
"""

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from b24app.errors import Refused
from b24app.integrators.invitations import find_by_code, spaced
from b24app.integrators.logo import logo_address
from b24app.integrators.request_answers import asker_of
from b24app.integrators.rights import RIGHT_TITLES
from b24app.services import services
from b24app.text.messages import N_
from b24app.web.access import public

blueprint = Blueprint("invitation", __name__)
HEADERS = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}


class NoSuchRequest(Refused):
    """No invitation waits under this code: it was never made, or was answered, taken back or is too old."""

    public = N_(
        "No request waits under this code. Copy the address again from the message, or ask the integrator for a new one."
    )


@blueprint.get("/invitation/<code>")
@public
def show(code: str) -> ResponseReturnValue:
    """Who asks and for what, and where to answer."""
    found = find_by_code(code)
    asker = asker_of(found) if found and found.waits(services().clock.now()) else None
    if found is None or asker is None or found.client_portal_id is not None:
        raise NoSuchRequest("invitation_unknown")
    answer = make_response(
        render_template(
            "outside/invitation.html",
            name=asker.name,
            inn=asker.inn,
            logo=logo_address(asker),
            contact=asker.contact_name,
            code=spaced(found.code),
            expires_at=found.expires_at,
            rights=[RIGHT_TITLES[right] for right in found.rights],
        )
    )
    answer.headers.update(HEADERS)
    return answer
