"""«Invitations» of the tab «Clients»: asking a client for rights by a code, asking a present one for more, and what was answered."""

from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, request

from b24app.database import portal_scope
from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.integrators.acting_persons import person_of
from b24app.integrators.client_names import client_name
from b24app.integrators.consents import ConsentView, consents_of, end_by_integrator, find_consent
from b24app.integrators.invitations import (
    GRANTED,
    MONTHS,
    REFUSED,
    WITHDRAWN,
    InvitationView,
    invite,
    list_invitations,
    spaced,
    take_withdrawal_back,
    withdraw,
)
from b24app.integrators.members import MemberSeat, find_seat
from b24app.integrators.own_clients import may_see
from b24app.integrators.request_answers import note_request
from b24app.integrators.rights import INVITES, RIGHT_HINTS, RIGHT_TITLES, MemberRole, Right, read_rights
from b24app.pages.clients.clients_places import draw_clients
from b24app.pages.clients.setup_page import NoSeat, demand_place
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import author, framed, toast

blueprint = Blueprint("invitations_page", __name__)

USUAL = frozenset({Right.TERMS, Right.CHECKS, Right.RUN, Right.CASE, Right.PAPERS})
USUAL_MONTHS = 12
STATES = {
    GRANTED: ("pass", N_("access given")),
    REFUSED: ("fail", N_("declined")),
    WITHDRAWN: ("na", N_("withdrawn")),
}


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """One invitation in the list; `code` and `link` only while it waits and was made for whoever has the code."""

    view: InvitationView
    level: str
    word: str
    waits: bool
    name: str
    code: str = ""
    link: str = ""
    consent: str = ""
    """The access that came of it and lives; an owner may give it up."""


def draw_invitations(frame: Frame, wrong: BadInput | None = None, *, made: int = 0) -> str:
    """The whole page; `made` is the invitation that was just made, shown open."""
    demand_place(frame)
    now, seat = services().clock.now(), find_seat(frame.portal_id, frame.user_id)
    asked = _asked(seat, request.values.get("client", ""), now)
    rights = read_rights(request.form.getlist("rights")) if wrong else _first_rights(asked)
    return draw_clients(
        "invitations",
        frame,
        rows=_rows(frame, seat, now),
        made=made,
        may_invite=seat is not None and seat.role in INVITES,
        may_give_up=seat is not None and seat.role is MemberRole.OWNER,
        integrator=seat.integrator if seat else "",
        asked=asked,
        asked_name=client_name(asked.client_id) if asked else "",
        rights=[(right, RIGHT_TITLES[right], RIGHT_HINTS[right], right in rights) for right in Right],
        months=MONTHS,
        chosen_months=request.form.get("months", USUAL_MONTHS),
        titles=RIGHT_TITLES,
        opened=wrong is not None or asked is not None,
        form=request.form if wrong else {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


def _first_rights(asked: ConsentView | None) -> frozenset[Right]:
    """The rights that are switched on at first: of a present client what he has given and what the page's address names."""
    if asked is None:
        return USUAL
    return asked.rights | read_rights(request.args.getlist("right"))


def _seen(seat: MemberSeat | None) -> list[InvitationView]:
    """All invitations; of who sees only own clients his own."""
    mine = seat is not None and seat.narrow
    return [one for one in list_invitations() if not mine or (seat and one.made_by_id == seat.user_id)]


def _asked(seat: MemberSeat | None, code: str, now: datetime) -> ConsentView | None:
    """The present client of whom a right is asked; raises NotFound for a code that gives nothing."""
    if not code:
        return None
    found = find_consent(seat.portal_id, code, now) if seat else None
    if seat is None or found is None or not may_see(seat, found.client_id):
        raise NotFound
    return found


def _rows(frame: Frame, seat: MemberSeat | None, now: datetime) -> list[InvitationRow]:
    """The list; the newest invitation of a client bears his access."""
    living = {one.client_id: one.code for one in consents_of(frame.portal_id, now)}
    rows = []
    for view in _seen(seat):
        code = living.pop(view.client_portal_id or 0, "") if view.answer == GRANTED else ""
        rows.append(replace(_row(view, now), consent=code))
    return rows


def _row(view: InvitationView, now: datetime) -> InvitationRow:
    waits = view.waits(now)
    level, word = STATES.get(
        view.answer, ("ask", N_("waits for an answer")) if waits else ("unknown", N_("expired"))
    )
    by_code = waits and view.client_portal_id is None
    return InvitationRow(
        view,
        level,
        word,
        waits,
        view.client_name,
        spaced(view.code) if by_code else "",
        f"{services().settings.public_url}/invitation/{spaced(view.code)}" if by_code else "",
    )


@blueprint.get("/clients/invitations")
@framed(own=True)
def show_invitations(frame: Frame) -> str:
    """The invitations, and what the clients answered."""
    return draw_invitations(frame)


@blueprint.post("/clients/invitations")
@framed(own=True, redraw=draw_invitations)
def make_invitation(frame: Frame) -> str:
    """Ask a client for rights: by a code, or one who gives access already in his own settings."""
    seat = _demand_inviter(frame)
    now = services().clock.now()
    asked = _asked(seat, request.form.get("client", ""), now)
    made = invite(
        read_rights(request.form.getlist("rights")),
        _months(),
        by=author(frame),
        at=now,
        client_name=request.form.get("client_name", "") if asked is None else client_name(asked.client_id),
        client_inn=request.form.get("client_inn", "") if asked is None else "",
        client_portal_id=asked.client_id if asked else None,
    )
    if asked is not None:
        who = person_of(seat)
        note_request(asked.client_id, asked.code, who, frozenset(made.rights), now)
    toast(N_("The code is ready") if asked is None else N_("Asked: the client sees it in his settings"))
    return draw_invitations(frame, made=made.id)


@blueprint.post("/clients/invitations/<int:invitation_id>/withdraw")
@framed(own=True)
def withdraw_invitation(frame: Frame, invitation_id: int) -> str:
    """Take an invitation back: its code opens nothing any more."""
    seat = _demand_inviter(frame)
    if all(one.id != invitation_id for one in _seen(seat)):
        raise NotFound
    withdraw(invitation_id, services().clock.now())
    toast(N_("The invitation is withdrawn"), undo=f"/clients/invitations/{invitation_id}/again")
    return draw_invitations(frame)


@blueprint.post("/clients/invitations/<int:invitation_id>/again")
@framed(own=True)
def renew_invitation(frame: Frame, invitation_id: int) -> str:
    """Let an invitation wait again that was taken back."""
    seat = _demand_inviter(frame)
    if all(one.id != invitation_id for one in _seen(seat)):
        raise NotFound
    now = services().clock.now()
    take_withdrawal_back(invitation_id, {one.client_id for one in consents_of(frame.portal_id, now)}, now)
    return draw_invitations(frame)


@blueprint.post("/clients/invitations/access/<code>/end")
@framed(own=True)
def give_up(frame: Frame, code: str) -> str:
    """Give up a client: his access ends at once, and only he can give it again."""
    seat, now = _demand_inviter(frame), services().clock.now()
    if seat.role is not MemberRole.OWNER:
        raise OwnersAlone
    found = find_consent(frame.portal_id, code, now)
    if found is None:
        raise NotFound
    with portal_scope(found.client_id):
        end_by_integrator(code, person_of(seat), at=now)
    toast(N_("The access is given up: the client is told"))
    return draw_invitations(frame)


class OwnersAlone(NoSeat):
    """Only an owner gives up a client."""

    public = N_("Only an owner gives up a client.")


class NoInviter(NoSeat):
    """The role of the person does not ask clients."""

    public = N_("Only owners and managers ask clients for access.")


def _demand_inviter(frame: Frame) -> MemberSeat:
    seat = find_seat(frame.portal_id, frame.user_id)
    if seat is None or seat.role not in INVITES:
        raise NoInviter
    return seat


def _months() -> int:
    text = request.form.get("months", "")
    return int(text) if text in {str(one) for one in MONTHS} else 0
