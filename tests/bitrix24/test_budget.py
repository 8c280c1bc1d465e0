"""One budget for all processes, wherever it is kept."""

import os
import threading
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine

from b24app.bitrix24.rate_limit import ENTERPRISE, Bucket, LocalStore, RateLimit, RateLimitStore, bucket_of
from b24app.bitrix24.retries import Pace
from b24app.bitrix24.shared_state import KEEP_SECONDS, DatabaseStore, FallbackStore, RedisStore, shared_store
from b24app.errors import LimitReached
from b24app.rest_client import RestClient
from sandbox.portal import Portal
from sandbox.world import World

pytestmark = pytest.mark.dialect

REDIS = os.environ.get("B24_TEST_REDIS", "redis://127.0.0.1:6379/9")
BUCKET = Bucket()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def redis_store() -> RateLimitStore:
    from redis import Redis
    from redis.exceptions import ConnectionError as NoRedis

    redis = Redis.from_url(REDIS)
    try:
        redis.ping()
    except NoRedis:
        pytest.skip("no Redis at B24_TEST_REDIS")
    finally:
        redis.close()
    return shared_store(create_engine("sqlite://"), REDIS, f"test-{uuid4()}")


@pytest.fixture(
    params=["local", "database", pytest.param("redis", marks=pytest.mark.enable_socket)],
)
def budget_store(request: pytest.FixtureRequest, engine: Engine) -> RateLimitStore:
    if request.param == "redis":
        return redis_store()
    return LocalStore() if request.param == "local" else shared_store(engine, "memory://", "member")


def pour(store: RateLimitStore, now: float, *, background: bool = False) -> int:
    """Take until the store says to wait; the very first try may only open the bucket."""
    room, poured = BUCKET.room(background=background), 0
    for _ in range(100):
        wait = store.take(now, BUCKET, room)
        poured += wait == 0
        if wait > 0.01:
            break
    return poured


def test_holds_a_burst_and_then_makes_wait(budget_store: RateLimitStore) -> None:
    assert pour(budget_store, 1000.0) == 47
    assert budget_store.take(1000.0, BUCKET, BUCKET.room(background=False)) == pytest.approx(0.5)


def test_drains_with_time(budget_store: RateLimitStore) -> None:
    pour(budget_store, 1000.0)
    assert pour(budget_store, 1003.0) == 6


def test_background_work_leaves_room_for_people(budget_store: RateLimitStore) -> None:
    assert pour(budget_store, 1000.0, background=True) == 42
    assert pour(budget_store, 1000.0) == 5


def test_a_clock_that_runs_backwards_drains_nothing(budget_store: RateLimitStore) -> None:
    pour(budget_store, 1000.0)
    assert pour(budget_store, 950.0) == 0
    assert pour(budget_store, 1001.0) == 2


@pytest.mark.parametrize("hours", [1, 72])
def test_a_bucket_drains_again_after_the_clock_was_put_back(budget_store: RateLimitStore, hours: int) -> None:
    now = 1_800_000_000.0
    pour(budget_store, now)
    now -= hours * 3600
    assert pour(budget_store, now) == 0
    assert pour(budget_store, now + 3) == 6
    assert pour(budget_store, now + 30) == 47


def test_a_pause_of_a_clock_that_was_put_back_gives_way_to_the_next(budget_store: RateLimitStore) -> None:
    budget_store.pause("crm.item.list", 1_800_000_000.0)
    budget_store.pause("crm.item.list", 1_799_900_000.0)
    assert budget_store.pauses() == {"crm.item.list": 1_799_900_000.0}


def test_believes_the_portal_that_the_bucket_is_full(budget_store: RateLimitStore) -> None:
    pour(budget_store, 1000.0)
    budget_store.fill(1100.0, BUCKET)
    assert pour(budget_store, 1100.0) == 0


def test_the_later_pause_of_a_method_stands(budget_store: RateLimitStore) -> None:
    for until in (50.0, 90.0, 70.0):
        budget_store.pause("crm.item.list", until)
    assert budget_store.pauses() == {"crm.item.list": 90.0}


def test_portals_do_not_share(engine: Engine) -> None:
    assert pour(DatabaseStore(engine, "north"), 1000.0) == 47
    assert pour(DatabaseStore(engine, "south"), 1000.0) == 47


def test_threads_with_connections_of_their_own_take_no_more_than_fits(database_url: str) -> None:
    poured: list[int] = []

    def work() -> None:
        engine = create_engine(database_url)
        poured.append(pour(DatabaseStore(engine, "member"), 1000.0))
        engine.dispose()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(poured) == 47


@given(st.lists(st.tuples(st.floats(0, 5), st.booleans()), max_size=200))
def test_never_more_than_the_portal_lets_through(steps: list[tuple[float, bool]]) -> None:
    store, now, level, moment = LocalStore(), 0.0, 0.0, 0.0
    for step, background in steps:
        now += step
        if store.take(now, BUCKET, BUCKET.room(background=background)) == 0:
            level, moment = max(0.0, level - (now - moment) * BUCKET.drain) + 1, now
            assert level <= BUCKET.size


def test_enterprise_has_the_big_bucket() -> None:
    assert bucket_of("ru_ent250") is ENTERPRISE
    assert bucket_of("ru_std") == Bucket()


def test_a_caller_waits_no_longer_than_its_patience(pace: Pace) -> None:
    store = LocalStore()
    store.fill(pace.now(), BUCKET)
    with pytest.raises(LimitReached):
        RateLimit(store, BUCKET, pace, patience=0.1).wait_turn()


def test_a_thousand_calls_never_overrun_the_portal(client: RestClient, world: World) -> None:
    for _ in range(150):
        client.call("profile")
    assert all(request.status == 200 for request in world.requests)


def test_several_clients_share_one_bucket(
    make_client: Callable[..., RestClient], engine: Engine, world: World
) -> None:
    clients = [make_client(budget_store=DatabaseStore(engine, "member")) for _ in range(8)]
    for _ in range(12):
        for client in clients:
            client.call("profile")
    assert all(request.status == 200 for request in world.requests)


def test_learns_from_a_stranger_who_fills_the_bucket(
    client: RestClient, portal: Portal, world: World
) -> None:
    portal.limits.levels["127.0.0.1"] = (50.0, world.clock.timestamp())
    client.call("profile")
    assert [request.status for request in world.requests] == [503, 200]


@pytest.mark.enable_socket
def test_redis_forgets_what_nobody_asks_for() -> None:
    """Portals come and go; what is kept of a bucket and of pauses runs out by itself."""
    store = redis_store()
    assert isinstance(store, FallbackStore)
    store = store.usual
    assert isinstance(store, RedisStore)
    uses: list[tuple[str, Callable[[], object]]] = [
        (store._bucket, lambda: store.take(1000.0, BUCKET, 40.0)),
        (store._bucket, lambda: store.fill(1000.0, BUCKET)),
        (store._pauses, lambda: store.pause("user.get", 2000.0)),
    ]
    for key, use in uses:
        use()
        assert 0 < store._redis.ttl(key) <= KEEP_SECONDS
        store._redis.persist(key)
    store._redis.delete(store._bucket, store._pauses)
