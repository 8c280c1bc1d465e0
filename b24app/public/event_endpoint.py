"""POST /events: where portals send events; answered at once, worked on later."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from b24app.portals.event_inbox import receive
from b24app.portals.incoming_forms import read_event
from b24app.web.access import public

blueprint = Blueprint("events", __name__)


@blueprint.route("/events", methods=["GET", "POST"])
@public
def take() -> ResponseReturnValue:
    """Take an event of a portal; a visit without one only shows that the address is alive."""
    if request.method != "POST":
        return jsonify(status="ok")
    return jsonify(status="success", event=receive(read_event(request.form)).word)
