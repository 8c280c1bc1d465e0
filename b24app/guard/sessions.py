"""HTTP sessions behind the guard: every connection is judged as it is made, and no redirect is followed."""

import socket
import sys
from functools import partial
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from b24app.guard.address_guard import Guard
from b24app.guard.places import Place


class _Plain(HTTPConnection):
    """A connection for the demo's http."""

    def __init__(self, *args: Any, guard: Guard, **values: Any) -> None:
        super().__init__(*args, **values)
        self._guard = guard

    def _new_conn(self) -> socket.socket:
        return _connect(self, self._guard, "http")


class _Secure(HTTPSConnection):
    """A connection whose certificate is checked against the name, though a number is dialled."""

    def __init__(self, *args: Any, guard: Guard, **values: Any) -> None:
        super().__init__(*args, **values)
        self._guard = guard

    def _new_conn(self) -> socket.socket:
        return _connect(self, self._guard, "https")


def _connect(line: HTTPConnection, guard: Guard, scheme: str) -> socket.socket:
    host = f"[{line.host}]" if ":" in line.host else line.host
    place = guard.judge(f"{scheme}://{host}:{line.port}/")
    timeout = line.timeout if isinstance(line.timeout, int | float) else None
    try:
        made = guard.connect(place, timeout)
    except socket.gaierror as error:
        raise NameResolutionError(line.host, line, error) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(line, f"Connection to {line.host} timed out.") from error
    except OSError as error:
        raise NewConnectionError(line, f"Failed to establish a new connection: {error}") from error
    for option in line.socket_options or ():
        made.setsockopt(*option)
    sys.audit("http.client.connect", line, line.host, line.port)
    return made


def _open_pool(
    kind: type[HTTPConnectionPool], line: Any, guard: Guard, host: str, port: int, **values: Any
) -> HTTPConnectionPool:
    pool = kind(host, port, **values)
    pool.ConnectionCls = partial(line, guard=guard)  # type: ignore[assignment]
    return pool


class GuardedAdapter(HTTPAdapter):
    """Judges each request's address, and lets the company's own CA vouch for the hosts that the operator listed."""

    def __init__(self, guard: Guard, authority: str = "") -> None:
        self._guard, self._authority = guard, authority
        super().__init__()

    def init_poolmanager(self, *args: Any, **values: Any) -> None:
        """Make pools whose connections ask the guard."""
        super().init_poolmanager(*args, **values)
        # A proxy that the environment names dials by itself; it gets what `send` has judged.
        self.poolmanager.pool_classes_by_scheme = {
            "http": partial(_open_pool, HTTPConnectionPool, _Plain, self._guard),
            "https": partial(_open_pool, HTTPSConnectionPool, _Secure, self._guard),
        }

    def send(self, request: requests.PreparedRequest, *args: Any, **values: Any) -> requests.Response:
        """Refuse before anything is opened."""
        self._guard.judge(request.url or "")
        return super().send(request, *args, **values)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        """Add the company's CA for hosts of the operator's list, and for them alone."""
        place, options = super().build_connection_pool_key_attributes(request, verify, cert)
        listed = self._authority and self._is_listed(self._guard.judge(request.url or ""))
        return place, {**options, "ca_cert_data": self._authority} if listed else options

    def _is_listed(self, place: Place) -> bool:
        trust = self._guard.trust
        return trust.names(place) or (place.address is not None and trust.covers(place.address))


class GuardedSession(requests.Session):
    """A session that follows no redirect: whoever wants to go there asks the guard first."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        """Nowhere."""
        return None


def open_session(guard: Guard, authority: str = "", *, trust_env: bool = False) -> requests.Session:
    """A session for places behind this guard; `authority` is the text of the company's CA certificates."""
    session = GuardedSession()
    session.trust_env = trust_env
    for scheme in ("https://", "http://"):
        session.mount(scheme, GuardedAdapter(guard, authority))
    return session
