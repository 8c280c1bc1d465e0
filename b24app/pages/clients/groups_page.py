"""Groups of clients: made, renamed, deleted; what is kept of one client: its name, INN, responsible person, groups, notes."""

from flask import Blueprint, request
from flask_babel import gettext

from b24app.errors import BadInput, NotAllowed, NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.board import find_client, read_chosen
from b24app.integrators.board_conditions import BoardConditions, BoardView
from b24app.integrators.client_groups import (
    add_group,
    change_group,
    delete_group,
    demand_own_group,
    groups_of_client,
    list_groups,
    own_groups,
    put_in,
    take_out,
)
from b24app.integrators.client_notes import NoteView, check_member, keep_note, read_note
from b24app.integrators.members import MemberSeat, demand_seat, list_members
from b24app.integrators.own_clients import may_change_group
from b24app.integrators.rights import INVITES, MemberRole
from b24app.pages.clients.board_page import board_at
from b24app.pages.clients.condition_names import NO_PERSON
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import framed, page, toast
from b24app.web.form_fields import read_id

blueprint = Blueprint("clients_groups", __name__)


def draw_groups(frame: Frame, wrong: BadInput | None = None) -> str:
    """The whole page; counted are the clients that this person sees."""
    at = board_at(frame)
    seen = {row.client_id for row in read_chosen(at, BoardConditions(BoardView.ALL))}
    return page(
        "clients/groups.html",
        frame,
        groups=list_groups(seen),
        people=_managers(at.seat),
        may_change=at.seat.role in INVITES,
        own={group.id for group in own_groups(at.seat)},
        form=request.form if wrong else {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


def _people(*roles: MemberRole) -> list[tuple[str, str]]:
    """Nobody, and the people in these roles, as a field offers them."""
    named = [(str(one.user_id), one.name) for one in list_members() if one.role in roles]
    return [("", gettext(NO_PERSON)), *named]


def _managers(seat: MemberSeat) -> list[tuple[str, str]]:
    """The people whom a person may name as the manager of a group: a manager himself alone."""
    return [(str(seat.user_id), seat.name)] if seat.narrow else _people(MemberRole.MANAGER)


def _manager(seat: MemberSeat) -> int | None:
    """Who is to be the manager of a group; raises NotAllowed where a manager names another."""
    named = read_id(request.form, "manager")
    if seat.narrow and named is None:
        return seat.user_id
    if not may_change_group(seat, named):
        raise NotAllowed
    return check_member(named)


def _changer(frame: Frame, group_id: int) -> MemberSeat:
    """The seat of a person who may change this group; raises NotFound, and NotAllowed for the manager of others."""
    seat = demand_seat(frame.portal_id, frame.user_id, INVITES)
    demand_own_group(seat, group_id)
    return seat


@blueprint.get("/clients/groups")
@framed(own=True)
def show_groups(frame: Frame) -> str:
    """The groups of this integrator."""
    return draw_groups(frame)


@blueprint.post("/clients/groups")
@framed(own=True, redraw=draw_groups)
def make_group(frame: Frame) -> str:
    """Make a group."""
    seat = demand_seat(frame.portal_id, frame.user_id, INVITES)
    add_group(request.form.get("name", ""), _manager(seat))
    toast(N_("Saved"))
    return draw_groups(frame)


@blueprint.post("/clients/groups/<int:group_id>")
@framed(own=True, redraw=draw_groups)
def keep_group(frame: Frame, group_id: int) -> str:
    """Rename a group, or set whose own it is."""
    seat = _changer(frame, group_id)
    change_group(group_id, request.form.get("name", ""), _manager(seat))
    toast(N_("Saved"))
    return draw_groups(frame)


@blueprint.post("/clients/groups/<int:group_id>/delete")
@framed(own=True)
def drop_group(frame: Frame, group_id: int) -> str:
    """Delete a group; its clients stay."""
    _changer(frame, group_id)
    delete_group(group_id)
    toast(N_("The group is deleted, its clients stay"))
    return draw_groups(frame)


def draw_card(frame: Frame, wrong: BadInput | None = None, code: str = "") -> str:
    """What is kept of one client."""
    at = board_at(frame)
    code = code or str((request.view_args or {}).get("code", ""))
    row = find_client(at, code)
    if row is None:
        raise NotFound
    return page(
        "clients/card.html",
        frame,
        row=row,
        kept=read_note(row.client_id),
        mine=groups_of_client(row.client_id),
        groups=own_groups(at.seat),
        people=_people(*MemberRole),
        may_change=at.seat.role in INVITES,
        form=request.form if wrong else {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


@blueprint.get("/clients/<code>/card")
@framed(own=True)
def show_card(frame: Frame, code: str) -> str:
    """One client as this integrator keeps it; no other integrator sees that."""
    return draw_card(frame, code=code)


@blueprint.post("/clients/<code>/card")
@framed(own=True, redraw=draw_card)
def keep_card(frame: Frame, code: str) -> str:
    """Keep the name, INN, responsible person, groups and notes."""
    seat, form = demand_seat(frame.portal_id, frame.user_id, INVITES), request.form
    row = find_client(board_at(frame), code)
    if row is None:
        raise NotFound
    note = NoteView(
        form.get("name", ""), form.get("inn", ""), read_id(form, "responsible"), form.get("notes", "")
    )
    keep_note(row.client_id, note, at=services().clock.now())
    _fill(seat, row.client_id, set(form.getlist("group")))
    toast(N_("Saved"))
    if find_client(board_at(frame), code) is None:  # a manager has given the client away
        return draw_groups(frame) if seat.narrow else draw_card(frame, code=code)
    return draw_card(frame, code=code)


def _fill(seat: MemberSeat, client_id: int, wanted: set[str]) -> None:
    """Put a client into the wanted groups, and take it out of the others, among those that this person fills."""
    known = groups_of_client(client_id)
    for group in own_groups(seat):
        if str(group.id) in wanted:
            put_in(group.id, client_id)
        elif group.id in known:
            take_out(group.id, client_id)
