"""E-mail over SMTP, as text and HTML: the channel that works when the portal does not."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from email import errors
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.policy import SMTPUTF8 as SMTPUTF8_POLICY
from email.utils import format_datetime
from html import escape

from b24app.errors import SettingsWrong
from b24app.input_limits import one_line, plain_lines
from b24app.reminders.channels import (
    Addressee,
    AddressField,
    Channel,
    HandOver,
    Message,
    Outcome,
    Recipient,
    SendContext,
    hand_over_freely,
)
from b24app.reminders.channels.email.smtp import (
    MAIL_SECONDS,
    NO_UTF8,
    SLOW,
    MailNotAccepted,
    MailRefused,
    MailServer,
    MailUnanswered,
    MailUnavailable,
    mail_server,
    own_mail_guard,
    post,
)
from b24app.reminders.kinds import ReminderKind
from b24app.renewal.failure_explanations import FailureWords
from b24app.renewal.renewal_stages import Holder
from b24app.renewal.situation_reading import check_email
from b24app.services import services
from b24app.text.host_names import NoHostName
from b24app.text.mail_addresses import ascii_host, mail_key, read_mail
from b24app.text.messages import N_


def send(
    server: MailServer,
    message: Message,
    to: str,
    name: str,
    at: datetime,
    *,
    hand_over: HandOver = hand_over_freely,
    seconds: float = MAIL_SECONDS,
) -> Outcome:
    """Hand one message over, within `seconds` in all; a repeated attempt carries the same Message-ID.

    Raises MailRefused for good, MailUnavailable before the message has left, MailUnanswered after it has.
    """
    post(server, write(message, server.sender, to, name, at), ascii_host(to), hand_over, seconds)
    return Outcome.SENT


def write(message: Message, sender: str, to: str, name: str, at: datetime) -> EmailMessage:
    """The e-mail with text and HTML."""
    sender = ascii_host(sender)
    reply_to = ascii_host(message.letterhead.reply_to) if message.letterhead is not None else ""
    plain = all(one.isascii() for one in (sender, reply_to, ascii_host(to)))
    mail = EmailMessage(policy=SMTP_POLICY if plain else SMTPUTF8_POLICY)
    mail["From"] = Address(one_line(message.sender), addr_spec=sender) if message.sender else sender
    mail["To"] = _addressee(to, name)
    if reply_to:
        mail["Reply-To"] = reply_to
    mail["Subject"] = " ".join(one_line(message.subject).split())
    mail["Date"] = format_datetime(at)
    digest = hashlib.sha256(f"{message.key}|{to}".encode()).hexdigest()[:32]
    mail["Message-ID"] = f"<{digest}@{sender.rpartition('@')[2].rstrip('>') or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(plain_lines(message.text))
    mail.add_alternative(_html(message), subtype="html")
    return mail


def _addressee(to: str, name: str) -> Address:
    user, _, domain = ascii_host(_read(to)).rpartition("@")
    try:
        return Address(display_name=one_line(name), username=user, domain=domain)
    except (ValueError, IndexError, errors.MessageError) as error:
        raise MailRefused("address") from error


def _read(to: str) -> str:
    """The address as it is kept now, from whatever release; raises MailRefused for an invalid one."""
    try:
        found = read_mail(to)
    except NoHostName:
        found = ""
    if not found:
        raise MailRefused("address")
    return found


def _html(message: Message) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in message.lines)
    links = "".join(
        f'<p><a href="{escape(url, quote=True)}">{escape(text)}</a></p>'
        for text, url in ((message.link_text, message.link), (message.outside_text, message.outside))
        if url
    )
    return plain_lines(f"<html><body><h1>{escape(message.subject)}</h1>{lines}{links}</body></html>")


def _send(context: SendContext, message: Message, to: Recipient) -> Outcome:
    if message.letterhead is not None:
        return _send_for_another(context, message, to)
    settings = services().settings
    if settings.smtp_url is None:
        raise SettingsWrong("B24APP_SMTP_URL is not set")
    server = mail_server(settings.smtp_url.get_secret_value(), settings.mail_from)
    named = replace(message, subject=_with_portal(message.subject, context.domain))
    return send(server, named, to.address, to.name, context.now, hand_over=context.hand_over)


def _send_for_another(context: SendContext, message: Message, to: Recipient) -> Outcome:
    """A letter in somebody else's name: by his own mail server where he has one, never by ours in its place."""
    settings, own = services().settings, context.own_mail
    if message.letterhead is not None and message.letterhead.own_server:
        if own is None:
            raise MailRefused("no_own_server")
        server = replace(mail_server(own.url, own.sender), guard=own_mail_guard(services().resolve))
    elif settings.smtp_url is None:
        raise SettingsWrong("B24APP_SMTP_URL is not set")
    else:
        server = mail_server(settings.smtp_url.get_secret_value(), settings.mail_from)
    return send(server, message, to.address, to.name, context.now, hand_over=context.hand_over)


def _with_portal(subject: str, domain: str) -> str:
    """The subject with the portal it is about: a mailbox gets letters of several, and of everything else."""
    return subject if domain in subject else f"{subject} · {domain}"


def _recipients(_kind: ReminderKind, address: str, people: Iterable[Holder]) -> tuple[Recipient, ...]:
    """The people's mailboxes and the further addresses, each once."""
    found = {
        mail_key(person.email): Recipient(person.email, person.name) for person in people if person.email
    }
    for one in split_addresses(address):
        found.setdefault(mail_key(one), Recipient(one))
    return tuple(found.values())


def split_addresses(text: str) -> tuple[str, ...]:
    """The addresses of a list with commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _unready() -> str:
    return NO_SERVER if services().settings.smtp_url is None else ""


NO_TLS = N_(
    "The mail server offers no encryption: the password would be read on its way, so it was not sent."
)
NO_SERVER = N_("E-mail is not set up on our server: whoever keeps the application has to name a mail server.")
REFUSED = {
    "535": N_("The mail server did not accept our name and password."),
    "550": N_("There is no such mailbox, or it takes no letters from us: check the address."),
    "address": N_("This is not an e-mail address: correct it."),
    "552": N_("The mailbox is full."),
    "554": N_("The mail server takes our letter for spam: allow our address there."),
    NO_UTF8: N_(
        "The mail server takes no addresses with letters beyond Latin before the @: name another address of this mailbox."
    ),
    "no_own_server": N_("The own mail server was taken away, and nothing was sent by another one."),
}
UNAVAILABLE = {
    "450": N_("The mailbox is busy or holds unknown senders back for a while."),
    SLOW: N_("The mail server answers too slowly."),
    "place": N_("The address of the mail server is not one of the open internet."),
}
CHANNEL = Channel(
    code="email",
    title=N_("E-mail"),
    short=N_("mail"),
    about=N_("To the people of the renewal and to the addresses below"),
    icon="mail",
    order=40,
    addressee=Addressee.MAILBOX,
    send=_send,
    recipients=_recipients,
    failures=(
        FailureWords("MailRefused", MailRefused, N_("The mail server refused the letter."), REFUSED),
        FailureWords(
            "MailUnavailable", MailUnavailable, N_("The mail server could not be reached."), UNAVAILABLE
        ),
        FailureWords(
            "MailNotAccepted",
            MailNotAccepted,
            N_("The mail server does not accept this application: ask whoever runs it."),
            {"535": REFUSED["535"], "no_tls": NO_TLS},
        ),
        FailureWords(
            "MailUnanswered",
            MailUnanswered,
            N_("The mail server got the letter and did not answer: it may have arrived."),
        ),
    ),
    address=AddressField(
        label=N_("More addresses, with commas"),
        check=lambda text: ", ".join(check_email(one) for one in split_addresses(text)),
        attributes={"inputmode": "email"},
    ),
    on_at_first=True,
    unsure_repeats=1,
    shared_server=True,
    unready=_unready,
)
