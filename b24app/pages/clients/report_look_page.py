"""«Logo and sender»: how reports to clients look, when they are made, from whose address they come; an owner sets it."""

from dataclasses import replace

from flask import Blueprint, request

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.client_reports.own_colour import read_colour
from b24app.integrators.client_reports.report_look import LookDraft, LookView, get_look, keep_look
from b24app.integrators.client_reports.report_senders import (
    ask_by_own_server,
    ask_sender,
    forget_sender,
    sender_problem,
)
from b24app.integrators.logo import logo_address
from b24app.integrators.members import demand_seat, get_integrator
from b24app.integrators.rights import MemberRole
from b24app.pages.clients.report_words import problem_of
from b24app.reminders.own_mail_server import PORTS, TypedServer, shown_server
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import author, framed, page, toast
from b24app.web.form_fields import read_id

blueprint = Blueprint("report_look", __name__)
OWNERS = frozenset({MemberRole.OWNER})


def draw_look(frame: Frame, wrong: BadInput | None = None) -> str:
    """The whole page, with a sheet in the stored colour, or the typed one."""
    seat = demand_seat(frame.portal_id, frame.user_id)
    look, own, problem = get_look(), get_integrator(), sender_problem()
    return page(
        "clients/report_look.html",
        frame,
        look=_previewed(look),
        logo=logo_address(own),
        server=shown_server(),
        ports=[(str(port), str(port)) for port in PORTS],
        our_address=services().settings.mail_from,
        problem=problem_of(problem) if problem else None,
        may_set=seat.role in OWNERS,
        form=request.form if wrong else {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


def _previewed(look: LookView) -> LookView:
    """A colour that is being typed is shown before it is kept."""
    try:
        typed = read_colour(request.values.get("colour", ""))
    except BadInput:
        return look
    return replace(look, head=replace(look.head, colour=typed))


@blueprint.get("/clients/reports/look")
@framed(own=True)
def show_look(frame: Frame) -> str:
    """The settings, with a preview."""
    return draw_look(frame)


@blueprint.post("/clients/reports/look")
@framed(own=True, redraw=draw_look)
def save_look(frame: Frame) -> str:
    """Keep colour, words and turns."""
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
    form = request.form
    typed = form.get("colour", "")
    kept = keep_look(
        LookDraft(
            typed, form.get("motto", ""), form.get("site", ""),
            monthly="monthly" in form, after_renewal="after_renewal" in form,
        ),
        by=author(frame),
        at=services().clock.now(),
    )  # fmt: skip
    darker = kept.lstrip("#") != typed.strip().lstrip("#").lower()
    toast(
        N_("Saved, and the colour was made darker: text in it could not be read.") if darker else N_("Saved")
    )
    return draw_look(frame)


@blueprint.post("/clients/reports/look/sender")
@framed(own=True, redraw=draw_look)
def save_sender(frame: Frame) -> str:
    """Name the address that answers go to, by our mail server."""
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
    ask_sender(frame.portal_id, request.form.get("email", ""), by=author(frame), at=services().clock.now())
    toast(N_("The letter is on its way"))
    return draw_look(frame)


@blueprint.post("/clients/reports/look/server")
@framed(own=True, redraw=draw_look)
def save_server(frame: Frame) -> str:
    """Keep an own mail server, and test it by the letter that asks to confirm the address."""
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
    form = request.form
    typed = TypedServer(
        form.get("host", ""), read_id(form, "port"), form.get("user", ""), form.get("password", "")
    )
    email, now = form.get("server_email", ""), services().clock.now()
    ask_by_own_server(frame.portal_id, email, typed, by=author(frame), at=now)
    toast(N_("The letter is on its way"))
    return draw_look(frame)


@blueprint.post("/clients/reports/look/sender/forget")
@framed(own=True, redraw=draw_look)
def drop_sender(frame: Frame) -> str:
    """Reports come from our address again."""
    demand_seat(frame.portal_id, frame.user_id, OWNERS)
    forget_sender()
    toast(N_("The address is forgotten"))
    return draw_look(frame)
