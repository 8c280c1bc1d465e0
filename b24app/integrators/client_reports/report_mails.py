"""Letters with reports: handed to the outbox at their hour, judged once more right before they leave, and how each ended."""

from datetime import datetime
from functools import partial

from sqlalchemy import select, update

from b24app.database import changed_rows, current_portal_id, db, every_portal, portal_scope
from b24app.each_portal import alone, for_each_portal
from b24app.integrators.audit import AuditPerson, Deed, write_line
from b24app.integrators.client_reports.model import ClientReport, ReportState
from b24app.integrators.client_reports.report_content import ReportContent
from b24app.integrators.client_reports.report_drafts import read_content
from b24app.integrators.client_reports.report_look import read_head
from b24app.integrators.client_reports.report_readers import ReaderView, confirmed_reader
from b24app.integrators.client_reports.report_senders import letterhead
from b24app.integrators.client_reports.signed_report import report_address
from b24app.integrators.consents import ConsentView, find_consent
from b24app.integrators.members import find_seat, get_integrator
from b24app.integrators.own_clients import may_see
from b24app.integrators.rights import INVITES, whole
from b24app.portals.model import InstallStatus, Portal
from b24app.reminders.channels import Message, Recipient
from b24app.reminders.channels.email import CHANNEL as EMAIL
from b24app.reminders.dispatch import open_dispatcher
from b24app.reminders.judged_messages import judge_before_leaving
from b24app.reminders.kinds import Planned
from b24app.reminders.model import DeliveryState
from b24app.reminders.outbox import Outgoing, keep_due, last_delivery
from b24app.services import services
from b24app.text.messages import N_, sentence
from b24app.text.translation import Translator

CODE = "client_report"
MOST_AT_ONCE = 200
SUBJECT = N_("%(client)s: %(period)s")
BODY = N_(
    "What works, what was done, until when everything is paid, and what you decide: it all stands on one page."
)
NOT_SHARED = N_("The address opens without a password: hand it only to whom it concerns.")
CONTACT = N_("Questions: %(contact)s")
BUTTON = N_("Open the report")
CHANGED = "changed"
NO_READER = "no_reader"
NO_PERSON = "no_person"
PROBLEMS = {
    CHANGED: N_("The client has changed the access since it was approved: read it and approve it anew."),
    NO_READER: N_("Its reader does not want reports any more, or has not confirmed the address."),
    NO_PERSON: N_("Who approved it does not see this client any more: approve it anew."),
}
"""Why an approved report is a draft again; the code is stored."""
ENDS = {
    DeliveryState.SENT: ReportState.SENT,
    DeliveryState.UNCERTAIN: ReportState.SENT,
    DeliveryState.FAILED: ReportState.FAILED,
    DeliveryState.REPLACED: ReportState.FAILED,
}


def send_reports() -> int:
    """Hand over what is due in all integrators' portals, and see how what was handed over has ended; the job of every minute."""
    now = services().clock.now()
    open_states = (ReportState.APPROVED, ReportState.LEAVING)
    with every_portal():
        found = db.session.scalars(
            select(ClientReport.portal_id).where(ClientReport.state.in_(open_states)).distinct()
        ).all()
    return sum(done or 0 for done in for_each_portal(list(found), lambda one: _send_of(one, now)))


def _send_of(portal_id: int, now: datetime) -> int:
    """Hand over the reports of one integrator, each by itself: one that cannot be read, or whose access has ended, stops no other."""
    of_state = select(ClientReport.id).order_by(ClientReport.id)
    with portal_scope(portal_id):
        leaving = db.session.scalars(of_state.where(ClientReport.state == ReportState.LEAVING)).all()
        due = ClientReport.state == ReportState.APPROVED, ClientReport.send_at <= now
        ids, handed = db.session.scalars(of_state.where(*due)).all(), 0
        for report_id in leaving:
            alone(portal_id, partial(_settle, report_id))
        for report_id in ids:
            handed += bool(alone(portal_id, partial(_hand_over, report_id, now)))
            if handed == MOST_AT_ONCE:
                break
    return handed


def _hand_over(report_id: int, now: datetime, _portal_id: int) -> bool:
    """Hand over one report, as it was approved; what may not be sent as it is becomes a draft again with the reason."""
    locked = select(ClientReport).where(ClientReport.id == report_id).with_for_update()
    row = db.session.scalar(locked.execution_options(populate_existing=True))
    if row is None or row.state != ReportState.APPROVED:
        return False
    consent = find_consent(row.portal_id, row.consent_code, now)
    if consent is None:  # nothing of it is shown any more; the night takes the row away
        return False
    content, reader = read_content(row), confirmed_reader(row.client_id, row.consent_code)
    if problem := _problem(row, content, reader, consent):
        _give_back(row, problem)
        return False
    if content is None or reader is None or not _keep_mail(row, content, reader, now):
        return False
    row.state, row.reader, row.error = ReportState.LEAVING, reader.email, ""
    db.session.flush()
    with portal_scope(row.client_id):
        who = AuditPerson(row.approved_by, row.approved_by_id or 0, _own_name(row.portal_id))
        write_line(row.consent_code, who, Deed.ACTED, now, detail="/reports/send")
    return True


def _give_back(row: ClientReport, problem: str) -> None:
    """Return a report to be read and approved anew; one that was sent before stays readable, its repeat has failed."""
    row.error, row.send_at = problem, None
    row.state = ReportState.FAILED if row.attempt else ReportState.DRAFT
    db.session.flush()


def _problem(
    row: ClientReport, content: ReportContent | None, reader: ReaderView | None, consent: ConsentView
) -> str:
    """Why a report may not leave as it was approved; empty when it may."""
    seat = find_seat(row.portal_id, row.approved_by_id or 0)
    if seat is None or seat.role not in INVITES or not may_see(seat, row.client_id):
        return NO_PERSON
    given = {str(right) for right in whole(consent.rights)}
    if content is None or (row.attempt == 0 and not set(content.rights) <= given):
        return CHANGED  # a repeat names the page alone, which shows what is given now
    return "" if reader is not None else NO_READER


def _own_name(portal_id: int) -> str:
    with portal_scope(portal_id):
        own = get_integrator()
    return own.name if own else ""


def _keep_mail(row: ClientReport, content: ReportContent, reader: ReaderView, now: datetime) -> bool:
    portal, head = db.session.get_one(Portal, row.portal_id), read_head(row.head)
    if portal.status == InstallStatus.DELETED or head is None:
        return False
    row.attempt += 1
    key = delivery_key(row)
    say = Translator(content.language, content.zone).say
    contact = ", ".join(filter(None, (head.contact_name, head.contact_phone, head.contact_email)))
    message = Message(
        key=f"{portal.member_id}:{key}",
        tag=CODE,
        subject=say(sentence(SUBJECT, client=content.client, period=content.period)),
        lines=(say(BODY), say(NOT_SHARED), say(sentence(CONTACT, contact=contact))),
        link=report_address(row.code),
        link_text=say(BUTTON),
        public=True,
        code=CODE,
        sender=head.name,
        letterhead=letterhead(),
    )
    item = Planned(key, f"{CODE}:{row.id}", CODE, open_dispatcher(portal).today, 0, ())
    kept = keep_due(item, (Outgoing(EMAIL.code, Recipient(reader.email, reader.name), message),), None, now)
    services().queue.later("send_waiting", row.portal_id)
    return kept


def delivery_key(row: ClientReport) -> str:
    """The key of the letter of the newest attempt in the outbox."""
    return f"{CODE}:{row.code}:{row.attempt}"


def _settle(report_id: int, _portal_id: int) -> None:
    """Keep how the letter ended, once it has."""
    row = db.session.get_one(ClientReport, report_id)
    last = last_delivery(delivery_key(row))
    state = ENDS.get(DeliveryState(last.state)) if last is not None else ReportState.FAILED
    if state is None:
        return
    mine = update(ClientReport).where(
        ClientReport.id == row.id,
        ClientReport.state == ReportState.LEAVING,
        ClientReport.attempt == row.attempt,
    )
    sent_at = (
        (last.sent_at or last.taken_at) if last is not None and state is ReportState.SENT else row.sent_at
    )
    ended = mine.values(state=state, error=last.error if last is not None else "", sent_at=sent_at)
    changed_rows(db.session.execute(ended))


def may_leave(key: str) -> bool:
    """Whether the letter of this key still has a living consent and an address that its reader wants; checked as it leaves."""
    code, now = key.split(":")[1], services().clock.now()
    row = db.session.scalar(select(ClientReport).where(ClientReport.code == code))
    if row is None or find_consent(current_portal_id(), row.consent_code, now) is None:
        return False
    reader = confirmed_reader(row.client_id, row.consent_code)
    return reader is not None and reader.email == row.reader


judge_before_leaving(CODE, may_leave)
