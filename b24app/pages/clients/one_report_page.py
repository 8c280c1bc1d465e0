"""One report of the queue: read as the client will, given a foreword and an address, approved, taken back, sent once more."""

from collections.abc import Callable

from flask import Blueprint, request

from b24app.database import portal_scope
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.client_reports import report_drafts as drafts
from b24app.integrators.client_reports.report_look import get_look, read_head
from b24app.integrators.client_reports.report_queue import QueuedReport, list_reports
from b24app.integrators.client_reports.report_readers import forget_reader, name_reader
from b24app.integrators.client_reports.signed_report import ShownReport, report_address
from b24app.integrators.logo import logo_address
from b24app.integrators.members import MemberSeat, demand_seat, get_integrator
from b24app.integrators.rights import INVITES
from b24app.pages.clients.board_page import board_at
from b24app.pages.clients.client_reports_page import draw_queue
from b24app.pages.clients.report_words import line_of
from b24app.reports.client_sheet import draw_client_report
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import framed, page, toast
from b24app.web.access import keep_first

blueprint = Blueprint("one_client_report", __name__)
Deed = Callable[[MemberSeat, int], None]


def draw_report(frame: Frame, report_id: int, wrong: BadInput | None = None) -> str:
    """The whole page."""
    at = board_at(frame)
    seen = drafts.find_report(at.seat, report_id, at.now)
    queued = next((one for one in list_reports(at) if one.row.id == report_id), None)
    own, look = get_integrator(), get_look()
    head = read_head(seen.row.head) or look.head
    shown = ShownReport(head, logo_address(own), seen.content, seen.row.foreword) if seen.content else None
    return page(
        "clients/one_report.html",
        frame,
        row=seen.row,
        line=line_of(queued) if queued else None,
        shown=shown,
        sheet=draw_client_report(shown) if shown else "",
        reader=queued.reader if queued else None,
        name=queued.client if queued else "",
        may_send=at.seat.role in INVITES,
        leaves=drafts.next_sending(frame.portal_id, at.now),
        address=_address(queued, at.seat),
        most=drafts.LONGEST_FOREWORD,
        form=request.form if wrong else {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


def _address(queued: QueuedReport | None, seat: MemberSeat) -> str:
    """The signed page, for whoever may send it, once it has left."""
    if queued is None or not queued.row.attempt or seat.role not in INVITES:
        return ""
    return report_address(queued.row.code)


def draw_again(frame: Frame, wrong: BadInput) -> str:
    """The report again, with what is wrong."""
    return draw_report(frame, int((request.view_args or {})["report_id"]), wrong)


@blueprint.get("/clients/reports/<int:report_id>")
@framed(own=True)
def show_report(frame: Frame, report_id: int) -> str:
    """The report as its reader will see it, by the rights of who looks; the client's journal records the look."""
    seat = demand_seat(frame.portal_id, frame.user_id)
    drafts.look_at(seat, report_id, services().clock.now())
    keep_first()  # what cannot be written down is not shown, also on a page that is for reading only
    return draw_report(frame, report_id)


def _do(frame: Frame, report_id: int, deed: Deed, done: str) -> str:
    deed(demand_seat(frame.portal_id, frame.user_id), report_id)
    toast(done)
    return draw_report(frame, report_id)


@blueprint.post("/clients/reports/<int:report_id>/foreword")
@framed(own=True, redraw=draw_again)
def keep_foreword(frame: Frame, report_id: int) -> str:
    """Keep the text before the four parts."""
    text, now = request.form.get("foreword", ""), services().clock.now()
    return _do(frame, report_id, lambda seat, one: drafts.set_foreword(seat, one, text, now), N_("Saved"))


@blueprint.post("/clients/reports/<int:report_id>/approve")
@framed(own=True, redraw=draw_again)
def approve_one(frame: Frame, report_id: int) -> str:
    """Let this one go as it was read."""
    now = services().clock.now()
    return _do(frame, report_id, lambda seat, one: drafts.approve(seat, one, now), N_("Approved"))


@blueprint.post("/clients/reports/<int:report_id>/take-back")
@framed(own=True, redraw=draw_again)
def take_back_one(frame: Frame, report_id: int) -> str:
    """A draft again."""
    now = services().clock.now()
    return _do(
        frame, report_id, lambda seat, one: drafts.take_back(seat, one, now), N_("It is a draft again")
    )


@blueprint.post("/clients/reports/<int:report_id>/again")
@framed(own=True, redraw=draw_again)
def repeat_one(frame: Frame, report_id: int) -> str:
    """The letter once more."""
    now = services().clock.now()
    return _do(
        frame, report_id, lambda seat, one: drafts.send_again(seat, one, now), N_("The letter is on its way")
    )


@blueprint.post("/clients/reports/<int:report_id>/remake")
@framed(own=True, redraw=draw_again)
def remake_one(frame: Frame, report_id: int) -> str:
    """The draft anew, from what is stored now."""
    now = services().clock.now()
    return _do(frame, report_id, lambda seat, one: drafts.remake(seat, one, now), N_("Made anew"))


@blueprint.post("/clients/reports/<int:report_id>/leave-out")
@framed(own=True, redraw=draw_again)
def leave_out_one(frame: Frame, report_id: int) -> str:
    """Send no such report."""
    seat = demand_seat(frame.portal_id, frame.user_id)
    drafts.leave_out(seat, report_id, services().clock.now())
    toast(N_("Left out"))
    return draw_queue(frame)


@blueprint.post("/clients/reports/<int:report_id>/reader")
@framed(own=True, redraw=draw_again)
def keep_reader(frame: Frame, report_id: int) -> str:
    """Name who gets the reports of this client and ask him."""
    now = services().clock.now()
    seen = drafts.demand_report(demand_seat(frame.portal_id, frame.user_id), report_id, now)
    name_reader(seen.client, request.form.get("email", ""), request.form.get("name", ""), now)
    toast(N_("The letter is on its way"))
    return draw_report(frame, report_id)


@blueprint.post("/clients/reports/<int:report_id>/reader/forget")
@framed(own=True, redraw=draw_again)
def drop_reader(frame: Frame, report_id: int) -> str:
    """End the reader of this client's reports."""
    now = services().clock.now()
    seen = drafts.demand_report(demand_seat(frame.portal_id, frame.user_id), report_id, now)
    with portal_scope(frame.portal_id):
        forget_reader(seen.client.portal.id)
    toast(N_("The address is forgotten"))
    return draw_report(frame, report_id)
