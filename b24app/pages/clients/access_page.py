"""«Entrance from outside»: a person's own address for one-time links, and the sessions that live under his name."""

from flask import Blueprint, request

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.members import demand_seat
from b24app.integrators.outside.outside_sessions import end_session, list_sessions
from b24app.integrators.outside.sign_in_links import ask_address, forget_address, get_address
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import framed, page, toast
from b24app.web.outside_access import demand_inside, present_session

blueprint = Blueprint("client_access", __name__)


def draw_access(frame: Frame, wrong: BadInput | None = None) -> str:
    """The whole page."""
    demand_seat(frame.portal_id, frame.user_id)
    session = present_session() if frame.is_outside else None
    return page(
        "clients/access.html",
        frame,
        sign_in_url=f"{services().settings.public_url}/sign-in",
        address=get_address(frame.user_id),
        sessions=list_sessions(frame.user_id, services().clock.now()),
        this_session=session.id if session else None,
        form=request.form if wrong else {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


@blueprint.get("/clients/access")
@framed(own=True)
def show_access(frame: Frame) -> str:
    """Show how to enter without the portal, and who has."""
    return draw_access(frame)


@blueprint.post("/clients/access/address")
@framed(own=True, redraw=draw_access)
def keep_address(frame: Frame) -> str:
    """Ask the reader of an address to confirm it."""
    demand_inside(frame)
    seat = demand_seat(frame.portal_id, frame.user_id)
    ask_address(seat, request.form.get("email", ""), services().clock.now())
    toast(N_("The letter is on its way"))
    return draw_access(frame)


@blueprint.post("/clients/access/address/forget")
@framed(own=True)
def leave_address(frame: Frame) -> str:
    """No more links."""
    demand_seat(frame.portal_id, frame.user_id)
    forget_address(frame.user_id)
    toast(N_("The address is forgotten"))
    return draw_access(frame)


@blueprint.post("/clients/access/sessions/<int:session_id>/end")
@framed(own=True)
def close_session(frame: Frame, session_id: int) -> str:
    """End a session at once, in whichever browser it is."""
    demand_seat(frame.portal_id, frame.user_id)
    end_session(session_id, frame.user_id, services().clock.now())
    toast(N_("The session has ended"))
    return draw_access(frame)
