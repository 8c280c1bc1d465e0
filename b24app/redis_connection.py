"""Connections to Redis, and whether the queue lies there, so that rate limit and flood limit may be shared there."""

from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry

REDIS_SECONDS = 3.0  # longer than the second for which a worker waits for its next job


def lies_in_redis(queue_url: str) -> bool:
    """Whether the queue is in Redis, so that other things may be shared there."""
    return queue_url.startswith(("redis://", "rediss://"))


def open_redis(url: str) -> ConnectionPool:
    """Connections to a Redis that are given up on after seconds: a silent server must not hold a page."""
    return ConnectionPool.from_url(
        url, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS, retry=Retry(NoBackoff(), 1)
    )
