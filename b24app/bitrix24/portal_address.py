"""Where a portal lives, and when to believe that it moved (settings/how-to-call-rest-api/change-domen.md).

A token goes only to an address that the authorization server has confirmed for the same `member_id`: a Location
header alone never receives anything, so a hijacked old name cannot collect tokens.
"""

import socket
from collections.abc import Callable
from typing import Protocol

from b24app.errors import AddressChanged
from b24app.guard import Guard, PlaceRefused


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
        guard: Guard | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._confirmed = confirmed
        self._keep = keep
        self._guard = guard or Guard()

    def current(self) -> str:
        """The base to which calls go."""
        return self._endpoint

    def follow(self, location: str) -> None:
        """Move when the authorization server confirms the host that the portal named; otherwise AddressChanged."""
        named = host_behind(self._guard, location)
        if not named:
            raise AddressChanged(location)
        endpoint = self._confirmed()
        if host_behind(self._guard, endpoint) != named or not leads_outside(self._guard, endpoint):
            raise AddressChanged(location)
        self._keep(endpoint)
        self._endpoint = endpoint


def host_behind(guard: Guard, url: str) -> str:
    """The host (with a port) of a URL that may be a portal's; empty for anything else."""
    try:
        return guard.judge(url).authority
    except PlaceRefused:
        return ""


def leads_outside(guard: Guard, url: str) -> bool:
    """Whether nothing speaks against the numbers behind a URL; a name unknown at this moment is judged when dialled."""
    try:
        guard.locate(guard.judge(url))
    except PlaceRefused:
        return False
    except (socket.gaierror, TimeoutError):
        return True
    return True
