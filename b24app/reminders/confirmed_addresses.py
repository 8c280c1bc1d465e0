"""Addresses for the day when the portal does not open: typed by an administrator, confirmed by whoever reads the mail there.

Until then one letter goes there, the one that asks to confirm; nothing else.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from b24app.database import db, every_portal
from b24app.errors import BadInput, Refused
from b24app.reminders import model
from b24app.reminders.channels import Message
from b24app.reminders.dispatch import Dispatcher
from b24app.reminders.outbox import Outgoing, keep_due
from b24app.reminders.recipients import Recipient
from b24app.reminders.reminder_settings import list_channels, set_channel
from b24app.reminders.schedule import Planned
from b24app.renewal.renewal_state import check_email, list_roles
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import N_
from b24app.text.sentences import Sentence, sentence

CODE = "confirm"
BETWEEN_LETTERS = timedelta(minutes=2)
MOST_A_DAY = 10
VALID = timedelta(days=14)
LONGEST_LIST = 500
JUST_NOW = N_("A letter left for this address just now. Wait two minutes before sending another.")


@dataclass(frozen=True, slots=True)
class AddressView:
    """One address outside: who asked it and when, whether it was confirmed, and how its last letter fares."""

    id: int
    portal_id: int
    email: str
    asked_by: str
    asked_at: datetime
    confirmed_at: datetime | None
    letter: str = ""
    letter_at: datetime | None = None
    error: str = ""


def ask_address(dispatcher: Dispatcher, email: str, *, by: Author) -> AddressView:
    """Write an address down and the letter that asks to confirm it; raises BadInput by field. Commits."""
    email = check_email(email)
    if not email:
        raise BadInput(N_("Write an address that you read when the portal does not open."), "email")
    row = _row_of(email)
    if row is not None and row.confirmed_at is not None and email.lower() in _listed():
        return _view(row)
    _limit_letters(dispatcher, row)
    row = _write_down(row, email, by, dispatcher.now)
    set_channel("email", enabled=True)
    item = Planned(f"{CODE}:{row.id}:{dispatcher.now.timestamp():.0f}", CODE, CODE, dispatcher.today, 0, ())
    keep_due(
        item, (Outgoing("email", Recipient(email), _letter(dispatcher, row, item.key)),), None, dispatcher.now
    )
    return _view(row)


def _row_of(email: str) -> model.OutsideAddress | None:
    return db.session.scalar(
        select(model.OutsideAddress).where(func.lower(model.OutsideAddress.email) == email.lower())
    )


def _write_down(
    row: model.OutsideAddress | None, email: str, by: Author, at: datetime
) -> model.OutsideAddress:
    row = row or model.OutsideAddress(email=email)
    row.code, row.asked_by, row.asked_at = secrets.token_urlsafe(18), by.name[:255], at
    row.confirmed_at = None
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # pressed twice at once
        raise BadInput(JUST_NOW, "email") from None
    return row


def _limit_letters(dispatcher: Dispatcher, row: model.OutsideAddress | None) -> None:
    """Nobody may use us to write to strangers: a few letters a day, and a pause before the same address gets another."""
    if row is not None and dispatcher.now - row.asked_at < BETWEEN_LETTERS:
        raise BadInput(JUST_NOW, "email")
    since = dispatcher.now - timedelta(days=1)
    query = select(func.count()).select_from(model.Reminder)
    sent = db.session.scalar(query.where(model.Reminder.code == CODE, model.Reminder.due_at > since)) or 0
    if sent >= MOST_A_DAY:
        raise BadInput(N_("Enough letters for one day: try again tomorrow."), "email")


def _letter(dispatcher: Dispatcher, row: model.OutsideAddress, key: str) -> Message:
    lines = (
        sentence(
            N_("An administrator of the Bitrix24 portal %(portal)s named this address for warnings that must come when the portal does not open: the plan ends, the payment is late, applications are refused."),
            portal=dispatcher.portal.domain,
        ),
        *_promises(row.email),
    )  # fmt: skip
    return Message(
        key=f"{dispatcher.portal.member_id}:{key}",
        tag=CODE,
        subject=dispatcher.speech.say(sentence(N_("Confirm the address for warnings about the portal"))),
        lines=tuple(dispatcher.speech.say(line) for line in lines),
        link=f"{services().settings.public_url}/confirm/{_signer().dumps(row.code)}",
        link_text=dispatcher.speech.say(sentence(N_("Confirm the address"))),
    )


def is_written_to(email: str) -> bool:
    """Whether reminders go to this address already, as the list or the roles name it; runs in the portal's scope."""
    return email.lower() in _listed() | {holder.email.lower() for holder in list_roles().values()}


def _promises(email: str) -> tuple[Sentence, ...]:
    """What follows when nobody confirms; an address that reminders go to already gets them all the same."""
    if is_written_to(email):
        return (
            sentence(
                N_("Reminders go to this address already. Open the link and confirm that they are read.")
            ),
        )
    return (
        sentence(N_("Open the link and confirm. Until then nothing else is sent to this address.")),
        sentence(N_("If this letter is not for you, do nothing: without your answer nothing will be sent.")),
    )


def confirming_code(token: str) -> str:
    """The code inside a link that we signed, old or not; empty for a forged one."""
    try:
        return str(_signer().loads(token))
    except BadSignature:
        return ""


def read_address(token: str, at: datetime) -> AddressView:
    """The address of a token from a letter; raises Refused with a stable reason."""
    try:
        code = str(_signer().loads(token))
    except BadSignature as error:
        raise Refused(
            "link_forged", N_("This address is not complete. Copy it again from the letter.")
        ) from error
    with every_portal():
        row = db.session.scalar(select(model.OutsideAddress).where(model.OutsideAddress.code == code))
        if row is None:
            raise Refused("link_revoked", N_("A newer letter has come since: open the link in that one."))
        if row.confirmed_at is None and at - row.asked_at > VALID:
            raise Refused(
                "link_expired", N_("This link is two weeks old. Ask an administrator for a new letter.")
            )
        return _view(row)


def confirm_address(address_id: int, at: datetime) -> None:
    """The owner of an address wants the warnings: from now on they go there. Asked again it changes nothing."""
    row = db.session.scalar(select(model.OutsideAddress).where(model.OutsideAddress.id == address_id))
    if row is None or row.confirmed_at is not None:
        return
    row.confirmed_at = at
    channel = next(item for item in list_channels() if item.code == "email")
    together = ", ".join([*_parts(channel.address), row.email])
    if row.email.lower() not in _listed() and len(together) <= LONGEST_LIST:
        set_channel("email", enabled=channel.enabled, address=together)
    db.session.flush()


def list_addresses() -> tuple[AddressView, ...]:
    """The addresses of this portal, the newest first, each with its last letter."""
    query = select(model.OutsideAddress).order_by(model.OutsideAddress.asked_at.desc())
    return tuple(_view(row) for row in db.session.scalars(query))


def _view(row: model.OutsideAddress) -> AddressView:
    state, moment, error = _last_letter(row.id)
    return AddressView(
        row.id, row.portal_id, row.email, row.asked_by, row.asked_at, row.confirmed_at, state, moment, error
    )


def _last_letter(address_id: int) -> tuple[str, datetime | None, str]:
    query = (
        select(model.Delivery)
        .join(model.Reminder, model.Reminder.id == model.Delivery.reminder_id)
        .where(model.Reminder.key.like(f"{CODE}:{address_id}:%"))
        .order_by(model.Delivery.id.desc())
        .limit(1)
    )
    row = db.session.scalar(query)
    return (row.state, row.sent_at or row.claimed_at, row.error) if row else ("", None, "")


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _listed() -> set[str]:
    channel = next(item for item in list_channels() if item.code == "email")
    return {part.lower() for part in _parts(channel.address)}


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key.get_secret_value(), salt="confirm-address")
