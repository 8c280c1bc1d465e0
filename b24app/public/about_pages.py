"""Public pages and addresses: about, help, support, POST /events of portals, confirmation of an address.

Opening the link of a confirmation changes nothing, for mail servers open links too; the button does.
"""

from flask import Blueprint, Response, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from b24app.database import db, portal_scope
from b24app.portals.event_inbox import receive
from b24app.portals.incoming_forms import read_event
from b24app.portals.model import Portal
from b24app.reminders.outside_addresses import AddressView, confirm_address, is_written_to, read_address
from b24app.services import services
from b24app.terms.profile import get_profile
from b24app.text.translation import nearest_language
from b24app.web.access import kept_in, public
from b24app.web.support import support_contact, support_way

pages = Blueprint("public", __name__)
events = Blueprint("events", __name__)
confirming = Blueprint("confirming", __name__)


@pages.get("/")
@public
def about() -> ResponseReturnValue:
    """What this is and where it opens."""
    return render_template("web/about.html")


@pages.get("/help")
@public
def help_page() -> ResponseReturnValue:
    """How to begin and what to do when something does not work."""
    return render_template("web/help.html", support=support_contact())


@pages.get("/support")
@public
def support() -> ResponseReturnValue:
    """Whom to write and what to send."""
    return render_template("web/support.html", support=support_way(number=request.args.get("number", "")))


@events.route("/events", methods=["GET", "POST"])
@public
def take() -> ResponseReturnValue:
    """Take an event of a portal; a visit without one only shows that the address is alive."""
    if request.method != "POST":
        return jsonify(status="ok")
    return jsonify(status="success", event=receive(read_event(request.form)))


@confirming.get("/confirm/<token>")
@public
def ask(token: str) -> ResponseReturnValue:
    """Whose portal it is and what will come to this address."""
    address = read_address(token, services().clock.now())
    return _draw(address, token)


@confirming.post("/confirm/<token>")
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
    g.language, g.zone = nearest_language(portal.language), portal.time_zone
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
