"""How fresh the data of every page is: shown in the bar; a press looks at the portal anew, and the page redraws itself."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from b24app.checklist.engine.freshness import look_again, read_freshness
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.services import services
from b24app.web import author, framed
from b24app.web.page_drawing import frame_values

blueprint = Blueprint("freshness_page", __name__)


@blueprint.get("/freshness")
@framed(admin=True, right=Right.CHECKS)
def show(frame: Frame) -> ResponseReturnValue:
    """The bar's poll while a run goes on; when it has ended the answer makes the page redraw itself."""
    freshness = read_freshness(services().clock.now())
    return ("", 204) if freshness.is_looking else draw(frame, ended=True)


@blueprint.post("/freshness")
@framed(admin=True, right=Right.RUN)
def refresh(frame: Frame) -> str:
    """Queue a run; the bar shows that it goes on."""
    look_again(by=author(frame), at=services().clock.now())
    return draw(frame)


def draw(frame: Frame, *, ended: bool = False) -> str:
    """The part of the bar that shows how fresh the data is."""
    freshness = read_freshness(services().clock.now())
    return render_template("ui/freshness.html", **frame_values(frame), freshness=freshness, ended=ended)
