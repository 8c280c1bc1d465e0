"""«Dates from a file»: a table of clients with the ends of their terms, what each line would do, then the work that writes them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from flask import Blueprint, Response, request
from flask_babel import force_locale, gettext

from b24app.errors import BadInput, NotAllowed
from b24app.frames.page_token import Frame
from b24app.integrators.board_query import BoardAt
from b24app.integrators.bulk.date_file import (
    NAMES,
    TOO_LARGE,
    FileLine,
    columns_not_read,
    mend_lines,
    pack_lines,
    read_lines,
    unpack_lines,
)
from b24app.integrators.bulk.date_lines import (
    ABOUT_CLIENT,
    ABOUT_DAY,
    WRONG,
    DateLine,
    LineState,
    count_states,
)
from b24app.integrators.bulk.date_work import begin_dates, judge_file
from b24app.integrators.bulk_plan import may_do
from b24app.integrators.model import BulkKind
from b24app.pages.clients.board_page import board_at
from b24app.pages.clients.bulk_page import draw_work
from b24app.pages.clients.clients_places import draw_clients
from b24app.plans.usage import month_after
from b24app.services import services
from b24app.terms.term import KIND_TITLES, MOST_BYTES, SINGLE
from b24app.text.messages import N_
from b24app.text.table_reading import plain_head
from b24app.text.table_writing import Cell
from b24app.web import author, framed
from b24app.web.filters import today
from b24app.web.tables import LANGUAGES, as_table, column_title, reader_language, sent_table, table_error

blueprint = Blueprint("clients_dates", __name__)
MOST_WRONG, MOST_SHOWN, MOST_UNREAD = 100, 60, 10
FOUND_BY = {"domain": N_("by the address of the portal"), "inn": N_("by the INN"), "name": N_("by the name")}
HEADS = tuple(names[0] for names in NAMES.values())
WHAT_IS_WRONG = N_("What is wrong")
NOTHING_SENT = N_("Choose a file or paste the table.")


def writer_at(frame: Frame) -> BoardAt:
    """The person's board; raises NotAllowed for a role that enters no dates."""
    at = board_at(frame)
    if not may_do(at.seat, BulkKind.DATES):
        raise NotAllowed
    return at


def draw_dates(frame: Frame, wrong: BadInput | None = None) -> str:
    """The page where a file is given; what was pasted comes back."""
    writer_at(frame)
    return draw_clients(
        "dates",
        frame,
        judged=(),
        text=request.form.get("table", ""),
        kinds=[KIND_TITLES[kind] for kind in SINGLE],
        wrong=table_error(wrong),
    )


@blueprint.get("/clients/dates")
@framed(own=True)
def show_dates(frame: Frame) -> str:
    """The page on which a file is given."""
    return draw_dates(frame)


@blueprint.post("/clients/dates/sample.csv")
@framed(own=True)
def download_sample(frame: Frame) -> Response:
    """A table with two invented lines, to be filled in."""
    writer_at(frame)
    end = month_after(today(), 12)
    rows: tuple[tuple[Cell, ...], ...] = (
        (gettext("Warm side"), "example.bitrix24.ru", "", gettext(KIND_TITLES[SINGLE[0]]), end),
        (gettext("Tea shelf"), "", "7799104520", "", end),
    )
    return as_table(HEADS, rows, "dates-sample.csv")


@blueprint.post("/clients/dates")
@framed(own=True, redraw=draw_dates)
def preview(frame: Frame) -> str:
    """The result of each line; nothing is written yet."""
    at = writer_at(frame)
    name, lines, unread = _sent()
    return draw_preview(frame, at, name, lines, unread)


def draw_preview(
    frame: Frame, at: BoardAt, name: str, lines: tuple[FileLine, ...], unread: tuple[str, ...] = ()
) -> str:
    """The lines judged at this moment."""
    judged = judge_file(at, lines, today(), reader_language())
    wrong = [one for one in judged if one.state is LineState.WRONG]
    right = sorted((one for one in judged if not one.error), key=lambda one: one.state is LineState.SAME)
    return draw_clients(
        "dates",
        frame,
        judged=judged,
        counts=count_states(judged),
        to_write=sum(one.is_written for one in judged),
        wrong_lines=wrong[:MOST_WRONG],
        wrong_hidden=max(0, len(wrong) - MOST_WRONG),
        lines=right[:MOST_SHOWN],
        hidden=max(0, len(right) - MOST_SHOWN),
        words=WRONG,
        about_day=ABOUT_DAY,
        about_client=ABOUT_CLIENT,
        found_by=FOUND_BY,
        kind_titles={str(kind): KIND_TITLES[kind] for kind in SINGLE},
        name=name,
        unread=unread[:MOST_UNREAD],
        packed=pack_lines(lines),
        wrong="",
    )


@blueprint.post("/clients/dates/begin")
@framed(own=True, redraw=draw_dates)
def begin(frame: Frame) -> str:
    """Begin to write what is right; a job does it. Every line is judged anew."""
    at = writer_at(frame)
    name, lines, _ = _sent()
    judged = judge_file(at, lines, today(), reader_language())
    if not any(one.is_written for one in judged):
        return draw_preview(frame, at, name, lines)
    work_id = begin_dates(judged, by=author(frame), at=services().clock.now())
    return draw_work(frame, at, work_id)


@blueprint.post("/clients/dates/errors.csv")
@framed(own=True)
def download_wrong(frame: Frame) -> Response:
    """The lines with errors and what is wrong with each, to be mended in a spreadsheet."""
    at = writer_at(frame)
    _, lines, _ = _sent()
    judged = judge_file(at, lines, today(), reader_language())
    wrong = [one for one in judged if one.state is LineState.WRONG]
    return as_table((*HEADS, WHAT_IS_WRONG), map(_cells, wrong), f"dates-errors-{today()}.csv")


def _cells(one: DateLine) -> list[Cell]:
    """A line as it was written, and what is wrong with it; text past the last column is not lost."""
    cells: list[Cell] = [getattr(one.line, name) for name in NAMES]
    wrong = gettext(WRONG[one.error])
    return [*cells, f"{wrong}: {one.line.surplus}" if one.line.surplus else wrong]


def _sent() -> tuple[str, tuple[FileLine, ...], tuple[str, ...]]:
    """The lines of a file, of a pasted table, or of the page before with its corrections; and columns that are not read.

    Raises BadInput.
    """
    if packed := request.form.get("packed", ""):
        lines = _in_codes(mend_lines(unpack_lines(packed), request.form))
        return request.form.get("name", "")[:200], lines, ()
    name, text = sent_table("file", MOST_BYTES, TOO_LARGE)
    text = text or request.form.get("table", "")
    if not text.strip():
        raise BadInput(N_("The file has no lines.") if name else NOTHING_SENT, "file")
    names = _names()
    return name, _in_codes(read_lines(text, names)), columns_not_read(text, names)


def _names() -> Mapping[str, str]:
    """The names of the columns, in both languages."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with force_locale(language):
            found |= {
                plain_head(column_title(name)): column for column, names in NAMES.items() for name in names
            }
    return found


def _in_codes(lines: Iterable[FileLine]) -> tuple[FileLine, ...]:
    """The lines with the codes of their terms; an unknown term stays as it was typed, to be named as wrong."""
    codes: dict[str, str] = {}
    for language in LANGUAGES:
        with force_locale(language):
            codes |= {plain_head(gettext(KIND_TITLES[kind])): str(kind) for kind in SINGLE}
    return tuple(replace(one, kind=codes.get(plain_head(one.kind), one.kind)) for one in lines)
