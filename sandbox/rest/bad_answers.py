"""Faulty HTTP answers: HTML instead of JSON, empty, truncated, slow, cut off, endless."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from flask import Response, request

if TYPE_CHECKING:
    from sandbox.faults import Fault
    from sandbox.world_data import WorldData

PAGE = (
    "<!DOCTYPE html><html><head><title>503</title></head><body>Service temporarily unavailable</body></html>"
)
CHUNK = b" " * 65536
HUGE_CHUNKS = 1600

UsualAnswer = Callable[[], Response]


def respond(world: WorldData, fault: Fault, usual: UsualAnswer) -> Response:
    """Answer as the scripted failure says; `usual` makes the answer without the fault."""
    if fault.kind == "html":
        return Response(PAGE, 503, {"Content-Type": "text/html; charset=utf-8"})
    if fault.kind == "empty":
        return Response(b"", 200, {"Content-Type": "application/json; charset=utf-8"})
    if fault.kind == "false":
        return Response(
            b'{"result":false,"time":{}}', 200, {"Content-Type": "application/json; charset=utf-8"}
        )
    if fault.kind == "huge":
        return Response(_endless(), 200, {"Content-Type": "application/json; charset=utf-8"})
    answer = usual()
    body = answer.get_data()
    if fault.kind == "truncated":
        answer.set_data(body[: len(body) // 2])
        return answer
    chunks = _late(world, fault.seconds, body) if fault.kind == "slow" else _cut(body)
    late = Response(chunks, answer.status_code, answer.headers)
    late.headers["Content-Length"] = str(len(body))
    return late


def _late(world: WorldData, seconds: float, body: bytes) -> Iterator[bytes]:
    patience = request.environ.get("sandbox.patience")

    def chunks() -> Iterator[bytes]:
        if patience is not None and seconds > patience:
            raise TimeoutError
        world.pause(seconds)
        yield body

    return chunks()


def _cut(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise ConnectionResetError


def _endless() -> Iterator[bytes]:
    yield b'{"result":"'
    for _ in range(HUGE_CHUNKS):
        yield CHUNK
    yield b'"}'
