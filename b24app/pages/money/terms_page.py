"""The editor of paid terms: add, change, confirm, mark as bought, forget, see who changed what; import and export as a table."""

from collections.abc import Callable, Mapping
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
)
from b24app.terms.profile import own_currency
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import (
    DRAFT_FIELDS,
    KIND_TITLES,
    PAYS_BY,
    SINGLE,
    TermDraft,
)
from b24app.terms.typed_days import DayUse, use_of_kind
from b24app.text.formats import day_long, number
from b24app.text.messages import N_
from b24app.web import framed, page
from b24app.web.access import author
from b24app.web.doubted_days import accept_day
from b24app.web.filters import today
from b24app.web.form_fields import read_date, read_id

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
    return None if isinstance(value, str) and not value.strip() else value


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


def draw_terms(
    frame: Frame,
    *,
    editing: int | None = None,
    asked: int | None = None,
    form: Mapping[str, object] | None = None,
    wrong: BadInput | None = None,
) -> str:
    """The whole page; `editing` is the term whose form is open, 0 for a new one, `asked` the one whose new date came back."""
    return page(
        "terms.html",
        frame,
        timeline=timeline_view(services().clock.now(), today()),
        history=paid_term_history()[:30],
        payers=[(code, gettext(title)) for code, title in PAYS_BY.items()],
        kinds=[(kind, gettext(title)) for kind, title in KIND_TITLES.items()],
        editing=editing,
        asked=asked,
        form=form or {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


def redraw_form(frame: Frame, wrong: BadInput) -> str:
    """The page with the form that could not be kept still open."""
    editing = (request.view_args or {}).get("term_id", 0)
    return draw_terms(frame, editing=editing, form=request.form, wrong=wrong)


@blueprint.get("/terms")
@framed(admin=True)
def show_terms(frame: Frame) -> str:
    """All terms with their sources; `?add` opens the form of a new one, `?edit=<id>` that of a known one, `?subscription` that of the Marketplace."""
    editing = read_id(request.args, "edit")
    kind = "marketplace" if "subscription" in request.args else request.args.get("add")
    if known := find_paid_term(kind) if kind == "marketplace" else None:
        editing = known.id
    if editing:
        term = get_paid_term(editing)
        return draw_terms(frame, editing=editing, form={name: getattr(term, name) for name in DRAFT_FIELDS})
    form = {"kind": kind, "currency": own_currency()}
    return draw_terms(frame, editing=None if kind is None else 0, form=form)


@blueprint.post("/terms")
@framed(admin=True, redraw=redraw_form)
def add_term(frame: Frame) -> str:
    """Write down a new term."""
    draft = read_term(request.form)
    known = find_paid_term(draft.kind) if draft.kind in SINGLE else None
    accept_day(draft.ends_on, use_of_kind(draft.kind), before=known.ends_on if known else None)
    add_paid_term(draft, by=author(frame), at=services().clock.now())
    return draw_terms(frame)


@blueprint.post("/terms/<int:term_id>")
@framed(admin=True, redraw=redraw_form)
def change_term(frame: Frame, term_id: int) -> str:
    """Keep what was changed in a term."""
    known, draft = get_paid_term(term_id), read_term(request.form)
    accept_day(draft.ends_on, use_of_kind(known.kind), before=known.ends_on)
    values = {name: getattr(draft, name) for name in CHANGEABLE}
    change_paid_term(term_id, values, by=author(frame), at=services().clock.now())
    return draw_terms(frame)


@blueprint.post("/terms/<int:term_id>/confirm")
@framed(admin=True)
def confirm_term(frame: Frame, term_id: int) -> str:
    """Somebody looked again and the date stands."""
    confirm_paid_term(term_id, by=author(frame), at=services().clock.now())
    return draw_terms(frame)


@blueprint.post("/terms/<int:term_id>/pending")
@framed(admin=True)
def mark_term_bought(frame: Frame, term_id: int) -> str:
    """A renewal is bought and waits for the end of the present term; a second press takes it back."""
    since = None if get_paid_term(term_id).pending_since else today()
    mark_pending(term_id, since, by=author(frame), at=services().clock.now())
    return draw_terms(frame)


def redraw_new_end(frame: Frame, wrong: BadInput) -> str:
    """The page with the question for the new date still open, and the date as it was typed."""
    return draw_terms(frame, asked=(request.view_args or {}).get("term_id"), form=request.form, wrong=wrong)


@blueprint.post("/terms/<int:term_id>/new-end")
@framed(admin=True, redraw=redraw_new_end)
def write_new_end(frame: Frame, term_id: int) -> str:
    """Until when a renewal that was bought is paid; once the old end has passed the comparison after activation begins."""
    known, day = get_paid_term(term_id), read_date(request.form.get("ends_on", ""))
    by, at = author(frame), services().clock.now()
    if known.ends_on is not None and day <= known.ends_on:
        raise BadInput(N_("The new end must be later than the old one."), "ends_on")
    accept_day(day, DayUse.NEXT, before=known.ends_on)
    main = timeline_view(at, today()).main
    over = known.ends_on is not None and known.ends_on < today()
    if over and main is not None and main.term.id == term_id:
        activate_case(open_case(known, at).id, day, by=by, at=at, on=today())
        schedule_after_activation(at)
        services().queue.later("start_due_repeats")
    else:
        change_paid_term(term_id, {"ends_on": day}, by=by, at=at)
    return draw_terms(frame)


@blueprint.post("/terms/<int:term_id>/delete")
@framed(admin=True)
def forget_term(frame: Frame, term_id: int) -> str:
    """Forget a term; its history stays."""
    delete_paid_term(term_id, by=author(frame), at=services().clock.now())
    return draw_terms(frame)


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
