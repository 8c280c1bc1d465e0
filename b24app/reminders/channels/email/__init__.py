"""E-mail over SMTP, as text and HTML: the channel that works when the portal does not."""

import contextlib
import hashlib
import smtplib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import errors
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from html import escape
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from b24app.errors import AppError, SettingsWrong
from b24app.input_limits import is_mail_address, one_line, plain_lines
from b24app.network import demand_leave
from b24app.reminders.channels import (
    Addressee,
    AddressField,
    Channel,
    Message,
    Outcome,
    Recipient,
    SendContext,
)
from b24app.reminders.kinds import ReminderKind
from b24app.renewal.failure_explanations import FailureWords
from b24app.renewal.renewal_stages import Holder
from b24app.renewal.situation_reading import check_email
from b24app.services import services
from b24app.text.messages import N_

TIMEOUT_SECONDS = 20


class MailRefused(AppError):
    """The mail server will not take this message, now or ever."""

    public = N_("The mail server refused the letter.")


class MailUnavailable(AppError):
    """The mail server cannot take the message now."""

    retryable: ClassVar[bool] = True
    public = N_("The mail server cannot be reached. We will try again.")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where messages are handed over; `tls` from the first byte for smtps, by STARTTLS otherwise when offered."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False
    sender: str = ""


def mail_server(url: str, sender: str) -> MailServer:
    """Read `smtp://user:password@host:port` or `smtps://…`."""
    parts = urlsplit(url)
    tls = parts.scheme == "smtps"
    port = parts.port or (465 if tls else 25)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname or "localhost", port, user, password, tls, sender)


def send(server: MailServer, message: Message, to: str, name: str, at: datetime) -> Outcome:
    """Hand one message over; a repeated attempt carries the same Message-ID, by which mail servers drop doubles."""
    mail = write(message, server.sender, to, name, at)
    try:
        smtp = _connect(server)
        try:
            smtp.send_message(mail)
        finally:
            _close(smtp)
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code)(str(error.smtp_code)) from error
    except smtplib.SMTPRecipientsRefused as error:
        code = next((found[0] for found in error.recipients.values()), 0)
        raise _refusal(code)(str(code)) from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailRefused(type(error).__name__) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnavailable(type(error).__name__) from error
    return Outcome.SENT


def _close(smtp: smtplib.SMTP) -> None:
    """What goes wrong after a message was taken is no reason to send it again."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        smtp.quit()
    smtp.close()


def _refusal(code: int) -> type[AppError]:
    return MailRefused if code >= 500 else MailUnavailable


def _connect(server: MailServer) -> smtplib.SMTP:
    demand_leave()
    context = ssl.create_default_context()
    if server.tls:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        _sign_in(smtp, server, context)
    except (OSError, smtplib.SMTPException):
        smtp.close()
        raise
    return smtp


def _sign_in(smtp: smtplib.SMTP, server: MailServer, context: ssl.SSLContext) -> None:
    smtp.ehlo()
    if not server.tls and smtp.has_extn("starttls"):
        smtp.starttls(context=context)
    if server.user:
        smtp.login(server.user, server.password)


def write(message: Message, sender: str, to: str, name: str, at: datetime) -> EmailMessage:
    """The e-mail with text and HTML."""
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["From"] = sender
    mail["To"] = _addressee(to, name)
    mail["Subject"] = " ".join(one_line(message.subject).split())
    mail["Date"] = format_datetime(at)
    digest = hashlib.sha256(f"{message.key}|{to}".encode()).hexdigest()[:32]
    mail["Message-ID"] = f"<{digest}@{sender.rpartition('@')[2].rstrip('>') or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(plain_lines(message.text))
    mail.add_alternative(_html(message), subtype="html")
    return mail


def _addressee(to: str, name: str) -> Address:
    if not is_mail_address(to):
        raise MailRefused("address")
    user, _, domain = to.rpartition("@")
    try:
        return Address(display_name=one_line(name), username=user, domain=domain)
    except (ValueError, IndexError, errors.MessageError) as error:
        raise MailRefused("address") from error


def _html(message: Message) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in message.lines)
    links = "".join(
        f'<p><a href="{escape(url, quote=True)}">{escape(text)}</a></p>'
        for text, url in ((message.link_text, message.link), (message.outside_text, message.outside))
        if url
    )
    return plain_lines(f"<html><body><h1>{escape(message.subject)}</h1>{lines}{links}</body></html>")


def _send(context: SendContext, message: Message, to: Recipient) -> Outcome:
    settings = services().settings
    if settings.smtp_url is None:
        raise SettingsWrong("B24APP_SMTP_URL is not set")
    server = mail_server(settings.smtp_url.get_secret_value(), settings.mail_from)
    return send(server, message, to.address, to.name, context.now)


def _recipients(_kind: ReminderKind, address: str, people: Iterable[Holder]) -> tuple[Recipient, ...]:
    """The people's mailboxes and the further addresses, each once."""
    found = {person.email.lower(): Recipient(person.email, person.name) for person in people if person.email}
    for one in split_addresses(address):
        found.setdefault(one.lower(), Recipient(one))
    return tuple(found.values())


def split_addresses(text: str) -> tuple[str, ...]:
    """The addresses of a list with commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _unready() -> str:
    return NO_SERVER if services().settings.smtp_url is None else ""


NO_SERVER = N_("E-mail is not set up on our server: whoever keeps the application has to name a mail server.")
REFUSED = {
    "535": N_("The mail server did not accept our name and password."),
    "550": N_("There is no such mailbox, or it takes no letters from us: check the address."),
    "address": N_("This is not an e-mail address: correct it."),
    "552": N_("The mailbox is full."),
    "554": N_("The mail server takes our letter for spam: allow our address there."),
}
UNAVAILABLE = {"450": N_("The mailbox is busy or holds unknown senders back for a while.")}
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
    ),
    address=AddressField(
        label=N_("More addresses, with commas"),
        check=lambda text: ", ".join(check_email(one) for one in split_addresses(text)),
        attributes={"inputmode": "email"},
    ),
    on_at_first=True,
    unready=_unready,
)
