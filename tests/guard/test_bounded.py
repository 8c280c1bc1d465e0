"""Answers that drip over a real line, byte by byte, header by header, chunk by chunk: the clock counts them together."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import pytest

from b24app.bitrix24.no_answer import LineCut, NoAnswer
from b24app.bitrix24.oauth import ask_for_tokens
from b24app.bitrix24.transport import Limits, post
from b24app.deadline import seconds_left, within
from b24app.errors import AnswerBroken, Unreachable
from b24app.guard import PORTALS, Guard, address_guard, read_trust
from b24app.guard.address_guard import resolve_host
from b24app.guard.sessions import open_session

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SLOW = 0.05
PATIENCE = 0.5
DRIPS = {
    "nothing": (b"", b""),
    "the status line": (b"HTTP/1.1 2", b"0"),
    "one header": (HEAD + b"X-Long: ", b"a"),
    "header after header": (HEAD, b"X-A: b\r\n"),
    "the body": (HEAD + b"Content-Length: 100000\r\n\r\n", b" "),
    "a body without a length": (HEAD + b"Connection: close\r\n\r\n", b" "),
    "chunk after chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "the size of a chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "one chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n", b" "),
}  # fmt: skip


class Ask(Protocol):
    def __call__(self, url: str, limits: Limits) -> object: ...


@dataclass
class Dripping:
    """A server that sends a beginning, then one piece again and again."""

    first: bytes = b""
    piece: bytes = b""
    line: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.line.getsockname()[1]}/"

    def serve(self) -> None:
        with self.line.accept()[0] as visitor:
            visitor.recv(65536)
            try:
                visitor.sendall(self.first)
                while not self.over.wait(SLOW):
                    visitor.sendall(self.piece)
            except OSError:
                return


@pytest.fixture
def server(socket_enabled: None) -> Iterator[Dripping]:
    found = Dripping()
    thread = threading.Thread(target=found.serve)
    thread.start()
    yield found
    found.over.set()
    thread.join(5)
    found.line.close()


def everywhere() -> Guard:
    return Guard(PORTALS, read_trust((), everything=True))


def ask(url: str, limits: Limits) -> object:
    with open_session(everywhere()) as session:
        return post(session, url, b"{}", limits)


@pytest.mark.parametrize("drip", DRIPS)
def test_an_answer_that_drips_ends_with_its_time(server: Dripping, drip: str) -> None:
    server.first, server.piece = DRIPS[drip]
    begun = time.monotonic()
    with pytest.raises(NoAnswer):
        ask(server.url, Limits(silence=5, whole=PATIENCE))
    assert time.monotonic() - begun < 2 * PATIENCE


@pytest.mark.parametrize("drip", ["one header", "chunk after chunk"])
def test_the_work_around_it_bounds_an_answer_too(server: Dripping, drip: str) -> None:
    server.first, server.piece = DRIPS[drip]
    begun = time.monotonic()
    with within(PATIENCE), pytest.raises(NoAnswer):
        ask(server.url, Limits(silence=5, whole=60))
    assert time.monotonic() - begun < 2 * PATIENCE


@pytest.mark.parametrize("drip", ["one header", "the body"])
def test_an_authorization_server_that_drips_is_bounded(server: Dripping, drip: str) -> None:
    server.first, server.piece = DRIPS[drip]
    with open_session(everywhere()) as session, within(PATIENCE), pytest.raises(NoAnswer):
        ask_for_tokens(session, server.url.rstrip("/"), ("id", "key"), grant_type="refresh_token")


def test_a_line_that_is_closed_is_told_from_silence(server: Dripping) -> None:
    server.first = HEAD + b"Content-Length: 100\r\n\r\nhalf"
    threading.Timer(0.1, server.over.set).start()
    with pytest.raises(LineCut) as caught:
        ask(server.url, Limits(silence=5, whole=5))
    assert caught.value.sent


def test_a_body_that_cannot_be_unpacked_is_a_broken_answer(server: Dripping) -> None:
    server.first = HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone"
    with pytest.raises(AnswerBroken):
        ask(server.url, Limits(silence=5, whole=5))


def test_a_port_that_nobody_listens_to_got_nothing(socket_enabled: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
    with pytest.raises(Unreachable) as caught:
        ask(url, Limits())
    assert (type(caught.value), caught.value.sent) == (Unreachable, False)


def test_a_good_answer_is_read_as_before_and_its_line_is_used_again(server: Dripping) -> None:
    server.first = HEAD + b'Content-Length: 13\r\n\r\n{"result": 1}'
    with open_session(everywhere()) as session:
        assert post(session, server.url, b"{}", Limits()).take() == b'{"result": 1}'


def test_a_name_whose_servers_are_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(address_guard.socket, "getaddrinfo", lambda *_, **__: over.wait(5) and [])
    begun = time.monotonic()
    with within(0.1), pytest.raises(TimeoutError):
        resolve_host("silent.example", 443)
    over.set()
    assert time.monotonic() - begun < 1


def test_the_narrowest_bound_counts_and_ends_with_its_work() -> None:
    moment = [0.0]
    with within(100, lambda: moment[0]):
        with within(10, lambda: moment[0]):
            moment[0] = 4.0
            assert seconds_left() == 6.0
        with within(1000, lambda: moment[0]):
            assert seconds_left() == 96.0
        moment[0] = 101.0
        assert seconds_left() == 0.0
    assert seconds_left() == float("inf")


def test_what_comes_through_a_proxy_is_bounded_too(server: Dripping, monkeypatch: pytest.MonkeyPatch) -> None:
    server.first, server.piece = DRIPS["one header"]
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.setenv("no_proxy", "")
    begun = time.monotonic()
    with open_session(everywhere(), trust_env=True) as session, pytest.raises(NoAnswer):
        post(session, "http://shop.example/rest/", b"{}", Limits(silence=5, whole=PATIENCE))
    assert time.monotonic() - begun < 2 * PATIENCE
