"""A WSGI application that says what came to it, for tests of what stands before every application."""

import hashlib
import time
from collections.abc import Callable, Iterable
from typing import Any

from b24app.web.request_worker import RequestWorker

LONG = b"x" * 65536


def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/long":
        start("200 OK", [("Content-Length", str(len(LONG) * 200))])
        return (LONG for _ in range(200))
    if path == "/slow":
        time.sleep(float(environ["QUERY_STRING"]))
    body = b"" if path == "/unread" else environ["wsgi.input"].read()
    said = f"{environ['REQUEST_METHOD']} {len(body)} {hashlib.sha256(body).hexdigest()}".encode()
    start("200 OK", [("Content-Length", str(len(said)))])
    return [said]


class HastyWorker(RequestWorker):
    """Waits for a second where ours waits for a quarter of a minute, and keeps little."""

    silence = 1.0
    request = 2.0
    answer = 1.0
    most_held = 1_000_000
