"""The editor of paid terms: add, change, confirm, mark as bought, forget, and see who said what."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.pages.money.terms_form import read_term
from b24app.pages.money.terms_history import say_kept
from b24app.plans.plan_catalogue import read_plans
from b24app.services import services
from b24app.terms.paid_terms import (
    add_paid_term,
    change_paid_term,
    confirm_paid_term,
    delete_paid_term,
    get_paid_term,
    list_paid_terms,
    mark_pending,
    paid_term_history,
)
from b24app.terms.profile import get_profile
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import DRAFT_FIELDS, KIND_TITLES, PAYS_BY, Author
from b24app.web import framed, page
from b24app.web.filters import today
from b24app.web.form_fields import read_id

blueprint = Blueprint("terms_page", __name__)

CHANGEABLE = [name for name in DRAFT_FIELDS if name != "kind"]


@blueprint.get("/terms")
@framed(admin=True)
def show_terms(frame: Frame) -> str:
    """All terms with their sources; `?add` opens the form of a new one, `?edit=<id>` that of a known one."""
    editing = read_id(request.args, "edit")
    if editing:
        return draw(frame, editing=editing, form=vars_of(editing))
    return draw(frame, editing=0 if "add" in request.args else None, form={"kind": request.args.get("add")})


@blueprint.post("/terms")
@framed(admin=True)
def add_term(frame: Frame) -> ResponseReturnValue:
    """Write down a new term."""
    try:
        add_paid_term(read_term(request.form), by=author(frame), at=services().clock.now())
    except BadInput as wrong:
        return draw(frame, editing=0, form=request.form, wrong=wrong), 422
    return draw(frame)


@blueprint.post("/terms/<int:clock_id>")
@framed(admin=True)
def change_term(frame: Frame, clock_id: int) -> ResponseReturnValue:
    """Keep what was changed in a term."""
    get_paid_term(clock_id)
    try:
        draft = read_term(request.form)
        values = {name: getattr(draft, name) for name in CHANGEABLE}
        change_paid_term(clock_id, values, by=author(frame), at=services().clock.now())
    except BadInput as wrong:
        return draw(frame, editing=clock_id, form=request.form, wrong=wrong), 422
    return draw(frame)


@blueprint.post("/terms/<int:clock_id>/confirm")
@framed(admin=True)
def confirm_term(frame: Frame, clock_id: int) -> str:
    """Somebody looked again and the date stands."""
    confirm_paid_term(clock_id, by=author(frame), at=services().clock.now())
    return draw(frame)


@blueprint.post("/terms/<int:clock_id>/pending")
@framed(admin=True)
def mark_term_bought(frame: Frame, clock_id: int) -> str:
    """A renewal is bought and waits for the end of the present term; a second press takes it back."""
    since = None if get_paid_term(clock_id).pending_since else today()
    mark_pending(clock_id, since, by=author(frame), at=services().clock.now())
    return draw(frame)


@blueprint.post("/terms/<int:clock_id>/delete")
@framed(admin=True)
def forget_term(frame: Frame, clock_id: int) -> str:
    """Forget a term; its history stays."""
    delete_paid_term(clock_id, by=author(frame), at=services().clock.now())
    return draw(frame)


def author(frame: Frame) -> Author:
    """The visitor as one who says things."""
    return Author(frame.user_id, frame.user_name)


def vars_of(clock_id: int) -> dict[str, Any]:
    """The present values of a term as a form shows them."""
    term = get_paid_term(clock_id)
    return {name: getattr(term, name) for name in DRAFT_FIELDS}


def draw(frame: Frame, *, editing: int | None = None, form: Any = None, wrong: BadInput | None = None) -> str:
    """The whole page; `editing` is the term whose form is open, 0 for a new one."""
    return page(
        "terms.html",
        frame,
        timeline=timeline_view(services().clock.now(), today()),
        history=paid_term_history()[:30],
        say_kept=say_kept,
        payers=[(code, gettext(title)) for code, title in PAYS_BY.items()],
        kinds=[(str(kind), title) for kind, title in KIND_TITLES.items()],
        currency=read_plans(get_profile().region).currency,
        held={term.kind for term in list_paid_terms()},
        editing=editing,
        form=form or {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )
