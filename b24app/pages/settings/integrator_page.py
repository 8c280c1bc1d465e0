"""«Access of an integrator»: who sees this portal, by which rights and until when; his code, the end at once, the journal."""

from collections.abc import Collection
from datetime import datetime

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.errors import BadInput, NotFound
from b24app.frames.keeping import keep
from b24app.frames.page_token import Frame
from b24app.integrators.audit import Deed
from b24app.integrators.consents import (
    change_rights,
    end_by_client,
    leave_terms_alone,
    resume,
    show_to_people,
)
from b24app.integrators.invitations import WITHDRAWN
from b24app.integrators.request_answers import ANSWERED, open_code
from b24app.integrators.rights import Right, in_order, read_rights
from b24app.pages.settings.access_drawing import draw_access, draw_decider
from b24app.pages.settings.consent_answer import open_request
from b24app.pages.settings.consent_view import (
    AccessRow,
    living_accesses,
)
from b24app.pages.settings.own_people import demand_own
from b24app.services import services
from b24app.text.formats import day_long
from b24app.text.messages import N_, sentence
from b24app.web import author, framed, toast
from b24app.web.filters import zone
from b24app.web.sealed_undo import open_for_undo, seal_for_undo

blueprint = Blueprint("integrator_page", __name__)

GONE = {
    "": N_("The request is thirty days old and has gone. Ask the integrator for a new code."),
    WITHDRAWN: N_("The integrator has taken this request back. Ask him for a new code."),
}


@blueprint.app_template_filter("long_day_of")
def long_day_of(value: datetime) -> str:
    """«16 мая 2027 г.»: the visitor's day of a moment, with its year."""
    return day_long(value.astimezone(zone()).date())


@blueprint.get("/settings/integrator")
@framed()
def show_access(frame: Frame) -> str:
    """Who sees this portal; a person who is no administrator reads who decides."""
    return draw_access(frame) if frame.is_admin else draw_decider(frame)


@blueprint.post("/settings/integrator/code")
@framed(admin=True, redraw=draw_access)
def enter_code(frame: Frame) -> ResponseReturnValue:
    """Find the asker by the code that he has sent; the count of wrong codes is kept in any case."""
    now = services().clock.now()
    try:
        found = open_code(request.form.get("code", ""), now)
    except BadInput:
        keep(lambda: None)
        raise
    if not found.waits(now):
        raise BadInput(GONE.get(found.answer, ANSWERED), "code")
    return open_request(frame, found)


@blueprint.post("/settings/integrator/<code>/rights")
@framed(admin=True, asks_portal=True, redraw=draw_access)
def change_access(frame: Frame, code: str) -> str:
    """Give other rights of an access: fewer at once, more only by the company's own people."""
    demand_own(frame, code, Deed.CHANGED)
    before = _living(code)
    rights = read_rights(request.form.getlist("rights"))
    change_rights(code, rights, by=author(frame), at=services().clock.now(), own=True)
    toast(N_("Saved"), undo=_undo(code, before.view.rights))
    return draw_access(frame)


@blueprint.post("/settings/integrator/<code>/terms")
@framed(admin=True, redraw=draw_access)
def leave_terms(frame: Frame, code: str) -> str:
    """Leave an integrator the terms alone, as when another one takes over."""
    before = _living(code)
    leave_terms_alone(code, by=author(frame), at=services().clock.now())
    toast(
        sentence(N_("%(name)s sees the terms alone now"), name=before.party.name),
        undo=_undo(code, before.view.rights),
    )
    return draw_access(frame)


@blueprint.post("/settings/integrator/rights/undo/<sealed>")
@framed(admin=True, asks_portal=True, redraw=draw_access)
def take_rights_back(frame: Frame, sealed: str) -> str:
    """Put back the rights of before."""
    match open_for_undo(sealed):
        case ["rights", str(code), list(rights)]:
            demand_own(frame, code, Deed.CHANGED)
            change_rights(code, read_rights(rights), by=author(frame), at=services().clock.now(), own=True)
        case _:
            raise NotFound
    return draw_access(frame)


@blueprint.post("/settings/integrator/<code>/end")
@framed(admin=True)
def end_access(frame: Frame, code: str) -> str:
    """End an access at once; for ten minutes it can be given back."""
    end_by_client(code, by=author(frame), at=services().clock.now())
    toast(N_("The access has ended: nothing is seen any more"), undo=f"/settings/integrator/{code}/again")
    return draw_access(frame)


@blueprint.post("/settings/integrator/<code>/again")
@framed(admin=True, asks_portal=True, redraw=draw_access)
def give_back(frame: Frame, code: str) -> str:
    """Take the end back, within ten minutes."""
    demand_own(frame, code)
    resume(code, by=author(frame), at=services().clock.now())
    toast(N_("The access is given back"))
    return draw_access(frame)


@blueprint.post("/settings/integrator/<code>/shown")
@framed(admin=True, redraw=draw_access)
def show_name(frame: Frame, code: str) -> str:
    """Let employees see who the integrator is and how to reach him, or not; only the company's own people switch that on."""
    shown = request.form.get("shown") == "yes"
    if shown:
        demand_own(frame, code, Deed.CHANGED)
    show_to_people(code, shown=shown, at=services().clock.now())
    toast(
        N_("Employees see the integrator’s name")
        if shown
        else N_("Employees do not see the integrator’s name")
    )
    return draw_access(frame)


def _living(code: str) -> AccessRow:
    """The access of a code; raises NotFound."""
    found = (one for one in living_accesses(services().clock.now()) if one.view.code == code)
    row = next(found, None)
    if row is None:
        raise NotFound
    return row


def _undo(code: str, rights: Collection[Right]) -> str:
    kept = ["rights", code, [str(right) for right in in_order(rights)]]
    return f"/settings/integrator/rights/undo/{seal_for_undo(kept)}"
