"""The channels that reach a person of an integrator: those he wants, his portal has switched on, and whose address was confirmed."""

from dataclasses import dataclass, replace

from b24app.integrators.alerts.wishes import Wishes
from b24app.integrators.outside.sign_in_links import get_address
from b24app.reminders.channels import Message, Recipient
from b24app.reminders.channels.email import CHANNEL as EMAIL
from b24app.reminders.channels.notification import CHANNEL as NOTIFICATION
from b24app.reminders.channels.telegram import CHANNEL as TELEGRAM
from b24app.reminders.channels.telegram.links import find_link
from b24app.reminders.dispatch import Dispatcher, compose
from b24app.reminders.kinds import MessageDraft, Planned, Screen, find_kind
from b24app.reminders.outbox import Outgoing, keep_due
from b24app.reminders.recipients import working_channels
from b24app.services import services
from b24app.text.messages import N_, sentence

OPEN_ALERTS, OPEN_CLIENTS = N_("Open the alerts"), N_("Open the clients")
FROM_OUTSIDE = N_("If the portal does not open")
BUTTONS = {Screen.ALERTS: OPEN_ALERTS, Screen.CLIENTS: OPEN_CLIENTS}


@dataclass(frozen=True, slots=True)
class MemberChannel:
    """One channel to a person, and whether it works: wanted, switched on in the portal, its address known."""

    code: str
    wanted: bool
    working: bool
    address: str

    @property
    def used(self) -> bool:
        """Whether a message goes by it now."""
        return self.wanted and self.working and bool(self.address)


def channels_of(user_id: int, wishes: Wishes) -> tuple[MemberChannel, ...]:
    """The three channels to a person of the portal in scope."""
    working = {one.code for one in working_channels()}
    address, link = get_address(user_id), find_link(user_id)
    mail = address.email if address and address.confirmed_at else ""
    chat = str(user_id) if link and link.linked else ""
    return (
        MemberChannel(NOTIFICATION.code, wishes.by_portal, NOTIFICATION.code in working, str(user_id)),
        MemberChannel(EMAIL.code, wishes.by_mail, EMAIL.code in working, mail),
        MemberChannel(TELEGRAM.code, wishes.by_telegram, TELEGRAM.code in working, chat),
    )


@dataclass(frozen=True, slots=True)
class MemberMessage:
    """One message to one person: its kind, the key by which it is kept once, the page that it leads to."""

    code: str
    key: str
    screen: Screen
    user_id: int
    name: str


def keep_for_member(dispatcher: Dispatcher, one: MemberMessage, wishes: Wishes) -> bool:
    """Keep one message to a person once by its key, without its words: those are written when it leaves."""
    item = Planned(one.key, one.code, one.code, dispatcher.today, 0, ())
    message = _wordless(dispatcher, one)
    ways = (way for way in channels_of(one.user_id, wishes) if way.used)
    messages = tuple(Outgoing(way.code, Recipient(way.address, one.name), message) for way in ways)
    return keep_due(item, messages, None, dispatcher.now)


def _wordless(dispatcher: Dispatcher, one: MemberMessage) -> Message:
    draft = MessageDraft(sentence(find_kind(one.code).title), (), public=True, screen=one.screen)
    return replace(
        compose(dispatcher, draft, one.key, one.key),
        public=False,
        code=one.code,
        link_text=dispatcher.translator.say(BUTTONS[one.screen]),
        outside=f"{services().settings.public_url}/sign-in",
        outside_text=dispatcher.translator.say(FROM_OUTSIDE),
    )


def is_reached(user_id: int, wishes: Wishes) -> bool:
    """Whether anything at all goes to a person."""
    return any(way.used for way in channels_of(user_id, wishes))
