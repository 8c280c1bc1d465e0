"""What people do with a paid term, in its row: add, change, confirm, mark as bought, forget, and take the last of it back."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated

from flask import Blueprint, request
from flask_babel import gettext
from pydantic import BaseModel, BeforeValidator, ValidationError
from werkzeug.datastructures import MultiDict

from b24app.comparison.after_activation import schedule_after_activation
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.input_limits import plain_date, plain_number
from b24app.integrators.client_frame import demand_own_side
from b24app.integrators.rights import Right
from b24app.pages.money.money_page import draw_money
from b24app.renewal.case_changes import activate_case, open_case
from b24app.services import services
from b24app.stored_values import read_kept
from b24app.terms.paid_terms import (
    add_paid_term,
    change_paid_term,
    confirm_paid_term,
    delete_paid_term,
    find_paid_term,
    get_paid_term,
    mark_pending,
    paid_term_history,
    take_back_change,
)
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import DRAFT_FIELDS, PAYS_BY, SINGLE, TermDraft
from b24app.terms.typed_days import DayUse, use_of_kind
from b24app.text.formats import day_long, number
from b24app.text.messages import N_
from b24app.web import framed, toast
from b24app.web.access import author
from b24app.web.doubted_days import accept_day, day_source
from b24app.web.filters import today
from b24app.web.form_fields import read_date

blueprint = Blueprint("terms_page", __name__)

WRONG = {
    "ends_on": N_("This is not a date: check the day and the month."),
    "price": N_("This is not a sum of money."),
    "period_months": N_("The period is a whole number of months."),
}
DAYS = {"ends_on", "pending_since"}
TITLES = PAYS_BY | {"unknown": N_("not known")}
CHANGEABLE = [name for name in DRAFT_FIELDS if name != "kind"]


def _blank_is_none(value: object) -> object:
    return None if value == "" else value


def _typed(plain: Callable[[str], str]) -> BeforeValidator:
    return BeforeValidator(lambda value: _blank_is_none(plain(value) if isinstance(value, str) else value))


class TermForm(BaseModel):
    """Fields of the form as a browser sends them."""

    kind: str = "other"
    title: str = ""
    ends_on: Annotated[date | None, _typed(plain_date)] = None
    price: Annotated[Decimal | None, _typed(plain_number)] = None
    currency: str = ""
    period_months: Annotated[int | None, BeforeValidator(_blank_is_none)] = None
    autopay: Annotated[bool | None, BeforeValidator(_blank_is_none)] = None
    pays_by: str = "unknown"
    owner_id: Annotated[int | None, BeforeValidator(_blank_is_none)] = None
    owner_name: str = ""
    note: str = ""


def read_term(form: MultiDict[str, str]) -> TermDraft:
    """Read a term from a form; raises BadInput naming the field."""
    try:
        values = TermForm.model_validate(form.to_dict()).model_dump()
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise BadInput(WRONG.get(field, BadInput.public), field) from None
    return TermDraft(**values | {"currency": values["currency"].strip().upper()})


def typed_form() -> MultiDict[str, str]:
    """The form as it was sent; the button that repairs a doubted day sends the day that is meant."""
    form = MultiDict(request.form)
    if form.get("repair"):
        form["ends_on"] = form["repair"]
    return form


def redraw_row(frame: Frame, wrong: BadInput) -> str:
    """The page with the row that could not be kept still open, and what was typed in it."""
    editing = (request.view_args or {}).get("term_id", 0)
    return draw_money(frame, wrong, editing=editing, form=typed_form())


@blueprint.post("/money/terms")
@framed(admin=True, redraw=redraw_row, right=Right.CASE)
def add_term(frame: Frame) -> str:
    """Write down a new term."""
    draft = read_term(typed_form())
    known = find_paid_term(draft.kind) if draft.kind in SINGLE else None
    accept_day(draft.ends_on, use_of_kind(draft.kind), before=known.ends_on if known else None)
    last = _last_change(known.id) if known else 0
    found = add_paid_term(draft, by=author(frame), at=services().clock.now(), source=day_source(frame))
    return _saved(frame, found.id, last)


@blueprint.post("/money/terms/<int:term_id>")
@framed(admin=True, redraw=redraw_row, right=Right.CASE)
def change_term(frame: Frame, term_id: int) -> str:
    """Keep what was changed in a term; what the form does not show stays as it is."""
    known, form = get_paid_term(term_id), typed_form()
    draft = read_term(MultiDict({**form.to_dict(), "kind": known.kind}))
    accept_day(draft.ends_on, use_of_kind(known.kind), before=known.ends_on)
    values = {name: getattr(draft, name) for name in CHANGEABLE if name in form}
    if frame.client is not None and values.get("ends_on") == known.ends_on:
        values.pop("ends_on", None)  # a change of the rest leaves the source of the day
    last = _last_change(term_id)
    at = services().clock.now()
    change_paid_term(term_id, values, by=author(frame), at=at, source=day_source(frame))
    return _saved(frame, term_id, last)


@blueprint.post("/money/terms/<int:term_id>/confirm")
@framed(admin=True, right=Right.CASE)
def confirm_term(frame: Frame, term_id: int) -> str:
    """Somebody looked again and confirms the date."""
    last = _last_change(term_id)
    confirm_paid_term(term_id, by=author(frame), at=services().clock.now())
    return _saved(frame, term_id, last)


@blueprint.post("/money/terms/<int:term_id>/pending")
@framed(admin=True, right=Right.CASE)
def mark_term_bought(frame: Frame, term_id: int) -> str:
    """A renewal is bought and waits for the end of the present term; a second press takes it back."""
    since, last = None if get_paid_term(term_id).pending_since else today(), _last_change(term_id)
    mark_pending(term_id, since, by=author(frame), at=services().clock.now())
    return _saved(frame, term_id, last, editing=term_id if since else None)


@blueprint.post("/money/terms/<int:term_id>/new-end")
@framed(admin=True, redraw=redraw_row, right=Right.CASE)
def write_new_end(frame: Frame, term_id: int) -> str:
    """Until when a renewal that was bought is paid; once the old end has passed the comparison after activation begins."""
    known, day = get_paid_term(term_id), read_date(typed_form().get("ends_on", ""))
    by, at = author(frame), services().clock.now()
    if known.ends_on is not None and day <= known.ends_on:
        raise BadInput(N_("The new end must be later than the old one."), "ends_on")
    accept_day(day, DayUse.NEXT, before=known.ends_on)
    main = timeline_view(at, today()).main
    over = known.ends_on is not None and known.ends_on < today()
    if over and main is not None and main.term.id == term_id:
        demand_own_side(frame)
        activate_case(open_case(known, at).id, day, by=by, at=at, on=today())
        schedule_after_activation(at)
        services().queue.later("start_due_repeats")
        return draw_money(frame)
    last = _last_change(term_id)
    change_paid_term(term_id, {"ends_on": day}, by=by, at=at, source=day_source(frame))
    return _saved(frame, term_id, last)


@blueprint.post("/money/terms/<int:term_id>/delete")
@framed(admin=True)
def forget_term(frame: Frame, term_id: int) -> str:
    """Forget a term; its history stays."""
    delete_paid_term(term_id, by=author(frame), at=services().clock.now())
    return draw_money(frame)


@blueprint.post("/money/terms/changes/<int:change_id>/undo")
@framed(admin=True, redraw=draw_money, right=Right.CASE)
def undo_change(frame: Frame, change_id: int) -> str:
    """Put a term back as it was before its last change."""
    take_back_change(change_id, by=author(frame), at=services().clock.now())
    return draw_money(frame)


def _saved(frame: Frame, term_id: int, before: int, editing: int | None = None) -> str:
    """The page after a change of a term; undoing is offered only from a line of history that this press wrote after `before`."""
    last = _last_change(term_id)
    if last > before:
        toast(N_("Saved"), undo=f"/money/terms/changes/{last}/undo", redraws="#money")
    else:
        toast(N_("Nothing has changed"))
    return draw_money(frame, editing=editing, focus=term_id)


def _last_change(term_id: int) -> int:
    """The number of the newest line in the history of a term; 0 before the first."""
    return max((line.id for line in paid_term_history(term_id)), default=0)


@blueprint.app_template_filter("kept_value")
def kept_value(value: object, name: str) -> str:
    """One value of a field as the history keeps it, plain JSON; nothing for a value that was empty."""
    if value is None or value == "":
        return ""
    if name in DAYS and (on := read_kept(date, value)):
        return day_long(on)
    if name == "price" and (price := read_kept(Decimal, value)) is not None:
        return number(price)
    if name == "autopay":
        return gettext("on") if value else gettext("off")
    text = str(value)
    return gettext(TITLES[text]) if name == "pays_by" and text in TITLES else text
