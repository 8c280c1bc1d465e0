"""The storage step of the copy: choose, enter, check by a job, change; a form with a mistake loses nothing, also no secret."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_htmx import make_response

from b24app.backup.targets.model import TrialState
from b24app.backup.targets.target_check import ask_check, forget_target, keep_typed, read_trial, state_of
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.pages.copy.target_part import target_values
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import author, framed, page, toast
from b24app.web.access import htmx
from b24app.web.page_drawing import frame_values

blueprint = Blueprint("copy_target", __name__)
PART = "copy-target"
CHANGED = "copy-changed"
"""Makes the page around the step draw itself anew."""


def draw_target(frame: Frame, wrong: BadInput | None = None, *, changed: bool = False) -> Response:
    """The step where it is asked for as a part, else a page of its own."""
    values = target_values(wrong) | {"step_is_now": True}
    if htmx.target == PART:
        drawn = render_template("copy/target.html", **frame_values(frame), **values)
    else:
        drawn = page("copy/target_alone.html", frame, **values)
    answer: Response = make_response(drawn, trigger=CHANGED if changed else None)
    return answer


@blueprint.get("/copy/target")
@framed(admin=True)
def show_target(frame: Frame) -> ResponseReturnValue:
    """The storage in use, or the fields of the kind that is looked at."""
    return draw_target(frame)


@blueprint.post("/copy/target")
@framed(admin=True, asks_portal=True)
def check_storage(frame: Frame) -> ResponseReturnValue:
    """Keep the entered fields and have them checked; with a mistake they are kept all the same, sealed, until it is corrected."""
    row = keep_typed(request.form, by=author(frame), at=services().clock.now())
    try:
        ask_check(row)
    except BadInput as wrong:
        return draw_target(frame, wrong)
    return draw_target(frame)


@blueprint.get("/copy/target/check")
@framed(admin=True)
def show_check(frame: Frame) -> ResponseReturnValue:
    """The step again while its check goes on; when it has passed, the page around it is drawn anew."""
    trial = read_trial()
    return draw_target(frame, changed=trial is None or state_of(trial) is not TrialState.WAITING)


@blueprint.post("/copy/target/forget")
@framed(admin=True, asks_portal=True)
def forget_storage(frame: Frame) -> ResponseReturnValue:
    """Forget the storage and its key; the copies in it stay where they are."""
    forget_target()
    toast(N_("The storage is forgotten. What lies in it stays there."))
    return draw_target(frame, changed=True)
