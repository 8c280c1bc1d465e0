"""The sender's address of letters with reports: the integrator's own, once its reader has confirmed it, and by his own mail server where he has one.

The domain's records (SPF, DKIM) are not read: only the owner of the domain can judge whether they are right.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from b24app.clock import CLOCKS_DIFFER
from b24app.database import changed_rows, db, every_portal
from b24app.errors import BadInput, Refused
from b24app.integrators.client_reports.confirmation_mails import CODE, SENDER, ConfirmationMail, send_asking
from b24app.integrators.client_reports.model import ReportLook
from b24app.integrators.client_reports.report_look import look_row, row_to_write
from b24app.integrators.members import get_integrator, integrator_of
from b24app.portals.model import Portal
from b24app.reminders.letterheads import Letterhead
from b24app.reminders.outbox import last_delivery
from b24app.reminders.own_mail_server import TypedServer, forget_own_mail, get_own_mail, keep_own_mail
from b24app.renewal.situation_reading import check_email
from b24app.terms.term import Author
from b24app.text.messages import N_, sentence

CONFIRMS_WITHIN = timedelta(days=14)
BETWEEN_LETTERS = timedelta(minutes=2)
TOO_OLD = N_("This letter is too old, or another one was asked for since.")


def ask_sender(portal_id: int, email: str, *, by: Author, at: datetime) -> None:
    """Name the address that answers go to and ask its reader, by our mail server; raises BadInput."""
    _ask(portal_id, _address(email), by, at)
    forget_own_mail()


def ask_by_own_server(portal_id: int, email: str, server: TypedServer, *, by: Author, at: datetime) -> None:
    """Keep an own mail server and try it by the letter that asks the reader of its address; raises BadInput by field."""
    email = _address(email)
    keep_own_mail(server, email, at)
    _ask(portal_id, email, by, at, own_server=True)


def _address(email: str) -> str:
    email = check_email(email)
    if not email:
        raise BadInput(N_("Write the address that reports come from."), "email")
    return email


def _ask(portal_id: int, email: str, by: Author, at: datetime, *, own_server: bool = False) -> None:
    row = row_to_write(by, at)
    asked = row.sender_asked_at
    if asked is not None and -CLOCKS_DIFFER < at - asked < BETWEEN_LETTERS:
        raise BadInput(
            N_("A letter left for this address just now. Wait two minutes before sending another."), "email"
        )
    row.sender, row.sender_code = email, secrets.token_urlsafe(18)
    row.sender_asked_at, row.sender_confirmed_at = at, None
    db.session.flush()
    send_asking(portal_id, email, _confirmation(portal_id, row.sender_code, own_server=own_server))


def _confirmation(portal_id: int, code: str, *, own_server: bool) -> ConfirmationMail:
    portal, own = db.session.get_one(Portal, portal_id), get_integrator()
    name = own.name if own else ""
    subject = N_("Confirm the address of the reports of %(integrator)s")
    about = N_(
        "%(integrator)s named this address as the one that reports to clients come from, and that their answers go to."
    )
    return ConfirmationMail(
        kind=SENDER,
        code=code,
        subject=sentence(subject, integrator=name),
        lines=(
            sentence(about, integrator=name),
            sentence(N_("If this letter is not for you, do nothing: without your answer nothing will be sent.")),
        ),
        button=sentence(N_("Confirm the address")),
        language=portal.language,
        own_server=own_server,
    )  # fmt: skip


def forget_sender() -> None:
    """Send reports from our address again, without an address for answers."""
    row = look_row()
    if row is not None:
        row.sender, row.sender_code, row.sender_asked_at, row.sender_confirmed_at = "", None, None, None
    forget_own_mail()
    db.session.flush()


def sender_problem() -> str:
    """Why the letter to the sender's reader did not leave, as its delivery has kept it; empty when it did or waits."""
    row = look_row()
    if row is None or not row.sender_code or row.sender_confirmed_at:
        return ""
    last = last_delivery(f"{CODE}:{SENDER}:{row.sender_code}")
    return last.error if last is not None else ""


def letterhead() -> Letterhead:
    """How the letters of the portal in scope leave now: an address that nobody has confirmed is not used."""
    row, own = look_row(), get_own_mail()
    if row is None or row.sender_confirmed_at is None:
        return Letterhead()
    by_own = own is not None and own.sender == row.sender
    return Letterhead(reply_to=row.sender, own_server=by_own)


def sender_asked(code: str, at: datetime) -> str:
    """The integrator that sent the letter with this code; raises Refused for a code without an open question."""
    with every_portal():
        row = db.session.scalar(select(ReportLook).where(ReportLook.sender_code == code))
        asked = row.sender_asked_at if row is not None else None
        if row is None or asked is None or (row.sender_confirmed_at is None and at - asked > CONFIRMS_WITHIN):
            raise Refused("sender_unknown", TOO_OLD)
        portal_id = row.portal_id
    return _name_of(portal_id)


def confirm_sender(code: str, at: datetime) -> None:
    """The reader of the address confirms it; raises Refused."""
    sender_asked(code, at)
    with every_portal():
        mine = update(ReportLook).where(ReportLook.sender_code == code)
        done = db.session.execute(
            mine.values(sender_confirmed_at=func.coalesce(ReportLook.sender_confirmed_at, at))
        )
    if changed_rows(done) != 1:
        raise Refused("sender_unknown", TOO_OLD)


def _name_of(portal_id: int) -> str:
    own = integrator_of(portal_id)
    if own is None:
        raise Refused("sender_unknown", TOO_OLD)
    return own.name
