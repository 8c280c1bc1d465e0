"""The line that says whether anybody is reached outside the portal, and the address that is asked for in it."""

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
from b24app.terms.term import Author
from b24app.web import framed, page

blueprint = Blueprint("reach_panel", __name__)

MOST_PATIENT = timedelta(minutes=10)
ALONE = "outside/reach_alone.html"


@blueprint.get("/reminders/outside")
@framed(admin=True)
def show_reach(frame: Frame) -> ResponseReturnValue:
    """The line as it is now."""
    return answer_poll(frame, ALONE)


@blueprint.post("/reminders/outside")
@framed(admin=True)
def ask_for_warnings(frame: Frame) -> ResponseReturnValue:
    """Keep an address for the day when the portal does not open, and send it the message that asks to confirm."""
    return answer_asking(frame, ALONE)


def answer_poll(frame: Frame, template: str) -> ResponseReturnValue:
    """The line anew; while it is what the page shows already, nothing, so that nothing typed is lost."""
    seen, since = request.args.get("seen", ""), request.args.get("since", type=int)
    if seen == state_of(reach_outside()) and not _is_late(since):
        return "", 204
    return page(template, frame, **reach_values())


def answer_asking(frame: Frame, template: str) -> ResponseReturnValue:
    """Ask the owner of the typed address; a wrong one comes back with what to do."""
    typed = request.form.get("outside", "")
    try:
        send_confirmation(frame, typed)
    except BadInput as wrong:
        db.session.rollback()
        return page(template, frame, **reach_values(typed, wrong)), 422
    return page(template, frame, **reach_values())


def _is_late(since: int | None) -> bool:
    now = services().clock.now()
    return since is None or now.timestamp() - since > MOST_PATIENT.total_seconds()


def state_of(reach: Reach) -> str:
    """What the line says, in short: two of them with the same state read alike."""
    return f"{reach.problem or 'reached'}-{reach.address.message if reach.address else ''}"


def send_confirmation(frame: Frame, email: str) -> None:
    """Ask the owner of an address; the message leaves through the queue. Raises BadInput."""
    dispatcher = open_dispatcher(db.session.get_one(Portal, frame.portal_id))
    ask_address(dispatcher, email, by=Author(frame.user_id, frame.user_name))
    services().queue.later("send_waiting", frame.portal_id)


def reach_values(typed: str = "", wrong: BadInput | None = None) -> dict[str, object]:
    """What the line is drawn from, for every page that shows it."""
    reach, since = reach_outside(), request.args.get("since", type=int)
    return {
        "reach": reach,
        "reach_failure": explain_failure(_error_of(reach)),
        "reach_waits": _waits(reach) and (since is None or not _is_late(since)),
        "reach_seen": state_of(reach),
        "reach_since": since or int(services().clock.now().timestamp()),
        "reach_typed": typed,
        "reach_wrong": wrong.message if wrong else "",
    }


def _error_of(reach: Reach) -> str:
    return reach.error or (reach.address.error if reach.address else "")


def _waits(reach: Reach) -> bool:
    """Whether something may happen by itself soon: the message leaves, or its reader confirms."""
    address = reach.address
    if reach.problem is not ReachProblem.NOT_CONFIRMED or address is None:
        return False
    return address.message in (*UNDER_WAY, DeliveryState.SENT)
