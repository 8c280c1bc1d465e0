"""The authorization servers of a world: the main one, others beside it, and addresses that one of them left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sandbox.faults import Faults, FaultyHost

OldAddress = Literal["gone", "redirect", "works"]


@dataclass
class AuthorizationServer(FaultyHost):
    """One address of the authorization service, and the failures scripted on it."""

    host: str
    faults: Faults = field(default_factory=Faults)
    old: OldAddress | Literal[""] = ""
    """What it does after the move: nothing answers (`gone`), 302 to the main one (`redirect`), all as before (`works`)."""


class AuthorizationServers:
    """All of them; portals that name none of their own use the main one."""

    def __init__(self, host: str) -> None:
        self.main = AuthorizationServer(host)
        self.others: list[AuthorizationServer] = []

    @property
    def all(self) -> list[AuthorizationServer]:
        """Return the main server and the others."""
        return [self.main, *self.others]

    def at(self, host: str) -> AuthorizationServer | None:
        """Return the server of a host that still answers."""
        return next((each for each in self.all if each.host == host and each.old != "gone"), None)

    def known(self, host: str) -> AuthorizationServer:
        """Return the server of a host, also one that does not answer any more."""
        found = next((each for each in self.all if each.host == host), None)
        if found is None:
            raise KeyError(f"no authorization server {host}")
        return found

    def add(self, host: str) -> AuthorizationServer:
        """Open a second server beside the main one."""
        found = next((each for each in self.all if each.host == host), None)
        if found is None:
            found = AuthorizationServer(host)
            self.others.append(found)
        return found

    def move(self, host: str, old: OldAddress) -> None:
        """Make another address the main one; from now on the old one behaves as `old`."""
        wanted = self.add(host)
        if wanted is self.main:
            return
        self.others = [each for each in self.all if each is not wanted]
        self.main.old, wanted.old = old, ""
        self.main = wanted
