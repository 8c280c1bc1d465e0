"""A site with a certificate that answers whatever a test wants: redirects, evil XML, bodies without an end."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import trustme

from b24app.backup.targets.storage_requests import StorageRequests
from b24app.guard import ENTERED, Guard, Trust
from b24app.guard.sessions import open_session
from tests.backup.storage_processes import HOST, IMPATIENT

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class StrangeSite:
    """Where it listens, what it was asked, and how it answers."""

    port: int
    authority: str
    answer: Answer
    heard: list[str] = field(default_factory=list)

    def requests(self, numbers: tuple[str, ...] = ("127.0.0.1",)) -> StorageRequests:
        trust = Trust(frozenset({(HOST, self.port)}), (ip_network("127.0.0.1/32"),))
        guard = Guard(ENTERED, trust, lambda _host, _port: numbers)
        return StorageRequests(open_session(guard, self.authority), IMPATIENT)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"


@contextlib.contextmanager
def strange_site(answer: Answer) -> Iterator[StrangeSite]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)

    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            site.heard.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with contextlib.suppress(OSError):
                site.answer(self)

        do_GET = do_PUT = do_DELETE = do_PROPFIND = do_MKCOL = do_MOVE = respond

        def log_message(self, *_args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    site = StrangeSite(server.server_port, authority.cert_pem.bytes().decode(), answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def says(status: int, body: bytes = b"", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Length": str(len(body)), **named}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer
