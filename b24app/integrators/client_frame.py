"""Opening a client's portal as its integrator: consent and role are checked, and the journal written, at every request."""

from dataclasses import dataclass, replace
from datetime import datetime

from b24app.database import db, portal_scope
from b24app.errors import NotAllowed, NotFound
from b24app.frames.page_token import ClientFrame, Frame
from b24app.integrators.acting_persons import author_of
from b24app.integrators.audit import AuditPerson, Deed, write_line
from b24app.integrators.consents import ConsentView, find_consent, last_day
from b24app.integrators.members import MemberSeat, find_seat
from b24app.integrators.own_clients import may_see
from b24app.integrators.rights import Right, in_order, whole
from b24app.portals.model import InstallStatus, Portal
from b24app.text.messages import N_

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class ConsentEnded(NotFound):
    """The client gives this integrator nothing at this moment; the message does not reveal what there was."""

    public = N_("There is no access to this client: it has ended, or it was never given.")


class RightNotGiven(NotAllowed):
    """The consent or the role of the person lacks the right that this page needs."""

    public = N_("The client has not allowed this, or your role does not include it.")


class ClientsSideOnly(NotAllowed):
    """A deed that no right allows: it follows from evidence, or somebody of the client's own portal does it."""

    public = N_("Only the client’s side marks this, or the check that proves it.")


def may(frame: Frame, *rights: Right) -> bool:
    """Whether a frame shows what these rights allow: in one's own portal always, in a client's as far as it was given."""
    return frame.client is None or all(str(right) in frame.client.rights for right in rights)


def demand_own_side(frame: Frame) -> None:
    """Refuse an integrator what only the client's own people may do; raises ClientsSideOnly."""
    if frame.client is not None:
        raise ClientsSideOnly


@dataclass(frozen=True, slots=True)
class PresentClient:
    """A client of a person at this moment: what was given, whose portal it is, and what the role may use of it."""

    seat: MemberSeat
    consent: ConsentView
    portal: Portal
    rights: frozenset[Right]


def present_client(seat: MemberSeat | None, code: str, now: datetime) -> PresentClient:
    """The client of a living consent that a seat sees; raises ConsentEnded for every other code, whatever the reason."""
    consent = find_consent(seat.portal_id, code, now) if seat else None
    if seat is None or consent is None or not may_see(seat, consent.client_id):
        raise ConsentEnded
    portal = db.session.get(Portal, consent.client_id)
    if portal is None or portal.status == InstallStatus.DELETED:
        raise ConsentEnded
    return PresentClient(seat, consent, portal, whole(consent.rights & seat.rights))


def enter_client(own: Frame, code: str, now: datetime) -> Frame:
    """The frame of a client's portal for a person in the integrator's own frame; in the client's portal he is nobody's user.

    Raises ConsentEnded for every code that gives this person nothing now, whatever the reason.
    """
    client = present_client(find_seat(own.portal_id, own.user_id), code, now)
    portal, seat = client.portal, client.seat
    return replace(
        own,
        portal_id=portal.id,
        member_id=portal.member_id,
        domain=portal.domain,
        portal_url=portal.url,
        user_id=0,
        user_name=author_of(seat).name,
        is_admin=True,
        state_version=portal.state_version or "",
        last_tab="",
        consent_code=code,
        client=_seen(own, client, now),
    )


def _seen(own: Frame, client: PresentClient, now: datetime) -> ClientFrame:
    seat, consent = client.seat, client.consent
    return ClientFrame(
        consent_code=consent.code,
        own_portal_id=own.portal_id,
        own_member_id=own.member_id,
        own_portal_url=own.portal_url,
        own_user_id=own.user_id,
        person=seat.name,
        integrator=seat.integrator,
        rights=tuple(str(right) for right in in_order(client.rights)),
        given=tuple(str(right) for right in in_order(consent.rights)),
        granted_by=consent.granted_by,
        ends_on=last_day(consent, now),
    )


def admit_deed(frame: Frame, needed: tuple[Right, ...], method: str, address: str, at: datetime) -> None:
    """Write what is about to be shown or done into the client's journal, and refuse what is not given: all of `needed` has to be.

    The line is kept before the page is drawn: what cannot be written down is not shown. Raises RightNotGiven.
    """
    seen = frame.client
    if seen is None:
        return
    missing = [right for right in needed if str(right) not in seen.rights]
    refused = bool(missing) or not needed
    right = next(iter([*missing, *needed]), "")
    who = AuditPerson(seen.person, seen.own_user_id, seen.integrator)
    deed = Deed.LOOKED if method in READING else Deed.ACTED
    with portal_scope(frame.portal_id):
        write_line(seen.consent_code, who, deed, at, right=str(right), detail=address, refused=refused)
        db.session.commit()
    if refused:
        raise RightNotGiven
