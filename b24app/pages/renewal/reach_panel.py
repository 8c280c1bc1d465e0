"""The line that shows whether anybody is reached outside the portal, and the address that is asked for in it."""

from datetime import timedelta

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.database import db
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.portals.model import Portal
from b24app.reminders.channels import explain_failure
from b24app.reminders.dispatch import open_dispatcher
from b24app.reminders.model import UNDER_WAY, DeliveryState
from b24app.reminders.outside_addresses import Reach, ReachProblem, ask_address, reach_outside
from b24app.services import services
from b24app.web import author, framed, page
from b24app.web.kept_pages import do_not_keep

blueprint = Blueprint("reach_panel", __name__)

MOST_PATIENT = timedelta(minutes=10)
ALONE = "outside/reach_alone.html"


def draw_reach(frame: Frame, wrong: BadInput | None = None) -> str:
    """The line alone; a wrong address comes back with what to do."""
    return page(ALONE, frame, **reach_values(wrong))


@blueprint.get("/settings/reminders/outside")
@framed(admin=True)
def show_reach(frame: Frame) -> ResponseReturnValue:
    """The line as it is now, or 204 while the page shows it already, so that nothing typed is lost."""
    return ("", 204) if is_shown_already() else draw_reach(frame)


@blueprint.post("/settings/reminders/outside")
@framed(admin=True, redraw=draw_reach)
def ask_for_warnings(frame: Frame) -> str:
    """Keep an address for the day when the portal does not open, and send it the message that asks to confirm."""
    send_confirmation(frame, request.form.get("outside", ""))
    return draw_reach(frame)


def is_shown_already() -> bool:
    """Whether the page that polls shows the present state and has not waited for long."""
    seen, since = request.args.get("seen", ""), request.args.get("since", type=int)
    return seen == state_of(reach_outside()) and not _is_late(since)


def _is_late(since: int | None) -> bool:
    now = services().clock.now()
    return since is None or now.timestamp() - since > MOST_PATIENT.total_seconds()


def state_of(reach: Reach) -> str:
    """The state of the line, in short: two lines with the same state read alike."""
    return f"{reach.problem or 'reached'}-{reach.address.message if reach.address else ''}"


def send_confirmation(frame: Frame, email: str) -> None:
    """Ask the owner of an address; the message leaves through the queue. Raises BadInput."""
    dispatcher = open_dispatcher(db.session.get_one(Portal, frame.portal_id))
    ask_address(dispatcher, email, by=author(frame))
    services().queue.later("send_waiting", frame.portal_id)


def reach_values(wrong: BadInput | None = None) -> dict[str, object]:
    """The values of the line, for every page that shows it."""
    reach, since = reach_outside(), request.args.get("since", type=int)
    waits = _waits(reach) and (since is None or not _is_late(since))
    if waits:
        do_not_keep()
    return {
        "reach": reach,
        "reach_failure": explain_failure(_error_of(reach)),
        "reach_waits": waits,
        "reach_seen": state_of(reach),
        "reach_since": since or int(services().clock.now().timestamp()),
        "reach_typed": request.form.get("outside", "") if wrong else "",
        "reach_wrong": wrong.message if wrong and wrong.field == "email" else "",
    }


def _error_of(reach: Reach) -> str:
    return reach.error or (reach.address.error if reach.address else "")


def _waits(reach: Reach) -> bool:
    """Whether something may change without a press soon: the message leaves, or its reader confirms."""
    address = reach.address
    if reach.problem is not ReachProblem.NOT_CONFIRMED or address is None:
        return False
    return address.message in (*UNDER_WAY, DeliveryState.SENT)
