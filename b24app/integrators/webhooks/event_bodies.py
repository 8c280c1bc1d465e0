"""The body of an event, read at the moment of sending: by the access, the rights and the person of that moment, with a line in the client's journal."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.audit import AuditPerson, Deed, write_line
from b24app.integrators.client_frame import ConsentEnded, PresentClient, present_client
from b24app.integrators.consents import view_of
from b24app.integrators.members import MemberSeat, find_seat
from b24app.integrators.model import Consent
from b24app.integrators.outside.client_records import consent_record
from b24app.integrators.outside.record_models import Given
from b24app.integrators.rights import MemberRole, Right
from b24app.integrators.webhooks.event_kinds import CONSENT_ENDED, KINDS, TEST, EventKind
from b24app.integrators.webhooks.model import WebhookAddress, WebhookEvent

PLACE = "/webhooks"


class NothingToSend(Exception):
    """An event of which nothing is sent now; `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class EventToSend:
    """An event without its row: what is needed to read it."""

    code: str
    kind: str
    consent_code: str
    subject: str
    at: datetime


def event_of(row: WebhookEvent) -> EventToSend:
    """A stored event as it is sent."""
    return EventToSend(row.code, row.kind, row.consent_code, row.subject, row.at)


def find_owner(address: WebhookAddress) -> MemberSeat | None:
    """The seat of the person of an address, as long as he is an owner."""
    seat = find_seat(address.portal_id, address.user_id)
    return seat if seat is not None and seat.role is MemberRole.OWNER else None


def write_body(seat: MemberSeat, event: EventToSend, now: datetime) -> bytes:
    """What is sent of an event at this moment; raises NothingToSend. The journal's line is written, to be kept before anything leaves."""
    record = _record(seat, event, now)
    data = {} if record is None else record.model_dump(mode="json")
    told = {"type": event.kind, "timestamp": event.at.isoformat(), "data": data}
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def _record(seat: MemberSeat, event: EventToSend, now: datetime) -> Given | None:
    if event.kind == TEST:
        return None
    kind = KINDS.get(event.kind)
    if kind is None:
        raise NothingToSend("unknown")
    if event.kind == CONSENT_ENDED:
        return _ended(seat, event, now)
    try:
        client = present_client(seat, event.consent_code, now)
    except ConsentEnded:
        raise NothingToSend("consent") from None
    return _read(seat, client, kind, event, now)


def _ended(seat: MemberSeat, event: EventToSend, now: datetime) -> Given:
    """The record of an ended access of this integrator: its id, without rights."""
    mine = Consent.code == event.consent_code, Consent.integrator_id == seat.portal_id
    with every_portal():
        row = db.session.scalar(select(Consent).where(*mine))
        if row is None:
            raise NothingToSend("consent")
        return consent_record(view_of(row), now)


def _read(
    seat: MemberSeat, client: PresentClient, kind: EventKind, event: EventToSend, now: datetime
) -> Given:
    if kind.right is not None and kind.right not in client.rights:
        raise NothingToSend("right")
    with portal_scope(client.portal.id):
        if kind.read is None:
            record: Given | None = consent_record(client.consent, now)
        else:
            record = kind.read(client, event.subject)
        if record is None:
            raise NothingToSend("missing")
        _note(seat, client, kind.right, now)
    return record


def _note(seat: MemberSeat, client: PresentClient, right: Right | None, now: datetime) -> None:
    who = AuditPerson(f"{seat.name}, webhook", seat.user_id, seat.integrator)
    write_line(client.consent.code, who, Deed.LOOKED, now, right=str(right) if right else "", detail=PLACE)
