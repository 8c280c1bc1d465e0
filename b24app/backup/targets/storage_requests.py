"""Requests to a storage over HTTP: behind the address guard, no redirects, bounded in time and size, failures in our words."""

import io
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import requests
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError, ReadTimeoutError

from b24app.backup.targets.object_names import LARGEST
from b24app.backup.targets.target import TargetFailed, TargetRefused
from b24app.deadline import seconds_left, within
from b24app.guard import PlaceRefused
from b24app.guard.address_guard import NOT_FOUND
from b24app.network import demand_leave

REFUSED_PLACES = {
    "name": "closed_network",
    "address": "closed_network",
    "number": "closed_network",
    "port": "port",
    "unknown": "unknown_host",
    "unresolved": "unresolved",
}
NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"})
PIECE = 64 * 1024
AGENT = "renewal-without-downtime"


@dataclass(frozen=True, slots=True)
class StoragePatience:
    """Timeouts in seconds: for a connection, for each silence, and for a request as a whole."""

    connect: float = 10
    silence: float = 40
    whole: float = 100


@dataclass(frozen=True, slots=True)
class StorageReply:
    """What a storage answered."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class BoundedBody(io.BytesIO):
    """A request body bounded by the deadline: a storage that reads it slowly does not hold us longer."""

    def read(self, size: int | None = -1, /) -> bytes:
        """The next piece, as long as there is time."""
        if seconds_left() <= 0:
            raise TimeoutError("the storage takes the file too slowly")
        return super().read(size)


class StorageRequests:
    """One session for one storage."""

    def __init__(self, session: requests.Session, patience: StoragePatience = StoragePatience()) -> None:
        self._session, self._patience = session, patience

    def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        most: int = LARGEST,
    ) -> StorageReply:
        """Send one request and read the whole answer, at most `most` bytes; raises TargetFailed where there is none.

        Statuses are the caller's to judge, but for redirects: these are not followed.
        """
        demand_leave()
        try:
            with within(self._patience.whole):
                reply = self._send(method, url, headers, body, most)
        except PlaceRefused as error:
            raise refused_place(error) from None
        except requests.RequestException as error:
            raise explain_silence(error) from None
        except OSError:  # while the body was sent or read
            raise TargetFailed("broken_off") from None
        if 300 <= reply.status < 400:
            raise TargetRefused("moved")
        return reply

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, most: int
    ) -> StorageReply:
        with self._session.request(
            method,
            url,
            headers={"User-Agent": AGENT, "Accept-Encoding": "identity", **headers},
            data=BoundedBody(body) if body else body,
            timeout=(self._patience.connect, self._patience.silence),
            allow_redirects=False,
            stream=True,
        ) as answer:
            content = b"" if method == "HEAD" else _read(answer, most)
            return StorageReply(answer.status_code, answer.headers, content)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def _read(answer: requests.Response, most: int) -> bytes:
    """The whole content; a storage that never ends is refused, one that ends too early has failed."""
    content = bytearray()
    for piece in answer.iter_content(PIECE):
        content += piece
        if len(content) > most:
            raise TargetRefused("too_large" if most == LARGEST else "too_long")
    stated = answer.headers.get("Content-Length", "")
    if stated.isdecimal() and int(stated) != len(content):
        raise TargetFailed("broken_off")
    return bytes(content)


def refused_place(error: PlaceRefused) -> TargetRefused:
    """The failure for an address that the guard refuses."""
    return TargetRefused(REFUSED_PLACES.get(error.reason, "address"))


def explain_silence(error: requests.RequestException) -> TargetFailed:
    """The error of a request without an answer, by its cause and never by its message: that holds the address."""
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return TargetRefused("address")
    causes = _causes(error)
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in causes):
        return TargetRefused("certificate")
    if any(isinstance(one, ssl.SSLError) and one.reason in NO_TLS for one in causes):
        return TargetRefused("answer")
    unresolved = next((one for one in causes if isinstance(one, NameResolutionError)), None)
    if unresolved is not None:
        return explain_name(unresolved.__cause__)
    if any(isinstance(one, NewConnectionError) for one in causes):
        return TargetFailed("not_connected")
    if any(isinstance(one, TimeoutError | ConnectTimeoutError | ReadTimeoutError) for one in causes):
        return TargetFailed("silent")
    return TargetFailed("broken_off")


def explain_name(error: BaseException | None) -> TargetFailed:
    """The error of a name that is unknown, or cannot be resolved now."""
    if isinstance(error, socket.gaierror) and error.errno in NOT_FOUND:
        return TargetRefused("unknown_host")
    return TargetFailed("unresolved")


def _causes(error: BaseException) -> list[BaseException]:
    """The exception and all exceptions that it wraps."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(found) < 20:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return found
