"""The frame around a client's page: who looks, what may be done and what not, until when; and the client that is next in the order."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.frames.page_token import ClientFrame, Frame
from b24app.integrators.client_frame import ConsentEnded, present_client
from b24app.integrators.members import find_seat
from b24app.integrators.model import ClientNote
from b24app.integrators.rights import RIGHT_TITLES, Right, in_order, read_rights
from b24app.services import services

QUEUE = "queue"
"""The option of a frame that keeps the order of the clients to go through: consent codes, separated by commas."""
LONGEST_QUEUE = 40


@dataclass(frozen=True, slots=True)
class ClientQueue:
    """The place of a client in the order that was named, and the next one whose consent lives; nothing without an order."""

    queue: str = ""
    place: int = 0
    total: int = 0
    next_code: str = ""
    next_domain: str = ""


@dataclass(frozen=True, slots=True)
class ClientBanner:
    """The banner above a client's page. `asked` are titles of rights that he has not given, `role` of those that the person's role leaves out."""

    domain: str
    code: str
    name: str
    notes: str
    can: tuple[str, ...]
    asked: tuple[str, ...]
    role: tuple[str, ...]
    ends_on: date | None
    granted_by: str
    order: ClientQueue


def banner_of(frame: Frame, seen: ClientFrame) -> ClientBanner:
    """The banner of a client's frame."""
    given, may = read_rights(seen.given), read_rights(seen.rights)
    name, notes = _own_note(frame, seen)
    return ClientBanner(
        frame.domain,
        seen.consent_code,
        name,
        notes,
        can=_titles(may),
        asked=_titles(frozenset(Right) - given),
        role=_titles(given - may),
        ends_on=seen.ends_on,
        granted_by=seen.granted_by,
        order=_order(frame, seen),
    )


def _own_note(frame: Frame, seen: ClientFrame) -> tuple[str, str]:
    """What this integrator calls the client, and his notes: kept in his own portal, where no other one reads them."""
    with portal_scope(seen.own_portal_id):
        note = db.session.scalar(select(ClientNote).where(ClientNote.client_id == frame.portal_id))
    return (note.name, note.notes) if note else ("", "")


def _titles(rights: frozenset[Right]) -> tuple[str, ...]:
    return tuple(RIGHT_TITLES[right] for right in in_order(rights))


def _order(frame: Frame, seen: ClientFrame) -> ClientQueue:
    queue = read_queue(frame.options.get(QUEUE, ""))
    if seen.consent_code not in queue:
        return ClientQueue()
    place = queue.index(seen.consent_code)
    known = ClientQueue(",".join(queue), place + 1, len(queue))
    now, seat = services().clock.now(), find_seat(seen.own_portal_id, seen.own_user_id)
    for code in queue[place + 1 :]:
        with suppress(ConsentEnded):
            return replace(known, next_code=code, next_domain=present_client(seat, code, now).portal.domain)
    return known


def read_queue(text: str) -> tuple[str, ...]:
    """The codes of an order as an address names it."""
    return tuple(dict.fromkeys(code for code in text.split(",") if code))[:LONGEST_QUEUE]
