"""Data of the sandbox: portals, application cards, tokens of the authorization server, traffic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from hashlib import md5
from threading import RLock
from typing import Any, ClassVar

from sandbox import assumptions
from sandbox.application import ApplicationCard
from sandbox.authorization import AuthorizationServer, AuthorizationServers, OldAddress
from sandbox.clock import SandboxClock
from sandbox.faults import Faults
from sandbox.hosts import is_address, on_the_wire
from sandbox.portal import Portal
from sandbox.records import Delivery, RequestRecord, Traffic
from sandbox.shop import seed as seed_shop
from sandbox.tokens import TokenStore

Deliver = Callable[[str, dict[str, str]], int]


def accept_everything(_url: str, _form: dict[str, str]) -> int:
    """Send nothing; the world records the event all the same."""
    return 200


class WorldData:
    """All portals and what they share; `sandbox.world` adds the web applications that answer for them."""

    NOT_SAVED: ClassVar[frozenset[str]] = frozenset({"lock", "deliver", "pause", "traffic"})

    def __init__(
        self,
        *,
        now: datetime,
        oauth_host: str = "oauth.bitrix24.tech",
        scheme: str = "https",
        seed: int = 24,
    ) -> None:
        self.clock = SandboxClock(now)
        self.scheme = scheme
        self.oauth = AuthorizationServers(self.plain_host(oauth_host))
        self.seed = seed
        self.portals: dict[str, Portal] = {}
        self.applications: dict[str, ApplicationCard] = {}
        self.moved: dict[str, str] = {}
        self.names: dict[str, tuple[str, ...]] = {}
        self.tokens = TokenStore(seed)
        self.traffic = Traffic()
        self.latency = 0.0
        self.per_command = 0.0
        self._prepare()

    def _prepare(self) -> None:
        self.lock = RLock()
        self.deliver: Deliver = accept_everything
        self.pause: Callable[[float], None] = self._skip

    def _skip(self, seconds: float) -> None:
        self.clock.advance(seconds=seconds)

    @property
    def requests(self) -> list[RequestRecord]:
        """Return every HTTP request seen, oldest first."""
        return self.traffic.requests

    @property
    def deliveries(self) -> list[Delivery]:
        """Return every event sent, oldest first."""
        return self.traffic.deliveries

    @property
    def oauth_host(self) -> str:
        """Return the host of the main authorization server."""
        return self.oauth.main.host

    @oauth_host.setter
    def oauth_host(self, host: str) -> None:
        """Give the main authorization server another host; the former one does not answer."""
        self.oauth.main.host = host

    def add_authorization_server(self, host: str) -> AuthorizationServer:
        """Open a second authorization server beside the main one."""
        return self.oauth.add(self.plain_host(host))

    def move_authorization_server(self, host: str, old: OldAddress | None = None) -> None:
        """Move the main authorization server to another address; `old` is what the address before does then."""
        self.oauth.move(self.plain_host(host), old or assumptions.OLD_AUTHORIZATION_SERVER)

    def failing(self) -> Iterator[tuple[str, Faults]]:
        """Yield every host on which failures can be scripted, with those scripted now."""
        for portal in self.portals.values():
            yield portal.host, portal.faults
        for server in self.oauth.all:
            yield server.host, server.faults

    def look_up(self, host: str, _port: int) -> tuple[str, ...]:
        """Resolve a host name: an address is itself, a name a public address unless `names` has others."""
        literal = host.strip("[]")
        return self.names.get(host, (literal if is_address(literal) else "93.184.216.34",))

    @property
    def server_endpoint(self) -> str:
        """Return the REST base of the authorization server."""
        return f"{self.scheme}://{self.oauth_host}/rest/"

    def add_portal(
        self,
        host: str,
        *,
        profile: str = "cloud",
        plan: str = "ru_std",
        lang: str = "ru",
        rows: int = 0,
        member_id: str | None = None,
        paid_till: date | None = None,
        marketplace_till: date | None = None,
        time_zone: str = "",
    ) -> Portal:
        """Open a portal with the data of a generated shop; without a zone it has that of its country's capital."""
        today = self.clock.today()
        portal = Portal(
            self,
            member_id=member_id or md5(f"{self.seed}|{host}".encode(), usedforsecurity=False).hexdigest(),
            host=self.plain_host(host),
            profile=profile,
            plan=plan,
            lang=lang,
            paid_till=paid_till or today + timedelta(days=365),
            marketplace_till=marketplace_till or today + timedelta(days=365),
        )
        portal.set_time_zone(time_zone or portal.time_zone)
        self.portals[portal.member_id] = portal
        seed_shop(portal, rows)
        return portal

    def register_application(
        self,
        *,
        client_id: str,
        client_secret: str,
        title: str,
        app_url: str,
        install_url: str = "",
        settings_url: str = "",
        redirect_url: str = "",
        scopes: Sequence[str],
        status: str = "L",
        code: str = "",
        only_api: bool = False,
        menu_title: str = "",
    ) -> ApplicationCard:
        """Register an application card with the authorization server."""
        card = ApplicationCard(
            client_id=client_id,
            client_secret=client_secret,
            title=title,
            app_url=app_url,
            install_url=install_url,
            settings_url=settings_url,
            redirect_url=redirect_url,
            scopes=tuple(scopes),
            status=status,
            code=code,
            menu_title=menu_title,
            only_api=only_api,
        )
        self.applications[client_id] = card
        return card

    def refuse_next_token(
        self, code: str, description: str = "", *, times: int | None = 1, status: int = 400
    ) -> None:
        """Script refusals of the next token exchanges."""
        self.oauth.main.refuse_next(code, times=times, method="token", description=description, status=status)

    def portal_at(self, host: str) -> Portal | None:
        """Return the portal that has this host (with a port when it is not the usual one)."""
        wanted = self.plain_host(host)
        return next((portal for portal in self.portals.values() if portal.host == wanted), None)

    def plain_host(self, host: str) -> str:
        """Return a host as it goes over the wire, without the usual port."""
        return on_the_wire(host, self.scheme)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in self.NOT_SAVED}

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "oauth_host" in state:  # a world of the last release has one authorization server
            state["oauth"] = AuthorizationServers(state.pop("oauth_host"))
        self.__dict__.update(state)
        self.traffic = Traffic()
        self._prepare()
