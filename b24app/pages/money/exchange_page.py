"""Import and export of paid terms as a table: what each row would do, then what is right is kept."""

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.pages.money.terms_page import read_term
from b24app.services import services
from b24app.terms.paid_terms import add_paid_term, change_paid_term, list_paid_terms
from b24app.terms.term import (
    COLUMNS,
    KIND_TITLES,
    Author,
    CsvLine,
    TermDraft,
    decode_table,
    export_terms_csv,
    plan_import,
    read_table,
)
from b24app.web import framed, page
from b24app.web.access import author

blueprint = Blueprint("exchange_page", __name__)


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
