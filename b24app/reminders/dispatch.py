"""The dispatcher of one portal: composes messages in its language, addresses them, and sends each by its channel."""

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from b24app.database import db
from b24app.errors import AppError, PortalError, SettingsWrong
from b24app.portals.availability import note_answer
from b24app.portals.client_factory import open_client
from b24app.portals.model import Portal
from b24app.reminders.channels import Message, Outcome, feed, mail, notification, webhook
from b24app.reminders.delivery import Send
from b24app.reminders.message_texts import MessageDraft
from b24app.reminders.outbox import Outgoing
from b24app.reminders.portal_tasks import put_task
from b24app.reminders.recipients import Recipient, recipients
from b24app.reminders.reminder_settings import ChannelView, list_channels, webhook_secret
from b24app.renewal.renewal_stages import Holder
from b24app.renewal.signed_links import ensure_link
from b24app.rest_client import RestClient
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import N_, one_line, plain_lines
from b24app.text.sentences import sentence
from b24app.text.translator import Translator

SYSTEM = Author(None, "Продление без простоя")
OPEN, OUTSIDE = N_("Open the renewal"), N_("If the portal does not open")


class ChannelOff(AppError):
    """A letter waits for a way of reminding that has been switched off since: nothing is sent."""

    public = N_("Nothing was sent: this way of reminding was switched off.")


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """One portal as a writer of letters sees it."""

    portal: Portal
    speech: Translator
    now: datetime

    @property
    def local(self) -> datetime:
        """The portal's own time."""
        return self.now.astimezone(ZoneInfo(self.portal.time_zone))

    @property
    def today(self) -> date:
        """The portal's own day."""
        return self.local.date()


def open_dispatcher(portal: Portal) -> Dispatcher:
    """The desk of a portal at the present moment."""
    return Dispatcher(portal, Translator(portal.language, portal.time_zone), services().clock.now())


def deep_link(portal: Portal, screen: str = "renewal") -> str:
    """The address that opens our widget in the portal's slider, at one of its pages.

    Source: platform.md, REST_APP_URI: /marketplace/view/<application code or client id>/?params[k]=v. The brackets
    are written as %5B and %5D: inside [URL=…] of a message the first bracket would end the address.
    """
    scheme = portal.client_endpoint.partition("://")[0] or "https"
    code = portal.application_code or services().settings.client_id
    return f"{scheme}://{portal.domain}/marketplace/view/{code}/?params%5Bscreen%5D={screen}"


def compose(dispatcher: Dispatcher, draft: MessageDraft, key: str, tag: str) -> Message:
    """A draft in the portal's language, with both addresses: inside the portal and outside of it."""
    deadline = None
    if draft.deadline is not None:
        deadline = datetime.combine(draft.deadline, time(18, 0), ZoneInfo(dispatcher.portal.time_zone))
    outside = "" if draft.public else ensure_link("status", by=SYSTEM, at=dispatcher.now).url
    return Message(
        key=f"{dispatcher.portal.member_id}:{key}",
        tag=tag,
        subject=one_line(dispatcher.speech.say(draft.subject)),
        lines=tuple(filter(None, (plain_lines(dispatcher.speech.say(line)) for line in draft.lines))),
        link=deep_link(dispatcher.portal, draft.screen),
        link_text=dispatcher.speech.say(sentence(OPEN)),
        outside=outside,
        outside_text=dispatcher.speech.say(sentence(OUTSIDE)) if outside else "",
        deadline=deadline,
        public=draft.public,
    )


def address_letter(letter: Message, code: str, people: Iterable[Holder]) -> tuple[Outgoing, ...]:
    """The letter once for each recipient of each channel that is on and can send."""
    people = tuple(people)
    found = []
    for channel in working_channels():
        found += [Outgoing(channel.code, to, letter) for to in recipients(channel, code, people)]
    return tuple(found)


def working_channels() -> tuple[ChannelView, ...]:
    """The channels that are on; e-mail only when a mail server is set."""
    has_mail = services().settings.smtp_url is not None
    return tuple(item for item in list_channels() if item.enabled and (has_mail or item.code != "email"))


def client_of(dispatcher: Dispatcher) -> Callable[[], RestClient]:
    """One door to the portal for everything of one run, opened when it is first needed."""
    return functools.cache(functools.partial(open_client, dispatcher.portal.id, background=True))


def sender_for(dispatcher: Dispatcher, *, even_off: bool = False) -> Send:
    """How to send by each channel; with `even_off` also by one that is switched off, as a test of it does.

    Letters for everybody have a button of their own and do not ask whether the channel of reminders is on.
    """
    client = client_of(dispatcher)

    def send(channel: str, letter: Message, to: Recipient) -> Outcome:
        if not (even_off or letter.public) and channel in _switched_off():
            raise ChannelOff
        if channel == "email":
            return _send_mail(dispatcher, letter, to)
        if channel == "webhook":
            secret, portal = webhook_secret(), dispatcher.portal.domain
            db.session.commit()
            guard = webhook.webhook_guard(services().resolve)
            return webhook.send(to.address, secret, letter, dispatcher.now, portal=portal, guard=guard)
        return _send_inside(dispatcher, client, channel, letter, int(to.address))

    return send


def _switched_off() -> tuple[str, ...]:
    return tuple(item.code for item in list_channels() if not item.enabled)


_INSIDE: Mapping[str, Callable[[RestClient, Message, int], Outcome]] = {
    "notification": notification.send,
    "feed": feed.send,
}


def _send_inside(
    dispatcher: Dispatcher, client: Callable[[], RestClient], channel: str, letter: Message, user_id: int
) -> Outcome:
    try:
        if channel == "task":
            outcome = put_task(client, letter, user_id, dispatcher.now, dispatcher.today)
        else:
            outcome = _INSIDE[channel](client(), letter, user_id)
    except PortalError:
        db.session.rollback()
        raise
    note_answer(dispatcher.now)
    db.session.commit()
    return outcome


def _send_mail(dispatcher: Dispatcher, letter: Message, to: Recipient) -> Outcome:
    settings = services().settings
    if settings.smtp_url is None:
        raise SettingsWrong("B24APP_SMTP_URL is not set")
    server = mail.mail_server(settings.smtp_url.get_secret_value(), settings.mail_from)
    return mail.send(server, letter, to.address, to.name, dispatcher.now)
