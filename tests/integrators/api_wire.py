"""The wire between a program and the API in tests: requests that a session sends are answered by the application itself."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from flask.testing import FlaskClient
from requests.adapters import BaseAdapter

BASE = "https://renewal.example"


class ApiWire(BaseAdapter):
    """Hands each request to the application; `before` may answer in its place."""

    def __init__(self, client: FlaskClient, before: Callable[[], requests.Response | None]) -> None:
        super().__init__()
        self.client, self.before = client, before
        self.sent: list[str] = []

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        self.sent.append(f"{request.method} {parts.path}?{parts.query}")
        if (answer := self.before()) is not None:
            return answer
        made = self.client.open(
            parts.path,
            method=request.method,
            query_string=parts.query,
            data=request.body,
            headers=dict(request.headers),
        )
        return response(made.status_code, made.data, dict(made.headers))

    def close(self) -> None:
        """Nothing is held."""


def response(status: int, content: bytes = b"", headers: dict[str, str] | None = None) -> requests.Response:
    """An answer as `requests` gives it."""
    found = requests.Response()
    found.status_code, found.raw = status, BytesIO(content)
    found.headers.update(headers or {})
    return found


def wired(
    client: FlaskClient, before: Callable[[], requests.Response | None] = lambda: None
) -> tuple[requests.Session, ApiWire]:
    """A session whose requests the application answers."""
    session, wire = requests.Session(), ApiWire(client, before)
    session.trust_env = False
    session.mount("https://", wire)
    return session, wire
