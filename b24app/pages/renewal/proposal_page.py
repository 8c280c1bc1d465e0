"""Answers to what an integrator's people proposed in their CRM: the client's administrator, or an integrator who may act, accepts or declines."""

from flask import Blueprint, request

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.pipeline.proposals import accept_proposal, decline_proposal
from b24app.integrators.rights import Right
from b24app.pages.renewal.renewal_page import draw_renewal
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import author, framed, toast

blueprint = Blueprint("proposal_page", __name__)


def redraw(frame: Frame, wrong: BadInput) -> str:
    """The page with what is wrong."""
    return draw_renewal(frame, wrong)


def own_only(frame: Frame) -> int | None:
    """An integrator answers what its own people proposed, and sees no other's."""
    return frame.client.own_portal_id if frame.client else None


@blueprint.post("/renewal/proposals/<int:proposal_id>/accept")
@framed(admin=True, redraw=redraw, right=Right.CASE)
def accept_move(frame: Frame, proposal_id: int) -> str:
    """Accept: mark it in the renewal; the deal follows."""
    reason, at = request.form.get("reason", ""), services().clock.now()
    case_id, marked = accept_proposal(proposal_id, reason, by=author(frame), at=at, only_of=own_only(frame))
    toast(N_("Marked as proposed"), undo=f"/renewal/unmark/{marked}?case={case_id}" if marked else "")
    return draw_renewal(frame)


@blueprint.post("/renewal/proposals/<int:proposal_id>/decline")
@framed(admin=True, redraw=redraw, right=Right.CASE)
def decline_move(frame: Frame, proposal_id: int) -> str:
    """Decline: the deal returns to its stage."""
    decline_proposal(proposal_id, by=author(frame), at=services().clock.now(), only_of=own_only(frame))
    toast(N_("Declined: the deal returns to its stage"))
    return draw_renewal(frame)
