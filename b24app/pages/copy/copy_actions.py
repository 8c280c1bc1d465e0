"""What people press on a copy: begin, pause, go on, stop, check again; and the poll that renews what moves."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_htmx import make_response

from b24app.backup.model import CopyKind
from b24app.backup.proofs.copy_state import standing
from b24app.backup.proofs.proving import MADE, prove_again
from b24app.backup.proofs.triggers import copies_before_renewal, is_copy_offered
from b24app.backup.reading.copy_verbs import pause_copy, resume_copy, start_copy, stop_copy
from b24app.errors import NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.copy.copy_page import draw_copy
from b24app.pages.copy.going_view import going_values
from b24app.pages.copy.progress_view import going_copy
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import author, framed, toast
from b24app.web.form_fields import read_id
from b24app.web.page_drawing import frame_values

blueprint = Blueprint("copy_actions", __name__)

CHANGED = "copy-changed"


@blueprint.post("/copy/start")
@framed(admin=True, asks_portal=True, redraw=draw_copy, right=Right.COPY)
def start(frame: Frame) -> str:
    """Begin a copy now, a full one when the end of the term is near; the one that is under way goes on."""
    now = services().clock.now()
    offered = is_copy_offered(standing(now), copies_before_renewal())
    start_copy(CopyKind.BEFORE_RENEWAL if offered else CopyKind.MANUAL, by=author(frame), at=now)
    return draw_copy(frame)


@blueprint.post("/copy/pause")
@framed(admin=True, right=Right.COPY)
def pause(frame: Frame) -> str:
    """Pause the copy; what was read is kept."""
    pause_copy(by=author(frame), at=services().clock.now())
    return draw_copy(frame)


@blueprint.post("/copy/resume")
@framed(admin=True, right=Right.COPY)
def resume(frame: Frame) -> str:
    """Go on from the same row."""
    resume_copy(by=author(frame), at=services().clock.now())
    return draw_copy(frame)


@blueprint.post("/copy/stop")
@framed(admin=True, right=Right.COPY)
def stop(frame: Frame) -> str:
    """End the copy for good; the earlier ones stay."""
    stop_copy(by=author(frame), at=services().clock.now())
    toast(N_("The copy was stopped. The earlier copies stay."))
    return draw_copy(frame)


@blueprint.post("/copy/prove")
@framed(admin=True, redraw=draw_copy)
def prove(frame: Frame) -> str:
    """Make one proof of the newest copy again, or all of them."""
    now = services().clock.now()
    known, code = standing(now), request.form.get("code", "")
    if known.copy is None:
        raise NotFound("copy")
    prove_again(known.copy.id, *([code] if code else MADE), at=now)
    return draw_copy(frame)


@blueprint.get("/copy/progress")
@framed(admin=True, right=Right.COPY)
def show_progress(frame: Frame) -> ResponseReturnValue:
    """The parts that change of the copy `?id=`; when its state is not `?state=` any more the page draws itself anew."""
    going = going_copy()
    known = read_id(request.args, "id"), request.args.get("state", "")
    if going is None or known != (going.id, going.state):
        return _changed()
    return render_template(
        "copy/going_parts.html",
        **frame_values(frame),
        going=going,
        **going_values(going),
    )


def _changed() -> Response:
    """An empty part, and the event that lets the whole page draw itself."""
    answer: Response = make_response("", reswap="none", trigger=CHANGED)
    return answer
