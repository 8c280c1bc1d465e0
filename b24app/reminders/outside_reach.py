"""Whether any channel outside the portal reaches anybody, decided in one place; every page and message asks here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from b24app.database import db
from b24app.reminders import model
from b24app.reminders.confirmed_addresses import AddressView, list_addresses
from b24app.reminders.reminder_settings import ChannelView, list_channels
from b24app.renewal.renewal_state import list_roles
from b24app.services import services

LOOKED_THROUGH = 200
ENDED = ("sent", "failed", "uncertain")
PASSING = ("MailUnavailable", "WebhookUnavailable")


@dataclass(frozen=True, slots=True)
class Reach:
    """Who is reached outside the portal; when nobody is, `problem` says why and `address` what it is about.

    Problems: `no_server`, `off`, `no_address`, `not_confirmed`, `failed`. Letters go to `unconfirmed` addresses too.
    """

    mails: tuple[str, ...] = ()
    webhook: bool = False
    problem: str = ""
    address: AddressView | None = None
    error: str = ""
    suggested: str = ""
    unconfirmed: tuple[str, ...] = ()

    @property
    def anybody(self) -> bool:
        """Whether at least one way outside the portal reaches somebody."""
        return bool(self.mails or self.webhook)


def reach_outside() -> Reach:
    """Who would learn that the portal is closed: a confirmed address whose mail goes through, a webhook that answered."""
    channels = {channel.code: channel for channel in list_channels()}
    addresses, wanted = list_addresses(), _recipients(channels["email"])
    errors = {one.email: _mail_error(one, channels["email"]) for one in addresses}
    ready = services().settings.smtp_url is not None and channels["email"].enabled
    confirmed = [one for one in addresses if one.confirmed_at and one.email.lower() in wanted]
    mails = tuple(one.email for one in confirmed if ready and not errors[one.email])
    webhook = _webhook_answers(channels["webhook"])
    about = next(iter(confirmed), None) or next(iter(addresses), None)
    return Reach(
        mails=mails,
        webhook=webhook,
        problem="" if mails or webhook else _problem(channels["email"], about, confirmed=bool(confirmed)),
        address=about,
        error=errors.get(about.email, "") if about else "",
        suggested=about.email if about else next(iter(wanted.values()), ""),
        unconfirmed=_unconfirmed(wanted, confirmed) if ready else (),
    )


def _unconfirmed(wanted: Mapping[str, str], confirmed: Iterable[AddressView]) -> tuple[str, ...]:
    known = {one.email.lower() for one in confirmed}
    return tuple(email for name, email in wanted.items() if name not in known)


def _problem(channel: ChannelView, about: AddressView | None, *, confirmed: bool) -> str:
    if services().settings.smtp_url is None:
        return "no_server"
    if not channel.enabled:
        return "off"
    if about is None:
        return "no_address"
    return "failed" if confirmed else "not_confirmed"


def _recipients(channel: ChannelView) -> dict[str, str]:
    """The addresses that letters go to now, by their lower case."""
    named = [part.strip() for part in channel.address.split(",")]
    found = [*named, *(holder.email for holder in list_roles().values())]
    return {email.lower(): email for email in found if email}


def _mail_error(address: AddressView, channel: ChannelView) -> str:
    """Why the last letter to a confirmed address did not go through for good; a server that is busy is no reason."""
    last = _last_ended("email", lambda row: row.recipient.lower() == address.email.lower())
    moment = (last.sent_at or last.claimed_at if last else None) or address.confirmed_at
    if channel.test_error and moment and channel.tested_at and channel.tested_at >= moment:
        return "" if channel.test_error.startswith(PASSING) else channel.test_error
    return last.error or last.state if last and last.state != "sent" else ""


def _webhook_answers(channel: ChannelView) -> bool:
    """Whether the last message to the present address was answered; one that was never tried has not."""
    if not (channel.enabled and channel.address):
        return False
    last = _last_ended("webhook", lambda row: row.target == channel.address)
    moment = (last.sent_at or last.claimed_at) if last else None
    if channel.tested_at and (moment is None or channel.tested_at >= moment):
        return not channel.test_error
    return bool(last and last.state == "sent")


def _last_ended(channel: str, fits: Callable[[model.Delivery], bool]) -> model.Delivery | None:
    query = (
        select(model.Delivery)
        .where(model.Delivery.channel == channel, model.Delivery.state.in_(ENDED))
        .order_by(model.Delivery.id.desc())
        .limit(LOOKED_THROUGH)
    )
    return next((row for row in db.session.scalars(query) if fits(row)), None)
