"""The conversation with a mail server: what is said before a message leaves, what after, and all of it in bounded time.

Until the text is sent a failure is certain: nothing arrived. From its first byte to the answer after its last dot a
silence is not, and only an answer is.
"""

import contextlib
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from b24app.errors import AppError
from b24app.guard.deadline import Deadline, deadline
from b24app.reminders.channels import HandOver, TryLater, Unanswered
from b24app.text.messages import N_

MAIL_SECONDS, CONNECT_SECONDS = 30.0, 10.0
READY, CLOSING, SIGN_IN = 220, 421, (530, 534, 535, 538)  # RFC 5321, 4.2.3; RFC 4954, 6
LOWEST = 200
SLOW = "slow"


class MailRefused(AppError):
    """The mail server will not take this message, now or ever."""

    public = N_("The mail server refused the letter.")


class MailUnavailable(TryLater):
    """The mail server cannot take the message now."""

    public = N_("The mail server cannot be reached. We will try again.")


class MailNotAccepted(TryLater):
    """The mail server does not want us at all; whoever keeps the application can mend that, and then it goes on."""

    public = N_("The mail server does not accept this application. We will try again.")


class MailUnanswered(Unanswered):
    """The mail server got the message and said nothing; it is sent once more at most."""


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


def post(server: MailServer, mail: EmailMessage, to: str, hand_over: HandOver, seconds: float) -> None:
    """Hand one message over, within so many seconds in all; `hand_over` is called right before its text leaves."""
    with deadline(seconds) as end:
        smtp = _open(server, end)
        try:
            _announce(smtp, mail, to, end)
            _hand(smtp, mail, hand_over)
        finally:
            _close(smtp)


def _open(server: MailServer, end: Deadline) -> smtplib.SMTP:
    """A signed-in connection; whatever goes wrong in it is about the server and not about one message."""
    smtp = BoundedSMTP(end, ssl.create_default_context() if server.tls else None)
    try:
        smtp.meet(server)
    except (smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError) as error:
        smtp.close()
        code = getattr(error, "smtp_code", 0)
        kind = MailNotAccepted if code >= 500 or not code else MailUnavailable
        raise kind(str(code or type(error).__name__), server_away=True) from error
    except (OSError, smtplib.SMTPException) as error:
        smtp.close()
        raise MailUnavailable(_silence(error, end), server_away=True) from error
    return smtp


def _silence(error: Exception, end: Deadline) -> str:
    return SLOW if end.passed or isinstance(error, TimeoutError) else type(error).__name__


class BoundedSMTP(smtplib.SMTP):
    """A conversation with a mail server that is cut off at its deadline, however slowly the other side drips."""

    def __init__(self, end: Deadline, tls: ssl.SSLContext | None) -> None:
        super().__init__(timeout=CONNECT_SECONDS)
        self._end = end
        self._tls = tls

    def meet(self, server: MailServer) -> None:
        """Connect, encrypt when it is offered, sign in when there is a name."""
        code, words = self.connect(server.host, server.port)
        if code != READY:
            raise smtplib.SMTPConnectError(code, words)
        self.ehlo_or_helo_if_needed()
        if self._tls is None and self.has_extn("starttls"):
            self.starttls(context=ssl.create_default_context())
            self._end.watch(self.sock)
            self.ehlo_or_helo_if_needed()
        if server.user:
            self.login(server.user, server.password)

    def getreply(self) -> tuple[int, bytes]:
        """Read an answer; what was cut off at the deadline is none, though its beginning may look like one."""
        answer = super().getreply()
        if self._end.passed:
            raise smtplib.SMTPServerDisconnected(SLOW)
        return answer

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect, and from then on wait for the deadline alone."""
        line = socket.create_connection((host, port), min(timeout, self._end.left))
        line.settimeout(self._end.left)
        if self._tls is not None:
            line = self._tls.wrap_socket(line, server_hostname=host)
        self._end.watch(line)
        return line


def _announce(smtp: smtplib.SMTP, mail: EmailMessage, to: str, end: Deadline) -> None:
    """Name sender and recipient and ask to begin; nothing has left yet, so any failure may be tried again."""
    try:
        _expect(smtp.mail(parseaddr(str(mail["From"]))[1]), 2, about_us=True)
        _expect(smtp.rcpt(to), 2)
        _expect(smtp.docmd("DATA"), 3)
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnavailable(_silence(error, end), server_away=True) from error


def _hand(smtp: smtplib.SMTP, mail: EmailMessage, hand_over: HandOver) -> None:
    """Send the text; from here on a silence leaves it open whether it arrived."""
    text = re.sub(rb"(?m)^\.", b"..", mail.as_bytes())  # a dot alone would end it
    try:
        hand_over()
    except Exception:
        smtp.close()  # without the last dot the server forgets what it was told
        raise
    try:
        smtp.send(text.rstrip(b"\r\n") + b"\r\n.\r\n")
        answer = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnanswered(type(error).__name__, server_away=True) from error
    if answer[0] < LOWEST:
        raise MailUnanswered("no whole answer")
    _expect(answer, 2)


def _expect(answer: tuple[int, bytes], kind: int, *, about_us: bool = False) -> None:
    """Raise what a refusal means unless the answer is of this kind; `about_us` that it concerns every message."""
    code = answer[0]
    if code // 100 == kind:
        return
    if code < 500:
        raise MailUnavailable(str(code), server_away=about_us or code == CLOSING)
    if about_us or code in SIGN_IN:
        raise MailNotAccepted(str(code), server_away=True)
    raise MailRefused(str(code))


def _close(smtp: smtplib.SMTP) -> None:
    """What goes wrong after a message was taken is no reason to send it again."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        smtp.quit()
    smtp.close()
