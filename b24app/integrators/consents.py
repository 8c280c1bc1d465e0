"""Consents: what a client's administrator has given to an integrator, until when; given, narrowed and ended in the client's own portal."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select

from b24app.clock import months_later
from b24app.database import current_portal_id, db, every_portal
from b24app.errors import BadInput, NotAllowed, NotFound
from b24app.integrators.audit import AuditPerson, Deed, write_line
from b24app.integrators.client_names import client_name
from b24app.integrators.invitations import withdraw_asks
from b24app.integrators.members import LONGEST_NAME, integrator_of
from b24app.integrators.model import Consent, IntegratorRecord
from b24app.integrators.rights import Right, in_order, read_rights
from b24app.portals.model import InstallStatus, Portal
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import N_

MONTHS = (3, 6, 12)
LONGEST_MONTHS = 24
RESUMED_WITHIN = timedelta(minutes=10)


class End(StrEnum):
    """Why a consent ended; the value is stored."""

    CLIENT = "client"
    INTEGRATOR = "integrator"
    REPLACED = "replaced"
    TIME = "time"
    DECLARATION = "declaration"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One consent in its present state; `ends_at` is the end that nothing prolongs."""

    code: str
    client_id: int
    integrator_id: int
    rights: frozenset[Right]
    months: int
    prolongs: bool
    shown_to_people: bool
    granted_by: str
    granted_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    ended_by: str
    end: str

    def lives(self, now: datetime) -> bool:
        """Whether it gives anything at this moment; a consent whose time is over is kept as ended, so that no clock revives it."""
        return self.ended_at is None and now < self.ends_at

    def may_resume(self, now: datetime) -> bool:
        """Whether the client's own end may still be taken back."""
        ended = self.ended_at is not None and abs(now - self.ended_at) <= RESUMED_WITHIN
        return ended and self.end == End.CLIENT and now < self.ends_at

    def next_end(self, now: datetime) -> datetime:
        """The end of the present period: of a consent that prolongs itself it moves on."""
        end, number = self.granted_at, 0
        while end <= now and end < self.ends_at:
            number += 1
            end = min(months_later(self.granted_at, self.months * number), self.ends_at)
        return end if number else min(months_later(self.granted_at, self.months), self.ends_at)


@dataclass(frozen=True, slots=True)
class ConsentChoice:
    """What a client's administrator gives: rights, for how long, whether it prolongs itself."""

    rights: frozenset[Right]
    months: int
    prolongs: bool


def grant(integrator_id: int, choice: ConsentChoice, *, by: Author, at: datetime) -> ConsentView:
    """Give an integrator rights in the portal in scope, in the place of what he had there. Raises BadInput, NotFound."""
    _check(choice)
    if present_integrator(integrator_id) is None or integrator_id == current_portal_id():
        raise NotFound
    if (earlier := living_with(integrator_id)) is not None:
        _end(earlier, by.name, End.REPLACED, at)
    row = _new(integrator_id, choice, by, at)
    db.session.add(row)
    db.session.flush()
    _note(row, by, Deed.GRANTED, at)
    return view_of(row)


def _new(integrator_id: int, choice: ConsentChoice, by: Author, at: datetime) -> Consent:
    return Consent(
        code=secrets.token_urlsafe(18),
        integrator_id=integrator_id,
        client_name=client_name(current_portal_id())[:LONGEST_NAME],
        rights=[str(right) for right in in_order(choice.rights)],
        months=choice.months,
        prolongs=choice.prolongs,
        granted_by=by.name,
        granted_by_id=by.user_id or 0,
        granted_at=at,
        ends_at=months_later(at, LONGEST_MONTHS if choice.prolongs else choice.months),
    )


def _check(choice: ConsentChoice) -> None:
    if not choice.rights:
        raise BadInput(N_("Give one right at least, or decline."), "rights")
    if choice.months not in MONTHS:
        raise BadInput(N_("Choose 3, 6 or 12 months."), "months")


def change_rights(
    code: str, rights: frozenset[Right], *, by: Author, at: datetime, own: bool = False
) -> ConsentView:
    """Give other rights of a living consent of the portal in scope, at once. Raises BadInput, NotFound, NotAllowed.

    Any administrator narrows it; more than it has is given only by one whom the portal counts among its `own` people.
    """
    row = _own(code, at)
    if not rights:
        raise BadInput(N_("Without a single right the access would be empty: end it instead."), "rights")
    if not own and rights - read_rights(row.rights):
        raise NotAllowed
    row.rights = [str(right) for right in in_order(rights)]
    db.session.flush()
    _note(row, by, Deed.CHANGED, at)
    return view_of(row)


def leave_terms_alone(code: str, *, by: Author, at: datetime) -> ConsentView:
    """Leave the terms of a living consent, where it gives them: nothing is added. Raises BadInput, NotFound."""
    left = read_rights(_own(code, at).rights) & {Right.TERMS}
    return change_rights(code, left, by=by, at=at)


def show_to_people(code: str, *, shown: bool, at: datetime) -> None:
    """Let the pages of the portal in scope show who its integrator is, or not."""
    _own(code, at).shown_to_people = shown
    db.session.flush()


def end_by_client(code: str, *, by: Author, at: datetime) -> ConsentView:
    """End a consent of the portal in scope at once."""
    row = _own(code, at)
    _end(row, by.name, End.CLIENT, at)
    withdraw_asks(row.integrator_id, row.portal_id, at)
    _note(row, by, Deed.ENDED, at)
    return view_of(row)


def resume(code: str, *, by: Author, at: datetime) -> ConsentView:
    """Take back the end of a consent that the client ended less than ten minutes ago; a new installation in between forbids it. Raises NotFound."""
    row = db.session.scalar(select(Consent).where(Consent.code == code))
    if row is None or not view_of(row).may_resume(at) or living_with(row.integrator_id) is not None:
        raise NotFound
    if present_integrator(row.integrator_id) is None or _installed_anew(row):
        raise NotFound
    row.ended_at, row.ended_by, row.end = None, "", ""
    db.session.flush()
    _note(row, by, Deed.RESUMED, at)
    return view_of(row)


def end_by_integrator(code: str, who: AuditPerson, *, at: datetime) -> ConsentView:
    """The integrator gives up a client; the portal in scope is the client's."""
    row = _own(code, at)
    _end(row, who.name, End.INTEGRATOR, at)
    withdraw_asks(row.integrator_id, row.portal_id, at)
    write_line(row.code, who, Deed.ENDED, at)
    services().queue.later("tell_consents", row.portal_id)
    services().queue.later("tell_date_requests", row.portal_id)
    return view_of(row)


def present_integrator(portal_id: int) -> IntegratorRecord | None:
    """The profile of an integrator, as long as it has the application and is one still."""
    portal = db.session.get(Portal, portal_id)
    if portal is None or portal.status == InstallStatus.DELETED:
        return None
    return integrator_of(portal_id)


def _installed_anew(row: Consent) -> bool:
    """Whether the integrator has installed the application since the end of a consent."""
    portal = db.session.get_one(Portal, row.integrator_id)
    since = portal.installed_at
    finished = portal.status == InstallStatus.ACTIVE
    return not finished or (since is not None and row.ended_at is not None and since > row.ended_at)


def _end(row: Consent, by: str, end: End, at: datetime) -> None:
    row.ended_at, row.ended_by, row.end = at, by, end
    db.session.flush()


def _own(code: str, at: datetime) -> Consent:
    row = db.session.scalar(select(Consent).where(Consent.code == code))
    if row is None or not view_of(row).lives(at):
        raise NotFound
    return row


def _note(row: Consent, by: Author, deed: Deed, at: datetime) -> None:
    detail = "" if deed is Deed.ENDED else " ".join(row.rights)
    write_line(row.code, AuditPerson(by.name, by.user_id or 0), deed, at, detail=detail)
    services().queue.later("tell_consents", row.portal_id)
    services().queue.later("tell_date_requests", row.portal_id)


def living_with(integrator_id: int) -> Consent | None:
    """The row of the portal in scope that has not been ended with this integrator, its time over or not."""
    query = select(Consent).where(Consent.integrator_id == integrator_id, Consent.ended_at.is_(None))
    return db.session.scalar(query)


def list_consents() -> tuple[ConsentView, ...]:
    """All that the portal in scope ever gave, newest first."""
    return tuple(view_of(row) for row in db.session.scalars(select(Consent).order_by(Consent.id.desc())))


def consents_of(integrator_id: int, now: datetime) -> tuple[ConsentView, ...]:
    """What lives at this moment of all that clients gave to an integrator."""
    with every_portal():
        rows = db.session.scalars(
            select(Consent)
            .where(Consent.integrator_id == integrator_id, Consent.ended_at.is_(None))
            .where(Consent.ends_at > now)
            .order_by(Consent.id)
        )
        return tuple(view_of(row) for row in rows)


def find_consent(integrator_id: int, code: str, now: datetime) -> ConsentView | None:
    """The living consent of this code that was given to this integrator's portal; nothing for anybody else's."""
    with every_portal():
        row = db.session.scalar(
            select(Consent).where(Consent.code == code, Consent.integrator_id == integrator_id)
        )
        view = view_of(row) if row is not None else None
    return view if view is not None and view.lives(now) else None


def last_day(view: ConsentView, now: datetime) -> date:
    """The day on which the present period ends, where the client is."""
    return day_at(view.client_id, view.next_end(now))


def day_at(portal_id: int, moment: datetime) -> date:
    """The day of a moment in a portal's own zone: both sides read the same one."""
    portal = db.session.get_one(Portal, portal_id)
    return moment.astimezone(ZoneInfo(portal.time_zone)).date()


def view_of(row: Consent) -> ConsentView:
    """A row as it is shown."""
    return ConsentView(
        code=row.code,
        client_id=row.portal_id,
        integrator_id=row.integrator_id,
        rights=read_rights(row.rights),
        months=row.months,
        prolongs=row.prolongs,
        shown_to_people=row.shown_to_people,
        granted_by=row.granted_by,
        granted_at=row.granted_at,
        ends_at=row.ends_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        end=row.end,
    )
