"""The register of other applications and webhooks: what no portal lists, written down by the administrator."""

from collections.abc import Mapping

from flask import Blueprint, request

from b24app.checklist.model import REGISTER_KINDS
from b24app.checklist.questions.answers import (
    RegisterDraft,
    change_registered,
    get_registered,
    register_application,
    registered_applications,
    strike_from_register,
)
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.services import services
from b24app.terms.typed_days import DayUse
from b24app.text.formats import day_field
from b24app.text.messages import N_
from b24app.web import framed, page
from b24app.web.access import author
from b24app.web.doubted_days import accept_day
from b24app.web.form_fields import read_date, read_id

blueprint = Blueprint("register_page", __name__)

TEXTS = ("kind", "name", "owner_name", "host", "purpose")

KIND_TITLES = {
    "application": N_("Application"),
    "incoming_webhook": N_("Incoming webhook"),
    "outgoing_webhook": N_("Outgoing webhook"),
    "other": N_("Something else"),
}


def draw_register(
    frame: Frame,
    editing: int | None = None,
    form: Mapping[str, object] | None = None,
    wrong: BadInput | None = None,
) -> str:
    """The whole page; `editing` is the entry that is in the form."""
    return page(
        "shop/register.html",
        frame,
        rows=registered_applications(),
        kinds=[(kind, KIND_TITLES[kind]) for kind in REGISTER_KINDS],
        titles=KIND_TITLES,
        editing=editing,
        form=form or {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


def redraw_form(frame: Frame, wrong: BadInput) -> str:
    """The page with what was typed and what is wrong with it."""
    return draw_register(frame, (request.view_args or {}).get("entry_id"), request.form, wrong)


@blueprint.get("/shop/register")
@framed(admin=True, right=Right.CHECKS)
def show_register(frame: Frame) -> str:
    """List what was written down, with a form for the next one; `?edit=<id>` opens an entry in the form."""
    editing = read_id(request.args, "edit")
    return draw_register(frame, editing, _form_of(editing) if editing else {})


@blueprint.post("/shop/register")
@framed(admin=True, redraw=redraw_form, right=(Right.CHECKS, Right.CASE))
def write_into_register(frame: Frame) -> str:
    """Write one application or webhook down."""
    draft = _read_draft()
    accept_day(draft.expires_on, DayUse.OTHER, "expires_on")
    register_application(draft, by=author(frame), at=services().clock.now())
    return draw_register(frame)


@blueprint.post("/shop/register/<int:entry_id>")
@framed(admin=True, redraw=redraw_form, right=(Right.CHECKS, Right.CASE))
def correct_register(frame: Frame, entry_id: int) -> str:
    """Correct an entry."""
    draft, known = _read_draft(), get_registered(entry_id)
    accept_day(draft.expires_on, DayUse.OTHER, "expires_on", before=known.expires_on)
    change_registered(entry_id, draft, by=author(frame), at=services().clock.now())
    return draw_register(frame)


@blueprint.post("/shop/register/<int:entry_id>/strike")
@framed(admin=True)
def strike(frame: Frame, entry_id: int) -> str:
    """Take one out of the register."""
    strike_from_register(entry_id)
    return draw_register(frame)


def _read_draft() -> RegisterDraft:
    form = request.form
    return RegisterDraft(
        **{name: form.get(name, "") for name in TEXTS},
        owner_id=read_id(form, "owner_id"),
        expires_on=read_date(form["expires_on"], "expires_on") if form.get("expires_on") else None,
    )


def _form_of(entry_id: int) -> dict[str, object]:
    row = get_registered(entry_id)
    return {name: getattr(row, name) for name in (*TEXTS, "owner_id")} | {
        "expires_on": day_field(row.expires_on)
    }
