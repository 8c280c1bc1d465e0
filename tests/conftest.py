"""Actors that every test may use: an application, its database, and portals behind the wire."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import requests
from cryptography.fernet import Fernet
from flask import Flask
from pydantic import SecretStr

from b24app import create_app
from b24app.clock import SetClock
from b24app.manifest import read_manifest
from b24app.settings import Settings
from b24app.storage import db
from b24app.web.metrics import Meters
from sandbox.world import World
from tests.compiled import COMPILED
from tests.installation import Installed

DAY_OF_THE_STORY = datetime(2026, 11, 30, 6, 40, tzinfo=UTC)  # 09:40 in Moscow, look.md
CLIENT_ID = "local.renewal.test"
CLIENT_SECRET = "secret-of-the-application"

pytest_plugins = ["tests.chromium", "tests.databases", "tests.actors"]


@pytest.fixture
def clock() -> SetClock:
    return SetClock(DAY_OF_THE_STORY)


@pytest.fixture(scope="session")
def seal_key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture(scope="session")
def installations() -> dict[Settings, Installed]:
    """`north` right after its installation, for each set of settings that tests use."""
    return {}


@pytest.fixture
def installed(
    settings: Settings, installations: dict[Settings, Installed], request: pytest.FixtureRequest
) -> Installed | None:
    """What a test with `north` begins with, once it has been taken."""
    return installations.get(settings) if "north" in request.fixturenames else None


@pytest.fixture
def world(installed: Installed | None) -> World:
    """One authorization server and our application's card; with `north` in it when a test begins with that."""
    return installed.open_world() if installed else new_world()


def new_world() -> World:
    world = World(now=DAY_OF_THE_STORY)
    world.register_application(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        title="Продление без простоя",
        app_url="https://renewal.example/app",
        install_url="https://renewal.example/install",
        redirect_url="https://renewal.example/partner/callback",
        scopes=read_manifest().scopes,
    )
    return world


@pytest.fixture
def http(world: World) -> Callable[[], requests.Session]:
    """Sessions whose wire ends in the sandbox."""

    def open_session() -> requests.Session:
        session = requests.Session()
        session.mount("https://", world.adapter())
        session.mount("http://", world.adapter())
        return session

    return open_session


@pytest.fixture
def settings(database_url: str, seal_key: str) -> Settings:
    return Settings(
        _env_file=None,
        public_url="https://renewal.example",
        client_id=CLIENT_ID,
        client_secret=SecretStr(CLIENT_SECRET),
        secret_key=SecretStr("a-secret-for-tests-that-is-long-enough"),
        seal_keys=(SecretStr(seal_key),),
        database_url=database_url,
        queue_url="memory://",
        look_outside=False,
    )


@pytest.fixture(scope="session")
def applications() -> dict[Settings, Flask]:
    """The application objects of this worker: making one takes a tenth of a second."""
    return {}


@pytest.fixture
def app(
    settings: Settings,
    world: World,
    http: Callable[[], requests.Session],
    installed: Installed | None,
    applications: dict[Settings, Flask],
) -> Iterator[Flask]:
    """The application on a fresh database, with the sandbox behind its wire."""
    app = applications.get(settings)
    if app is None:
        app = applications[settings] = create_app(settings)
        app.jinja_env.bytecode_cache = COMPILED
    here = app.extensions["services"]
    here.queue.huey.flush()
    app.extensions["meters"] = Meters()
    app.extensions["services"] = replace(
        here,
        settings=settings,
        clock=world.clock,
        http=http,
        sleep=lambda seconds: world.clock.advance(seconds=seconds),
    )
    with app.app_context():
        if installed is not None:
            installed.put_back(app)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], int]:
    """Do the queued work now, as the worker would; answers how many jobs ran."""

    def run() -> int:
        huey = app.extensions["services"].queue.huey
        done = 0
        while (task := huey.dequeue()) is not None:
            huey.execute(task)
            done += 1
        return done

    return run
