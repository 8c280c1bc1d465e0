"""«Set-up» of the tab «Clients»: what clients read of the integrator, and who of its people does what."""

from flask import Blueprint, request

from b24app.errors import BadInput, NotAllowed, NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.logo import logo_address
from b24app.integrators.members import (
    find_seat,
    get_integrator,
    list_members,
    remove_member,
    set_member,
)
from b24app.integrators.rights import ROLE_HINTS, ROLE_TITLES, MemberRole
from b24app.pages.clients.clients_places import draw_clients
from b24app.portals.person_names import name_in_portal
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import author, framed, toast
from b24app.web.form_fields import read_id
from b24app.web.sealed_undo import open_for_undo, seal_for_undo

blueprint = Blueprint("clients_setup_page", __name__)


class NoSeat(NotAllowed):
    """The person has no place among those who work with clients."""

    public = N_(
        "You are not among the people who work with clients. An owner or a portal administrator adds you."
    )


class OwnersDecide(NotAllowed):
    """Only owners and administrators of the portal name people."""

    public = N_("Only an owner or a portal administrator names people here.")


def demand_place(frame: Frame) -> None:
    """Let in who works with clients, and administrators of the portal once it is declared an integrator's."""
    if find_seat(frame.portal_id, frame.user_id) is None and not (frame.is_admin and get_integrator()):
        raise NoSeat


def may_name(frame: Frame) -> bool:
    """Whether a person gives roles to others."""
    seat = find_seat(frame.portal_id, frame.user_id)
    owner = seat is not None and seat.role is MemberRole.OWNER
    return owner or (frame.is_admin and get_integrator() is not None)


def draw_setup(frame: Frame, wrong: BadInput | None = None) -> str:
    """The whole page."""
    demand_place(frame)
    row = get_integrator()
    return draw_clients(
        "setup",
        frame,
        integrator=row,
        logo=logo_address(row),
        members=list_members(),
        may_name=may_name(frame),
        roles=[(role, ROLE_TITLES[role], ROLE_HINTS[role]) for role in MemberRole],
        role_titles=ROLE_TITLES,
        form=request.form if wrong else {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


@blueprint.get("/clients/setup")
@framed(own=True)
def show_setup(frame: Frame) -> str:
    """Profile, people and roles."""
    return draw_setup(frame)


@blueprint.post("/clients/setup/people")
@framed(own=True, redraw=draw_setup)
def add_person(frame: Frame) -> str:
    """Give a person of the portal a role; clients read his name in their journal, so it is the portal's and not what was sent."""
    _demand_namer(frame)
    role, user_id = _role(request.form.get("role", "")), read_id(request.form, "member_user_id")
    name = name_in_portal(user_id) if user_id is not None else ""
    if user_id is None or not name:
        raise BadInput(N_("Choose a person from the portal."), "member_name")
    _set(frame, user_id, name, role)
    return draw_setup(frame)


@blueprint.post("/clients/setup/people/<int:user_id>")
@framed(own=True, redraw=draw_setup)
def change_role(frame: Frame, user_id: int) -> str:
    """Give a person another role."""
    _demand_namer(frame)
    known = next((one for one in list_members() if one.user_id == user_id), None)
    if known is None:
        raise NotFound
    _set(frame, user_id, known.name, _role(request.form.get("role", "")))
    return draw_setup(frame)


@blueprint.post("/clients/setup/people/<int:user_id>/remove")
@framed(own=True, redraw=draw_setup)
def take_away(frame: Frame, user_id: int) -> str:
    """Take a person from the work with clients."""
    _demand_namer(frame)
    known = next((one for one in list_members() if one.user_id == user_id), None)
    if known is None:
        raise NotFound
    remove_member(user_id, at=services().clock.now())
    undo = seal_for_undo(["member", user_id, known.name, str(known.role)])
    toast(N_("Removed"), undo=f"/clients/setup/undo/{undo}")
    return draw_setup(frame)


@blueprint.post("/clients/setup/undo/<sealed>")
@framed(own=True)
def take_back(frame: Frame, sealed: str) -> str:
    """Give back the role of before."""
    _demand_namer(frame)
    match open_for_undo(sealed):
        case ["member", int(user_id), str(name), str(role)]:
            set_member(user_id, name, _role(role), by=author(frame), at=services().clock.now())
        case _:
            raise NotFound
    return draw_setup(frame)


def _set(frame: Frame, user_id: int, name: str, role: MemberRole) -> None:
    before = next((one for one in list_members() if one.user_id == user_id), None)
    set_member(user_id, name, role, by=author(frame), at=services().clock.now())
    undo = seal_for_undo(["member", user_id, before.name, str(before.role)]) if before else ""
    toast(N_("Saved"), undo=f"/clients/setup/undo/{undo}" if undo else "")


def _demand_namer(frame: Frame) -> None:
    if not may_name(frame):
        raise OwnersDecide


def _role(code: str) -> MemberRole:
    try:
        return MemberRole(code)
    except ValueError:
        raise BadInput(N_("Choose what the person does."), "role") from None
