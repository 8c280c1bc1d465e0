"""Where a portal lives, and when to believe that it moved (settings/how-to-call-rest-api/change-domen.md).

A token goes only to an address that the authorization server has confirmed for the same `member_id`: a Location
header alone never receives anything, so a hijacked old name cannot collect tokens.
"""

import ipaddress
import re
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

from b24app.errors import AddressChanged

NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
NEVER_PUBLIC = {"local", "localhost", "internal", "home", "lan", "arpa", "onion", "localdomain"}


class Address(Protocol):
    """The portal's REST base, such as `https://shop.example/rest/`."""

    def current(self) -> str:
        """The base to which calls go."""
        ...

    def follow(self, location: str) -> None:
        """The portal named another place: verify and keep it, or raise AddressChanged."""
        ...


class FixedAddress:
    """An address that never changes: incoming webhooks and scripts."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def current(self) -> str:
        """The base to which calls go."""
        return self._endpoint

    def follow(self, location: str) -> None:
        """Refuse: nobody can confirm the new place."""
        raise AddressChanged(location)


class VerifiedAddress:
    """An address that changes only by the word of the authorization server.

    `confirmed` asks it where the portal lives now (`app.info` there, same `member_id`, our application) and returns
    the portal's REST base; `keep` stores the new base.
    """

    def __init__(
        self,
        endpoint: str,
        confirmed: Callable[[], str],
        keep: Callable[[str], None],
        *,
        allow_local: bool = False,
    ) -> None:
        self._endpoint = endpoint
        self._confirmed = confirmed
        self._keep = keep
        self._allow_local = allow_local

    def current(self) -> str:
        """The base to which calls go."""
        return self._endpoint

    def follow(self, location: str) -> None:
        """Move when the authorization server confirms the host that the portal named; otherwise AddressChanged."""
        named = public_host(location, allow_local=self._allow_local)
        if not named:
            raise AddressChanged(location)
        endpoint = self._confirmed()
        if public_host(endpoint, allow_local=self._allow_local) != named:
            raise AddressChanged(location)
        self._keep(endpoint)
        self._endpoint = endpoint


def public_host(url: str, *, allow_local: bool = False) -> str:
    """The host (with a port) of an https URL with a public name; empty for anything else."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if allow_local:
        return parts.netloc.lower() if parts.scheme in ("https", "http") and "@" not in parts.netloc else ""
    plain = parts.scheme == "https" and "@" not in parts.netloc and port in (None, 443)
    return host if plain and _is_public_name(host) else ""


def _is_public_name(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.split(".")
    else:
        return False
    return (
        len(labels) > 1
        and all(NAME.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
        and labels[-1] not in NEVER_PUBLIC
    )
