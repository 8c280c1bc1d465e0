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

from b24app.reminders.channels.email import MailServer


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


@pytest.fixture(scope="session")
def post_offices() -> Iterator[list[Controller]]:
    """At most one running server: its port stays, and so do the settings that name it."""
    offices: list[Controller] = []
    yield offices
    for office in offices:
        office.stop()


@pytest.fixture
def postman(socket_enabled: None, post_offices: list[Controller]) -> tuple[Postman, MailServer]:
    """A postman who has taken nothing yet."""
    if not post_offices:
        post_offices.append(open_office())
    office = post_offices[0]
    office.handler.answer, office.handler.taken = Postman().answer, []
    return office.handler, MailServer("127.0.0.1", office.port, sender="renewal@renewal.example")


def open_office() -> Controller:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    office = Controller(
        Postman(), hostname="127.0.0.1", port=port, authenticator=only_marina, auth_require_tls=False
    )
    office.start()
    return office
