"""Actors that every test may ask for: an application, its database, portals behind the wire, a browser.

Everything of the application is imported when a fixture is asked for, so that tests of pure functions start at once.
"""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

import pytest

from tests.story import CLIENT_ID, CLIENT_SECRET, DAY_OF_THE_STORY, OPERATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser

    from b24app.clock import SetClock
    from b24app.settings import Settings
    from sandbox.world import World
    from tests.actors import Actor, Opened
    from tests.beginnings import Beginnings
    from tests.installation import Applications, Point, Sessions


@pytest.fixture
def clock() -> SetClock:
    from b24app.clock import SetClock

    return SetClock(DAY_OF_THE_STORY)


@pytest.fixture(scope="session")
def seal_key() -> str:
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


@pytest.fixture
def world(begin: Point | None) -> World:
    """One authorization server and our application's card; with `north` in it when a test begins with that."""
    from tests.worlds import new_world

    return begin.open_world() if begin else new_world()


@pytest.fixture
def http(world: World) -> Sessions:
    """Sessions whose wire ends in the sandbox."""
    from tests.installation import sessions_of

    return sessions_of(world)


@pytest.fixture
def settings(database_url: str, seal_key: str) -> Settings:
    return settings_with(database_url, seal_key)


@functools.cache
def settings_with(database_url: str, seal_key: str) -> Settings:
    """Frozen, hence the same for every test: reading the environment takes longer than many of them."""
    from pydantic import SecretStr

    from b24app.settings import Settings

    return Settings(
        _env_file=None,
        public_url="https://renewal.example",
        client_id=CLIENT_ID,
        client_secret=SecretStr(CLIENT_SECRET),
        secret_key=SecretStr("a-secret-for-tests-that-is-long-enough"),
        seal_keys=(SecretStr(seal_key),),
        database_url=database_url,
        look_outside=False,
        **OPERATOR,
    )


@pytest.fixture(scope="session")
def applications() -> Applications:
    from tests.installation import Applications

    return Applications({})


@pytest.fixture
def app(settings: Settings, world: World, begin: Point | None, applications: Applications) -> Iterator[Flask]:
    """The application on a fresh database, with the sandbox behind its wire."""
    from b24app.database import db

    app = applications.wired(settings, world)
    with app.app_context():
        if begin is not None:
            begin.put_back()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], int]:
    """Do the queued work now, as the worker would; answers how many jobs ran."""
    from tests.installation import do_jobs

    return lambda: do_jobs(app)


@pytest.fixture(scope="session")
def beginnings() -> dict[Settings, Beginnings]:
    """The points of a portal's life reached so far, for each set of settings."""
    return {}


@pytest.fixture
def begin(
    settings: Settings,
    clear_database: Callable[[], None],
    applications: Applications,
    beginnings: dict[Settings, Beginnings],
    request: pytest.FixtureRequest,
) -> Point | None:
    """The farthest point that the test asks for, by the names of its fixtures; nothing for one without `north`."""
    from tests.beginnings import LIFE, Beginnings

    name = next((one for one in reversed(LIFE) if one in request.fixturenames), "")
    if not name:
        return None
    here = beginnings.setdefault(settings, Beginnings(settings, applications, clear_database))
    return here.reach(name, opened="north_admin" in request.fixturenames)


@pytest.fixture
def visitor(app: Flask, world: World) -> FlaskClient:
    """A browser that belongs to nobody."""
    from tests.actors import browser_of

    return browser_of(app, world)


@pytest.fixture
def north(visitor: FlaskClient, world: World) -> Actor:
    """The first portal, right after the wizard."""
    from tests.actors import NORTH, Actor

    portal = world.portal_at(NORTH)
    assert portal is not None
    return Actor(visitor, portal)


@pytest.fixture
def first_checks(north: Actor) -> Actor:
    """The first portal, after the checks that the wizard queued."""
    return north


@pytest.fixture
def loss(first_checks: Actor, north_admin: Opened) -> Opened:
    """The first portal after its first checks, then a loss, then a run that has seen it."""
    return north_admin


@pytest.fixture
def south(visitor: FlaskClient, world: World) -> Actor:
    from tests.actors import Actor

    return Actor(visitor, world.add_portal("south.bitrix24.example")).installs()


@pytest.fixture
def stranger(visitor: FlaskClient, world: World) -> Actor:
    """A portal where nobody has installed the application."""
    from tests.actors import Actor

    return Actor(visitor, world.add_portal("stranger.bitrix24.example"))


@pytest.fixture
def north_admin(north: Actor, begin: Point) -> Opened:
    """The first portal's administrator on the overview, opened when the test begins."""
    from tests.actors import Opened, token_in

    return Opened(north.client, begin.answer, token_in(begin.answer))


@pytest.fixture
def north_employee(north: Actor) -> Opened:
    return north.opens(user=north.portal.employee)


@pytest.fixture
def south_admin(south: Actor) -> Opened:
    return south.opens()


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def database_template(tmp_path_factory: pytest.TempPathFactory, worker: str) -> str:
    """The schema, made once per worker: a SQLite file to copy, or a PostgreSQL database to empty."""
    from tests.databases import make_template

    return make_template(tmp_path_factory, worker)


@pytest.fixture
def clear_database(database_template: str) -> Callable[[], None]:
    """Make the database as empty as before the first test; nobody may be connected to it."""
    from tests.databases import empty

    return functools.partial(empty, database_template)


@pytest.fixture
def database_url(database_template: str, clear_database: Callable[[], None]) -> Iterator[str]:
    """An empty database, always at the same address, so that applications can be used again."""
    from tests.databases import opened

    yield from opened(database_template, clear_database)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium of the machine for all browser tests."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(
        timeout=30_000
    )  # a machine that is slow, or busy with other tests, is no fault of a page
    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=os.environ.get("B24_TEST_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser without a page; those that a test opened are closed after it, and ask and draw no longer."""
    yield chromium
    for context in chromium.contexts:
        context.close()
