"""Channels that reach people, one folder each: how a message is sent, its texts, its settings, its failures.

A folder declares one CHANNEL and is found by being there. A channel sends what was composed before; whether it is on,
and to which address, is kept by `reminder_settings`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import ClassVar

from b24app.discovery import by_code, import_children
from b24app.errors import AppError
from b24app.reminders.kinds import ReminderKind
from b24app.reminders.letterheads import Letterhead, OwnMail
from b24app.renewal.failure_explanations import APPLICATION_FAILURES, Failure, FailureWords, describe, explain
from b24app.renewal.renewal_stages import Holder
from b24app.rest_client import RestClient
from b24app.text.messages import N_


class Outcome(StrEnum):
    """How a channel ended: it sent the message, moved the deadline of a task, or found the task there and sent nothing."""

    SENT = "sent"
    MOVED = "moved"
    KEPT = "kept"


class Addressee(StrEnum):
    """Whom a channel reaches, which is what the address of its recipients holds."""

    USER = "user"
    """The number of a user of the portal."""
    EVERYBODY = "everybody"
    """All employees: nothing."""
    MAILBOX = "mailbox"
    """An e-mail address."""
    PLACE = "place"
    """An address of the portal's owner that is no mailbox."""
    PERSON = "person"
    """The number of a user who has linked an account of a foreign service: outside the portal, and never enough alone."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person or address; `address` is a user's id for the portal's own channels."""

    address: str = field(repr=False)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message in the reader's language; `key` is the same for every attempt, `tag` for what replaces each other.

    `paper` is the number of a paper of the renewal that goes with a task, or 0. `code` is the kind of its reminder, for
    channels that send no more than that; `sender` is our name above a letter, `letterhead` of one in another's name.
    `opens`: whoever has the link may enter by it, so it is sealed for as long as the message is kept.
    `brief` is what a foreign service may read of it, counts alone; without it such a channel sends the kind.
    """

    key: str
    tag: str
    subject: str
    lines: tuple[str, ...]
    link: str = ""
    link_text: str = ""
    outside: str = ""
    outside_text: str = ""
    deadline: datetime | None = None
    public: bool = False
    paper: int = 0
    code: str = ""
    sender: str = ""
    opens: bool = False
    letterhead: Letterhead | None = None
    brief: str = ""

    @property
    def text(self) -> str:
        """Plain text of the whole message."""
        pairs = (self.link_text, self.link), (self.outside_text, self.outside)
        links = [f"{text}: {url}" for text, url in pairs if url]
        return "\n".join([*self.lines, *([""] if links else []), *links])


HandOver = Callable[[], None]


def hand_over_freely() -> None:
    """For a message without a delivery, such as a test: nothing is written down."""


@dataclass(frozen=True, slots=True)
class SendContext:
    """What a channel sends with: the portal, the moment, its signing key, and the portal's client when it is needed.

    `hand_over` is called right before the message leaves for good; it raises when another worker holds it by now.
    """

    domain: str
    now: datetime
    today: date
    secret: str
    client: Callable[[], RestClient]
    hand_over: HandOver = hand_over_freely
    own_mail: OwnMail | None = None


@dataclass(frozen=True, slots=True)
class AddressField:
    """The field of a channel's own address in the settings.

    `check` returns the address as it is kept or raises BadInput; `judge` returns why a kept address is not used, or nothing;
    `required` is the message where it is missing. A `secret` address is sealed and shown only as `show` gives it.
    """

    label: str
    check: Callable[[str], str]
    required: str = ""
    hint: str = ""
    kind: str = "text"
    attributes: Mapping[str, str] = field(default_factory=dict)
    secret: bool = False
    show: Callable[[str], str] = str
    judge: Callable[[str], str] = lambda _address: ""


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel. `short` names it in a list of channels, `about` describes whom it serves, `icon` is of the page's own set.

    `recipients` gives who gets a kind of reminder, from the channel's own address and the people of the renewal.
    `unsure_repeats` is how often a message that may have arrived is sent again: None where doubles are dropped.
    Messages of all portals go through one server where `shared_server`. `signed` ones have a key. `unready` returns what
    the operator has not set up, or nothing; an `optional` channel is not missed then. `wakes_at` returns when a recipient
    who rests at a moment wants messages again: the moment itself for one who does not. `panel` is a template below the
    row of the settings.
    """

    code: str
    title: str
    short: str
    about: str
    icon: str
    order: int
    addressee: Addressee
    send: Callable[[SendContext, Message, Recipient], Outcome]
    recipients: Callable[[ReminderKind, str, Iterable[Holder]], tuple[Recipient, ...]]
    failures: tuple[FailureWords, ...] = ()
    address: AddressField | None = None
    on_at_first: bool = False
    unsure_repeats: int | None = None
    shared_server: bool = False
    signed: bool = False
    unready: Callable[[], str] = lambda: ""
    optional: bool = False
    wakes_at: Callable[[str, datetime], datetime] = lambda _recipient, at: at
    panel: str = ""

    @property
    def outside(self) -> bool:
        """Whether it reaches people outside the portal: it works when the portal does not."""
        return self.addressee in (Addressee.MAILBOX, Addressee.PLACE, Addressee.PERSON)

    @property
    def hides_address(self) -> bool:
        """Whether the whole address of a recipient is a secret."""
        return self.address is not None and self.address.secret


@cache
def load_channels() -> Mapping[str, Channel]:
    """Import every folder of `channels/` and return what they declare, by code, in the order of the settings."""
    declared = (vars(module).get("CHANNEL") for module in import_children(__name__))
    found = sorted(
        (one for one in declared if isinstance(one, Channel)), key=lambda one: (one.order, one.code)
    )
    return by_code(found)


def users(people: Iterable[Holder]) -> tuple[Recipient, ...]:
    """Those of the people who are users of the portal."""
    return tuple(Recipient(str(person.user_id), person.name) for person in people if person.user_id)


class TryLater(AppError):
    """A refusal that passes: `wait` is how long it asks to wait, `server_away` that it is not about this message."""

    retryable: ClassVar[bool] = True

    def __init__(
        self, detail: str = "", *, wait: timedelta = timedelta(0), server_away: bool = False
    ) -> None:
        super().__init__(detail)
        self.wait = wait
        self.server_away = server_away


class Unanswered(TryLater):
    """The message left and no answer came: it may have arrived."""

    public = N_("The message left, and no answer came: it may have arrived.")


class GivenUp(AppError):
    """It waited for five days without leaving."""

    public = N_("Not delivered within five days; it is too late for it now.")


class NotNeeded(AppError):
    """Its date has changed, or what it asks for is done: nothing is sent."""

    public = N_("Not needed any more: the date has changed, or it is paid.")


class NothingLeft(AppError):
    """What it was about is over, or its reader may not see it any more: nothing is sent, and nothing failed."""

    public = N_("Not sent: what it was about was over before it left.")


class WorkersLost(AppError):
    """Every process that took it died with it."""

    public = N_("Our processes stopped again and again while they were sending this.")


class MessageUnreadable(AppError):
    """A message that another release wrote, or a channel to send it by, which is unknown to this one."""

    public = N_("The letter was written by another version of the application and cannot be read.")


class NobodyToReach(AppError):
    """No channel that is on has anybody to reach: nothing is sent, and that is shown."""

    public = N_("Nothing was sent: there is nobody to reach.")


class ChannelOff(AppError):
    """A message waits for a channel that has been switched off since: nothing is sent."""

    public = N_("Nothing was sent: this way of reminding was switched off.")


class PersonDismissed(AppError):
    """A message waited for a person who does not work in the portal any more."""

    public = N_("Nothing was sent: this person was dismissed from the portal.")


OF_SENDING = (
    FailureWords("NobodyToReach", NobodyToReach),
    FailureWords("ChannelOff", ChannelOff),
    FailureWords("PersonDismissed", PersonDismissed),
    FailureWords("LetterUnreadable", MessageUnreadable),
    FailureWords("GivenUp", GivenUp),
    FailureWords("NotNeeded", NotNeeded),
    FailureWords("NothingLeft", NothingLeft),
    FailureWords("WorkersLost", WorkersLost),
)


@cache
def known_failures() -> tuple[FailureWords, ...]:
    """Every failure that a delivery may keep: the application's, those of sending, and those of each channel."""
    of_channels = (one for channel in load_channels().values() for one in channel.failures)
    return (*APPLICATION_FAILURES, *OF_SENDING, *of_channels)


def describe_failure(error: Exception) -> str:
    """What a delivery keeps of an error: its code and its own words, without secrets."""
    return describe(error, known_failures())


def explain_failure(kept: str) -> Failure | None:
    """The failure that a delivery has kept, in words for people; None when nothing failed."""
    return explain(kept, known_failures())
