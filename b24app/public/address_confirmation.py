"""Confirms an e-mail address: opening the link changes nothing, for mail servers open links too; the button does."""

from flask import Blueprint, Response, g, make_response, render_template
from flask.typing import ResponseReturnValue

from b24app.database import db, portal_scope
from b24app.portals.model import Portal
from b24app.reminders.confirmed_addresses import AddressView, confirm_address, is_written_to, read_address
from b24app.services import services
from b24app.terms.profile import get_profile
from b24app.text.languages import spoken
from b24app.web.access import kept_in, public

blueprint = Blueprint("confirming", __name__)


@blueprint.get("/confirm/<token>")
@public
def ask(token: str) -> ResponseReturnValue:
    """Whose portal it is and what will come to this address."""
    address = read_address(token, services().clock.now())
    return _draw(address, token)


@blueprint.post("/confirm/<token>")
@public
def confirm(token: str) -> ResponseReturnValue:
    """The owner wants the warnings."""
    now = services().clock.now()
    address = read_address(token, now)
    with kept_in(address.portal_id):
        confirm_address(address.id, now)
    return _draw(read_address(token, now), token)


def _draw(address: AddressView, token: str) -> Response:
    portal = db.session.get_one(Portal, address.portal_id)
    g.language, g.zone = spoken(portal.language), portal.time_zone
    with portal_scope(portal.id):
        name, known = get_profile().portal_name or portal.domain, is_written_to(address.email)
    answer = make_response(
        render_template(
            "outside/confirm.html",
            lang=g.language,
            theme="",
            address=address,
            token=token,
            name=name,
            known=known,
        )
    )
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
