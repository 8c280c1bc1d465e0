"""Calls the API with a key: follows cursors, waits as long as a 429 asks, turns refusals into words and exit codes."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import click
import requests

from b24app.network import demand_leave

TIMEOUT = (5, 30)
TRIES = 5
LONGEST_WAIT = 120
LIMIT = 100
EXIT_KEY, EXIT_MISSING, EXIT_INPUT, EXIT_AWAY = 3, 4, 5, 6
EXITS = {401: EXIT_KEY, 403: EXIT_KEY, 404: EXIT_MISSING, 422: EXIT_INPUT}
NOT_OURS = "This is not the address of the application."
Record = dict[str, Any]


class ApiFailed(click.ClickException):
    """What a person reads, and the code that a script reads."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc] # click reads it from the instance


@dataclass(frozen=True, slots=True)
class ProgramWire:
    """What a program reaches the server by, and how it waits."""

    session: requests.Session = field(default_factory=requests.Session)
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class ApiProgram:
    """One server and one key."""

    url: str
    key: str
    language: str = "ru"
    wire: ProgramWire = field(default_factory=ProgramWire)

    def records(self, path: str, **query: str) -> Iterator[Record]:
        """Every record of a list, page after page."""
        cursor: str | None = ""
        while cursor is not None:
            asked = {**query, "limit": str(LIMIT), **({"cursor": cursor} if cursor else {})}
            page = self.ask("GET", path, params=asked)
            items, later = page.get("items"), page.get("next")
            if not isinstance(items, list) or (later is not None and later == cursor):
                raise ApiFailed(NOT_OURS, EXIT_MISSING)
            yield from items
            cursor = later

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Record:
        """One request, again after a 429 or while the server is away; raises ApiFailed, UsageError without address or key."""
        if not (self.url and self.key):
            raise click.UsageError(
                "Name the address (--url or RENEWAL_API_URL) and the key (--key or RENEWAL_API_KEY)."
            )
        for tried in range(1, TRIES + 1):
            answer = self._send(method, path, params, body)
            if answer is not None and answer.status_code != 429 and answer.status_code < 500:
                return _read(answer)
            if tried < TRIES:
                self.wire.sleep(_pause(answer, tried))
        status = f" ({answer.status_code})" if answer is not None else ""
        raise ApiFailed(f"The server does not answer{status}: {self.url}", EXIT_AWAY)

    def _send(
        self, method: str, path: str, params: Mapping[str, str] | None, body: Mapping[str, object] | None
    ) -> requests.Response | None:
        headers = {"Authorization": f"Bearer {self.key}", "Accept-Language": self.language}
        demand_leave()
        try:
            return self.wire.session.request(
                method,
                f"{self.url.rstrip('/')}/api/v1{path}",
                params=dict(params or {}),
                json=body,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException:
            return None


def _pause(answer: requests.Response | None, tried: int) -> float:
    """The seconds that the server asks to wait, else a little longer each time."""
    asked = answer.headers.get("Retry-After", "") if answer is not None else ""
    return min(int(asked), LONGEST_WAIT) if asked.isdecimal() else 2.0**tried


def _read(answer: requests.Response) -> Record:
    """A good answer, or the server's own words for a refusal."""
    try:
        found = answer.json()
    except ValueError:
        raise ApiFailed(NOT_OURS, EXIT_MISSING) from None
    if answer.status_code < 300:
        if isinstance(found, dict):
            return found
        raise ApiFailed(NOT_OURS, EXIT_MISSING)
    error = found.get("error") if isinstance(found, dict) else None
    error = error if isinstance(error, dict) else {}
    words = " ".join(str(error[name]) for name in ("message", "field") if error.get(name))
    raise ApiFailed(words or f"HTTP {answer.status_code}", EXITS.get(answer.status_code, 1))
