"""The number of a request: in every log line that it causes, and on the page when it fails."""

import secrets

from flask import Flask, g
from structlog.contextvars import bind_contextvars, clear_contextvars


def number_requests(app: Flask) -> None:
    """Begin every request with a number of its own and with nothing of the one before it in this thread."""
    app.before_request(_begin)
    app.teardown_request(lambda _error: clear_contextvars())


def request_number() -> str:
    """The number of this request, to be named to support and found in the log."""
    if "number" not in g:  # it failed before it began
        _begin()
    return str(g.number)


def _begin() -> None:
    clear_contextvars()
    g.number = secrets.token_hex(4)
    bind_contextvars(request=g.number)
