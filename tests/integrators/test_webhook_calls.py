"""One message to a real HTTPS server: signed, bounded in time whatever is answered, never inside a network, no redirect followed."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

import pytest
import trustme

from b24app.guard import ENTERED, Guard, Trust
from b24app.integrators.webhooks.address_calls import CallResult, SignedMessage, call_address
from b24app.integrators.webhooks.webhook_signature import sign_message
from tests.terms.conftest import AT

pytestmark = [pytest.mark.once, pytest.mark.servers]
HOST = "hooks.verny-shag.example"
SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl"
BODY = b'{"type":"test"}'
OPEN_HERE, CLOSED = Trust(networks=(ip_network("127.0.0.1/32"),)), Trust()
Answering = Callable[[ssl.SSLSocket], None]


def guard_at(trust: Trust, *answers: list[str]) -> Guard:
    left = iter(answers)
    return Guard(ENTERED, trust, lambda _host, _port: next(left))


@dataclass
class Server:
    """An HTTPS server that answers by a function of the test; it keeps what it was sent."""

    port: int
    authority: str
    answering: list[Answering] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)

    def call(self, guard: Guard | None = None) -> CallResult:
        message = SignedMessage(f"https://{HOST}:{self.port}/renewal", (SECRET,), "msg_1", BODY)
        inside = guard or guard_at(OPEN_HERE, ["127.0.0.1"])
        return call_address(message, AT, guard=inside, verify=self.authority)


@pytest.fixture
def server(socket_enabled: None, tmp_path: Path) -> Iterator[Server]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    listening = socket.create_server(("127.0.0.1", 0))
    found = Server(listening.getsockname()[1], str(tmp_path / "ca.pem"))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = listening.accept()
                threading.Thread(target=speak, args=(line,), daemon=True).start()

    def speak(line: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(line, server_side=True) as secure:
            asked = b""
            while not asked.endswith(BODY):
                asked += secure.recv(65536)
            found.heard.append(asked)
            found.answering[-1](secure)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield found
    listening.close()


def says(text: str) -> Answering:
    return lambda line: line.sendall(text.encode())


OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def test_the_receiver_can_recount_the_signature(server: Server):
    server.answering.append(says(OK))
    result = server.call()
    assert (result.answer, result.good) == ("200", True)
    head = server.heard[0].decode().lower()
    signature = sign_message(SECRET, "msg_1", int(AT.timestamp()), BODY)
    assert "webhook-id: msg_1" in head
    assert f"webhook-timestamp: {int(AT.timestamp())}" in head
    assert f"webhook-signature: {signature.lower()}" in head


def test_a_redirect_is_not_followed(server: Server):
    server.answering.append(
        says("HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n")
    )
    result = server.call()
    assert (result.answer, result.good, len(server.heard)) == ("302", False, 1)


def test_how_long_to_wait_is_read(server: Server):
    server.answering.append(says("HTTP/1.1 429 Slow\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n"))
    assert server.call().wait.total_seconds() == 90


def endless(line: ssl.SSLSocket) -> None:
    """Ten gigabytes, as far as anybody reads them."""
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n")
    with contextlib.suppress(OSError):
        for _ in range(10_240):
            line.sendall(b"x" * 1_048_576)


def test_a_body_without_an_end_is_not_read(server: Server):
    server.answering.append(endless)
    began = time.monotonic()
    assert server.call().good
    assert time.monotonic() - began < 3


def silent(line: ssl.SSLSocket) -> None:
    time.sleep(30)


def dripping(line: ssl.SSLSocket) -> None:
    """A byte of the head now and then, for ever."""
    line.sendall(b"HTTP/1.1 200 OK\r\n")
    with contextlib.suppress(OSError):
        for number in range(60):
            line.sendall(f"X-{number}: 1\r\n".encode())
            time.sleep(0.5)


@pytest.mark.parametrize("answering", [silent, dripping])
def test_a_receiver_that_hangs_or_drips_holds_nobody(server: Server, answering: Answering):
    server.answering.append(answering)
    began = time.monotonic()
    result = server.call()
    assert not result.good
    assert not result.answer.isdecimal()
    assert time.monotonic() - began < 17


def test_a_name_that_turns_inside_after_it_was_saved_is_not_called(server: Server):
    server.answering.append(says(OK))
    guard = guard_at(CLOSED, ["8.8.8.8"], ["127.0.0.1"])
    guard.check(f"https://{HOST}:{server.port}/")
    assert server.call(guard).answer == "address"
    assert server.heard == []


def test_a_server_that_is_away_is_a_failure(server: Server):
    server.port = 1
    assert not server.call(guard_at(Trust(places=frozenset({(HOST, 1)})), ["127.0.0.1"])).good
