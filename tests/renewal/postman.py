"""A real mail server for tests: it keeps what it takes and answers what it is told to."""

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from b24app.renewal.channels.mail import MailServer


@dataclass
class Postman:
    """A mail server that keeps what it takes and answers what it is told to."""

    answer: str = "250 OK"
    taken: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(self, _s: SMTP, _n: Session, envelope: Envelope, to: str, _o: list[str]) -> str:
        await asyncio.sleep(0)
        if self.answer.startswith("rcpt "):
            return self.answer.removeprefix("rcpt ")
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, _s: SMTP, _n: Session, envelope: Envelope) -> str:
        await asyncio.sleep(0)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer


def only_marina(_s: SMTP, _n: Session, _e: Envelope, _m: str, data: object) -> AuthResult:
    known = data.login == b"marina" and data.password == b"p@ss"
    return AuthResult(success=known, handled=False)


@pytest.fixture
def postman(socket_enabled: None) -> Iterator[tuple[Postman, MailServer]]:
    keeper = Postman()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(
        keeper, hostname="127.0.0.1", port=port, authenticator=only_marina, auth_require_tls=False
    )
    controller.start()
    yield keeper, MailServer("127.0.0.1", port, sender="renewal@renewal.example")
    controller.stop()
