"""HTTP sessions behind the guard: every connection is judged as it is made, and no redirect is followed."""

import io
import socket
import sys
from collections.abc import Mapping
from functools import lru_cache
from http.client import HTTPResponse
from math import inf
from typing import TYPE_CHECKING

import requests
from requests.adapters import DEFAULT_CA_BUNDLE_PATH, HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.poolmanager import ProxyManager

from b24app.deadline import seconds_left
from b24app.guard.address_guard import Guard
from b24app.guard.places import Place
from b24app.guard.trusted_roots import context_for

if TYPE_CHECKING:
    import ssl
    from typing import NotRequired

    from requests.adapters import _HostParams, _PoolKwargs

    class _PoolOptions(_PoolKwargs):
        ssl_context: NotRequired[ssl.SSLContext]


def _connect(connection: HTTPConnection, guard: Guard, scheme: str) -> socket.socket:
    host = f"[{connection.host}]" if ":" in connection.host else connection.host
    place = guard.judge(f"{scheme}://{host}:{connection.port}/")
    timeout = connection.timeout if isinstance(connection.timeout, int | float) else None
    try:
        made = guard.connect(place, timeout)
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, f"Connection to {connection.host} timed out.") from error
    except OSError as error:
        raise NewConnectionError(connection, f"Failed to establish a new connection: {error}") from error
    for option in connection.socket_options or ():
        made.setsockopt(*option)
    sys.audit("http.client.connect", connection, connection.host, connection.port)
    return made


class BoundedReader(io.RawIOBase):
    """Reads from a socket no longer than the work around it may wait: a byte now and then does not prolong it."""

    def __init__(self, raw: io.RawIOBase, line: socket.socket) -> None:
        super().__init__()
        self._raw, self._line = raw, line
        self._silence = line.gettimeout()

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        """Wait for the next piece, at most for what is left."""
        left = seconds_left()
        if left <= 0:
            raise TimeoutError("the answer takes too long")
        if left < inf:
            self._line.settimeout(left if self._silence is None else min(left, self._silence))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Close what is read from."""
        self._raw.close()
        super().close()


class BoundedResponse(HTTPResponse):
    """An answer whose headers, chunks and body are read within the seconds that are left."""

    def __init__(
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self.fp = io.BufferedReader(BoundedReader(self.fp.detach(), sock))


@lru_cache(maxsize=8)  # classes are made once for a guard, not for each of its sessions
def _pools_behind(guard: Guard) -> dict[str, type[HTTPConnectionPool]]:
    """Pools by scheme whose connections ask the guard; a certificate is checked against the name, though a number is dialled."""

    class Plain(HTTPConnection):
        response_class = BoundedResponse

        def _new_conn(self) -> socket.socket:
            return _connect(self, guard, "http")

    class Secure(HTTPSConnection):
        response_class = BoundedResponse

        def _new_conn(self) -> socket.socket:
            return _connect(self, guard, "https")

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


class ProxiedConnection(HTTPConnection):
    """A connection that a proxy of the environment dials; its answers are bounded as well."""

    response_class = BoundedResponse


class ProxiedSecureConnection(HTTPSConnection):
    """The same for https."""

    response_class = BoundedResponse


class ProxiedPool(HTTPConnectionPool):
    """Connections through a proxy."""

    ConnectionCls = ProxiedConnection


class ProxiedSecurePool(HTTPSConnectionPool):
    """Connections through a proxy, for https."""

    ConnectionCls = ProxiedSecureConnection


PROXIED = {"http": ProxiedPool, "https": ProxiedSecurePool}


class GuardedAdapter(HTTPAdapter):
    """Judges each request's address, and adds the company's own CA for the hosts that the operator listed."""

    def __init__(self, guard: Guard, authority: str = "") -> None:
        self._guard, self._authority = guard, authority
        super().__init__()

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: object
    ) -> None:
        """Make pools whose connections ask the guard."""
        super().init_poolmanager(connections, maxsize, block, **pool_kwargs)
        # A proxy that the environment names dials by itself; it gets what `send` has judged.
        self.poolmanager.pool_classes_by_scheme = _pools_behind(self._guard)

    def send(  # noqa: PLR0917 - the signature of requests
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Refuse before anything is opened."""
        self._guard.judge(request.url or "")
        return super().send(request, stream, timeout, verify, cert, proxies)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: object) -> ProxyManager:
        """A proxy's connections are made by its manager; their answers are bounded all the same."""
        manager: ProxyManager = super().proxy_manager_for(proxy, **proxy_kwargs)
        manager.pool_classes_by_scheme = PROXIED
        return manager

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: str | tuple[str, str] | None = None
    ) -> "tuple[_HostParams, _PoolKwargs]":
        """Give the shared context; the company's CA is in it for hosts of the operator's list, and for them alone."""
        place, options = super().build_connection_pool_key_attributes(request, verify, cert)
        if not verify or cert is not None or place["scheme"] != "https":
            return place, options
        bundle = verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH
        listed = self._authority and self._is_listed(self._guard.judge(request.url or ""))
        context = context_for(bundle, self._authority if listed else "")
        shared: _PoolOptions = {"cert_reqs": "CERT_REQUIRED", "ssl_context": context}
        return place, shared

    def cert_verify(
        self, conn: HTTPConnectionPool, url: str, verify: bool | str, cert: str | tuple[str, str] | None
    ) -> None:
        """Leave a shared context as it is: its trusted roots would be read into it for every request."""
        if conn.conn_kw.get("ssl_context") is None:
            super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]

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
