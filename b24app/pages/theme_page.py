"""The look of the pages, chosen by each person: no documented field of a portal shows whether it is light or dark."""

from dataclasses import replace

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from b24app.errors import BadInput
from b24app.frames.page_token import LOOKS, Frame
from b24app.portals.people import choose_look
from b24app.text.messages import N_
from b24app.web import framed

blueprint = Blueprint("theme_page", __name__)


@blueprint.post("/settings/look")
@framed()
def choose(frame: Frame) -> ResponseReturnValue:
    """Keep the person's choice; the script has changed the page already, and the token carries it to the next one."""
    look = request.form.get("look", "")
    if look not in LOOKS:
        raise BadInput(N_("Choose light or dark."), "look")
    choose_look(frame.user_id, look)
    g.frame = replace(frame, theme=look)
    return "", 204
