"""The SMTP conversation with a mail server: commands before a message leaves, the answers after it, all in bounded time.

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
from email.policy import EmailPolicy
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from b24app.deadline import seconds_left, within
from b24app.errors import AppError
from b24app.guard import Guard, PlaceRefused, Resolve, Rule
from b24app.network import demand_leave
from b24app.reminders.channels import HandOver, TryLater, Unanswered
from b24app.text.messages import N_

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MAIL_SECONDS, CONNECT_SECONDS = 30.0, 5.0
READY, CLOSING, SIGN_IN = 220, 421, (530, 534, 535, 538)  # RFC 5321, 4.2.3; RFC 4954, 6
LOWEST = 200
SLOW = "slow"
NO_ENCRYPTION = "no_tls"
NO_UTF8 = "no_smtputf8"
UTF8 = "SMTPUTF8"
OWN_SERVERS = Rule(numbers=True, ports=frozenset({25, 465, 587, 2525}))


class MailRefused(AppError):
    """The mail server will not take this message, now or ever."""

    public = N_("The mail server refused the letter.")


class MailUnavailable(TryLater):
    """The mail server cannot take the message now."""

    public = N_("The mail server cannot be reached. We will try again.")


class MailNotAccepted(TryLater):
    """The mail server refuses us as a sender; whoever keeps the application can correct that, and then sending goes on."""

    public = N_("The mail server does not accept this application. We will try again.")


class MailUnanswered(Unanswered):
    """The mail server got the message and did not answer; it is sent once more at most."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where messages are handed over; `tls` from the first byte for smtps, by STARTTLS otherwise when offered.

    One that a stranger has named is reached through his `guard`, and gets a name and a password by encryption alone.
    """

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False
    sender: str = ""
    guard: Guard | None = None


def own_mail_guard(resolve: Resolve) -> Guard:
    """The guard of mail servers that integrators name: the open internet and the ports of mail alone."""
    return Guard(OWN_SERVERS, resolve=resolve)


def check_own_server(host: str, port: int, resolve: Resolve) -> None:
    """Raise PlaceRefused for what no mail server of the open internet can be; the name is judged again when it is dialled."""
    own_mail_guard(resolve).judge(f"https://{host}:{port}/")


def mail_server(url: str, sender: str) -> MailServer:
    """Read `smtp://user:password@host:port` or `smtps://…`."""
    parts = urlsplit(url)
    tls = parts.scheme == "smtps"
    port = parts.port or (465 if tls else 25)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname or "localhost", port, user, password, tls, sender)


def post(server: MailServer, mail: EmailMessage, to: str, hand_over: HandOver, seconds: float) -> None:
    """Hand one message over, within so many seconds in all; `hand_over` is called right before its text leaves."""
    demand_leave()
    with within(seconds):
        smtp = _open(server)
        try:
            _announce(smtp, mail, to)
            _hand(smtp, mail, hand_over)
        finally:
            _close(smtp)


def greet(server: MailServer, seconds: float) -> None:
    """Connect, encrypt, sign in and leave, without a message; raises what sending would."""
    demand_leave()
    with within(seconds):
        _close(_open(server))


def _open(server: MailServer) -> smtplib.SMTP:
    """A signed-in connection; whatever goes wrong in it is about the server and not about one message."""
    smtp = BoundedSMTP(ssl.create_default_context() if server.tls else None, server.guard)
    try:
        smtp.meet(server)
    except PlaceRefused as error:
        smtp.close()
        raise MailUnavailable("place") from error
    except (smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError) as error:
        smtp.close()
        code = getattr(error, "smtp_code", 0)
        kind = MailNotAccepted if code >= 500 or not code else MailUnavailable
        raise kind(str(code or _word(error)), server_away=True) from error
    except (OSError, smtplib.SMTPException) as error:
        smtp.close()
        raise MailUnavailable(_silence(error), server_away=True) from error
    return smtp


def _word(error: Exception) -> str:
    return NO_ENCRYPTION if NO_ENCRYPTION in error.args else type(error).__name__


def _silence(error: Exception) -> str:
    return SLOW if seconds_left() <= 0 or isinstance(error, TimeoutError) else type(error).__name__


class Answers:
    """The answers of a mail server, line by line, as smtplib reads them; a line that was cut off is none."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._buffer = b""

    def readline(self, most: int) -> bytes:
        """The next whole line, waited for no longer than the time left, however slowly it arrives; empty at the end."""
        while b"\n" not in self._buffer and len(self._buffer) < most:
            wait_at_most(self._line)
            if not (part := self._line.recv(4096)):
                return b""
            self._buffer += part
        end = min(self._buffer.find(b"\n") + 1 or most, most)
        found, self._buffer = self._buffer[:end], self._buffer[end:]
        return found

    def close(self) -> None:
        """Does nothing: the connection is closed by whoever opened it."""


def wait_at_most(line: socket.socket) -> None:
    """Let a socket wait for the time left and no longer; raises TimeoutError when none is."""
    left = seconds_left()
    if left <= 0:
        raise TimeoutError(SLOW)
    line.settimeout(left)


class BoundedSMTP(smtplib.SMTP):
    """A conversation with a mail server in which every wait is bounded by what is left of the whole."""

    def __init__(self, tls: ssl.SSLContext | None, guard: Guard | None = None) -> None:
        super().__init__(timeout=CONNECT_SECONDS)
        self._tls, self._guard = tls, guard

    def meet(self, server: MailServer) -> None:
        """Connect, encrypt when it is offered, sign in when there is a name."""
        code, words = self.connect(server.host, server.port)
        if code != READY:
            raise smtplib.SMTPConnectError(code, words)
        self.ehlo_or_helo_if_needed()
        if self._tls is None and self.has_extn("starttls"):
            self._host = server.host  # by which the certificate is judged
            self.starttls(context=ssl.create_default_context())
            self.ehlo_or_helo_if_needed()
        if server.user and self._guard is not None and not isinstance(self.sock, ssl.SSLSocket):
            raise smtplib.SMTPNotSupportedError(NO_ENCRYPTION)
        if server.user:
            self.login(server.user, server.password)

    def getreply(self) -> tuple[int, bytes]:
        """Read an answer within what is left."""
        if self.file is None and self.sock is not None:
            self.file = Answers(self.sock)
        return super().getreply()

    def send(self, s: "ReadableBuffer | str") -> None:
        """Send within what is left; a handshake that follows has no longer either."""
        if self.sock is not None:
            wait_at_most(self.sock)
        super().send(s)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        patience = min(timeout, max(seconds_left(), 0.001))
        if self._guard is not None:
            line = self._guard.connect(self._guard.judge(f"https://{host}:{port}/"), patience)
        else:
            line = socket.create_connection((host, port), patience)
        wait_at_most(line)
        return line if self._tls is None else self._tls.wrap_socket(line, server_hostname=host)


def _announce(smtp: smtplib.SMTP, mail: EmailMessage, to: str) -> None:
    """Name sender and recipient and ask to begin; nothing has left yet, so any failure may be tried again.

    Letters beyond Latin in an address need a server that offers SMTPUTF8 (RFC 6531); without it such an address cannot be used.
    """
    international = isinstance(mail.policy, EmailPolicy) and mail.policy.utf8
    options = (UTF8, "BODY=8BITMIME") if international else ()
    if options and not smtp.has_extn(UTF8):
        raise MailRefused(NO_UTF8)
    try:
        _expect(smtp.mail(parseaddr(str(mail["From"]))[1], options), 2, about_us=True)
        _expect(smtp.rcpt(to), 2)
        _expect(smtp.docmd("DATA"), 3)
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnavailable(_silence(error), server_away=True) from error


def _hand(smtp: smtplib.SMTP, mail: EmailMessage, hand_over: HandOver) -> None:
    """Send the text; from here on a silence leaves it open whether it arrived."""
    text = re.sub(rb"(?m)^\.", b"..", mail.as_bytes())  # a dot alone would end it
    try:
        hand_over()
    except Exception:
        smtp.close()  # without the last dot the server drops the message
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
    """A failure after a message was taken is no reason to send it again."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        smtp.quit()
    smtp.close()
