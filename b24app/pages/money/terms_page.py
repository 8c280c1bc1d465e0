"""The editor of paid terms: add, change, confirm, mark as bought, forget, see who changed what; import and export as a table."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import BaseModel, BeforeValidator, ValidationError
from werkzeug.datastructures import MultiDict

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.input_limits import plain_date, plain_number
from b24app.services import services
from b24app.stored_values import read_kept
from b24app.terms.paid_terms import (
    add_paid_term,
    change_paid_term,
    confirm_paid_term,
    delete_paid_term,
    find_paid_term,
    get_paid_term,
    list_paid_terms,
    mark_pending,
    paid_term_history,
)
from b24app.terms.profile import own_currency
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import (
    COLUMNS,
    DRAFT_FIELDS,
    KIND_TITLES,
    PAYS_BY,
    SINGLE,
    Author,
    CsvLine,
    TermDraft,
    decode_table,
    export_terms_csv,
    plan_import,
    read_table,
)
from b24app.terms.typed_days import use_of_kind
from b24app.text.formats import day_long, number
from b24app.text.messages import N_
from b24app.web import framed, page
from b24app.web.access import author
from b24app.web.filters import today
from b24app.web.form_fields import read_id
from b24app.web.typed_days import accept_day

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
    form: Mapping[str, object] | None = None,
    wrong: BadInput | None = None,
) -> str:
    """The whole page; `editing` is the term whose form is open, 0 for a new one."""
    return page(
        "terms.html",
        frame,
        timeline=timeline_view(services().clock.now(), today()),
        history=paid_term_history()[:30],
        payers=[(code, gettext(title)) for code, title in PAYS_BY.items()],
        kinds=[(kind, gettext(title)) for kind, title in KIND_TITLES.items()],
        editing=editing,
        form=form or {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


def redraw_form(frame: Frame, wrong: BadInput) -> str:
    """The page with the form that could not be kept still open."""
    editing = (request.view_args or {}).get("term_id", 0)
    return draw_terms(frame, editing=editing, form=request.form, wrong=wrong)


def draw_exchange(
    frame: Frame,
    wrong: BadInput | None = None,
    *,
    text: str = "",
    lines: tuple[CsvLine, ...] = (),
    kept: int | None = None,
) -> str:
    """The page of import and export; a table that cannot be read comes back."""
    return page(
        "exchange.html",
        frame,
        columns=COLUMNS,
        kinds=KIND_TITLES,
        text=text or request.form.get("table", "") if wrong else text,
        lines=lines,
        to_keep=sum(line.state in ("new", "changed") for line in lines),
        kept=kept,
        wrong=wrong.message if wrong else "",
        known=len(list_paid_terms()),
    )


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


@blueprint.post("/terms/<int:term_id>/delete")
@framed(admin=True)
def forget_term(frame: Frame, term_id: int) -> str:
    """Forget a term; its history stays."""
    delete_paid_term(term_id, by=author(frame), at=services().clock.now())
    return draw_terms(frame)


@blueprint.get("/terms/exchange")
@framed(admin=True)
def show_exchange(frame: Frame) -> str:
    """Where a table is taken and given."""
    return draw_exchange(frame)


@blueprint.post("/terms/exchange.csv")
@framed(admin=True)
def download_terms(frame: Frame) -> Response:  # noqa: ARG001 - the frame is the permission
    """All terms as a table."""
    name = f"terms-{services().clock.now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(
        export_terms_csv(list_paid_terms()), content_type="text/csv; charset=utf-8", headers=headers
    )


@blueprint.post("/terms/exchange")
@framed(admin=True)
def preview_terms(frame: Frame) -> ResponseReturnValue:
    """Show what each row would do; nothing is kept yet."""
    text = request.form.get("table", "")
    try:
        text = sent_text() or text
        lines = read_lines(text)
    except BadInput as wrong:
        return draw_exchange(frame, wrong, text=text), wrong.status
    return draw_exchange(frame, text=text, lines=lines)


@blueprint.post("/terms/exchange/apply")
@framed(admin=True, redraw=draw_exchange)
def apply_terms(frame: Frame) -> str:
    """Keep the rows that are right; the wrong ones stay in the table to be mended."""
    text = request.form.get("table", "")
    by, at = author(frame), services().clock.now()
    lines = read_lines(text)
    kept = sum(keep_line(line, by, at) for line in lines)
    left = [line for line in lines if line.state == "wrong"]
    return draw_exchange(frame, text=text if left else "", lines=read_lines(text) if left else (), kept=kept)


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


def read_lines(text: str) -> tuple[CsvLine, ...]:
    """The rows of a table against the terms that are known."""
    return plan_import(read_table(text), list_paid_terms(), read_row)


def read_row(row: Mapping[str, str]) -> TermDraft:
    """One row as the form of a term reads it; empty cells are left to their usual values."""
    return read_term(MultiDict({name: value for name, value in row.items() if value}))


def keep_line(line: CsvLine, by: Author, at: datetime) -> bool:
    """Write one row down; answers whether anything was written."""
    if line.draft is None or line.state == "same":
        return False
    if line.term is None:
        add_paid_term(line.draft, by=by, at=at)
    else:
        values = {name: getattr(line.draft, name) for name in line.values if name != "kind"}
        change_paid_term(line.term.id, values, by=by, at=at)
    return True


def sent_text() -> str:
    """The text of a sent file; empty when none was chosen."""
    sent = request.files.get("file")
    if sent is None:
        return ""
    content = sent.read()
    sent.close()
    return decode_table(content)
