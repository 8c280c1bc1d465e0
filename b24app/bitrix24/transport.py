"""One POST to a portal: no redirects, limits on time and size, and the truth about what was sent."""

import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import requests
from urllib3.exceptions import HTTPError, MaxRetryError, NameResolutionError, NewConnectionError

from b24app.errors import AddressRefused, AnswerBroken, Unreachable
from b24app.guard import PlaceRefused

CHUNK = 32 * 1024  # larger pieces leave holes in the memory of eight threads (docs/benchmarks.md)
HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "User-Agent": "renewal-without-downtime/1",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes one answer may take; a cloud portal cuts a request at 60 s (limits.md)."""

    connect: float = 5.0
    silence: float = 65.0
    whole: float = 120.0
    body: int = 64 * 1024 * 1024


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
    started = time.monotonic()
    try:
        with session.post(
            url,
            data=body,
            headers=HEADERS,
            allow_redirects=False,
            stream=True,
            timeout=(limits.connect, limits.silence),
        ) as response:
            kept, size = _keep(_bounded(response, limits, started), pack=pack)
            return Reply(response.status_code, response.headers.get("Location", ""), kept, size, packed=pack)
    except PlaceRefused as error:
        raise AddressRefused(error.reason) from None
    except (requests.RequestException, HTTPError, OSError) as error:
        raise unreachable(error) from None


def bound_body(response: requests.Response, limits: Limits) -> None:
    """Read a streamed answer within the limits, for clients that would read the body themselves."""
    # requests offers no public way to hand it a body that was read elsewhere
    vars(response).update(
        _content=b"".join(_bounded(response, limits, time.monotonic())), _content_consumed=True
    )


def _keep(chunks: Iterator[bytes], *, pack: bool) -> tuple[list[bytes], int]:
    """Keep pieces as they come: one buffer that grows would be copied, in every thread's own part of memory."""
    kept: list[bytes] = []
    size, packer = 0, zlib.compressobj(1) if pack else None
    for chunk in chunks:
        size += len(chunk)
        kept.append(packer.compress(chunk) if packer else chunk)
    if packer:
        kept.append(packer.flush())
    return kept, size


def _bounded(response: requests.Response, limits: Limits, started: float) -> Iterator[bytes]:
    size = 0
    for chunk in _chunks(response):
        size += len(chunk)
        if size > limits.body:
            raise AnswerBroken(
                "", f"the answer is larger than {limits.body} bytes", http=response.status_code
            )
        if time.monotonic() - started > limits.whole:
            raise AnswerBroken("", f"the answer took longer than {limits.whole} s", http=response.status_code)
        yield chunk


def _chunks(response: requests.Response) -> Iterator[bytes]:
    """Prefer what has already arrived (`read1`), so that a dripping body cannot hide from the clock."""
    read = getattr(response.raw, "read1", None)
    if read is None or response.headers.get("Transfer-Encoding"):
        yield from response.iter_content(CHUNK)
        return
    while chunk := read(CHUNK, decode_content=True):
        yield chunk


def unreachable(error: Exception) -> Unreachable:
    """Say whether a failed request may have arrived."""
    reason: object = error.args[0] if error.args else error
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    refused = isinstance(reason, NewConnectionError | NameResolutionError)
    unsent = refused or isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError)
    return Unreachable("", type(error).__name__, sent=not unsent)
