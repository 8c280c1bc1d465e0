"""Addresses outside the portal, confirmed by whoever reads the mail there; whether anybody is reached outside the portal.

Until it is confirmed one message goes to an address, the one that asks to confirm; nothing else.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from b24app.database import db, every_portal
from b24app.errors import BadInput, Refused
from b24app.reminders import model
from b24app.reminders.channels import Addressee, Channel, Message, Recipient, explain_failure
from b24app.reminders.channels.email import CHANNEL as EMAIL
from b24app.reminders.channels.email import split_addresses
from b24app.reminders.dispatch import Dispatcher, own_name
from b24app.reminders.kinds import Planned
from b24app.reminders.model import DeliveryState
from b24app.reminders.outbox import Outgoing, keep_due, last_delivery
from b24app.reminders.past_deliveries import ADDRESSES, CONFIRM, PastDelivery, confirm_key, past_deliveries
from b24app.reminders.reminder_settings import ChannelView, get_channel, list_channels, set_channel
from b24app.renewal.situation_reading import check_email, list_roles
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.mail_addresses import mail_key
from b24app.text.messages import N_, Sentence, sentence

BETWEEN_MESSAGES = timedelta(minutes=2)
MOST_A_DAY = 10
VALID = timedelta(days=14)
LONGEST_LIST = 500
JUST_NOW = N_("A letter left for this address just now. Wait two minutes before sending another.")


@dataclass(frozen=True, slots=True)
class AddressView:
    """One address outside: who asked it, whether it was confirmed, and the state of its last message."""

    id: int
    portal_id: int
    email: str
    asked_by: str
    confirmed_at: datetime | None
    message: str = ""
    message_at: datetime | None = None
    error: str = ""


def ask_address(dispatcher: Dispatcher, email: str, *, by: Author) -> AddressView:
    """Write an address down and the message that asks to confirm it; raises BadInput by field."""
    email = check_email(email)
    if not email:
        raise BadInput(N_("Write an address that you read when the portal does not open."), "email")
    row = _row_of(email)
    if row is not None and row.confirmed_at is not None and mail_key(email) in _listed():
        return _view(row)
    _limit_messages(dispatcher, row)
    row = _write_down(row, email, by, dispatcher.now)
    set_channel(EMAIL.code, enabled=True)
    item = Planned(
        f"{confirm_key(row.id)}{dispatcher.now.timestamp():.0f}", CONFIRM, CONFIRM, dispatcher.today, 0, ()
    )
    out = Outgoing(EMAIL.code, Recipient(email), _message(dispatcher, row, item.key))
    keep_due(item, (out,), None, dispatcher.now)
    return _view(row)


def _row_of(email: str) -> model.OutsideAddress | None:
    forms = {email.lower(), mail_key(email)}  # the second one as an earlier release kept it
    return db.session.scalar(
        select(model.OutsideAddress)
        .where(func.lower(model.OutsideAddress.email).in_(forms))
        .order_by(model.OutsideAddress.id)
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


def _limit_messages(dispatcher: Dispatcher, row: model.OutsideAddress | None) -> None:
    """Limit letters to strangers: a few messages a day, and a pause before the same address gets another."""
    if row is not None and dispatcher.now - row.asked_at < BETWEEN_MESSAGES:
        raise BadInput(JUST_NOW, "email")
    since = dispatcher.now - timedelta(days=1)
    query = select(func.count()).select_from(model.Reminder)
    sent = db.session.scalar(query.where(model.Reminder.code == CONFIRM, model.Reminder.due_at > since)) or 0
    if sent >= MOST_A_DAY:
        raise BadInput(N_("Enough letters for one day: try again tomorrow."), "email")


def _message(dispatcher: Dispatcher, row: model.OutsideAddress, key: str) -> Message:
    portal, say = dispatcher.portal.domain, dispatcher.translator.say
    who = N_("An administrator of the Bitrix24 portal %(portal)s named this address in the application “Renewal without downtime”. It warns here when the portal itself may not open: the plan ends, the payment is late, applications are refused.")  # fmt: skip
    return Message(
        key=f"{dispatcher.portal.member_id}:{key}",
        tag=CONFIRM,
        subject=say(sentence(N_("Confirm the address for warnings about %(portal)s"), portal=portal)),
        lines=tuple(say(line) for line in (sentence(who, portal=portal), *_promises(row.email))),
        link=f"{services().settings.public_url}/confirm/{_signer().dumps(row.code)}",
        link_text=say(sentence(N_("Confirm the address"))),
        sender=own_name(dispatcher),
    )


def is_written_to(email: str) -> bool:
    """Whether reminders go to this address already, as the list or the roles name it; runs in the portal's scope."""
    return mail_key(email) in _mailboxes(get_channel(EMAIL.code))


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
    """The address of a token from a message; raises Refused with a stable reason."""
    code = confirming_code(token)
    if not code:
        raise Refused("link_forged", N_("This address is not complete. Copy it again from the letter."))
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
    setting = get_channel(EMAIL.code)
    together = ", ".join([*split_addresses(setting.address), row.email])
    if mail_key(row.email) not in _listed() and len(together) <= LONGEST_LIST:
        set_channel(EMAIL.code, enabled=setting.enabled, address=together)
    db.session.flush()


def list_addresses() -> tuple[AddressView, ...]:
    """The addresses of this portal, the newest first, each with its last message."""
    letters = past_deliveries() if ADDRESSES.read() else {}
    return tuple(_with_delivery(row, letters.get(confirm_key(row.id), ())) for row in ADDRESSES.read())


def _view(row: model.OutsideAddress) -> AddressView:
    last = last_delivery(f"{confirm_key(row.id)}%")
    return _with_delivery(row, (last,) if last else ())


def _with_delivery(
    row: model.OutsideAddress, letters: Sequence[model.Delivery | PastDelivery]
) -> AddressView:
    last = next(iter(letters), None)
    view = AddressView(row.id, row.portal_id, row.email, row.asked_by, row.confirmed_at)
    if last is None:
        return view
    return replace(view, message=last.state, message_at=last.sent_at or last.taken_at, error=last.error)


def _listed() -> set[str]:
    return {mail_key(one) for one in split_addresses(get_channel(EMAIL.code).address)}


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key.get_secret_value(), salt="confirm-address")


class ReachProblem(StrEnum):
    """Why nobody is reached outside the portal."""

    NO_SERVER = "no_server"
    OFF = "off"
    NO_ADDRESS = "no_address"
    NOT_CONFIRMED = "not_confirmed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Reach:
    """Who is reached outside the portal; `address` is what a problem is about, messages go to `unconfirmed` ones too."""

    mails: tuple[str, ...] = ()
    places: tuple[Channel, ...] = ()
    problem: ReachProblem | None = None
    address: AddressView | None = None
    error: str = ""
    suggested: str = ""
    unconfirmed: tuple[str, ...] = ()

    @property
    def anybody(self) -> bool:
        """Whether at least one channel outside the portal reaches somebody."""
        return bool(self.mails or self.places)

    @property
    def codes(self) -> tuple[str, ...]:
        """The channels that reach somebody."""
        return (*((EMAIL.code,) if self.mails else ()), *(one.code for one in self.places))


def reach_outside() -> Reach:
    """Who would be notified that the portal is closed: a confirmed address whose mail goes through, a place that answered."""
    settings, email = list_channels(), get_channel(EMAIL.code)
    addresses, wanted = list_addresses(), _mailboxes(email)
    errors = {one.email: _mail_error(one, email) for one in addresses}
    ready = email.enabled and not EMAIL.unready()
    confirmed = [one for one in addresses if one.confirmed_at and mail_key(one.email) in wanted]
    known = {mail_key(one.email) for one in confirmed}
    mails = tuple(one.email for one in confirmed if ready and not errors[one.email])
    places = tuple(one.channel for one in settings if _place_answers(one))
    about = next(iter(confirmed), None) or next(iter(addresses), None)
    return Reach(
        mails=mails,
        places=places,
        problem=None if mails or places else _problem(email, about, confirmed=bool(confirmed)),
        address=about,
        error=errors.get(about.email, "") if about else "",
        suggested=about.email if about else next(iter(wanted.values()), ""),
        unconfirmed=tuple(email for name, email in wanted.items() if ready and name not in known),
    )


def _problem(setting: ChannelView, about: AddressView | None, *, confirmed: bool) -> ReachProblem:
    if EMAIL.unready():
        return ReachProblem.NO_SERVER
    if not setting.enabled:
        return ReachProblem.OFF
    if about is None:
        return ReachProblem.NO_ADDRESS
    return ReachProblem.FAILED if confirmed else ReachProblem.NOT_CONFIRMED


def _mailboxes(setting: ChannelView) -> dict[str, str]:
    """The addresses that e-mail goes to now, by their lower case."""
    found = [*split_addresses(setting.address), *(holder.email for holder in list_roles().values())]
    return {mail_key(email): email for email in found if email}


def _mail_error(address: AddressView, setting: ChannelView) -> str:
    """Why the last message to a confirmed address did not go through for good; a server that is busy is no reason."""
    last = _last_ended(EMAIL.code, lambda row: mail_key(row.recipient) == mail_key(address.email))
    moment = (last.sent_at or last.taken_at if last else None) or address.confirmed_at
    if setting.test_error and moment and setting.tested_at and setting.tested_at >= moment:
        failure = explain_failure(setting.test_error)
        return "" if failure is not None and failure.passes else setting.test_error
    return last.error or last.state if last and last.state != DeliveryState.SENT else ""


def _place_answers(setting: ChannelView) -> bool:
    """Whether the last message to the present address was answered; one that was never tried has not."""
    if setting.channel.addressee is not Addressee.PLACE or not (setting.enabled and setting.address):
        return False
    last = _last_ended(setting.code, lambda row: (row.target or row.recipient) == setting.address)
    moment = (last.sent_at or last.taken_at) if last else None
    if setting.tested_at and (moment is None or setting.tested_at >= moment):
        return not setting.test_error
    return bool(last and last.state == DeliveryState.SENT)


def _last_ended(channel: str, fits: Callable[[PastDelivery], bool]) -> PastDelivery | None:
    return next((row for row in past_deliveries().get(channel, ()) if fits(row)), None)
