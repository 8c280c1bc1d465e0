"""Wires behind which no portal answers as one: a page, a status, silence, a certificate, a drip; the sandbox's clock pays for the waiting."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from typing_extensions import override
from urllib3 import HTTPResponse

from sandbox.world import World

PAGE = b"<!DOCTYPE html><html><title>A shop of somebody else</title></html>"
DRIP_SECONDS = 10.0
Answer = Callable[[World, tuple[float, float]], HTTPResponse]


class Drip(io.RawIOBase):
    """A body that brings one byte every ten seconds, for ever."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    @override
    def readable(self) -> bool:
        return True

    def read1(self, _size: int = -1) -> bytes:
        self._world.clock.advance(seconds=DRIP_SECONDS)
        return b" "


def page(status: int, body: bytes = PAGE) -> Answer:
    def answer(world: World, _timeout: tuple[float, float]) -> HTTPResponse:
        world.clock.advance(seconds=0.1)
        return HTTPResponse(io.BytesIO(body), status=status, preload_content=False)

    return answer


def failing(error: Exception, part: int) -> Answer:
    """Fail after the seconds to connect (0) or those of silence (1), or at once (2)."""

    def answer(world: World, timeout: tuple[float, float]) -> HTTPResponse:
        world.clock.advance(seconds=(*timeout, 0.1)[part])
        raise error

    return answer


def drip(world: World, _timeout: tuple[float, float]) -> HTTPResponse:
    return HTTPResponse(Drip(world), status=200, preload_content=False)


BAD_PORTALS: Mapping[str, Answer] = {
    "403": page(403),
    "403 without a body": page(403, b""),
    "404": page(404),
    "front page": page(200),
    "502": page(502),
    "no connection": failing(requests.ConnectTimeout(), 0),
    "refused": failing(requests.ConnectionError("refused"), 2),
    "no answer": failing(requests.ReadTimeout(), 1),
    "certificate": failing(requests.exceptions.SSLError("certificate verify failed: name"), 2),
    "drip": drip,
    "redirect": page(302, b""),
    "deleted": page(403, b'{"error":"PORTAL_DELETED","error_description":"Portal was deleted"}'),
}


@dataclass(slots=True)
class BadWire:
    """Sessions of which one host answers badly while `answer` is set; everything else goes to the sandbox."""

    world: World
    host: str
    answer: Answer | None = None
    asked: list[float] = field(default_factory=list)
    """The moments of all requests to the host."""

    def open_session(self) -> requests.Session:
        session, wire, usual = requests.Session(), self, self.world.adapter()

        class Adapter(HTTPAdapter):
            @override
            def send(self, request: requests.PreparedRequest, *rest: Any, **kept: Any) -> requests.Response:
                if f"//{wire.host}/" not in str(request.url):
                    return usual.send(request, *rest, **kept)
                wire.asked.append(wire.world.clock.timestamp())
                if wire.answer is None:
                    return usual.send(request, *rest, **kept)
                return self.build_response(request, wire.answer(wire.world, kept["timeout"]))

        session.mount("https://", Adapter())
        return session
