"""The installation wizard: what will be added, when the plan ends, done."""

from datetime import date, timedelta

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.database import before_network, db
from b24app.errors import AdministratorFirst, BadInput
from b24app.frames.openings_in_hand import admit
from b24app.frames.page_token import Frame
from b24app.pages.renewal.reach_panel import is_shown_already, reach_values, send_confirmation
from b24app.placements import wanted_bindings
from b24app.plans.plan_catalogue import ON_PREMISE, parse_license
from b24app.portals.install import bind_install, finish_install
from b24app.portals.model import Portal
from b24app.reminders.outside_addresses import list_addresses
from b24app.services import services
from b24app.terms.corrections import current_plan
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.stored_terms import calendar_view
from b24app.terms.term import TermKind
from b24app.terms.typed_days import DayUse
from b24app.text.messages import N_
from b24app.web.access import author, framed, show_in_frame
from b24app.web.doubted_days import accept_day
from b24app.web.filters import today
from b24app.web.page_drawing import page

blueprint = Blueprint("wizard", __name__, url_prefix="/install")
ANSWERS = {"yes": True, "no": False}


def open_wizard(frame: Frame) -> ResponseReturnValue:
    """The first page for an administrator; anybody else learns who has to open the application."""
    if not frame.is_admin:
        raise AdministratorFirst
    return show_in_frame(_what, frame, admin=True)


@blueprint.post("/what")
@framed(admin=True)
def what(frame: Frame) -> str:
    """Step 1: what will be added to the portal."""
    return _what(frame)


def _what(frame: Frame) -> str:
    return page("wizard/what.html", frame, scopes=services().manifest.scopes, step=None)


@blueprint.post("/bind")
@framed(admin=True)
def bind(frame: Frame) -> str:
    """Put everything into its place, then ask for the date; a refusal stays on the first step."""
    before_network()
    with admit(frame.member_id):  # this press waits for the portal as an opening does, and longer
        step = bind_install(frame.portal_id, wanted_bindings())
    if not step.words.good:
        return page("wizard/what.html", frame, scopes=services().manifest.scopes, step=step)
    return draw_date(frame)


def draw_date(frame: Frame, error: BadInput | None = None) -> str:
    """Step 2: when the plan ends, and an address outside the portal; what was typed comes back with what is wrong."""
    portal = _portal(frame)
    return page(
        "wizard/date.html",
        frame,
        licence=_kind(portal) is TermKind.ON_PREMISE,
        plan_title=_plan_title(portal),
        term=find_paid_term(_kind(portal)),
        form=request.form if error else None,
        error=error.message if error and error.field != "email" else "",
        **reach_values(error),
    )


@blueprint.post("/date")
@framed(admin=True, redraw=draw_date)
def save_date(frame: Frame) -> str:
    """Step 2: write down the end of the plan as this administrator typed it."""
    form = request.form
    ends_on, known = read_date(form.get("ends_on", ""), today()), find_paid_term(_kind(_portal(frame)))
    accept_day(ends_on, DayUse.MAIN, before=known.ends_on if known else None)
    _keep_address(frame, form.get("outside", ""))
    set_paid_term(
        _kind(_portal(frame)),
        ends_on,
        by=author(frame),
        at=services().clock.now(),
        pays_by=form.get("pays_by", "unknown"),
        autopay=ANSWERS.get(form.get("autopay", "")),
    )
    return _done(frame)


def _keep_address(frame: Frame, typed: str) -> None:
    """An address typed and not sent yet is asked to confirm now; one that was just asked gets no second message."""
    known = {one.email.lower() for one in list_addresses()}
    if typed.strip() and typed.strip().lower() not in known:
        send_confirmation(frame, typed)


def draw_address(frame: Frame, wrong: BadInput | None = None) -> str:
    """The question for an address outside the portal, alone."""
    return page("wizard/address.html", frame, **reach_values(wrong))


@blueprint.get("/address")
@framed(admin=True)
def show_address(frame: Frame) -> ResponseReturnValue:
    """How the address outside the portal fares: the message leaves, its reader confirms."""
    return ("", 204) if is_shown_already() else draw_address(frame)


@blueprint.post("/address")
@framed(admin=True, redraw=draw_address)
def ask_address(frame: Frame) -> str:
    """Send the message that asks to confirm; the form around it stays as it was typed."""
    send_confirmation(frame, request.form.get("outside", ""))
    return draw_address(frame)


@blueprint.post("/done")
@framed(admin=True, redraw=draw_date)
def finish(frame: Frame) -> str:
    """Step 3 without a date: it can be entered later; an address typed beside it is asked to confirm all the same."""
    _keep_address(frame, request.form.get("outside", ""))
    return _done(frame)


def _done(frame: Frame) -> str:
    step = finish_install(frame.portal_id, services().clock.now())
    term = find_paid_term(_kind(_portal(frame)))
    count = calendar_view(term, today()) if term else None
    return page("wizard/done.html", frame, step=step, count=count, **reach_values())


def read_date(text: str, now: date) -> date:
    """The last paid day as the form sends it; a typing slip of years is caught here."""
    if not text:
        raise BadInput(N_("Enter the last paid day, or choose to do it later."), "ends_on")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadInput(N_("This is not a date. Write it as day, month and year."), "ends_on") from None
    if abs(day - now) > timedelta(days=5 * 366):
        raise BadInput(N_("This date is too far from today. Check the year."), "ends_on")
    return day


def _portal(frame: Frame) -> Portal:
    return db.session.get_one(Portal, frame.portal_id)


def _kind(portal: Portal) -> TermKind:
    code = parse_license(portal.plan_code)
    return TermKind.ON_PREMISE if code and code.plan == ON_PREMISE else TermKind.PLAN


def _plan_title(portal: Portal) -> str:
    plan = current_plan()
    return plan.title if plan else portal.plan_code
