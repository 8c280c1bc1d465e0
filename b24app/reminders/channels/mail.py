"""E-mail over SMTP, as text and HTML: the channel that works when the portal does not."""

import contextlib
import hashlib
import smtplib
import ssl
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

from b24app.errors import AppError
from b24app.input_limits import is_mail_address, one_line, plain_lines
from b24app.reminders.channels import Message, Outcome
from b24app.text.messages import N_

TIMEOUT_SECONDS = 20


class MailRefused(AppError):
    """The mail server will not take this letter, now or ever."""

    public = N_("The mail server refused the letter.")


class MailUnavailable(AppError):
    """The mail server cannot take the letter now."""

    retryable: ClassVar[bool] = True
    public = N_("The mail server cannot be reached. We will try again.")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed over; `tls` from the first byte for smtps, by STARTTLS otherwise when offered."""

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


def send(server: MailServer, letter: Message, to: str, name: str, at: datetime) -> Outcome:
    """Hand one letter over; a repeated attempt carries the same Message-ID, by which mail servers drop doubles."""
    message = write(letter, server.sender, to, name, at)
    try:
        smtp = _connect(server)
        try:
            smtp.send_message(message)
        finally:
            _take_leave(smtp)
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


def _take_leave(smtp: smtplib.SMTP) -> None:
    """What goes wrong after a letter was taken is no reason to send it again."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        smtp.quit()
    smtp.close()


def _refusal(code: int) -> type[AppError]:
    return MailRefused if code >= 500 else MailUnavailable


def _connect(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        _introduce(smtp, server, context)
    except (OSError, smtplib.SMTPException):
        smtp.close()
        raise
    return smtp


def _introduce(smtp: smtplib.SMTP, server: MailServer, context: ssl.SSLContext) -> None:
    smtp.ehlo()
    if not server.tls and smtp.has_extn("starttls"):
        smtp.starttls(context=context)
    if server.user:
        smtp.login(server.user, server.password)


def write(letter: Message, sender: str, to: str, name: str, at: datetime) -> EmailMessage:
    """The letter as a message with text and HTML."""
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = sender
    message["To"] = _addressee(to, name)
    message["Subject"] = " ".join(one_line(letter.subject).split())
    message["Date"] = format_datetime(at)
    digest = hashlib.sha256(f"{letter.key}|{to}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{digest}@{sender.rpartition('@')[2].rstrip('>') or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain_lines(letter.text))
    message.add_alternative(_html(letter), subtype="html")
    return message


def _addressee(to: str, name: str) -> Address:
    if not is_mail_address(to):
        raise MailRefused("address")
    user, _, domain = to.rpartition("@")
    try:
        return Address(display_name=one_line(name), username=user, domain=domain)
    except (ValueError, IndexError, errors.MessageError) as error:
        raise MailRefused("address") from error


def _html(letter: Message) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in letter.lines)
    links = "".join(
        f'<p><a href="{escape(url, quote=True)}">{escape(text)}</a></p>'
        for text, url in ((letter.link_text, letter.link), (letter.outside_text, letter.outside))
        if url
    )
    return plain_lines(f"<html><body><h1>{escape(letter.subject)}</h1>{lines}{links}</body></html>")
