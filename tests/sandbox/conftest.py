"""A world with two portals and one application installed in the first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import requests

from sandbox.application import ApplicationCard
from sandbox.portal import Portal
from sandbox.world import World
from tests.sandbox.caller import Caller

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return World(now=NOW)


@pytest.fixture
def north(world: World) -> Portal:
    return world.add_portal("north.bitrix24.example")


@pytest.fixture
def south(world: World) -> Portal:
    return world.add_portal("south.bitrix24.example", profile="box")


@pytest.fixture
def card(world: World) -> ApplicationCard:
    return world.register_application(
        client_id="local.renewal",
        client_secret="secret",
        title="Renewal",
        app_url="https://app.example/app",
        install_url="https://app.example/install",
        redirect_url="https://app.example/back",
        scopes=["crm", "placement", "sale"],
    )


@pytest.fixture
def session(world: World) -> requests.Session:
    session = requests.Session()
    session.mount("https://", world.adapter())
    session.mount("http://", world.adapter())
    return session


@pytest.fixture
def caller(north: Portal, card: ApplicationCard, session: requests.Session) -> Caller:
    north.add_application(card)
    north.finish_install(card)
    return Caller(north, card, session)
