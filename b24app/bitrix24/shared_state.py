"""What all processes share about one portal, in the database or in Redis: its rate limit, and how its lists are read.

The rate limit is taken by one statement: an UPDATE, the same on SQLite and on PostgreSQL, or a script of Redis. While
Redis does not answer, the database counts.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import ColumnElement, delete, insert, select, text
from sqlalchemy.engine import Engine

from b24app.bitrix24.list_methods import Habits, Mode
from b24app.bitrix24.model import PagingHabit
from b24app.bitrix24.rate_limit import CLOCK_SKEW, MOST_PAUSE, Bucket, RateLimitStore
from b24app.bitrix24.redis_connections import lies_in_redis, open_redis

T = TypeVar("T")


def shared_store(engine: Engine, redis_url: str, name: str) -> RateLimitStore:
    """The rate limit of a portal: in Redis when there is one and it answers, otherwise in the database."""
    in_database = DatabaseStore(engine, name)
    if not lies_in_redis(redis_url):
        return in_database

    return FallbackStore(RedisStore(Redis(connection_pool=open_redis(redis_url)), name), in_database)


class DatabaseHabits(Habits):
    """What was learned about the list methods of one portal, for all processes."""

    def __init__(self, engine: Engine, portal_id: int) -> None:
        super().__init__()
        self._engine = engine
        self._portal_id = portal_id

    def recall(self, method: str) -> Mode | None:
        """The mode that was found by trying."""
        with self._engine.connect() as connection:
            found = connection.scalar(select(PagingHabit.mode).where(*self._about(method)))
        return Mode(found) if found else None

    def remember(self, method: str, mode: Mode) -> None:
        """Keep what was found instead of what was stored."""
        with self._engine.begin() as connection:
            connection.execute(delete(PagingHabit).where(*self._about(method)))
            connection.execute(
                insert(PagingHabit).values(portal_id=self._portal_id, method=method, mode=mode)
            )

    def _about(self, method: str) -> tuple[ColumnElement[bool], ...]:
        return PagingHabit.portal_id == self._portal_id, PagingHabit.method == method


# Clocks of two machines may disagree: time that ran backwards a little drains nothing; from a clock put back it drains anew.
DRAINED = """CASE WHEN :now <= moment THEN level
    WHEN level > (:now - moment) * :drain THEN level - (:now - moment) * :drain ELSE 0 END"""
TAKE = text(
    f"UPDATE wire_bucket SET level = {DRAINED} + 1, moment = CASE WHEN :now > moment THEN :now ELSE moment END"  # noqa: S608 - constants of this file
    f" WHERE name = :name AND {DRAINED} + 1 <= :room"
)
LOOK = text("SELECT level, moment FROM wire_bucket WHERE name = :name")
BEGIN_ANEW = text("UPDATE wire_bucket SET moment = :now WHERE name = :name AND moment > :now")
BEGIN = text("INSERT INTO wire_bucket (name, level, moment) VALUES (:name, 0, :now) ON CONFLICT DO NOTHING")
FILL = text("UPDATE wire_bucket SET level = :level, moment = :now WHERE name = :name")
PAUSE = text(
    "INSERT INTO wire_pause (name, method, until) VALUES (:name, :method, :until) ON CONFLICT (name, method)"
    " DO UPDATE SET until = CASE WHEN wire_pause.until > excluded.until AND wire_pause.until <= excluded.until + :most"
    " THEN wire_pause.until ELSE excluded.until END"
)
PAUSES = text("SELECT method, until FROM wire_pause WHERE name = :name")


class DatabaseStore:
    """The bucket of one portal (and of one source address), shared by every process that uses this database."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name

    def take(self, now: float, bucket: Bucket, room: float) -> float:
        """Add one request and return 0, or return the seconds to wait."""
        asked = {"name": self._name, "now": now, "drain": bucket.drain, "room": room}
        with self._engine.begin() as connection:
            if connection.execute(TAKE, asked).rowcount:
                return 0.0
            found = connection.execute(LOOK, asked).first()
            if found is None:
                connection.execute(BEGIN, asked)
                return 0.001
            moment = bucket.drains_from(found.moment, now)
            if moment < found.moment:
                connection.execute(BEGIN_ANEW, asked)
        return max(0.001, bucket.wait(bucket.level(found.level, now - moment), room))

    def fill(self, now: float, bucket: Bucket) -> None:
        """The portal reports its bucket as full."""
        with self._engine.begin() as connection:
            connection.execute(FILL, {"name": self._name, "level": bucket.full, "now": now})

    def pause(self, method: str, until: float) -> None:
        """Let nobody call a method before a moment; a later pause stays."""
        with self._engine.begin() as connection:
            connection.execute(
                PAUSE, {"name": self._name, "method": method, "until": until, "most": MOST_PAUSE}
            )

    def pauses(self) -> Mapping[str, float]:
        """The moment from which each paused method may be called again."""
        with self._engine.connect() as connection:
            return {row.method: row.until for row in connection.execute(PAUSES, {"name": self._name})}


KEEP_SECONDS = 900
TAKE_IN_REDIS = """
local kept = redis.call('HMGET', KEYS[1], 'level', 'moment')
local now, drain, room = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local moment = tonumber(kept[2] or now)
if moment > now + tonumber(ARGV[5]) then
  moment = now
  redis.call('HSET', KEYS[1], 'moment', string.format('%.6f', moment))
end
local level = math.max(0, tonumber(kept[1] or 0) - math.max(0, now - moment) * drain)
local wait = (level + 1 - room) / drain
if wait > 0 then return tostring(wait) end
redis.call('HSET', KEYS[1], 'level', tostring(level + 1), 'moment', string.format('%.6f', math.max(now, moment)))
redis.call('EXPIRE', KEYS[1], ARGV[4])
return '0'
"""
PAUSE_IN_REDIS = """
local before, wanted = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0), tonumber(ARGV[2])
if wanted > before or before > wanted + tonumber(ARGV[4]) then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
"""


class RedisStore:
    """The bucket of one portal (and of one source address), shared by every process that uses this Redis."""

    def __init__(self, redis: Redis, name: str) -> None:
        self._redis = redis
        self._bucket = f"b24app:bucket:{name}"
        self._pauses = f"b24app:pauses:{name}"

    def take(self, now: float, bucket: Bucket, room: float) -> float:
        """Add one request and return 0, or return the seconds to wait."""
        asked = f"{now:.6f}", bucket.drain, room, KEEP_SECONDS, CLOCK_SKEW
        return float(self._redis.eval(TAKE_IN_REDIS, 1, self._bucket, *asked))

    def fill(self, now: float, bucket: Bucket) -> None:
        """The portal reports its bucket as full."""
        self._redis.hset(self._bucket, mapping={"level": bucket.full, "moment": f"{now:.6f}"})
        self._redis.expire(self._bucket, KEEP_SECONDS)

    def pause(self, method: str, until: float) -> None:
        """Let nobody call a method before a moment; a later pause stays."""
        asked = method, f"{until:.6f}", KEEP_SECONDS, MOST_PAUSE
        self._redis.eval(PAUSE_IN_REDIS, 1, self._pauses, *asked)

    def pauses(self) -> Mapping[str, float]:
        """The moment from which each paused method may be called again."""
        kept = self._redis.hgetall(self._pauses)
        return {_text(method): float(until) for method, until in kept.items()}


def _text(name: bytes | str) -> str:
    return name if isinstance(name, str) else name.decode()


class FallbackStore:
    """Asks Redis, and the database while Redis does not answer; refusals of the portal correct what was missed."""

    def __init__(self, usual: RateLimitStore, spare: RateLimitStore) -> None:
        self.usual = usual
        self.spare = spare

    def take(self, now: float, bucket: Bucket, room: float) -> float:
        """Add one request, or return how long to wait."""
        return self._ask(lambda store: store.take(now, bucket, room))

    def fill(self, now: float, bucket: Bucket) -> None:
        """Fill the bucket to the brim."""
        self._ask(lambda store: store.fill(now, bucket))

    def pause(self, method: str, until: float) -> None:
        """Pause a method."""
        self._ask(lambda store: store.pause(method, until))

    def pauses(self) -> Mapping[str, float]:
        """Paused methods."""
        return self._ask(lambda store: store.pauses())

    def _ask(self, question: Callable[[RateLimitStore], T]) -> T:
        try:
            return question(self.usual)
        except RedisError:
            return question(self.spare)
