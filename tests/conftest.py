"""Actors that every test may use: an application, its database, and portals behind the wire."""

import functools
import gc
from collections.abc import Callable, Iterator

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from hypothesis import settings as hypothesis_settings
from pydantic import SecretStr

from b24app.clock import SetClock
from b24app.database import db
from b24app.settings import Settings
from sandbox.world import World
from tests.installation import Applications, Point, Sessions, do_jobs, sessions_of
from tests.worlds import CLIENT_ID, CLIENT_SECRET, DAY_OF_THE_STORY, new_world

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "DAY_OF_THE_STORY"]

# A machine that stalls for a moment is no fault of a test.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")

pytest_plugins = ["tests.chromium", "tests.databases", "tests.actors", "tests.beginnings"]


def pytest_collection_finish() -> None:
    """Spare the collector a million objects that live as long as the run; what tests leave is still found."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(DAY_OF_THE_STORY)


@pytest.fixture(scope="session")
def seal_key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture
def world(begin: Point | None) -> World:
    """One authorization server and our application's card; with `north` in it when a test begins with that."""
    return begin.open_world() if begin else new_world()


@pytest.fixture
def http(world: World) -> Sessions:
    """Sessions whose wire ends in the sandbox."""
    return sessions_of(world)


@pytest.fixture
def settings(database_url: str, seal_key: str) -> Settings:
    return settings_with(database_url, seal_key)


@functools.cache
def settings_with(database_url: str, seal_key: str) -> Settings:
    """Frozen, hence the same for every test: reading the environment takes longer than many of them."""
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
def applications() -> Applications:
    return Applications({})


@pytest.fixture
def app(settings: Settings, world: World, begin: Point | None, applications: Applications) -> Iterator[Flask]:
    """The application on a fresh database, with the sandbox behind its wire."""
    app = applications.wired(settings, world)
    with app.app_context():
        if begin is not None:
            begin.put_back(app)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], int]:
    """Do the queued work now, as the worker would; answers how many jobs ran."""
    return lambda: do_jobs(app)
