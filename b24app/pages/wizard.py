"""The installation wizard: what will be added, until when is paid and where mail is read, the first result."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from b24app.database import before_network, db
from b24app.errors import AdministratorFirst, BadInput
from b24app.frames.openings_in_hand import admit
from b24app.frames.page_token import Frame
from b24app.legal.document_acceptance import accept_documents, are_accepted
from b24app.pages.first_result import first_result
from b24app.pages.renewal.reach_panel import is_shown_already, reach_values, send_confirmation
from b24app.placements import wanted_bindings
from b24app.plans.plan_catalogue import ON_PREMISE, parse_license
from b24app.portals.install import InstallOutcome, InstallStep, bind_install, finish_install
from b24app.portals.model import Portal
from b24app.portals.permissions import view_permissions
from b24app.reminders.outside_addresses import list_addresses
from b24app.services import services
from b24app.terms.corrections import current_plan
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.term import TermKind
from b24app.terms.typed_days import DayUse
from b24app.text.messages import N_
from b24app.web import form_fields
from b24app.web.access import author, framed, show_in_frame
from b24app.web.doubted_days import accept_day
from b24app.web.page_drawing import frame_values, page

blueprint = Blueprint("wizard", __name__, url_prefix="/install")
FIELDS = ("ends_on", "subscription", "subscription_unknown", "outside")
NO_DAY = N_("Enter the last paid day, or choose to do it later.")


def open_wizard(frame: Frame) -> ResponseReturnValue:
    """The first page for an administrator; anybody else learns who has to open the application."""
    if not frame.is_admin:
        raise AdministratorFirst
    return show_in_frame(draw_what, frame, admin=True)


@blueprint.post("/what")
@framed(admin=True)
def what(frame: Frame) -> str:
    """Step 1: what will be added to the portal; values typed in step 2 are sent along."""
    return draw_what(frame)


def draw_what(frame: Frame, step: InstallStep | None = None) -> str:
    """Step 1; `step` is a binding that the portal refused."""
    permissions = view_permissions(_portal(frame), services().manifest)
    return page(
        "wizard/what.html", frame, permissions=permissions, step=step, typed=_typed(), accepted=are_accepted()
    )


@blueprint.post("/bind")
@framed(admin=True)
def bind(frame: Frame) -> str:
    """Accept the documents that the first step has shown, bind everything, then ask for the dates; a refusal stays on the first step."""
    shown, at = request.form.get("documents", ""), services().clock.now()
    accept_documents(frame.user_id, shown, frame.language, at)
    before_network()
    with admit(frame.member_id):  # this press waits for the portal as an opening does, and longer
        step = bind_install(frame.portal_id, wanted_bindings())
    return draw_dates(frame, step=step) if step.words.good else draw_what(frame, step)


@blueprint.post("/dates")
@framed(admin=True)
def dates(frame: Frame) -> str:
    """Step 2 once more, from the first result: its fields hold what was written down."""
    return draw_dates(frame)


def draw_dates(frame: Frame, error: BadInput | None = None, *, step: InstallStep | None = None) -> str:
    """Step 2: until when is paid, and an address outside the portal; what was typed comes back with what is wrong.

    `step` is the binding just done: where the portal did not let it add our pages, the page shows that.
    """
    portal = _portal(frame)
    known = {"ends_on": _known_end(_kind(portal)), "subscription": _known_end(TermKind.MARKETPLACE)}
    return page(
        "wizard/dates.html",
        frame,
        licence=_kind(portal) is TermKind.ON_PREMISE,
        plan_title=_plan_title(portal),
        form=_typed() or known,
        wrong={error.field: error.message} if error else {},
        pages_missing=step.words if step and step.outcome is InstallOutcome.SCOPE_MISSING else None,
        **reach_values(error),
    )


@blueprint.post("/date")
@framed(admin=True, redraw=draw_dates)
def save_dates(frame: Frame) -> str:
    """Step 2: write down the dates as this administrator typed them, ask the address to confirm, start the first look."""
    kind, by, at = _kind(_portal(frame)), author(frame), services().clock.now()
    ends_on, subscription = _read_day("ends_on"), _read_subscription(kind)
    if ends_on is None:
        raise BadInput(NO_DAY, "ends_on")
    accept_day(ends_on, DayUse.MAIN, before=_known_end(kind))
    accept_day(subscription, DayUse.SUBSCRIPTION, "subscription", before=_known_end(TermKind.MARKETPLACE))
    _keep_address(frame, request.form.get("outside", ""))
    set_paid_term(kind, ends_on, by=by, at=at)
    if subscription:
        set_paid_term(TermKind.MARKETPLACE, subscription, by=by, at=at)
    return _finish(frame)


@blueprint.post("/done")
@framed(admin=True, redraw=draw_dates)
def finish(frame: Frame) -> str:
    """Step 3 without a date: it can be entered later; an address typed beside it is asked to confirm all the same."""
    _keep_address(frame, request.form.get("outside", ""))
    return _finish(frame)


@blueprint.get("/result")
@framed(admin=True)
def show_result(frame: Frame) -> str:
    """The first result for the poll: what has been found so far."""
    return render_template("wizard/result.html", **frame_values(frame), **first_result())


def draw_address(frame: Frame, wrong: BadInput | None = None) -> str:
    """The part below the field of the address, alone."""
    return page("wizard/address.html", frame, **reach_values(wrong))


@blueprint.get("/address")
@framed(admin=True)
def show_address(frame: Frame) -> ResponseReturnValue:
    """The state of the address outside the portal, or what to do by the answer to «has it come?»."""
    return ("", 204) if is_shown_already() else draw_address(frame)


@blueprint.post("/address")
@framed(admin=True, redraw=draw_address)
def ask_address(frame: Frame) -> str:
    """Send the letter that asks to confirm; the form around it stays as it was typed."""
    send_confirmation(frame, request.form.get("outside", ""))
    return draw_address(frame)


def _finish(frame: Frame) -> str:
    step = finish_install(frame.portal_id, services().clock.now())
    return page("wizard/done.html", frame, step=step, **first_result())


def _keep_address(frame: Frame, typed: str) -> None:
    """An address typed and not sent yet is asked to confirm now; one that was just asked gets no second letter."""
    known = {one.email.lower() for one in list_addresses()}
    if typed.strip() and typed.strip().lower() not in known:
        send_confirmation(frame, typed)


def _typed() -> Mapping[str, str]:
    """The fields of step 2 as this request brings them; nothing when it brings none."""
    return {name: request.form[name] for name in FIELDS if name in request.form}


def _read_day(field: str) -> date | None:
    text = request.form.get(field, "").strip()
    return form_fields.read_date(text, field) if text else None


def _read_subscription(kind: TermKind) -> date | None:
    """The end of the subscription; a cloud portal has one, and the shop's questions ask whoever does not know it here."""
    unknown = kind is TermKind.ON_PREMISE or request.form.get("subscription_unknown")
    return None if unknown else _read_day("subscription")


def _known_end(kind: TermKind) -> date | None:
    term = find_paid_term(kind)
    return term.ends_on if term else None


def _portal(frame: Frame) -> Portal:
    return db.session.get_one(Portal, frame.portal_id)


def _kind(portal: Portal) -> TermKind:
    code = parse_license(portal.plan_code)
    return TermKind.ON_PREMISE if code and code.plan == ON_PREMISE else TermKind.PLAN


def _plan_title(portal: Portal) -> str:
    plan = current_plan()
    return plan.title if plan else portal.plan_code
