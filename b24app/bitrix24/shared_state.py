"""What all processes share about one portal: its budget, its habits, and its log of calls."""

import logging
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from b24app.bitrix24.call_log import CallEntry
from b24app.bitrix24.list_methods import Mode
from b24app.bitrix24.model import CallLogEntry, PagingHabit
from b24app.bitrix24.rate_limit import RateLimitStore
from b24app.bitrix24.rate_limit_sql import DatabaseStore
from b24app.redis_connection import lies_in_redis, open_redis

if TYPE_CHECKING:
    from redis import Redis

logger = logging.getLogger(__name__)


def shared_store(engine: Engine, queue_url: str, name: str) -> RateLimitStore:
    """The budget of a portal: in Redis when the queue is there and answers, otherwise in the database."""
    in_database = DatabaseStore(engine, name)
    if not lies_in_redis(queue_url):
        return in_database
    from b24app.bitrix24.rate_limit_fallback import SpareStore
    from b24app.bitrix24.rate_limit_redis import RedisStore

    return SpareStore(RedisStore(_redis(queue_url), name), in_database)


@cache
def _redis(url: str) -> "Redis":
    from redis import Redis

    return Redis(connection_pool=open_redis(url))


class DatabaseHabits:
    """What one portal taught us about its list methods."""

    def __init__(self, engine: Engine, portal_id: int) -> None:
        self._engine = engine
        self._portal_id = portal_id

    def recall(self, method: str) -> Mode | None:
        """The mode that was found by trying."""
        with self._engine.connect() as connection:
            found = connection.scalar(select(PagingHabit.mode).where(*self._about(method)))
        return Mode(found) if found else None

    def remember(self, method: str, mode: Mode) -> None:
        """Keep what was found in the place of what was known."""
        with self._engine.begin() as connection:
            connection.execute(delete(PagingHabit).where(*self._about(method)))
            connection.execute(
                insert(PagingHabit).values(portal_id=self._portal_id, method=method, mode=mode)
            )

    def _about(self, method: str) -> tuple[ColumnElement[bool], ...]:
        return PagingHabit.portal_id == self._portal_id, PagingHabit.method == method


class DatabaseLog:
    """The log of one portal's calls; it never fails the call that it writes down."""

    def __init__(self, engine: Engine, portal_id: int) -> None:
        self._engine = engine
        self._portal_id = portal_id

    def record(self, entry: CallEntry) -> None:
        """Write one entry in a transaction of its own, so that it outlives the caller's rollback."""
        row = {name: getattr(entry, name) for name in CallEntry.__slots__}
        row |= {"at": datetime.fromtimestamp(entry.at, UTC), "portal_id": self._portal_id}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(CallLogEntry).values(row))
        except SQLAlchemyError as error:
            logger.warning("a call could not be written down: %s", type(error).__name__)
