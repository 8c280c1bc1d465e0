"""Drafts that are made by themselves: for the month that has ended, on its first working day, and after a renewal that was verified.

Each is made once by its key. A worker that slept makes up for the last month alone, and only within a few days; a clock that
ran ahead leaves no drafts of a time to come.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, func, or_, select

from b24app.clock import CLOCKS_DIFFER
from b24app.database import db, every_portal, portal_scope
from b24app.each_portal import alone
from b24app.integrators.audit import AuditPerson
from b24app.integrators.client_names import client_name
from b24app.integrators.client_reports.model import ClientReport, ReportKind, ReportLook, ReportState
from b24app.integrators.client_reports.report_drafts import NEEDED, days_of_month, make_draft
from b24app.integrators.client_reports.report_look import LookView, get_look
from b24app.integrators.client_reports.report_mails import CODE
from b24app.integrators.client_reports.report_reading import AskedReport
from b24app.integrators.consents import ConsentView, consents_of, find_consent
from b24app.integrators.members import get_integrator
from b24app.integrators.model import Consent
from b24app.integrators.rights import Right, whole
from b24app.portals.model import InstallStatus, Portal
from b24app.reminders.dispatch import SYSTEM
from b24app.reminders.model import Reminder
from b24app.renewal.model import Case, StageMark
from b24app.renewal.renewal_stages import Stage
from b24app.services import services
from b24app.terms.profile import get_profile
from b24app.terms.working_days import open_calendar

JOB = "make_client_reports"
SECONDS = 60.0
LATE = timedelta(days=5)
"""How long after the first working day the reports of a month are still made."""
LATE_RENEWAL = timedelta(days=7)
KEPT_AFTER_END = timedelta(days=1)
MOST_FORGOTTEN = 500


@dataclass(frozen=True, slots=True)
class DueReport:
    """One draft that is to be made: of whom, for what."""

    client_id: int
    consent_code: str
    key: str
    kind: ReportKind
    first: date
    last: date


def begin_reports() -> int:
    """Ask for the drafts of every integrator that has set its reports up; a job of every hour. Answers how many were asked for."""
    forget_ended(services().clock.now())
    wanted = or_(ReportLook.monthly.is_(True), ReportLook.after_renewal.is_(True))
    with every_portal():
        query = select(ReportLook.portal_id).join(Portal, Portal.id == ReportLook.portal_id)
        found = db.session.scalars(query.where(wanted, Portal.status != InstallStatus.DELETED)).all()
    for portal_id in found:
        services().queue.later(JOB, portal_id)
    db.session.commit()
    return len(found)


def make_reports(portal_id: int) -> None:
    """Make what is due for one integrator, each client by itself; the rest waits for the next turn."""
    began, now = time.monotonic(), services().clock.now()
    with portal_scope(portal_id):
        due = list(due_reports(portal_id, now))
    db.session.commit()
    for one in due:
        if time.monotonic() - began > SECONDS:
            services().queue.later(JOB, portal_id)
            db.session.commit()
            return
        alone(portal_id, partial(_make, one))


def _make(due: DueReport, portal_id: int) -> bool:
    """One draft; the consent is asked anew, for it may have ended since."""
    now = services().clock.now()
    consent = find_consent(portal_id, due.consent_code, now)
    client = db.session.get(Portal, due.client_id)
    with portal_scope(portal_id):
        own = get_integrator()
    if consent is None or own is None or client is None or client.status == InstallStatus.DELETED:
        return False
    who = AuditPerson(SYSTEM.name, 0, own.name)
    asked = AskedReport(
        client, client_name(client.id), consent.code, whole(consent.rights), due.kind, due.first, due.last
    )
    return make_draft(asked, due.key, portal_id, who, now)


def due_reports(portal_id: int, now: datetime) -> Iterator[DueReport]:
    """What is to be made for the integrator in scope and is not there yet."""
    look = get_look()
    if get_integrator() is None:
        return
    consents = [one for one in consents_of(portal_id, now) if NEEDED & one.rights]
    found = [*_months_due(portal_id, look, consents, now), *_renewals_due(look, consents, now)]
    with portal_scope(portal_id):
        rows = db.session.execute(select(ClientReport.client_id, ClientReport.key)).all()
    made = {(row.client_id, row.key) for row in rows}
    yield from (one for one in found if (one.client_id, one.key) not in made)


def month_due(portal_id: int, now: datetime) -> date | None:
    """The first day of the month whose reports are made on this day of the integrator; None on most days."""
    portal = db.session.get_one(Portal, portal_id)
    today = now.astimezone(ZoneInfo(portal.time_zone)).date()
    calendar, first = open_calendar(get_profile().bank_country), today.replace(day=1)
    begins = first if calendar.is_open(first) else calendar.after(first, 1)
    return (first - timedelta(days=1)).replace(day=1) if begins <= today <= begins + LATE else None


def _months_due(
    portal_id: int, look: LookView, consents: list[ConsentView], now: datetime
) -> Iterator[DueReport]:
    month = month_due(portal_id, now) if look.monthly else None
    if month is None:
        return
    first, last = days_of_month(month)
    known = _known_since(portal_id)
    for one in consents:
        if known[one.client_id].date() <= last:
            yield DueReport(one.client_id, one.code, f"{month:%Y-%m}", ReportKind.MONTH, first, last)


def _known_since(portal_id: int) -> dict[int, datetime]:
    """When each client gave its first access: the months before it have no report."""
    query = select(Consent.portal_id, func.min(Consent.granted_at)).where(Consent.integrator_id == portal_id)
    with every_portal():
        return {row[0]: row[1] for row in db.session.execute(query.group_by(Consent.portal_id))}


def _renewals_due(look: LookView, consents: list[ConsentView], now: datetime) -> Iterator[DueReport]:
    """Renewals that were verified within a week, since the client gave access; only of those that give their terms."""
    if not look.after_renewal:
        return
    by_client = {one.client_id: one for one in consents if Right.TERMS in one.rights}
    mark = (
        StageMark.stage == Stage.VERIFIED,
        StageMark.at > now - LATE_RENEWAL,
        StageMark.at <= now + CLOCKS_DIFFER,
    )
    query = select(StageMark.portal_id, StageMark.at, StageMark.on, Case.id, Case.ends_on, Case.opened_at)
    query = query.join(Case, Case.id == StageMark.case_id).where(*mark)
    with every_portal():
        rows = db.session.execute(query.where(StageMark.portal_id.in_(by_client))).all()
    for row in rows:
        consent = by_client[row.portal_id]
        if row.at > consent.granted_at:
            first = min(row.opened_at.date(), row.on)
            key = f"renewal:{row.id}:{row.ends_on}"
            yield DueReport(consent.client_id, consent.code, key, ReportKind.RENEWAL, first, row.on)


def forget_ended(now: datetime) -> None:
    """Delete the reports whose consent has ended for good, and drafts that a clock made which ran ahead. Commits."""
    living = select(Consent.id).where(
        Consent.code == ClientReport.consent_code,
        or_(
            and_(Consent.ended_at.is_(None), Consent.ends_at > now),
            func.coalesce(Consent.ended_at, Consent.ends_at) > now - KEPT_AFTER_END,
        ),
    )
    ahead = and_(ClientReport.state == ReportState.DRAFT, ClientReport.made_at > now + CLOCKS_DIFFER)
    gone = select(ClientReport.id, ClientReport.code).where(or_(~living.exists(), ahead))
    with every_portal():
        rows = db.session.execute(gone.limit(MOST_FORGOTTEN)).all()
        db.session.execute(delete(ClientReport).where(ClientReport.id.in_([row.id for row in rows])))
        for row in rows:
            db.session.execute(delete(Reminder).where(Reminder.key.like(f"{CODE}:{row.code}:%")))
    db.session.commit()
