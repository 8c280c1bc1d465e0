"""«Clients»: whom to act for this week, the other views, further rows, and the values of the conditions."""

from urllib.parse import parse_qsl

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.board import PAGE, ended_lately, read_page, tally
from b24app.integrators.board_conditions import (
    BoardConditions,
    BoardField,
    BoardView,
    Condition,
    read_conditions,
)
from b24app.integrators.board_query import BoardAt
from b24app.integrators.members import demand_seat, list_members
from b24app.integrators.saved_views import list_views
from b24app.pages.clients import board_view
from b24app.pages.clients.bulk_view import offered_kinds
from b24app.pages.clients.client_words import first_words, weekday_short
from b24app.pages.clients.condition_names import FIELD_TITLES, names_of, values_of
from b24app.pages.clients.year_view import year_values
from b24app.services import services
from b24app.web import fragment, framed, page
from b24app.web.filters import today

blueprint = Blueprint("clients_board", __name__)
blueprint.add_app_template_filter(weekday_short)
OFFERED = tuple(
    field for field in FIELD_TITLES if field not in (BoardField.DAYS, BoardField.PAY, BoardField.TEXT)
)


def board_at(frame: Frame) -> BoardAt:
    """Whose board this is, at this moment; raises NotAllowed for who has no seat."""
    seat = demand_seat(frame.portal_id, frame.user_id)
    return BoardAt(seat, services().clock.now(), today())


def conditions_of_page() -> BoardConditions:
    """The conditions of the address, or those that a form of the page carries along."""
    carried = request.form.get("conditions")
    return read_conditions(request.args.items(multi=True) if carried is None else parse_qsl(carried))


def draw_board(frame: Frame, conditions: BoardConditions, wrong: BadInput | None = None) -> str:
    """The whole page."""
    at = board_at(frame)
    found, people = tally(at, conditions), list_members()
    values = {
        "conditions": conditions,
        "wrong": wrong.message if wrong else "",
        "carried": board_view.url_of(conditions).partition("?")[2],
        "found": found,
        "answer": board_view.answer_of(conditions, found, at.today),
        "views": board_view.view_chips(conditions, found),
        "saved": list_views(at.seat),
        "saved_chips": board_view.saved_chips(conditions, list_views(at.seat)),
        "chips": board_view.condition_chips(conditions, names_of(at, conditions), FIELD_TITLES),
        "gone": ended_lately(at),
        "people": people,
        "seat": at.seat,
        "url_of": board_view.url_of,
        "plain": BoardConditions(conditions.view),
        "view": conditions.view,
        "bulk_kinds": offered_kinds(at.seat),
    }
    if conditions.view is BoardView.YEAR:
        values |= year_values(at, conditions)
    rows = read_page(at, conditions)
    lines = board_view.lines_of(at, rows[:PAGE], people)
    first = rows[0] if rows and conditions.view is BoardView.WEEK else None
    return page(
        "clients/list.html",
        frame,
        **values,
        reasons=board_view.reason_parts(found, at.today) if conditions.view is BoardView.WEEK else (),
        strip=board_view.strip_of(conditions, found, at.today) if conditions.view is BoardView.WEEK else (),
        next_days=_next_days(conditions, values["found"]),
        sections=board_view.parts_of(conditions, lines, found, at.today),
        rows_url=board_view.next_url(conditions, rows),
        first=first,
        first_words=first_words(first) if first else "",
        late=[line for line in lines if line.row.day is None or (at.today - line.row.day).days > 1],
    )


def _next_days(conditions: BoardConditions, found: object) -> str:
    """The link to the nearest day to act when this week has none."""
    day = getattr(found, "next_day", None)
    if day is None:
        return ""
    there = conditions.with_view(BoardView.ALL).plus(Condition(BoardField.DAYS, day.isoformat()))
    return board_view.url_of(there)


@blueprint.get("/clients")
@framed(own=True)
def show_board(frame: Frame) -> str:
    """The board under the conditions of the address."""
    return draw_board(frame, conditions_of_page())


@blueprint.get("/clients/rows")
@framed(own=True)
def show_rows(frame: Frame) -> str:
    """The rows behind those that are shown."""
    at, conditions = board_at(frame), conditions_of_page()
    rows = read_page(at, conditions, request.args.get("after", ""))
    lines = board_view.lines_of(at, rows[:PAGE], list_members())
    return fragment(
        "clients/rows.html", "rows", frame, lines=lines, rows_url=board_view.next_url(conditions, rows)
    )


@blueprint.get("/clients/conditions")
@framed(own=True)
def show_conditions(frame: Frame) -> ResponseReturnValue:
    """Every value of every field, with the address that adds it as wanted and as unwanted."""
    at, conditions = board_at(frame), conditions_of_page()
    values = values_of(at)
    offered = [
        (
            FIELD_TITLES[field],
            [(title, *_addresses(conditions, field, value)) for value, title in values[field].items()],
        )
        for field in OFFERED
    ]
    return fragment("clients/conditions.html", "offered", frame, offered=offered)


def _addresses(conditions: BoardConditions, field: BoardField, value: str) -> tuple[str, str]:
    wanted, unwanted = Condition(field, value), Condition(field, value, excluded=True)
    return board_view.url_of(conditions.plus(wanted)), board_view.url_of(conditions.plus(unwanted))
