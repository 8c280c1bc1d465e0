"""Operating time: slow a method down before the portal blocks it, and stop it when it does (limits.md)."""

from collections.abc import Mapping
from datetime import UTC, datetime

from b24app.bitrix24.rate_limit import RateLimit
from b24app.bitrix24.responses import Timing
from b24app.errors import OperationLimited

OPERATING_SECONDS = 420.0  # the stricter of the documented 480 (cloud) and 420 (on-premise)
CALM_SHARE = 0.6
BLOCK_SECONDS = 60.0  # the window slides by the minute, so some time is free again after one
LOOK_AGAIN_SECONDS = 1.0


class Operating:
    """The operating time of one portal's methods as this process sees it; pauses are shared by the budget."""

    def __init__(self, budget: RateLimit, limit: float = OPERATING_SECONDS) -> None:
        self._budget = budget
        self._limit = limit
        self._free_at: dict[str, float] = {}
        self._resets: dict[str, float] = {}
        self._pauses: Mapping[str, float] = {}
        self._looked = -LOOK_AGAIN_SECONDS

    def wait_turn(self, *methods: str) -> None:
        """Sleep until every method may be called; OperationLimited when that is beyond the patience."""
        for method in dict.fromkeys(methods):
            if refusal := self.refusal(method):
                raise refusal
            wait = self._wait(method)
            if wait > 0:
                self._budget.pace.sleep(wait)

    def refusal(self, method: str) -> OperationLimited | None:
        """The error for a method that stays blocked longer than we may wait."""
        wait = self._wait(method)
        if wait <= self._budget.patience:
            return None
        free = datetime.fromtimestamp(self._budget.pace.now() + wait, UTC)
        return OperationLimited("OPERATION_TIME_LIMIT", method, reset_at=free)

    def learn(self, method: str, time: Timing) -> None:
        """Spread what is left of a method's time over what is left of its window."""
        self._resets[method] = time.operating_reset_at
        if time.operating < self._limit * CALM_SHARE or not time.operating_reset_at:
            return
        now, cost = self._budget.pace.now(), max(time.processing, time.duration, 0.1)
        left = self._limit - time.operating - cost
        if left <= 0:
            self._pause(method, time.operating_reset_at)
        else:
            self._free_at[method] = now + max(0.0, time.operating_reset_at - now) * cost / left

    def stop(self, method: str, refusal: OperationLimited) -> None:
        """The portal blocked the method: nobody calls it before the moment that the portal named, then or earlier.

        The refusal itself carries no time (module rest), so the last answer of the method is asked.
        """
        now = self._budget.pace.now()
        until = refusal.reset_at.timestamp() if refusal.reset_at else self._resets.get(method, 0.0)
        self._pause(method, max(until, now + 1) if until > now else now + BLOCK_SECONDS)

    def _pause(self, method: str, until: float) -> None:
        self._budget.store.pause(method, until)
        self._looked = -LOOK_AGAIN_SECONDS

    def _wait(self, method: str) -> float:
        now = self._budget.pace.now()
        if now - self._looked >= LOOK_AGAIN_SECONDS or now < self._looked:
            self._pauses, self._looked = self._budget.store.pauses(), now
        return max(self._pauses.get(method, 0.0), self._free_at.get(method, 0.0)) - now
