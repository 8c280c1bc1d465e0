"""Drafts of reports: made once for what they are about, made anew, given a foreword, approved, taken back, sent once more."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.errors import BadInput, NotAllowed, NotFound
from b24app.input_limits import check_text, plain_lines
from b24app.integrators.acting_persons import person_of
from b24app.integrators.audit import AuditPerson, Deed, write_line
from b24app.integrators.client_frame import PresentClient, present_client
from b24app.integrators.client_names import client_name
from b24app.integrators.client_reports.model import ClientReport, ReportKind, ReportState
from b24app.integrators.client_reports.report_content import ReportContent, narrowed
from b24app.integrators.client_reports.report_look import dump_head, get_look
from b24app.integrators.client_reports.report_readers import confirmed_reader
from b24app.integrators.client_reports.report_reading import AskedReport, read_report
from b24app.integrators.consents import ConsentView
from b24app.integrators.members import MemberSeat
from b24app.integrators.rights import INVITES, Right, whole
from b24app.portals.model import Portal
from b24app.stored_values import dump_bytes, read_bytes
from b24app.terms.profile import get_profile
from b24app.terms.working_days import open_calendar
from b24app.text.messages import N_

LONGEST_FOREWORD = 1_200
SENT_AT, ABOUT = time(9), timedelta(days=30)
NEEDED = frozenset({Right.TERMS, Right.CHECKS})
"""A report without either would be empty."""
NO_READER = N_(
    "Nobody has confirmed an address for this client’s reports: name one, its reader confirms it by a letter."
)
NOT_A_DRAFT = N_("It is approved or sent already. Take it back to change it.")


@dataclass(frozen=True, slots=True)
class SeenReport:
    """One report as a person of the integrator sees it now: its row, its content by his rights, the client."""

    row: ClientReport
    content: ReportContent | None
    client: PresentClient


def read_content(row: ClientReport) -> ReportContent | None:
    """The content of a report; None for one that another release stored in another form."""
    return read_bytes(ReportContent, row.content.encode())


def make_draft(asked: AskedReport, key: str, integrator_id: int, who: AuditPerson, now: datetime) -> bool:
    """Make the draft of one client for what the key names; False when it is there already. The portal in scope is the integrator's."""
    if not asked.rights & NEEDED:
        return False
    with portal_scope(integrator_id):
        mine = ClientReport.client_id == asked.client.id, ClientReport.key == key
        if db.session.scalar(select(ClientReport.id).where(*mine).with_for_update()) is not None:
            return False
    with portal_scope(asked.client.id):
        write_line(asked.consent_code, who, Deed.LOOKED, now, detail="/reports")
    content, basis = read_report(asked, now)
    row = ClientReport(
        code=secrets.token_urlsafe(18),
        client_id=asked.client.id,
        consent_code=asked.consent_code,
        kind=asked.kind,
        key=key,
        content=dump_bytes(ReportContent, content).decode(),
        basis=basis,
        made_at=now,
    )
    with portal_scope(integrator_id):
        db.session.add(row)
        db.session.flush()
    return True


def draft_by_hand(seat: MemberSeat, consent: ConsentView, work_id: int, now: datetime) -> bool:
    """A draft about the last month that a person asked for, once for each work on many clients."""
    client = db.session.get_one(Portal, consent.client_id)
    today = now.astimezone(ZoneInfo(client.time_zone)).date()
    asked = AskedReport(
        client, client_name(client.id), consent.code, whole(consent.rights & seat.rights), ReportKind.BY_HAND,
        today - ABOUT, today,
    )  # fmt: skip
    who = person_of(seat)
    return make_draft(asked, f"by_hand:{work_id}", seat.portal_id, who, now)


def find_report(seat: MemberSeat, report_id: int, now: datetime, *, lock: bool = False) -> SeenReport:
    """A report of a client that this person sees; raises NotFound, ConsentEnded. What his rights do not give is left out."""
    query = select(ClientReport).where(ClientReport.id == report_id)
    if lock:  # its state is judged and changed by one alone
        query = query.with_for_update().execution_options(populate_existing=True)
    with portal_scope(seat.portal_id):
        row = db.session.scalar(query)
    if row is None:
        raise NotFound
    client = present_client(seat, row.consent_code, now)
    content = read_content(row)
    return SeenReport(row, narrowed(content, client.rights) if content else None, client)


def demand_report(seat: MemberSeat, report_id: int, now: datetime) -> SeenReport:
    """The same for who approves and sends: owners and managers, who see all that was given; raises NotAllowed."""
    if seat.role not in INVITES:
        raise NotAllowed
    seen = find_report(seat, report_id, now, lock=True)
    _note(seen, Deed.ACTED, "/reports/prepare", now)
    return seen


def look_at(seat: MemberSeat, report_id: int, now: datetime) -> SeenReport:
    """The report for reading, written down in the client's journal."""
    seen = find_report(seat, report_id, now)
    _note(seen, Deed.LOOKED, "/reports", now)
    return seen


def remake(seat: MemberSeat, report_id: int, now: datetime) -> None:
    """Make a draft anew from what is stored now, by the rights of now; its foreword stays. Raises BadInput."""
    seen = demand_report(seat, report_id, now)
    row, client = seen.row, seen.client
    _demand_draft(row)
    kept = read_content(row)
    first, last = _days_of(row, kept)
    asked = AskedReport(
        client.portal, client_name(client.portal.id), row.consent_code, client.rights,
        ReportKind(row.kind), first, last,
    )  # fmt: skip
    content, row.basis = read_report(asked, now)
    row.content, row.made_at, row.error = dump_bytes(ReportContent, content).decode(), now, ""
    db.session.flush()


def days_of_month(month: date) -> tuple[date, date]:
    """The first and the last day of a month."""
    first = month.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _days_of(row: ClientReport, kept: ReportContent | None) -> tuple[date, date]:
    """The days that a report is about: its month, else those until it was made the first time."""
    if row.kind == ReportKind.MONTH:
        return days_of_month(date.fromisoformat(f"{row.key}-01"))
    last = kept.made_on if kept else row.made_at.date()
    return last - ABOUT, last


def set_foreword(seat: MemberSeat, report_id: int, text: str, now: datetime) -> None:
    """Write the text before the four parts; only of a draft. Raises BadInput."""
    row = demand_report(seat, report_id, now).row
    _demand_draft(row)
    row.foreword = plain_lines(check_text(text, "foreword", LONGEST_FOREWORD)).strip()
    db.session.flush()


def approve(seat: MemberSeat, report_id: int, now: datetime) -> None:
    """Approve a draft as it was read, for nine o'clock of the next working day; raises BadInput."""
    seen = demand_report(seat, report_id, now)
    row = seen.row
    _demand_draft(row)
    kept = read_content(row)
    if kept is None:
        raise BadInput(N_("Another version of the application made it: make it anew first."), "report")
    if not set(kept.rights) <= {str(one) for one in whole(seen.client.consent.rights)}:
        raise BadInput(N_("The client has narrowed the access since: make it anew first."), "report")
    with portal_scope(seat.portal_id):
        reader = confirmed_reader(row.client_id, row.consent_code)
        if reader is None:
            raise BadInput(NO_READER, "report")
        row.head, row.send_at = dump_head(get_look()), next_sending(seat.portal_id, now)
    row.state, row.approved_by, row.approved_by_id = ReportState.APPROVED, seat.name[:255], seat.user_id
    row.approved_at, row.error = now, ""
    db.session.flush()


def approve_all(seat: MemberSeat, report_ids: Collection[int], now: datetime) -> int:
    """Approve those of these that may go unread; returns how many. What cannot go stays a draft."""
    done = 0
    for report_id in report_ids:
        try:
            approve(seat, report_id, now)
        except (BadInput, NotFound):
            continue
        done += 1
    return done


def take_back(seat: MemberSeat, report_id: int, now: datetime) -> None:
    """Make an approved report a draft again, until its letter is handed over; one that was sent before stays as it was sent. Raises BadInput."""
    row = demand_report(seat, report_id, now).row
    if row.state != ReportState.APPROVED:
        raise BadInput(N_("Its letter has left already."), "report")
    if row.attempt:  # its page is in somebody's hands: the repeat alone is taken back
        row.state, row.send_at = ReportState.SENT if row.sent_at else ReportState.FAILED, None
    else:
        row.state, row.approved_at, row.send_at, row.head = ReportState.DRAFT, None, None, ""
    db.session.flush()


def leave_out(seat: MemberSeat, report_id: int, now: datetime) -> None:
    """Leave a report out: its row stays, so that it is not made again automatically."""
    row = demand_report(seat, report_id, now).row
    _demand_draft(row)
    row.state, row.error = ReportState.LEFT_OUT, ""
    db.session.flush()


def send_again(seat: MemberSeat, report_id: int, now: datetime) -> None:
    """Send a letter once more, to whoever reads the client's reports now; raises BadInput."""
    row = demand_report(seat, report_id, now).row
    if row.state not in (ReportState.SENT, ReportState.FAILED):
        raise BadInput(N_("It has not left yet."), "report")
    with portal_scope(seat.portal_id):
        if confirmed_reader(row.client_id, row.consent_code) is None:
            raise BadInput(NO_READER, "report")
    row.state, row.send_at, row.error = ReportState.APPROVED, now, ""
    row.approved_by, row.approved_by_id = seat.name[:255], seat.user_id
    db.session.flush()


def next_sending(integrator_id: int, now: datetime) -> datetime:
    """Nine o'clock of the integrator's next working day: until then everything may be taken back."""
    portal = db.session.get_one(Portal, integrator_id)
    zone = ZoneInfo(portal.time_zone)
    today = now.astimezone(zone).date()
    calendar = open_calendar(get_profile().bank_country)
    day = today if calendar.is_open(today) else calendar.after(today, 1)
    at = datetime.combine(day, SENT_AT, zone)
    return at if at > now else datetime.combine(calendar.after(today, 1), SENT_AT, zone)


def _demand_draft(row: ClientReport) -> None:
    if row.state != ReportState.DRAFT:
        raise BadInput(NOT_A_DRAFT, "report")


def _note(seen: SeenReport, deed: Deed, detail: str, now: datetime) -> None:
    seat, row = seen.client.seat, seen.row
    who = person_of(seat)
    with portal_scope(row.client_id):
        write_line(row.consent_code, who, deed, now, detail=detail)
