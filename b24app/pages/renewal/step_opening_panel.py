"""Steps that are done elsewhere: the button opens the place, the same panel then asks whether it was done; only a yes marks."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.pages.renewal.overview import draw_overview
from b24app.renewal.case import Situation
from b24app.renewal.renewal_stages import OPENED_BY, OPENED_FOR
from b24app.renewal.renewal_state import main_situation
from b24app.renewal.step_openings import forget_opening, note_opening, set_partner
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import N_
from b24app.web import framed
from b24app.web.formats import today

blueprint = Blueprint("openings", __name__)


@blueprint.post("/overview/opened/<code>")
@framed(admin=True)
def opened(frame: Frame, code: str) -> str:
    """The place of a step was opened: keep who and when, and ask."""
    situation, way = _situation(code), request.form.get("way", "portal")
    if way not in OPENED_BY:
        raise BadInput(N_("Choose one of the offered values."), "way")
    by = Author(frame.user_id, frame.user_name)
    note_opening(situation.term, code, way, by=by, at=services().clock.now())
    return draw_overview(frame)


@blueprint.post("/overview/not-yet/<code>")
@framed(admin=True)
def not_yet(frame: Frame, code: str) -> str:
    """It was not done there: the acting button comes back, nothing is marked."""
    forget_opening(_situation(code).term, code)
    return draw_overview(frame)


@blueprint.post("/overview/partner")
@framed(admin=True)
def name_partner(frame: Frame) -> ResponseReturnValue:
    """Write down where letters to the partner go, at the place where one is needed."""
    by, email = Author(frame.user_id, frame.user_name), request.form.get("partner_email", "")
    try:
        set_partner(email, by=by, at=services().clock.now(), required=True)
    except BadInput as wrong:
        return draw_overview(frame, wrong=wrong, typed=email), 422
    return draw_overview(frame)


def _situation(code: str) -> Situation:
    found = main_situation(services().clock.now(), today())
    if code not in OPENED_FOR or found is None:
        raise NotFound
    return found
