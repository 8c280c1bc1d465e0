"""The budget in Redis, for installations whose queue is there: one script takes one request."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from b24app.bitrix24.rate_limit import Bucket

if TYPE_CHECKING:
    from redis import Redis

KEEP_SECONDS = 900
TAKE = """
local kept = redis.call('HMGET', KEYS[1], 'level', 'moment')
local now, drain, room = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local moment = math.max(now, tonumber(kept[2] or now))
local level = math.max(0, tonumber(kept[1] or 0) - math.max(0, now - tonumber(kept[2] or now)) * drain)
local wait = (level + 1 - room) / drain
if wait > 0 then return tostring(wait) end
redis.call('HSET', KEYS[1], 'level', tostring(level + 1), 'moment', string.format('%.6f', moment))
redis.call('EXPIRE', KEYS[1], ARGV[4])
return '0'
"""
PAUSE = """
if tonumber(ARGV[2]) > tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0) then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
"""


class RedisStore:
    """The bucket of one portal (and of one source address), shared by every process that uses this Redis."""

    def __init__(self, redis: "Redis", name: str) -> None:
        self._redis: Any = redis
        self._bucket = f"b24app:bucket:{name}"
        self._pauses = f"b24app:pauses:{name}"

    def take(self, now: float, bucket: Bucket, room: float) -> float:
        """Pour one request in and return 0, or return the seconds to wait."""
        return float(self._redis.eval(TAKE, 1, self._bucket, f"{now:.6f}", bucket.drain, room, KEEP_SECONDS))

    def fill(self, now: float, bucket: Bucket) -> None:
        """The portal says its bucket is full."""
        self._redis.hset(self._bucket, mapping={"level": bucket.full, "moment": f"{now:.6f}"})
        self._redis.expire(self._bucket, KEEP_SECONDS)

    def pause(self, method: str, until: float) -> None:
        """Let nobody call a method before a moment; a later pause stands."""
        self._redis.eval(PAUSE, 1, self._pauses, method, f"{until:.6f}", KEEP_SECONDS)

    def pauses(self) -> Mapping[str, float]:
        """The moment from which each paused method may be called again."""
        return {method.decode(): float(until) for method, until in self._redis.hgetall(self._pauses).items()}
