"""What one run of the checks costs against a portal that does not answer as a portal: requests and seconds of its clock.

    python -m bench.bad_portals

Nothing waits: the wire is scripted and the clock is moved by what each answer would have taken.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from b24app.bitrix24.oauth import Tokens
from b24app.bitrix24.portal_address import Address
from b24app.bitrix24.rate_limit import LocalStore, RateLimit, bucket_of
from b24app.bitrix24.retries import Pace
from b24app.checklist.engine.gather import gather
from b24app.manifest import read_manifest
from b24app.portals.token_store import OneToken
from b24app.rest_client import Connection, RestClient

BEGUN = 1_800_000_000.0
PAGE = b"<!DOCTYPE html><html><title>Shop</title></html>"
DRIP_SECONDS = 10.0


@dataclass(slots=True)
class Time:
    """A clock that moves only when somebody waits."""

    moment: float = BEGUN

    def now(self) -> float:
        """The present moment."""
        return self.moment

    def wait(self, seconds: float) -> None:
        """Let seconds pass."""
        self.moment += seconds


class Drip(io.RawIOBase):
    """A body that brings a byte every ten seconds, for ever."""

    def __init__(self, clock: Time) -> None:
        super().__init__()
        self._clock = clock

    def readable(self) -> bool:
        """Always."""
        return True

    def read1(self, _size: int = -1) -> bytes:
        """One byte, ten seconds later."""
        self._clock.wait(DRIP_SECONDS)
        return b" "

    def readinto(self, buffer: Any) -> int:
        """One byte, ten seconds later."""
        buffer[:1] = self.read1()
        return 1


@dataclass(slots=True)
class Wire:
    """Answers every request in the same bad way."""

    answer: Callable[[Time, tuple[float, float]], requests.Response | HTTPResponse]
    clock: Time = field(default_factory=Time)

    def open_session(self) -> requests.Session:
        """A session whose wire is this one."""
        session, wire = requests.Session(), self

        class Adapter(HTTPAdapter):
            def send(self, request: requests.PreparedRequest, *_: Any, **kept: Any) -> requests.Response:
                raw = wire.answer(wire.clock, kept["timeout"])
                assert isinstance(raw, HTTPResponse)
                return self.build_response(request, raw)

        session.mount("https://", Adapter())
        return session


def page(status: int) -> Callable[[Time, tuple[float, float]], HTTPResponse]:
    """A page of HTML with this status, in a tenth of a second."""

    def answer(clock: Time, _timeout: tuple[float, float]) -> HTTPResponse:
        clock.wait(0.1)
        return HTTPResponse(io.BytesIO(PAGE), status=status, preload_content=False)

    return answer


def no_connection(clock: Time, timeout: tuple[float, float]) -> HTTPResponse:
    """Nobody takes the connection."""
    clock.wait(timeout[0])
    raise requests.ConnectTimeout


def no_answer(clock: Time, timeout: tuple[float, float]) -> HTTPResponse:
    """The connection stands and nothing comes."""
    clock.wait(timeout[1])
    raise requests.ReadTimeout


def bad_certificate(clock: Time, _timeout: tuple[float, float]) -> HTTPResponse:
    """The certificate is another name's."""
    clock.wait(0.1)
    raise requests.exceptions.SSLError("certificate verify failed: Hostname mismatch")


def drip(clock: Time, _timeout: tuple[float, float]) -> HTTPResponse:
    """A body that drips."""
    return HTTPResponse(Drip(clock), status=200, preload_content=False)


PORTALS: dict[str, Callable[[Time, tuple[float, float]], Any]] = {
    "403, a page": page(403),
    "404, a page": page(404),
    "200, the front page": page(200),
    "502, a page": page(502),
    "no connection": no_connection,
    "no answer": no_answer,
    "certificate not accepted": bad_certificate,
    "a byte every 10 s": drip,
}


def run(answer: Callable[[Time, tuple[float, float]], Any]) -> tuple[int, float, set[str]]:
    """Requests, seconds and the reasons of one gathering."""
    wire = Wire(answer)
    pair = OneToken(Tokens("token", "", expires_at=datetime(2030, 1, 1, tzinfo=UTC)))
    now = wire.clock.now
    pace = Pace(now, wire.clock.wait, lambda: 0.5, steady=now)
    limit = RateLimit(LocalStore(), bucket_of("ru_std"), pace, background=True)
    client = RestClient(Connection(Address("https://shop.example/rest/"), pair, wire.open_session, limit))
    with patch("time.monotonic", wire.clock.now):
        facts = gather(client, datetime.fromtimestamp(BEGUN, UTC), read_manifest().scopes)
    return client.requests_sent, wire.clock.now() - BEGUN, {str(no.reason) for no in facts.refusals.values()}


def main() -> None:
    """Print the table."""
    print(f"{'portal':26} requests  seconds  reasons")
    for name, answer in PORTALS.items():
        requests_sent, seconds, reasons = run(answer)
        print(f"{name:26} {requests_sent:8} {seconds:8.1f}  {', '.join(sorted(reasons))}")


if __name__ == "__main__":
    main()
