"""The dispatcher of one portal: composes messages in its language, addresses them, and sends each by its channel."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.deadline import within
from b24app.errors import BadInput
from b24app.input_limits import one_line, plain_lines
from b24app.portals.availability import note_answer
from b24app.portals.client_factory import open_client, pace
from b24app.portals.model import Person, Portal
from b24app.reminders.channels import (
    Addressee,
    ChannelOff,
    HandOver,
    Message,
    NobodyToReach,
    Outcome,
    Recipient,
    SendContext,
    describe_failure,
    hand_over_freely,
    load_channels,
)
from b24app.reminders.kinds import TEST, MessageDraft, Screen
from b24app.reminders.late_writing import write_late
from b24app.reminders.outbox import Outgoing
from b24app.reminders.own_mail_server import own_mail_for
from b24app.reminders.recipients import recipients, working_channels
from b24app.reminders.reminder_settings import get_channel, note_test, signing_secret
from b24app.reminders.sending import Send, deliver_waiting
from b24app.renewal.renewal_stages import Holder, Role
from b24app.renewal.signed_links import ensure_link
from b24app.renewal.situation_reading import list_roles
from b24app.rest_client import RestClient
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import N_, sentence
from b24app.text.translation import Translator

SEND_SECONDS = 45.0  # less than the lease of a delivery
SYSTEM = Author(None, "Продление без простоя")
OPEN, OUTSIDE = N_("Open the renewal"), N_("If the portal does not open")


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """One portal with its language and the moment of sending."""

    portal: Portal
    translator: Translator
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
    """The dispatcher of a portal at the present moment."""
    return Dispatcher(portal, Translator(portal.language, portal.time_zone), services().clock.now())


def deep_link(portal: Portal, screen: Screen) -> str:
    """The address that opens our widget in the portal's slider, at one of its pages.

    Source: vendor's documentation of REST_APP_URI: /marketplace/view/<application code or client id>/?params[k]=v. The brackets
    are written as %5B and %5D: inside [URL=…] of a message the first bracket would end the address.
    """
    code = portal.application_code or services().settings.client_id
    return f"{portal.url}/marketplace/view/{code}/?params%5Bscreen%5D={screen}"


def own_name(dispatcher: Dispatcher) -> str:
    """Who a letter is from: the application in the portal's language, and the portal."""
    name = dispatcher.translator.say(sentence(N_("Renewal without downtime")))
    return f"{name} · {dispatcher.portal.domain}"


def compose(dispatcher: Dispatcher, draft: MessageDraft, key: str, tag: str) -> Message:
    """A draft in the portal's language, with both addresses: inside the portal and outside of it."""
    deadline = None
    if draft.deadline is not None:
        deadline = datetime.combine(draft.deadline, time(18, 0), ZoneInfo(dispatcher.portal.time_zone))
    outside = "" if draft.public else ensure_link("status", by=SYSTEM, at=dispatcher.now).url
    return Message(
        key=f"{dispatcher.portal.member_id}:{key}",
        tag=tag,
        subject=one_line(dispatcher.translator.say(draft.subject)),
        lines=tuple(filter(None, (plain_lines(dispatcher.translator.say(line)) for line in draft.lines))),
        link=deep_link(dispatcher.portal, draft.screen),
        link_text=dispatcher.translator.say(sentence(OPEN)),
        outside=outside,
        outside_text=dispatcher.translator.say(sentence(OUTSIDE)) if outside else "",
        deadline=deadline,
        public=draft.public,
        sender=own_name(dispatcher),
    )


def address_message(message: Message, code: str, people: Iterable[Holder]) -> tuple[Outgoing, ...]:
    """The message once for each recipient of each channel that is on and carries this kind."""
    people, message = tuple(people), replace(message, code=code)
    return tuple(
        Outgoing(setting.code, to, message)
        for setting in working_channels()
        for to in recipients(setting, code, people)
    )


def reach_somebody(messages: tuple[Outgoing, ...]) -> tuple[Outgoing, ...]:
    """The messages themselves; raises NobodyToReach when there is none."""
    if not messages:
        raise NobodyToReach
    return messages


def client_of(dispatcher: Dispatcher) -> Callable[[], RestClient]:
    """One client of the portal for everything of one run, opened when it is first needed."""
    return functools.cache(functools.partial(open_client, dispatcher.portal.id, background=True))


def send_waiting_of(dispatcher: Dispatcher) -> int:
    """Send everything that is due in this portal; returns how many messages left."""
    return deliver_waiting(sender_for(dispatcher), services().clock.now)


def sender_for(dispatcher: Dispatcher, *, even_off: bool = False) -> Send:
    """How to send by each channel; with `even_off` also by one that is switched off, as a test of it does.

    Messages for everybody have a button of their own and do not ask whether the channel of reminders is on.
    """
    client = client_of(dispatcher)

    def send(code: str, message: Message, to: Recipient, hand_over: HandOver) -> Outcome:
        setting = get_channel(code)
        if not (even_off or message.public or setting.enabled):
            raise ChannelOff
        secret = signing_secret(code) if setting.has_secret else ""
        message = write_late(message, to, code)
        times, own = (dispatcher.now, dispatcher.today), own_mail_for(message)
        context = SendContext(dispatcher.portal.domain, *times, secret, client, hand_over, own)
        db.session.commit()
        with within(SEND_SECONDS, pace().steady):
            outcome = setting.channel.send(context, message, to)
        if not setting.channel.outside:
            note_answer(dispatcher.now)  # the portal itself took it
        db.session.commit()
        return outcome

    return send


def try_channel(portal_id: int, code: str, user_id: int) -> None:
    """Send a test by one channel to the person who pressed the button, and keep how it ended."""
    if code not in load_channels():
        raise BadInput(N_("There is no such channel."), "code")
    with portal_scope(portal_id):
        dispatcher = open_dispatcher(db.session.get_one(Portal, portal_id))
        error = _try_channel(dispatcher, code, _holder_of(user_id))
        note_test(code, dispatcher.now, error)
        db.session.commit()


def _holder_of(user_id: int) -> Holder:
    """Whoever pressed the button: by the roles, or as the portal has named the person."""
    known = next((holder for holder in list_roles().values() if holder.user_id == user_id), None)
    name = known.name if known else db.session.scalar(select(Person.name).where(Person.user_id == user_id))
    return Holder(Role.RESPONSIBLE, user_id, name or "", known.email if known else "")


def _try_channel(dispatcher: Dispatcher, code: str, person: Holder) -> str:
    subject, line = N_("A test of reminders"), N_("If you can read this, this way of reminding works.")
    public = load_channels()[code].addressee is Addressee.EVERYBODY
    draft = MessageDraft(sentence(subject), (sentence(line),), public=public)
    try:
        message = compose(dispatcher, draft, f"test:{code}:{dispatcher.now.isoformat()}", TEST.code)
        message = replace(message, code=TEST.code)
        targets = _test_targets(code, person)
        db.session.commit()
    except Exception as error:  # noqa: BLE001 - the end of a test is what it is for
        db.session.rollback()
        return describe_failure(error)
    return next(filter(None, [_try_target(dispatcher, code, message, target) for target in targets]), "")


def _test_targets(code: str, person: Holder) -> tuple[Recipient, ...]:
    targets = recipients(get_channel(code), TEST.code, (person,))
    if not targets:
        raise BadInput(N_("This channel has no address yet."), "address")
    return targets


def _try_target(dispatcher: Dispatcher, code: str, message: Message, target: Recipient) -> str:
    try:
        sender_for(dispatcher, even_off=True)(code, message, target, hand_over_freely)
    except Exception as error:  # noqa: BLE001 - the other addresses are tried all the same
        db.session.rollback()
        return describe_failure(error)
    return ""
