"""Import and export of paid terms as a table: what each row would do, then what is right is kept."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from werkzeug.datastructures import MultiDict

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.rights import Right
from b24app.pages.money.terms_page import read_term
from b24app.plans.usage import month_after
from b24app.services import services
from b24app.terms.paid_terms import add_paid_term, change_paid_term, list_paid_terms
from b24app.terms.term import (
    COLUMNS,
    INTEGRATOR,
    KIND_TITLES,
    MOST_BYTES,
    MOST_ROWS,
    TOO_LARGE,
    Author,
    CsvLine,
    Term,
    TermDraft,
    cells_of,
    check_head,
    plan_import,
)
from b24app.terms.term_words import HEADS, check_cells, head_names, in_codes, in_words, value_codes
from b24app.text.table_reading import NO_TABLE, name_cells, plain_head, read_rows, unread_columns
from b24app.web import framed, page
from b24app.web.access import author
from b24app.web.doubted_days import day_source
from b24app.web.filters import today
from b24app.web.tables import LANGUAGES, as_table, column_title, reader_language, sent_table, table_error

blueprint = Blueprint("exchange_page", __name__)
MOST_UNREAD = 10


def draw_exchange(
    frame: Frame,
    wrong: BadInput | None = None,
    *,
    text: str = "",
    lines: tuple[CsvLine, ...] = (),
    unread: tuple[str, ...] = (),
    kept: int | None = None,
) -> str:
    """The page of import and export; a table that cannot be read comes back."""
    return page(
        "money/exchange.html",
        frame,
        kinds=KIND_TITLES,
        heads={column: column_title(title) for column, title in HEADS.items()},
        text=text or request.form.get("table", "") if wrong else text,
        lines=lines,
        to_keep=sum(line.state in ("new", "changed") for line in lines),
        kept=kept,
        unread=unread[:MOST_UNREAD],
        wrong=table_error(wrong),
        known=len(list_paid_terms()),
    )


@blueprint.get("/money/terms/exchange")
@framed(admin=True, right=(Right.CASE, Right.PAPERS))
def show_exchange(frame: Frame) -> str:
    """The page on which a table is sent and fetched."""
    return draw_exchange(frame)


@blueprint.post("/money/terms/exchange.csv")
@framed(admin=True, right=Right.PAPERS)
def download_terms(frame: Frame) -> Response:  # noqa: ARG001 - the frame is the permission
    """All terms as a table."""
    return _as_table(list_paid_terms(), f"terms-{services().clock.now():%Y-%m-%d}.csv")


@blueprint.post("/money/terms/sample.csv")
@framed(admin=True, right=Right.TERMS)
def download_sample(frame: Frame) -> Response:  # noqa: ARG001 - the frame is the permission
    """A table with two invented terms, to be filled in."""
    end = month_after(today(), 12)
    drafts = (TermDraft("plan", end, autopay=False), TermDraft("site", end, title=gettext("Our shop")))
    return _as_table(drafts, "terms-sample.csv")


def _as_table(terms: Iterable[Term | TermDraft], name: str) -> Response:
    """A file with the columns and codes in the visitor's words."""
    cells = (cells_of(term) for term in terms)
    rows = ([in_words(column, row[column], gettext) for column in COLUMNS] for row in cells)
    return as_table([HEADS[column] for column in COLUMNS], rows, name)


@blueprint.post("/money/terms/exchange")
@framed(admin=True, right=(Right.CASE, Right.PAPERS))
def preview_terms(frame: Frame) -> ResponseReturnValue:
    """Show what each row would do; nothing is kept yet."""
    text = request.form.get("table", "")
    try:
        text = sent_table("file", MOST_BYTES, TOO_LARGE)[1] or text
        lines, unread = read_lines(text)
    except BadInput as wrong:
        return draw_exchange(frame, wrong, text=text), wrong.status
    return draw_exchange(frame, text=text, lines=lines, unread=unread)


@blueprint.post("/money/terms/exchange/apply")
@framed(admin=True, redraw=draw_exchange, right=(Right.CASE, Right.PAPERS))
def apply_terms(frame: Frame) -> str:
    """Keep the rows that are right; the wrong ones stay in the table to be mended."""
    text = request.form.get("table", "")
    by, at = author(frame), services().clock.now()
    lines, _ = read_lines(text)
    source = day_source(frame)
    kept = sum(keep_line(line, by, at, source) for line in lines)
    left = [line for line in lines if line.state == "wrong"]
    if not left:
        return draw_exchange(frame, kept=kept)
    lines, unread = read_lines(text)
    return draw_exchange(frame, text=text, lines=lines, unread=unread, kept=kept)


def read_lines(text: str) -> tuple[tuple[CsvLine, ...], tuple[str, ...]]:
    """The rows of a table against the stored terms, and the columns that are not read."""
    rows, (heads, codes) = read_rows(text, MOST_ROWS + 1, TOO_LARGE), _known_words()
    if not rows:
        raise BadInput(NO_TABLE, "file")

    def column(name: str) -> str:
        plain = plain_head(name)
        return plain if plain in COLUMNS else heads.get(plain, "")

    check_head([column(name) for name in rows[0].cells])
    language = reader_language()
    named = (replace(row, cells=in_codes(row.cells, codes, language)) for row in name_cells(rows, column))
    lines = plan_import(named, list_paid_terms(), partial(read_row, language=language))
    return lines, unread_columns(rows, column)


def _known_words() -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """The names of columns and the words of cells, in both languages."""
    heads: dict[str, str] = {}
    codes: dict[tuple[str, str], str] = {}
    for language in LANGUAGES:
        with force_locale(language):
            heads |= head_names(column_title)
            codes |= value_codes(gettext)
    return heads, codes


def read_row(row: Mapping[str, str], language: str) -> TermDraft:
    """One row as the form of a term reads it; empty cells are left to their usual values."""
    check_cells(row, language)
    return read_term(MultiDict({name: value for name, value in row.items() if value}))


def keep_line(line: CsvLine, by: Author, at: datetime, source: str) -> bool:
    """Write one row down, with `source` as the source of its day; returns whether anything was written."""
    if line.draft is None or line.state == "same":
        return False
    if line.term is None:
        add_paid_term(line.draft, by=by, at=at, source=source)
    else:
        values = {name: getattr(line.draft, name) for name in line.values if name != "kind"}
        if source == INTEGRATOR and values.get("ends_on") == line.term.ends_on:
            values.pop("ends_on", None)  # a change of the rest leaves the source of the day
        change_paid_term(line.term.id, values, by=by, at=at, source=source)
    return True
