"""What is done in the recovery: the portal is asked at once, what integrations missed is counted."""

from flask import Blueprint, render_template, request

from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.renewal.recovery_cards import ASK, recovery_values
from b24app.pages.renewal.renewal_page import draw_renewal
from b24app.renewal.activation import start_reconciliation
from b24app.renewal.situation_reading import main_situation
from b24app.services import services
from b24app.web import author, framed
from b24app.web.filters import today
from b24app.web.form_fields import read_moment
from b24app.web.page_drawing import frame_values

blueprint = Blueprint("recovery", __name__)


@blueprint.post("/renewal/late/ask")
@framed(admin=True, right=(Right.TERMS, Right.RUN))
def ask_now(frame: Frame) -> str:
    """Have the portal asked at once what works; the card shows that it is being asked."""
    services().queue.later(ASK, frame.portal_id)
    return draw_part("works", frame)


@blueprint.get("/renewal/late/asked")
@framed(admin=True, right=(Right.TERMS, Right.CHECKS))
def show_answer(frame: Frame) -> str:
    """The card of what works, for the page that waits for the answer."""
    return draw_part("works", frame)


@blueprint.get("/renewal/late/counted")
@framed(admin=True, right=(Right.TERMS, Right.CHECKS))
def show_counted(frame: Frame) -> str:
    """The card of what was missed, for the page that waits for the counts."""
    return draw_part("missed", frame)


def draw_part(name: str, frame: Frame) -> str:
    """One card alone; where all is well again, a sentence about it."""
    values = recovery_values(main_situation(services().clock.now(), today()))
    return render_template(f"renewal/{name}.html", **frame_values(frame), **values)


@blueprint.post("/renewal/late/count")
@framed(admin=True, redraw=draw_renewal, right=(Right.TERMS, Right.RUN))
def count_missed(frame: Frame) -> str:
    """Queue the counting of what was created and changed between two moments."""
    since, until = (read_moment(request.form.get(name, ""), name) for name in ("since", "until"))
    start_reconciliation(since, until, by=author(frame), at=services().clock.now())
    return draw_renewal(frame)
