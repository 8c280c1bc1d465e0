"""What is done in the card of the days: other conditions of the count, the address of the calendar."""

from flask import Blueprint, render_template, request
from flask_babel import gettext
from pydantic import BaseModel, Field, ValidationError

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.renewal.days_card import CONDITIONS, COUNTED
from b24app.pages.renewal.renewal_page import draw_renewal
from b24app.renewal.case_changes import follow_payment_profile
from b24app.renewal.signed_links import ensure_link
from b24app.renewal.situation_reading import main_situation
from b24app.services import services
from b24app.terms.corrections import POLICY_PREFIX, correct_fact
from b24app.terms.profile import change_profile, get_profile
from b24app.terms.term import Author
from b24app.text.messages import N_
from b24app.web import author, framed
from b24app.web.filters import today
from b24app.web.page_drawing import frame_values

blueprint = Blueprint("days", __name__)


class ConditionsForm(BaseModel):
    """What people change in the count; what an open page of an earlier release does not send stays as it is."""

    route: str = ""
    method: str
    country: str | None = None
    approval: int = Field(ge=0, le=60)
    bank: int = Field(ge=0, le=30)
    grace: int | None = Field(default=None, ge=0, le=60)


@blueprint.post(CONDITIONS)
@framed(admin=True, right=Right.CASE)
def change_conditions(frame: Frame) -> str:
    """Keep the changed conditions and draw the page whose every day is counted with them; the folds stay open."""
    try:
        form = ConditionsForm.model_validate(request.form.to_dict())
    except ValidationError as error:
        raise BadInput(N_("Days are whole numbers from 0 to 60."), str(error.errors()[0]["loc"][0])) from None
    profile = get_profile()
    changed: dict[str, object] = {"route": form.route} if form.route else {}
    if form.country is not None:
        changed["country"] = form.country
    change_profile(
        by=author(frame),
        at=services().clock.now(),
        method=form.method,
        approval_days=form.approval,
        transfer_days=form.bank if form.method == profile.method else None,
        **changed,
    )
    follow_payment_profile()
    if form.grace is not None:
        _correct_grace(form.grace, author(frame))
    return draw_renewal(frame)


@blueprint.get(COUNTED)
@framed(admin=True, right=Right.TERMS)
def show_counted(frame: Frame) -> str:
    """The same page with the fold «How this is counted» filled: it is asked for when somebody opens it."""
    return draw_renewal(frame)


def _correct_grace(days: int, by: Author) -> None:
    """Keep a person's own number of days of grace; the sources come back on the page of the rules."""
    s = main_situation(services().clock.now(), today())
    if s is not None and days != s.policy.grace_days:
        subject, reason = POLICY_PREFIX + s.policy.kind, gettext("written down beside the days")
        correct_fact(subject, "grace_days", str(days), reason=reason, by=by, at=services().clock.now())


@blueprint.post("/renewal/days/feed")
@framed(admin=True)
def show_feed(frame: Frame) -> str:
    """The address of the calendar to subscribe to, made when there is none."""
    feed = ensure_link("calendar", by=author(frame), at=services().clock.now())
    return render_template("renewal/calendar_feed.html", **frame_values(frame), feed=feed)
