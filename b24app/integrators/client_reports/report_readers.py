"""Who gets a client's reports: the integrator names an address, its reader confirms it by a letter, and until then nothing else goes there.

The answer holds under the consent that it was given by; the client's journal records who named an address, and when.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from b24app.clock import CLOCKS_DIFFER
from b24app.database import changed_rows, db, every_portal, portal_scope
from b24app.errors import BadInput, Refused
from b24app.input_limits import check_text, one_line
from b24app.integrators.acting_persons import person_of
from b24app.integrators.audit import Deed, write_line
from b24app.integrators.client_frame import PresentClient
from b24app.integrators.client_names import client_name
from b24app.integrators.client_reports.confirmation_mails import READER, ConfirmationMail, send_asking
from b24app.integrators.client_reports.model import ReportReader
from b24app.integrators.consents import find_consent
from b24app.integrators.members import integrator_of
from b24app.portals.model import Portal
from b24app.renewal.situation_reading import check_email
from b24app.single_rows import single_row
from b24app.text.messages import N_, sentence

CONFIRMS_WITHIN = timedelta(days=14)
BETWEEN_LETTERS = timedelta(minutes=2)
MOST_A_DAY = 100
LONGEST_NAME = 120
TOO_OLD = N_("This letter is too old, or another one was asked for since.")


@dataclass(frozen=True, slots=True)
class ReaderView:
    """Where the reports of a client go, and whether its reader has agreed."""

    client_id: int
    consent_code: str
    name: str
    email: str
    asked_at: datetime
    confirmed_at: datetime | None


def readers_of(client_ids: list[int]) -> dict[int, ReaderView]:
    """The readers of some clients, by client; the portal in scope is the integrator's."""
    rows = db.session.scalars(select(ReportReader).where(ReportReader.client_id.in_(client_ids)))
    return {row.client_id: _view(row) for row in rows}


def confirmed_reader(client_id: int, consent_code: str) -> ReaderView | None:
    """Who gets the reports of a client under this consent; nobody before he has confirmed."""
    row = db.session.scalar(select(ReportReader).where(ReportReader.client_id == client_id))
    if row is None or row.confirmed_at is None or row.consent_code != consent_code:
        return None
    return _view(row)


def name_reader(client: PresentClient, email: str, name: str, at: datetime) -> None:
    """Name the address of a client's reports and ask its reader; raises BadInput by field."""
    seat, email = client.seat, check_email(email)
    if not email:
        raise BadInput(N_("Write the address at which the client reads letters."), "email")
    name = one_line(check_text(name, "name", LONGEST_NAME))
    with portal_scope(seat.portal_id):
        row = single_row(ReportReader, client_id=client.portal.id, begins=_begins(client, email, at))
        if row.email == email and row.confirmed_at and row.consent_code == client.consent.code:
            row.name = name
            return
        _limit(row, at)
        row.email, row.name, row.code = email, name, secrets.token_urlsafe(18)
        row.consent_code, row.asked_by = client.consent.code, seat.name[:255]
        row.asked_at, row.confirmed_at = at, None
        db.session.flush()
        send_asking(seat.portal_id, email, _confirmation(row, client))
    with portal_scope(client.portal.id):
        who = person_of(seat)
        write_line(client.consent.code, who, Deed.ACTED, at, detail="/reports/reader")


def _begins(client: PresentClient, email: str, at: datetime) -> dict[str, object]:
    """A row that was never asked: no letter has left for it."""
    return {
        "consent_code": client.consent.code, "email": email, "code": secrets.token_urlsafe(18),
        "asked_by": client.seat.name[:255], "asked_at": at - timedelta(days=1),
    }  # fmt: skip


def _limit(row: ReportReader, at: datetime) -> None:
    """Limit letters to strangers: a pause before the same client gets another letter, and so many a day."""
    if -CLOCKS_DIFFER < at - row.asked_at < BETWEEN_LETTERS:
        raise BadInput(
            N_("A letter left for this client just now. Wait two minutes before sending another."), "email"
        )
    lately = select(func.count(ReportReader.id)).where(ReportReader.asked_at > at - timedelta(days=1))
    if (db.session.scalar(lately) or 0) >= MOST_A_DAY:
        raise BadInput(N_("Enough letters for one day: try again tomorrow."), "email")


def _confirmation(row: ReportReader, client: PresentClient) -> ConfirmationMail:
    names = {"integrator": client.seat.integrator, "client": client_name(client.portal.id)}
    return ConfirmationMail(
        kind=READER,
        code=row.code,
        subject=sentence(N_("%(integrator)s wants to send you reports about %(client)s"), **names),
        lines=(
            sentence(
                N_("%(integrator)s looks after the renewal and the settings of %(client)s, and named this address for its reports: what works, what was done, until when everything is paid, what has to be decided."),
                **names,
            ),
            sentence(N_("Open the link and agree. Without your answer nothing else is sent to this address.")),
        ),
        button=sentence(N_("Read and answer")),
        language=client.portal.language,
    )  # fmt: skip


def forget_reader(client_id: int) -> None:
    """End the reader of a client's reports: nobody gets them any more."""
    if (
        row := db.session.scalar(select(ReportReader).where(ReportReader.client_id == client_id))
    ) is not None:
        db.session.delete(row)
        db.session.flush()


@dataclass(frozen=True, slots=True)
class ReaderAsk:
    """The question to the reader of a letter, or his answer: who asks, about which client, in which language."""

    integrator: str
    client: str
    language: str
    confirmed: bool


def read_ask(code: str, at: datetime) -> ReaderAsk:
    """The request that a code from a letter is about; raises Refused for one without an open request, also when the access has ended."""
    row = _asked(code, at)
    consent = find_consent(row.portal_id, row.consent_code, at) if row else None
    own = integrator_of(row.portal_id) if row else None
    if row is None or consent is None or own is None:
        raise Refused("reader_unknown", TOO_OLD)
    with portal_scope(consent.client_id):
        client = client_name(consent.client_id)
    return ReaderAsk(own.name, client, _language(consent.client_id), row.confirmed_at is not None)


def answer_ask(code: str, *, agrees: bool, at: datetime) -> None:
    """The reader agrees, or wants nothing more, which he may answer at any time; raises Refused."""
    read_ask(code, at)
    with every_portal():
        mine = update(ReportReader).where(ReportReader.code == code)
        first = func.coalesce(ReportReader.confirmed_at, at)
        done = db.session.execute(mine.values(confirmed_at=first if agrees else None))
    if changed_rows(done) != 1:
        raise Refused("reader_unknown", TOO_OLD)


def _asked(code: str, at: datetime) -> ReportReader | None:
    with every_portal():
        row = db.session.scalar(select(ReportReader).where(ReportReader.code == code))
    if row is None or (row.confirmed_at is None and at - row.asked_at > CONFIRMS_WITHIN):
        return None
    return row


def _language(portal_id: int) -> str:
    portal = db.session.get(Portal, portal_id)
    return portal.language if portal else ""


def _view(row: ReportReader) -> ReaderView:
    return ReaderView(row.client_id, row.consent_code, row.name, row.email, row.asked_at, row.confirmed_at)
