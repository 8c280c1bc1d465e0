"""Answers to an integrator who asks for the end of the plan: the client's own administrator confirms or corrects it with one press."""

from flask import Blueprint, request

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.bulk.date_requests import confirm_date, correct_date
from b24app.pages.renewal.renewal_page import draw_renewal
from b24app.services import services
from b24app.terms.typed_days import DayUse
from b24app.text.messages import N_
from b24app.web import author, framed, toast
from b24app.web.doubted_days import accept_day
from b24app.web.form_fields import read_date

blueprint = Blueprint("date_answer_page", __name__)


def redraw_asked(frame: Frame, wrong: BadInput) -> str:
    """The page with what is wrong."""
    return draw_renewal(frame, wrong)


@blueprint.post("/renewal/date-requests/<int:request_id>/confirm")
@framed(admin=True, redraw=redraw_asked)
def confirm_asked(frame: Frame, request_id: int) -> str:
    """Confirm the date as it is shown."""
    shown = read_date(request.form.get("shown", ""), "date_request")
    confirm_date(request_id, shown, by=author(frame), at=services().clock.now())
    toast(N_("The date is confirmed"))
    return draw_renewal(frame)


@blueprint.post("/renewal/date-requests/<int:request_id>/correct")
@framed(admin=True, redraw=redraw_asked)
def correct_asked(frame: Frame, request_id: int) -> str:
    """Another date is right."""
    ends_on = read_date(request.form.get("asked_end", ""), "asked_end")
    accept_day(ends_on, DayUse.MAIN, "asked_end")
    correct_date(request_id, ends_on, by=author(frame), at=services().clock.now())
    toast(N_("The date is written down and confirmed"))
    return draw_renewal(frame)
