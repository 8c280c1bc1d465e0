"""Saved views of the board: kept under a name, renamed, shared, deleted."""

from urllib.parse import parse_qsl

from flask import Blueprint, request

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.members import demand_seat
from b24app.integrators.saved_views import change_view, delete_view, list_views, save_view
from b24app.pages.clients.board_page import conditions_of_page, draw_board
from b24app.pages.clients.board_view import url_of
from b24app.text.messages import N_
from b24app.web import framed, page, toast

blueprint = Blueprint("clients_views", __name__)


def draw_again(frame: Frame, wrong: BadInput) -> str:
    """The board with what is wrong above it."""
    return draw_board(frame, conditions_of_page(), wrong)


def draw_views(frame: Frame, wrong: BadInput | None = None) -> str:
    """The list of saved views."""
    seat = demand_seat(frame.portal_id, frame.user_id)
    found = [(one, url_of(one.conditions)) for one in list_views(seat)]
    return page(
        "clients/saved_views.html", frame, views=found, wrong={wrong.field: wrong.message} if wrong else {}
    )


@blueprint.get("/clients/views")
@framed(own=True)
def show_views(frame: Frame) -> str:
    """One's own views and those that all share."""
    return draw_views(frame)


@blueprint.post("/clients/views")
@framed(own=True, redraw=draw_again)
def keep_view(frame: Frame) -> str:
    """Keep the conditions of the board under a name."""
    seat = demand_seat(frame.portal_id, frame.user_id)
    pairs = parse_qsl(request.form.get("conditions", ""))
    save_view(seat, request.form.get("view_name", ""), pairs, shared=request.form.get("shared") == "yes")
    toast(N_("The view is saved"))
    return draw_board(frame, conditions_of_page())


@blueprint.post("/clients/views/<int:view_id>")
@framed(own=True, redraw=draw_views)
def rename_view(frame: Frame, view_id: int) -> str:
    """Rename a view, share it or keep it to oneself."""
    seat = demand_seat(frame.portal_id, frame.user_id)
    change_view(seat, view_id, request.form.get("name", ""), shared=request.form.get("shared") == "yes")
    toast(N_("Saved"))
    return draw_views(frame)


@blueprint.post("/clients/views/<int:view_id>/delete")
@framed(own=True)
def drop_view(frame: Frame, view_id: int) -> str:
    """Forget a view."""
    delete_view(demand_seat(frame.portal_id, frame.user_id), view_id)
    toast(N_("The view is deleted"))
    return draw_views(frame)
