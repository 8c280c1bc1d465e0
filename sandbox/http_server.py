"""A small threaded HTTP/1.1 server with keep-alive, for the WSGI applications of this program."""

from __future__ import annotations

import io
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from flask import Flask
from typing_extensions import override

from sandbox.rest.bad_answers import DRIPS, Wait, drip

BODILESS = {"204", "304"}
Headers = list[tuple[str, str]]


class Handler(BaseHTTPRequestHandler):
    """Turns HTTP requests of one connection into calls of an application."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 120
    server: HttpServer

    def answer(self) -> None:
        """Answer one request, or drop the connection as a broken network does."""
        try:
            head = ResponseHead()
            environ = self._environ()
            chunks = self.server.app.wsgi_app(environ, head.start)
            self._write(head, chunks, environ[DRIPS])
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    do_GET = do_POST = do_HEAD = do_OPTIONS = do_PUT = do_DELETE = answer  # noqa: N815

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Write no log: the world keeps its own records."""

    @override
    def version_string(self) -> str:
        """Return the name in the Server header."""
        return "sandbox"

    def _environ(self) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        size = int(self.headers.get("Content-Length") or 0)
        host, port = self.server.server_address[:2]
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path, "latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": self.path,
            "SERVER_NAME": str(host),
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": str(self.client_address[0]),
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(size),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self.server.scheme,
            "wsgi.input": io.BytesIO(self.rfile.read(size)),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            DRIPS: {},
        }
        for name, value in self.headers.items():
            environ.setdefault("HTTP_" + name.upper().replace("-", "_"), value)
        return environ

    def _write(self, head: ResponseHead, chunks: Iterable[bytes], drips: dict[str, Wait]) -> None:
        """Send head and body; a body of unknown length goes in chunks."""
        flow = iter(chunks)
        first = next(flow, b"")
        names = {name.lower() for name, _ in head.headers}
        sized = "content-length" in names and "drip_chunks" not in drips
        bodiless = self.command == "HEAD" or head.status[:3] in BODILESS
        self.send_response(int(head.status[:3]), head.status[4:])
        for name, value in head.headers:
            if sized or name.lower() != "content-length":
                self.send_header(name, value)
        if not sized and not bodiless:
            self.send_header("Transfer-Encoding", "chunked")
        if "drip_headers" in drips:
            self._drip_head(drips["drip_headers"])
        self.end_headers()
        if not bodiless:
            self._send_body(first, flow, chunked=not sized, wait=drips.get("drip_chunks"))
        self.wfile.flush()
        close = getattr(chunks, "close", None)
        if close:
            close()

    def _drip_head(self, wait: Wait) -> None:
        """Send the head so far a byte at a time; the empty line that ends it comes after."""
        written = b"".join(self._headers_buffer)
        self._headers_buffer: list[bytes] = []
        self._drip(written, wait)

    def _drip(self, data: bytes, wait: Wait) -> None:
        for byte in drip(data, wait):
            self.wfile.write(byte)
            self.wfile.flush()

    def _send_body(
        self, first: bytes, flow: Iterable[bytes], *, chunked: bool, wait: Wait | None = None
    ) -> None:
        if wait is not None:
            self.wfile.flush()
            whole = b"".join([first, *flow])
            self._drip(b"%x\r\n%b\r\n0\r\n\r\n" % (len(whole), whole), wait)
            return
        self._send(first, chunked=chunked)
        for chunk in flow:
            self._send(chunk, chunked=chunked)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")

    def _send(self, chunk: bytes, *, chunked: bool) -> None:
        if chunk:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk) if chunked else chunk)
            self.wfile.flush()


class HttpServer(ThreadingHTTPServer):
    """A listening port with an application behind it."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, app: Flask, bind: str, port: int, tls: ssl.SSLContext | None) -> None:
        if ":" in bind:
            self.address_family = socket.AF_INET6
        super().__init__((bind, port), Handler)
        self.app = app
        self.scheme = "https" if tls else "http"
        if tls is not None:
            # The handshake happens in the connection's own thread, so that a silent client does not block the others.
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def port(self) -> int:
        """Return the port that was taken."""
        return int(self.server_address[1])

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that went away; print anything else to the console."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


@dataclass(slots=True)
class ResponseHead:
    """Status and headers of an answer being sent."""

    status: str = "500 Internal Server Error"
    headers: Headers = field(default_factory=list)

    def start(self, status: str, headers: Headers, _exc_info: Any = None) -> Callable[[bytes], Any]:
        """Take the status and the headers of the application (WSGI `start_response`)."""
        self.status, self.headers = status, headers
        return _no_write


def start_server(app: Flask, bind: str, port: int, tls: ssl.SSLContext | None = None) -> HttpServer:
    """Serve an application from a thread; port 0 takes a free one."""
    server = HttpServer(app, bind, port, tls)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


def _no_write(_data: bytes) -> None:
    raise NotImplementedError("answers are returned, not written")
