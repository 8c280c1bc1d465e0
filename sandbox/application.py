"""Application cards and what a portal keeps about an application it installed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class ApplicationCard:
    """An application as its author registered it: keys, addresses, scopes."""

    client_id: str
    client_secret: str
    title: str
    app_url: str
    install_url: str = ""
    settings_url: str = ""
    redirect_url: str = ""
    scopes: tuple[str, ...] = ()
    status: str = "L"
    code: str = ""
    only_api: bool = False
    menu_title: str = ""

    @property
    def menu_name(self) -> str:
        """The title of the application's own item in the left menu; without one of its own the application's name."""
        return self.menu_title or self.title

    @property
    def symbol(self) -> str:
        """Return the application's code; of a local one it is the client_id (app-info.md)."""
        return self.code or self.client_id


@dataclass(slots=True)
class EventBinding:
    """One handler of one event."""

    id: int
    event: str
    handler: str
    user_id: int = 0
    offline: bool = False
    connector: str = ""
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class OfflineEvent:
    """One row of the queue of offline events."""

    id: int
    event: str
    data: dict[str, Any]
    message_id: str
    moment: str
    user_id: int = 0
    process_id: str = ""
    error: int = 0


@dataclass(slots=True)
class PlacementBinding:
    """One widget in one place."""

    id: int
    placement: str
    handler: str
    user_id: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    description: str = ""
    lang_all: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Installation:
    """An application in a portal: flags, keys, options, bindings."""

    card: ApplicationCard
    app_id: int
    application_token: str
    installed: bool
    active: bool = True
    version: int = 1
    status: str = "L"
    paid_till: date | None = None
    installer_id: int = 0
    withheld: set[str] = field(default_factory=set)
    app_options: dict[str, Any] = field(default_factory=dict)
    user_options: dict[int, dict[str, Any]] = field(default_factory=dict)
    first_run: dict[int, bool] = field(default_factory=dict)
    events: list[EventBinding] = field(default_factory=list)
    placements: list[PlacementBinding] = field(default_factory=list)
    offline: list[OfflineEvent] = field(default_factory=list)

    @property
    def scopes(self) -> tuple[str, ...]:
        """Return the scopes granted now."""
        return tuple(scope for scope in self.card.scopes if scope not in self.withheld)


@dataclass(frozen=True, slots=True)
class Webhook:
    """An incoming webhook: whose rights, which scopes."""

    user_id: int
    secret: str
    scopes: frozenset[str]
