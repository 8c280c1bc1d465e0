"""One-time links for the day when the own portal is dark: to an address that its reader has confirmed beforehand, and to no other."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from b24app.database import changed_rows, db, every_portal, portal_scope
from b24app.errors import BadInput, Refused
from b24app.integrators.members import MemberSeat, find_seat
from b24app.integrators.outside.model import SignInAddress, SignInLink
from b24app.integrators.outside.outside_sessions import digest_of
from b24app.portals.model import InstallStatus, Portal
from b24app.reminders.channels import Message, Recipient
from b24app.reminders.channels.email import CHANNEL as EMAIL
from b24app.reminders.dispatch import open_dispatcher, own_name
from b24app.reminders.kinds import Planned
from b24app.reminders.outbox import Outgoing, keep_due
from b24app.reminders.reminder_settings import set_channel
from b24app.renewal.situation_reading import check_email
from b24app.services import services
from b24app.text.mail_addresses import mail_key
from b24app.text.messages import N_, Sentence, sentence

CODE = "sign_in"
LIVES = timedelta(minutes=15)
CONFIRMS_WITHIN = timedelta(days=14)
BETWEEN_LETTERS = timedelta(minutes=2)
MOST_AN_HOUR = 3
SPENT = N_("This link has been used or is older than 15 minutes. Ask for a new one.")


NAMED = N_("%(name)s named this address for entering the list of clients when the portal does not open.")
NOT_FOR_YOU = N_("If this letter is not for you, do nothing: without your answer nothing will be sent.")


@dataclass(frozen=True, slots=True)
class SignInMail:
    """One letter with a link, before translation; `key` is the same for every attempt."""

    key: str
    subject: Sentence
    lines: tuple[Sentence, ...]
    path: str
    button: Sentence


@dataclass(frozen=True, slots=True)
class SignInAddressView:
    """The address for a person's links."""

    email: str
    asked_at: datetime
    confirmed_at: datetime | None


def get_address(user_id: int) -> SignInAddressView | None:
    """The address of a person of the portal in scope."""
    row = _row_of(user_id)
    return SignInAddressView(row.email, row.asked_at, row.confirmed_at) if row else None


def ask_address(seat: MemberSeat, email: str, at: datetime) -> None:
    """Write a person's address down and the letter that asks to confirm it; raises BadInput."""
    email = check_email(email)
    if not email:
        raise BadInput(N_("Write an address that you read when your portal does not open."), "email")
    row = _row_of(seat.user_id)
    if row is not None and at - row.asked_at < BETWEEN_LETTERS and row.asked_at <= at:
        raise BadInput(
            N_("A letter left for this address just now. Wait two minutes before sending another."), "email"
        )
    row = row or SignInAddress(user_id=seat.user_id)
    row.email, row.email_digest, row.code = email, email_digest(email), secrets.token_urlsafe(18)
    row.asked_at, row.confirmed_at = at, None
    db.session.add(row)
    set_channel(EMAIL.code, enabled=True)
    db.session.flush()
    letter = SignInMail(
        f"{CODE}:address:{row.code}",
        sentence(N_("Confirm the address for entering “Renewal without downtime”")),
        (sentence(NAMED, name=seat.name), sentence(NOT_FOR_YOU)),
        f"/sign-in/address/{row.code}",
        sentence(N_("Confirm the address")),
    )
    _send(seat.portal_id, email, letter)


def confirm_address(code: str, at: datetime) -> None:
    """Keep that the reader of a letter has pressed; raises Refused for a code that asks nothing now."""
    with every_portal():
        done = db.session.execute(
            update(SignInAddress)
            .where(SignInAddress.code == code, SignInAddress.asked_at > at - CONFIRMS_WITHIN)
            .values(confirmed_at=func.coalesce(SignInAddress.confirmed_at, at))
        )
    if changed_rows(done) != 1:
        raise Refused("address_unknown", N_("This letter is too old, or another one was asked for since."))


def forget_address(user_id: int) -> None:
    """No links for this person of the portal in scope any more."""
    if (row := _row_of(user_id)) is not None:
        db.session.delete(row)
        db.session.flush()


def send_links(email: str, at: datetime) -> None:
    """Write a link to every confirmed address like this one; neither the answer nor its time reveals whether there is one."""
    with every_portal():
        rows = db.session.scalars(
            select(SignInAddress).where(
                SignInAddress.email_digest == email_digest(email), SignInAddress.confirmed_at.is_not(None)
            )
        ).all()
        known = [(row.portal_id, row.user_id, row.email) for row in rows]
    for portal_id, user_id, address in known:
        if (seat := find_seat(portal_id, user_id)) is not None:
            _send_link(seat, address, at)


def _send_link(seat: MemberSeat, email: str, at: datetime) -> None:
    with portal_scope(seat.portal_id):
        lately = select(func.count()).select_from(SignInLink).where(SignInLink.user_id == seat.user_id)
        if (
            db.session.scalar(lately.where(SignInLink.made_at > at - timedelta(hours=1))) or 0
        ) >= MOST_AN_HOUR:
            return
        secret = secrets.token_urlsafe(24)
        row = SignInLink(digest=digest_of(secret), user_id=seat.user_id, made_at=at, expires_at=at + LIVES)
        db.session.add(row)
        db.session.flush()
        letter = SignInMail(
            f"{CODE}:{row.id}:{at.timestamp():.0f}",
            sentence(N_("Your entrance to “Renewal without downtime”")),
            (sentence(N_("The link opens once, within 15 minutes. If you did not ask for it, do nothing.")),),
            f"/sign-in/link/{secret}",
            sentence(N_("Enter")),
        )
        _send(seat.portal_id, email, letter)


def use_link(secret: str, at: datetime) -> MemberSeat:
    """The person of a link, who may enter by it once; raises Refused for a spent, old or unknown one."""
    with every_portal():
        row = db.session.scalar(select(SignInLink).where(SignInLink.digest == digest_of(secret)))
        done = db.session.execute(
            update(SignInLink)
            .where(SignInLink.digest == digest_of(secret), SignInLink.used_at.is_(None))
            .where(SignInLink.expires_at > at, SignInLink.made_at <= at + BETWEEN_LETTERS)
            .values(used_at=at)
        )
    seat = find_seat(row.portal_id, row.user_id) if row is not None and changed_rows(done) == 1 else None
    if seat is None:
        raise Refused("link_spent", SPENT)
    return seat


def email_digest(email: str) -> str:
    """The digest by which an address is found without being readable in the table."""
    key = services().settings.secret_key.get_secret_value().encode()
    return hmac.new(key, f"sign-in {mail_key(email)}".encode(errors="replace"), hashlib.sha256).hexdigest()


def _row_of(user_id: int) -> SignInAddress | None:
    return db.session.scalar(select(SignInAddress).where(SignInAddress.user_id == user_id))


def _send(portal_id: int, email: str, letter: SignInMail) -> None:
    """Keep one letter in the outbox of the portal in scope; it leaves through the queue."""
    portal = db.session.get_one(Portal, portal_id)
    if portal.status == InstallStatus.DELETED:
        return
    dispatcher = open_dispatcher(portal)
    say = dispatcher.translator.say
    message = Message(
        key=f"{portal.member_id}:{letter.key}",
        tag=CODE,
        subject=say(letter.subject),
        lines=tuple(map(say, letter.lines)),
        link=f"{services().settings.public_url}{letter.path}",
        link_text=say(letter.button),
        sender=own_name(dispatcher),
        opens=True,
    )
    item = Planned(letter.key, CODE, CODE, dispatcher.today, 0, ())
    keep_due(item, (Outgoing(EMAIL.code, Recipient(email), message),), None, dispatcher.now)
    services().queue.later("send_waiting", portal_id)
