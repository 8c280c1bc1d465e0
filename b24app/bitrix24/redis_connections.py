"""Connections to Redis: a server that does not answer is not asked for a while, so that it costs one caller half a second and no other."""

import time
from collections.abc import Callable
from functools import cache
from typing import cast

import structlog
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.connection import Connection, ConnectionInterface
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError
from redis.retry import Retry

ANSWER_SECONDS = 0.5
REST_SECONDS = 15.0
log = structlog.get_logger(__name__)


class RestingPool(ConnectionPool):
    """Refuses at once while Redis rests after a failure; then one caller tries, and the others are still refused."""

    monotonic: Callable[[], float] = staticmethod(time.monotonic)
    rests_until = 0.0

    def get_connection(self, *_words: object, **_options: object) -> Connection:
        """Get a connection, or an error at once while Redis rests."""
        now = self.monotonic()
        if now < self.rests_until:
            msg = "Redis has not answered a moment ago"
            raise NoConnection(msg)
        if self.rests_until:
            self.rests_until = now + REST_SECONDS
        try:
            return super().get_connection()
        except RedisError:
            self._rest()
            raise

    def release(self, connection: ConnectionInterface) -> None:
        """Take a connection back: a broken one got no answer."""
        if connection.is_connected:
            self.rests_until = 0.0
        else:
            self._rest()
        super().release(cast("Connection", connection))

    def _rest(self) -> None:
        log.warning("Redis does not answer: the database and memory count", seconds=REST_SECONDS)
        self.rests_until = self.monotonic() + REST_SECONDS


def lies_in_redis(redis_url: str) -> bool:
    """Whether this is the address of a Redis, so that state may be shared there."""
    return redis_url.startswith(("redis://", "rediss://"))


@cache
def open_redis(url: str) -> RestingPool:
    """The connections of this process; a connection cut meanwhile is opened anew once, a silent server is not tried twice."""
    pool = RestingPool.from_url(
        url,
        socket_connect_timeout=ANSWER_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 1, supported_errors=(NoConnection,)),
    )
    assert isinstance(pool, RestingPool)  # noqa: S101 - from_url makes what it is asked of
    return pool
