"""A requests adapter that passes requests to the sandbox's web applications without a socket."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from ssl import SSLCertVerificationError
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask
from requests.adapters import BaseAdapter, HTTPAdapter
from typing_extensions import override
from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection
from urllib3.exceptions import NameResolutionError
from werkzeug.test import EnvironBuilder, run_wsgi_app

from sandbox.patience import KEY, Patience, patience_of
from sandbox.rest.bad_answers import DRIPS, BadCertificate, drip

Head = list[tuple[str, str]]


class WorldAdapter(BaseAdapter):
    """Answers for the hosts that have an application; to any other host there is no connection."""

    def __init__(self, app_for: Callable[[str], Flask | None], whole: float | None = None) -> None:
        super().__init__()
        self._whole = whole
        self._app_for = app_for
        self._builder = HTTPAdapter()

    @override
    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Answer a request, or fail as a network does."""
        host = urlsplit(str(request.url)).netloc
        app = self._app_for(host)
        if app is None:
            unknown = NameResolutionError(
                host, HTTPConnection(host), socket.gaierror(socket.EAI_NONAME, "no such host")
            )
            raise requests.ConnectionError(unknown, request=request)
        try:
            raw = _answer(app, _environ(request, patience_of(timeout, self._whole)))
        except TimeoutError as error:
            raise requests.ReadTimeout("the sandbox answers too slowly", request=request) from error
        except BadCertificate as error:
            text = "certificate verify failed: unable to get local issuer certificate"
            raise requests.exceptions.SSLError(SSLCertVerificationError(1, text), request=request) from error
        except ConnectionError as error:
            raise requests.ConnectionError(error, request=request) from error
        return self._builder.build_response(request, raw)

    @override
    def close(self) -> None:
        """Nothing is held open."""


class Body(io.RawIOBase):
    """A body read chunk by chunk after the first, so that an endless one can be left unread."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks: Iterator[bytes] = iter(chunks)
        self._rest = next(self._chunks, b"")

    @override
    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1) -> bytes:
        """Read what one step brings, as a socket's response does."""
        return self.read(size if size > 0 else 65536) or b""

    @override
    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with what comes next."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def _answer(app: Flask, environ: dict[str, Any]) -> HTTPResponse:
    chunks, status, headers = run_wsgi_app(app.wsgi_app, environ)
    head, drips = list(headers.items()), environ[DRIPS]
    if "drip_headers" in drips:
        for _byte in _written(status, head):
            drips["drip_headers"]()
    if "drip_chunks" in drips:
        head = [pair for pair in head if pair[0] != "Content-Length"] + [("Transfer-Encoding", "chunked")]
        chunks = drip(b"".join(chunks), drips["drip_chunks"])
    code, _, reason = status.partition(" ")
    return HTTPResponse(
        body=Body(chunks), headers=dict(head), status=int(code), reason=reason, preload_content=False
    )


def _written(status: str, head: Head) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in head), "", ""]
    return "\r\n".join(lines).encode()


def _environ(request: requests.PreparedRequest, patience: Patience) -> dict[str, Any]:
    url = urlsplit(str(request.url))
    body = request.body or b""
    builder = EnvironBuilder(
        path=url.path or "/",
        query_string=url.query,
        base_url=f"{url.scheme}://{url.netloc}/",
        method=request.method or "GET",
        headers=[(name, value) for name, value in request.headers.items()],
        data=body.encode() if isinstance(body, str) else body,
        environ_overrides={"REMOTE_ADDR": "127.0.0.1", KEY: patience, DRIPS: {}},
    )
    try:
        return builder.get_environ()
    finally:
        builder.close()
