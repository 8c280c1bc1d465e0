"""The composition root: the data of the sandbox with the web applications that serve it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from flask import Flask
from requests.adapters import BaseAdapter
from typing_extensions import override

from sandbox.adapter import WorldAdapter
from sandbox.oauth_server import create_oauth_server
from sandbox.portal_server import create_api_server, create_portal_server
from sandbox.world_data import WorldData


class World(WorldData):
    """All portals of the sandbox over HTTP; one instance per test or per `python -m sandbox`."""

    NOT_SAVED: ClassVar[frozenset[str]] = WorldData.NOT_SAVED | {"_apps"}

    @override
    def _prepare(self) -> None:
        super()._prepare()
        self._apps: dict[str, Flask] = {}

    def app_for(self, host: str) -> Flask | None:
        """Return the web application without pages that serves a host, None for unknown hosts."""
        wanted = self.plain_host(host)
        if self.oauth.at(wanted):
            return self.oauth_app
        portal = self.portal_at(wanted)
        return self.api_app if wanted in self.moved or (portal and portal.deleted != "gone") else None

    @property
    def oauth_app(self) -> Flask:
        """Return the authorization server."""
        return self._app("oauth", create_oauth_server)

    @property
    def portal_app(self) -> Flask:
        """Return the web application of every portal."""
        return self._app("portal", create_portal_server)

    @property
    def api_app(self) -> Flask:
        """Return the web application of every portal without pages: REST and authorization, quicker to create."""
        return self._app("api", create_api_server)

    def adapter(self, whole: float | None = None) -> BaseAdapter:
        """Return a requests adapter that answers for this world without a socket.

        `whole` are the sandbox's seconds after which the client cuts an answer off, as by closing its socket.
        """
        return WorldAdapter(self.app_for, whole)

    def _app(self, name: str, create: Callable[[WorldData], Flask]) -> Flask:
        with self.lock:
            if name not in self._apps:
                self._apps[name] = create(self)
            return self._apps[name]
