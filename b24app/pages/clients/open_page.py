"""Opening a client's portal as its integrator: its first allowed page, any page of it by its address, and the page that asks for a right."""

from dataclasses import replace

from flask import Blueprint, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_htmx import make_response as htmx_response

from b24app.errors import BadInput, NotAllowed
from b24app.frames.page_token import ClientFrame, Frame
from b24app.integrators.audit import AuditPerson
from b24app.integrators.client_frame import enter_client
from b24app.integrators.consents import find_consent
from b24app.integrators.invitations import InvitationView, asked_of, invite
from b24app.integrators.members import demand_seat, find_seat
from b24app.integrators.request_answers import note_request
from b24app.integrators.rights import INVITES, NEEDS, RIGHT_TITLES, Right, read_rights
from b24app.services import services
from b24app.text.messages import N_
from b24app.web import author, framed, page, toast
from b24app.web.access import show_path
from b24app.web.client_banner import QUEUE, read_queue

blueprint = Blueprint("client_opening", __name__)

FIRST = (
    (Right.TERMS, "/renewal"),
    (Right.CHECKS, "/shop"),
    (Right.CHANGES, "/shop/changes"),
    (Right.COPY, "/copy"),
)
"""The page that a client opens on: the first one that was allowed."""


@blueprint.route("/clients/<code>/open", methods=["GET", "POST"])
@blueprint.get("/clients/<code>/open/<path:place>")
@framed(own=True)
def open_client(frame: Frame, code: str, place: str = "") -> ResponseReturnValue:
    """A client's page in its own frame; `?queue=` names the order of the clients to go through, by consent codes."""
    if QUEUE in request.values:
        queue = ",".join(read_queue(request.values[QUEUE]))
        frame = replace(frame, options={**frame.options, QUEUE: queue})
    client = enter_client(frame, code, services().clock.now())
    path = f"/{place}" if place else first_page(client)
    if not path:
        return draw_ask(client)
    shown = show_path(path, client)
    if request.method == "POST":
        response: Response = htmx_response(shown, push_url=f"/clients/{code}/open")
        return response
    return current_app.make_response(shown)


def first_page(client: Frame) -> str:
    """The first page that the rights of a client's frame open; nothing where none does."""
    given = client.client.rights if client.client else ()
    return next((path for right, path in FIRST if str(right) in given), "")


@blueprint.get("/clients/<code>/ask")
@framed(own=True)
def show_ask(frame: Frame, code: str) -> str:
    """The rights that the client has not allowed yet, to be asked for."""
    return draw_ask(enter_client(frame, code, services().clock.now()))


def redraw_ask(frame: Frame, wrong: BadInput) -> str:
    """The page with what is wrong with the request."""
    code = str((request.view_args or {}).get("code", ""))
    return draw_ask(enter_client(frame, code, services().clock.now()), wrong)


@blueprint.post("/clients/<code>/ask")
@framed(own=True, redraw=redraw_ask)
def ask(frame: Frame, code: str) -> str:
    """Ask the client's administrator for more rights: he sees it in his own portal, nothing changes until he answers."""
    at = services().clock.now()
    client = enter_client(frame, code, at)
    demand_seat(frame.portal_id, frame.user_id, INVITES)
    consent = find_consent(frame.portal_id, code, at)
    given = consent.rights if consent else frozenset()
    wanted = whole_of(request.form.getlist("rights"), given)
    if consent is None or not wanted - given:
        raise BadInput(N_("Choose what to ask for. Some rights go only together with another one."), "rights")
    waiting = waiting_request(client, frame.portal_id)
    if waiting is None or frozenset(waiting.rights) != wanted:
        _invite(frame, client, wanted, consent.months)
    toast(N_("The request is in the client’s portal. Its administrator answers it."), redraws="")
    return draw_ask(client)


def whole_of(codes: list[str], given: frozenset[Right]) -> frozenset[Right]:
    """The rights that were chosen, with those given already; a right that needs a missing one is left out."""
    return read_rights([*codes, *(str(right) for right in given)])


def _invite(own: Frame, client: Frame, rights: frozenset[Right], months: int) -> None:
    at, seen = services().clock.now(), client.client
    if seen is None:
        raise NotAllowed
    invite(
        rights, months, by=author(own), at=at, client_name=client.domain, client_portal_id=client.portal_id
    )
    note_request(
        client.portal_id,
        seen.consent_code,
        AuditPerson(seen.person, seen.own_user_id, seen.integrator),
        rights,
        at,
    )


def waiting_request(client: Frame, integrator_id: int) -> InvitationView | None:
    """The rights that this integrator has asked of the client and waits for."""
    waiting = asked_of(client.portal_id, services().clock.now())
    return next((one for one in waiting if one.integrator_id == integrator_id), None)


def draw_ask(client: Frame, wrong: BadInput | None = None) -> str:
    """The page in the client's frame; it reads nothing of the client but what its frame holds."""
    seen = client.client
    if seen is None:
        raise NotAllowed
    g.frame = client
    g.page_path = f"/clients/{seen.consent_code}/ask"
    given = read_rights(seen.given)
    return page(
        "clients/ask.html",
        client,
        seen=seen,
        missing=[(str(right), RIGHT_TITLES[right], _with(right)) for right in Right if right not in given],
        waiting=waiting_request(client, seen.own_portal_id),
        titles=RIGHT_TITLES,
        may_ask=_may_ask(seen),
        wrong=wrong,
    )


def _with(right: Right) -> str:
    """The title of the right without which this one is of no use."""
    return RIGHT_TITLES[NEEDS[right]] if right in NEEDS else ""


def _may_ask(seen: ClientFrame) -> bool:
    seat = find_seat(seen.own_portal_id, seen.own_user_id)
    return seat is not None and seat.role in INVITES
