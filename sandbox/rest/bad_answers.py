"""Faulty HTTP answers: HTML or notices around JSON, empty, truncated, slow, silent, dripping, cut off, endless."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from flask import Response, request

from sandbox.patience import KEY, Patience

if TYPE_CHECKING:
    from sandbox.faults import Fault
    from sandbox.world_data import WorldData

PAGE = (
    "<!DOCTYPE html><html><head><title>503</title></head><body>Service temporarily unavailable</body></html>"
)
CHUNK = b" " * 65536
HUGE_CHUNKS = 1600
BOM = b"\xef\xbb\xbf"
# What PHP writes with display_errors on; a header that comes after it keeps its type of JSON.
NOTICES = (
    b"<br />\n<b>Notice</b>:  Undefined index: USER in <b>/home/bitrix/www/local/php_interface/init.php</b>"
    b" on line <b>17</b><br />\n"
)
JSON = {"Content-Type": "application/json; charset=utf-8"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
# Where servers and adapter keep a map, and find in it that the head or the chunks of an answer go a byte at a time.
DRIPS = "sandbox.drips"

UsualAnswer = Callable[[], Response]
Wait = Callable[[], None]
Flow = Iterator[bytes]


class BadCertificate(ConnectionError):
    """The connection ended with its handshake: the certificate is invalid."""


def respond(world: WorldData, fault: Fault, usual: UsualAnswer) -> Response:
    """Answer by the scripted failure; `usual` makes the answer without the fault."""
    wait = _waiting(world, fault.seconds)
    if fault.kind == "silent":
        return Response(_silence(wait), 200)
    made = WITHOUT_WORK.get(fault.kind)
    answer = made() if made else usual()
    if fault.status is not None:
        answer.status_code = fault.status
    if fault.kind in CHANGED:
        answer.set_data(CHANGED[fault.kind](answer.get_data()))
    if fault.kind in ("drip_headers", "drip_chunks"):
        request.environ[DRIPS][fault.kind] = wait
    return _flowing(answer, fault.kind, wait) if fault.kind in FLOWS else answer


def drop_connection(error: type[ConnectionError] = ConnectionResetError) -> Response:
    """End the connection without a byte of an answer."""
    return Response(_break(error), 200)


def _waiting(world: WorldData, seconds: float) -> Wait:
    """Return the function called before each late byte: time passes, and the caller may time out."""
    patience: Patience = request.environ.get(KEY) or Patience()
    return lambda: patience.wait(world.pause, seconds)


def _flowing(answer: Response, kind: str, wait: Wait) -> Response:
    body = answer.get_data()
    late = Response(FLOWS[kind](body, wait), answer.status_code, answer.headers)
    late.headers["Content-Length"] = str(len(body))
    return late


def _late(body: bytes, wait: Wait) -> Flow:
    wait()
    yield body


def drip(body: bytes, wait: Wait) -> Flow:
    """Yield one byte after another, each after a wait."""
    for place in range(len(body)):
        wait()
        yield body[place : place + 1]


def _silence(wait: Wait) -> Flow:
    wait()
    yield from _break(ConnectionResetError)


def _cut(body: bytes, _wait: Wait) -> Flow:
    yield body[: len(body) // 2]
    raise ConnectionResetError


def _break(error: type[ConnectionError]) -> Flow:
    def fail() -> bytes:
        raise error

    yield fail()


def _endless() -> Flow:
    yield b'{"result":"'
    for _ in range(HUGE_CHUNKS):
        yield CHUNK
    yield b'"}'


WITHOUT_WORK: dict[str, UsualAnswer] = {
    "html": lambda: Response(PAGE, 503, HTML),
    "empty": lambda: Response(b"", 200, JSON),
    "false": lambda: Response(b'{"result":false,"time":{}}', 200, JSON),
    "huge": lambda: Response(_endless(), 200, JSON),
}
CHANGED: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda body: body[: len(body) // 2],
    "bom": lambda body: BOM + body,
    "notices": lambda body: NOTICES + body,
}
FLOWS: dict[str, Callable[[bytes, Wait], Flow]] = {"slow": _late, "cut": _cut, "drip": drip}
