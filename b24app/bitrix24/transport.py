"""HTTP transport, one POST to a portal: no redirects, timeout, limits on time and size, and the truth about what was sent."""

import ssl
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from b24app.bitrix24.no_answer import CertificateRefused, LineCut, NoAnswer
from b24app.deadline import seconds_left, within
from b24app.errors import AddressRefused, AnswerBroken, Unreachable
from b24app.guard import PlaceRefused
from b24app.network import demand_leave
from b24app.timings import timed

CHUNK = 32 * 1024  # larger pieces leave holes in the memory of eight threads (docs/benchmarks.md)
HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "User-Agent": "renewal-without-downtime/1",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes one answer may take; a cloud portal cuts a request at 60 s (limits.md).

    `whole` is connecting, headers and body together, and less where the work around it may not wait so long.
    """

    connect: float = 5.0
    silence: float = 65.0
    whole: float = 120.0
    body: int = 64 * 1024 * 1024

    @property
    def timeout(self) -> tuple[float, float]:
        """Seconds to connect and seconds of silence, as far as anything is left; raises NoAnswer when nothing is."""
        demand_time()
        return min(self.connect, seconds_left()), min(self.silence, seconds_left())


def demand_time() -> None:
    """Raise NoAnswer when the work under way may not wait any longer: nothing is sent then."""
    if seconds_left() <= 0:
        raise NoAnswer("out_of_time", "no time was left to send this", sent=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whole: status, the Location of a redirect, and the body, perhaps packed."""

    http: int
    location: str
    body: list[bytes]
    size: int
    packed: bool = False

    def take(self) -> bytes:
        """The body, once: a full batch is megabytes, and nobody needs it after it was parsed."""
        raw = b"".join(self.body)
        self.body.clear()
        return zlib.decompress(raw) if self.packed else raw


NO_REPLY = Reply(0, "", [], 0)
INSIDE = Reply(200, "", [], 0)  # a command's part of a batch, whose own reply is written down beside it


def post(session: requests.Session, url: str, body: bytes, limits: Limits, *, pack: bool = False) -> Reply:
    """Send JSON and read the answer; raises Unreachable, AnswerBroken or AddressRefused.

    With `pack` the body is compressed as it arrives: answers that wait for their turn take a tenth of the memory.
    """
    demand_leave()
    try:
        with (
            timed("portal"),
            within(limits.whole),
            session.post(
                url,
                data=body,
                headers=HEADERS,
                allow_redirects=False,
                stream=True,
                timeout=limits.timeout,
            ) as response,
        ):
            kept, size = _keep(_bounded(response, limits), pack=pack)
            return Reply(response.status_code, response.headers.get("Location", ""), kept, size, packed=pack)
    except PlaceRefused as error:
        raise AddressRefused(error.reason) from None
    except UNREADABLE as error:
        raise AnswerBroken("", type(error).__name__) from None
    except (requests.RequestException, HTTPError, OSError) as error:
        raise unreachable(error) from None


def bound_body(response: requests.Response, limits: Limits) -> None:
    """Read a streamed answer within the limits, for clients that would read the body themselves."""
    # requests offers no public way to hand it a body that was read elsewhere
    vars(response).update(_content=b"".join(_bounded(response, limits)), _content_consumed=True)


def _keep(chunks: Iterator[bytes], *, pack: bool) -> tuple[list[bytes], int]:
    """Keep pieces as they come: one growing buffer would be copied, in every thread's own memory arena."""
    kept: list[bytes] = []
    size, packer = 0, zlib.compressobj(1) if pack else None
    for chunk in chunks:
        size += len(chunk)
        kept.append(packer.compress(chunk) if packer else chunk)
    if packer:
        kept.append(packer.flush())
    return kept, size


def _bounded(response: requests.Response, limits: Limits) -> Iterator[bytes]:
    size = 0
    for chunk in _chunks(response):
        size += len(chunk)
        if size > limits.body:
            raise AnswerBroken(
                "", f"the answer is larger than {limits.body} bytes", http=response.status_code
            )
        if seconds_left() <= 0:
            raise NoAnswer("", "the answer took longer than it may", http=response.status_code)
        yield chunk


def _chunks(response: requests.Response) -> Iterator[bytes]:
    """Prefer what has already arrived (`read1`), so that a slowly arriving body cannot evade the time limit."""
    read = getattr(response.raw, "read1", None)
    if read is None or response.headers.get("Transfer-Encoding"):
        yield from response.iter_content(CHUNK)
        return
    while chunk := read(CHUNK, decode_content=True):
        yield chunk


UNREADABLE = (DecodeError, requests.exceptions.ContentDecodingError)
TOO_SLOW = (requests.Timeout, ReadTimeoutError, ConnectTimeoutError, TimeoutError)
NOT_SENT = (requests.ConnectTimeout, ConnectTimeoutError)


def unreachable(error: Exception) -> Unreachable:
    """The error for a missing answer: what kept it from coming, and whether the request may have arrived."""
    causes, name = tuple(_causes(error)), type(error).__name__
    if any(map(_is_certificate, causes)):
        return CertificateRefused("certificate", name, sent=False)
    if any(isinstance(one, NameResolutionError) for one in causes):
        return Unreachable("no_name", name, sent=False)
    if any(isinstance(one, NewConnectionError) for one in causes):
        return Unreachable("no_connection", name, sent=False)
    if any(isinstance(one, TOO_SLOW) for one in causes):
        return NoAnswer("", name, sent=not any(isinstance(one, NOT_SENT) for one in causes))
    return LineCut("", name)


def _is_certificate(cause: object) -> bool:
    """Whether the certificate was refused; a handshake may fail for other reasons too."""
    told = isinstance(cause, requests.exceptions.SSLError) and "certificate" in str(cause).lower()
    return told or isinstance(cause, ssl.SSLCertVerificationError | ssl.CertificateError)


def _causes(error: Exception) -> Iterator[object]:
    """The error and what it carries: libraries wrap one in another."""
    seen: object = error
    while seen is not None:
        yield seen
        if isinstance(seen, MaxRetryError):
            seen = seen.reason
        else:
            first = seen.args[0] if isinstance(seen, Exception) and seen.args else None
            seen = first if isinstance(first, Exception) else None
