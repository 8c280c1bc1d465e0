"""Notifies both sides of what became of an access: read from the client's journal, so that nothing is sent twice or forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import select

from b24app.database import db, every_portal, portal_scope
from b24app.each_portal import for_each_portal
from b24app.integrators.audit import Deed
from b24app.integrators.client_names import client_name
from b24app.integrators.consents import day_at, last_day, view_of
from b24app.integrators.endings import end_lapsed
from b24app.integrators.invitations import REFUSED, spaced
from b24app.integrators.members import get_integrator, integrator_of, list_members
from b24app.integrators.model import Consent, ConsentAudit, Invitation
from b24app.integrators.rights import RIGHT_TITLES, MemberRole, in_order, read_rights
from b24app.portals.model import InstallStatus, Portal
from b24app.reminders.dispatch import Dispatcher, address_message, compose, open_dispatcher, send_waiting_of
from b24app.reminders.kinds import MessageDraft, Planned
from b24app.reminders.kinds.consent_notice import (
    CODE,
    ENDS,
    ConsentNews,
    draft_ends_for_client,
    draft_ends_for_integrator,
    draft_for_client,
    draft_for_integrator,
)
from b24app.reminders.notices import dispatcher_of, keep_notice
from b24app.reminders.outbox import keep_due
from b24app.reminders.outside_addresses import list_addresses
from b24app.renewal.renewal_stages import Holder, Role
from b24app.services import services

TOLD = frozenset({Deed.GRANTED, Deed.CHANGED, Deed.ENDED, Deed.RESUMED, Deed.DECLINED})
NEWS_FOR = timedelta(days=2)
BEFORE_END = timedelta(days=14)
ASK = "ask "


def notify_consents(portal_id: int) -> None:
    """Notify both sides of the lines of a client's journal that are not sent yet; called again it sends nothing twice."""
    with portal_scope(portal_id):
        since = services().clock.now() - NEWS_FOR
        lines = db.session.scalars(
            select(ConsentAudit)
            .where(ConsentAudit.action.in_(TOLD), ConsentAudit.refused.is_(False), ConsentAudit.at > since)
            .order_by(ConsentAudit.id)
        ).all()
        found = [(line.id, line.consent_code, *told) for line in lines if (told := _news(portal_id, line))]
    for line_id, code, integrator_id, news in found:
        _tell(portal_id, integrator_id, f"{CODE}:{portal_id}:{line_id}", f"{CODE}:{code}", news)


def _tell(portal_id: int, integrator_id: int, key: str, line: str, news: ConsentNews) -> None:
    if draft := draft_for_client(news):
        _keep_for_client(portal_id, CODE, key, line, draft)
    if draft := draft_for_integrator(news):
        keep_for_integrator(integrator_id, CODE, key, line, draft)


def _news(portal_id: int, line: ConsentAudit) -> tuple[int, ConsentNews] | None:
    """Whom a line is about and what it reports; nothing where the other side is deleted, or the refusal was taken back."""
    if line.consent_code.startswith(ASK):
        return _refusal(portal_id, line)
    row = db.session.scalar(select(Consent).where(Consent.code == line.consent_code))
    if row is None:
        return None
    rights = in_order(read_rights(line.detail.split())) if line.action in (Deed.GRANTED, Deed.CHANGED) else ()
    view = view_of(row)
    news = ConsentNews(
        line.action,
        name_of(row.integrator_id),
        client_name(portal_id) if view.lives(services().clock.now()) else row.client_name,
        line.person,
        last_day(view, line.at),
        tuple(RIGHT_TITLES[right] for right in rights),
    )
    return row.integrator_id, news


def _refusal(portal_id: int, line: ConsentAudit) -> tuple[int, ConsentNews] | None:
    begins = line.consent_code.removeprefix(ASK)
    with every_portal():
        asked = db.session.scalar(
            select(Invitation).where(Invitation.digest.startswith(begins), Invitation.answer == REFUSED)
        )
    if asked is None:
        return None
    client = asked.client_name or spaced(asked.code)
    return asked.portal_id, ConsentNews(
        line.action, line.detail, client, line.person, day_at(portal_id, line.at)
    )


def name_of(integrator_id: int) -> str:
    """The name of an integrator; of one that took its declaration back too, else its portal's address."""
    found = integrator_of(integrator_id, even_ended=True)
    if found is not None:
        return found.name
    portal = db.session.get(Portal, integrator_id)
    return portal.domain if portal else ""


def _keep_for_client(portal_id: int, code: str, key: str, line: str, draft: MessageDraft) -> None:
    with portal_scope(portal_id):
        dispatcher = dispatcher_of(portal_id)
        if dispatcher is not None:
            keep_notice(dispatcher, code, key, draft, line=line)
            _send(dispatcher)


def keep_for_integrator(portal_id: int, code: str, key: str, line: str, draft: MessageDraft) -> None:
    """Send to the owners in their own portal, and to the contact's mailbox once its owner has confirmed it there."""
    portal = db.session.get(Portal, portal_id)
    if portal is None or portal.status == InstallStatus.DELETED:
        return
    with portal_scope(portal_id):
        dispatcher = open_dispatcher(portal)
        message = compose(dispatcher, draft, key, line)
        messages = address_message(message, code, (*_owners(), *_contact()))
        if messages:
            keep_due(Planned(key, line, code, dispatcher.today, 0), messages, None, dispatcher.now)
        _send(dispatcher)


def _send(dispatcher: Dispatcher) -> None:
    db.session.commit()
    send_waiting_of(dispatcher)


def _owners() -> list[Holder]:
    people = list_members()
    return [Holder(Role.RESPONSIBLE, one.user_id, one.name) for one in people if one.role is MemberRole.OWNER]


def _contact() -> list[Holder]:
    found = get_integrator()
    confirmed = {one.email.lower() for one in list_addresses() if one.confirmed_at}
    if found is None or found.contact_email.lower() not in confirmed:
        return []
    return [Holder(Role.RESPONSIBLE, None, found.contact_name, found.contact_email)]


def look_after_consents() -> int:
    """Keep lapsed consents as ended, and notify both sides two weeks before an end; the daily job, returns how many were near it."""
    end_lapsed()
    near = ending_soon(services().clock.now())
    return sum(done is True for done in for_each_portal(near, _notify_end))


def ending_soon(now: datetime) -> list[int]:
    """The clients of whom an access ends within two weeks."""
    with every_portal():
        found = db.session.scalars(
            select(Consent.portal_id)
            .where(Consent.ended_at.is_(None), Consent.ends_at > now, Consent.ends_at <= now + BEFORE_END)
            .distinct()
            .order_by(Consent.portal_id)
        )
        return list(found)


def _notify_end(portal_id: int) -> bool:
    now = services().clock.now()
    with portal_scope(portal_id):
        rows = db.session.scalars(
            select(Consent).where(
                Consent.ended_at.is_(None), Consent.ends_at > now, Consent.ends_at <= now + BEFORE_END
            )
        ).all()
        ends = [(row.code, row.integrator_id, day_at(portal_id, row.ends_at)) for row in rows]
    for code, integrator_id, until in ends:
        key, line = f"{ENDS}:{code}:{until}", f"{CODE}:{code}"
        _keep_for_client(portal_id, ENDS, key, line, draft_ends_for_client(name_of(integrator_id), until))
        draft = draft_ends_for_integrator(client_name(portal_id), until)
        keep_for_integrator(integrator_id, ENDS, key, line, draft)
    return True
