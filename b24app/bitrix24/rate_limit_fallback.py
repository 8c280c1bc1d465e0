"""A budget that goes on without Redis: while that does not answer, the database counts."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import structlog
from redis.exceptions import RedisError

from b24app.bitrix24.rate_limit import Bucket, RateLimitStore

T = TypeVar("T")
log = structlog.get_logger(__name__)


class SpareStore:
    """Asks the usual store; when its server is away, the spare one. A portal's own refusals correct what was missed."""

    def __init__(self, usual: RateLimitStore, spare: RateLimitStore) -> None:
        self.usual = usual
        self.spare = spare

    def take(self, now: float, bucket: Bucket, room: float) -> float:
        """Pour one request in, or say how long to wait."""
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
        except RedisError as error:
            log.warning("the budget is counted in the database", error=type(error).__name__)
            return question(self.spare)
