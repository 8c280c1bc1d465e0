"""The deadline of a request: an answer that drips its head, its chunks or its body is cut off, and then it is over."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import requests

from b24app.bitrix24.transport import Limits, post
from b24app.errors import Unreachable
from b24app.guard import PORTALS, Guard, Trust
from b24app.guard.deadline import current_deadline, deadline
from b24app.guard.sessions import open_session

pytestmark = pytest.mark.enable_socket
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
# What a server sends at once, and what it repeats for ever.
DRIPS = {
    "nothing": (b"", b""),
    "the status line": (b"HTTP/1.1 200 ", b"O"),
    "a header": (HEAD + b"X-Long: ", b"x"),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "a body of known length": (HEAD + b"Content-Length: 100000\r\n\r\n", b"x"),
    "a body without a length": (HEAD + b"Connection: close\r\n\r\n", b"x"),
}


@pytest.fixture
def dripping() -> Iterator[Callable[[bytes, bytes], str]]:
    """Start servers that send a beginning and then a piece every fiftieth of a second."""
    stop, lines = threading.Event(), []

    def serve(first: bytes, piece: bytes) -> str:
        line = socket.create_server(("127.0.0.1", 0))
        lines.append(line)
        threading.Thread(target=drip, args=(line, first, piece), daemon=True).start()
        return f"http://127.0.0.1:{line.getsockname()[1]}/"

    def drip(line: socket.socket, first: bytes, piece: bytes) -> None:
        with contextlib.suppress(OSError):
            visitor, _ = line.accept()
            with visitor:
                visitor.recv(65536)
                visitor.sendall(first)
                while not stop.wait(0.02):
                    visitor.sendall(piece)

    yield serve
    stop.set()
    for line in lines:
        line.close()


def session() -> requests.Session:
    return open_session(Guard(PORTALS, Trust(everything=True)))


@pytest.mark.parametrize("name", DRIPS)
def test_whatever_drips_is_cut_off(dripping: Callable[[bytes, bytes], str], name: str):
    url, began = dripping(*DRIPS[name]), time.monotonic()
    with pytest.raises(Unreachable) as raised:
        post(session(), url, b"{}", Limits(connect=1.0, silence=5.0, whole=0.4))
    assert 0.3 < time.monotonic() - began < 1.5
    assert raised.value.sent


def test_a_deadline_ends_with_its_request():
    with deadline(5.0) as end:
        assert current_deadline() is end
    assert current_deadline() is None
    one, other = socket.socketpair()
    end.watch(one)
    end.watch(None)
    end.cut()
    other.sendall(b"x")
    assert one.recv(1) == b"x"
    one.close()
    other.close()
