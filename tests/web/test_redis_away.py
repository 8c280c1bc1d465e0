"""Redis that refuses, or takes a connection and never answers: one asker learns it, openings and pages go on."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import create_engine

from b24app.bitrix24.rate_limit import Bucket
from b24app.bitrix24.redis_connections import REST_SECONDS, open_redis
from b24app.bitrix24.shared_state import shared_store
from b24app.database import db
from b24app.factory import create_app
from b24app.settings import Settings
from sandbox.world import World
from tests.actors import Actor, Browser
from tests.bitrix24.test_budget import REDIS, redis_store

pytestmark = pytest.mark.enable_socket
BUCKET = Bucket()


@contextlib.contextmanager
def silent_server() -> Iterator[str]:
    """A Redis that takes every connection and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(50)
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@contextlib.contextmanager
def closed_server() -> Iterator[str]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture(params=[silent_server, closed_server], ids=["silent", "closed"])
def away(request: pytest.FixtureRequest) -> Iterator[str]:
    with request.param() as url:
        yield url


def seconds_of(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def test_the_budget_is_counted_by_the_database_and_silence_is_paid_once(away: str, database_url: str):
    engine = create_engine(database_url)
    stores = [shared_store(engine, away, f"portal-{number}") for number in range(20)]
    first = seconds_of(lambda: stores[0].take(1000.0, BUCKET, 40.0))
    others = seconds_of(lambda: [store.take(1000.0, BUCKET, 40.0) for store in stores for _ in range(5)])
    engine.dispose()
    assert first < 1
    assert others < 0.5 + 100 * 0.02


def test_openings_and_pages_go_on_beside_a_silent_redis(
    settings: Settings, world: World, http: Callable[[], requests.Session], north: Actor
):
    with silent_server() as url:
        app = create_app(settings.model_copy(update={"redis_url": url}), clock=world.clock, http=http)
        app.test_client_class = Browser
        client: FlaskClient = app.test_client()
        post = north.portal.opens(user=north.portal.admin, lang="ru")
        open_it = lambda: client.post(post.url, data=post.form)  # noqa: E731
        assert open_it().status_code == 200
        assert seconds_of(lambda: [open_it() for _ in range(3)]) < 3 * 1.5
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def test_one_asker_tries_again_after_the_rest_and_finds_redis_again(monkeypatch: pytest.MonkeyPatch):
    redis_store()  # skips without a Redis
    engine, pool, now = create_engine("sqlite://"), open_redis(REDIS), [1000.0]
    monkeypatch.setattr(pool, "monotonic", lambda: now[0])
    with silent_server() as url:
        port = pool.connection_kwargs["port"]
        pool.disconnect()
        pool.connection_kwargs["port"] = int(url.rpartition(":")[2].partition("/")[0])
        pool._available_connections.clear()
        with pytest.raises(Exception, match=r"Timeout|answer"):
            pool.get_connection()
        pool.connection_kwargs["port"] = port
        pool._available_connections.clear()
    with pytest.raises(Exception, match="a moment ago"):
        pool.get_connection()
    now[0] += REST_SECONDS + 1
    first = pool.get_connection()
    with pytest.raises(Exception, match="a moment ago"):
        pool.get_connection()
    pool.release(first)
    assert pool.rests_until == 0
    pool.release(pool.get_connection())
    engine.dispose()
