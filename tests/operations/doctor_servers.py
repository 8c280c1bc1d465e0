"""Real servers on this machine for what `flask doctor` looks at: one that tells the time, a site over TLS, one that never answers."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme
from flask import Flask
from werkzeug.serving import make_server


@contextmanager
def server_whose_clock(differs_by: timedelta = timedelta()) -> Iterator[str]:
    """An HTTP server that answers 404 with a Date of its own, as an authorization server does at its root."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(404)
            self.send_header("Date", format_datetime(datetime.now(UTC) + differs_by, usegmt=True))
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def site_over_tls(
    folder: Path, app: Flask, days: float = 60, name: str = "localhost"
) -> Iterator[tuple[str, Path]]:
    """The application itself behind a certificate that lives so many days still; its address and the CA's file."""
    authority, names = trustme.CA(), folder / "site.pem"
    ends = datetime.now(UTC) + timedelta(days=days, minutes=5)
    authority.issue_cert(name, not_after=ends).private_key_and_cert_chain_pem.write_to_path(str(names))
    ca = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=(str(names), str(names)))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"https://localhost:{server.port}", ca
    server.shutdown()
    server.server_close()
