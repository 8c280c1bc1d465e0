"""A rate limit for work that may take only a share of the portal's bucket, however idle the portal is."""

from dataclasses import replace

from b24app.bitrix24.rate_limit import OWN_LIMIT, Bucket, RateLimit, RateLimitStore
from b24app.bitrix24.retries import Pace
from b24app.deadline import seconds_left
from b24app.errors import LimitReached


class ShareLimit(RateLimit):
    """Takes each request from a bucket of its own, a share of the portal's, and then from the common one, after people's requests."""

    def __init__(
        self,
        stores: tuple[RateLimitStore, RateLimitStore],
        bucket: Bucket,
        pace: Pace,
        *,
        share: float,
        patience: float,
    ) -> None:
        store, self.own = stores
        super().__init__(store, bucket, pace, background=True, patience=patience)
        self.part = replace(bucket, size=bucket.size * share, drain=bucket.drain * share)

    def wait_turn(self) -> None:
        """Wait until the share has room, then as everybody does."""
        deadline = self.pace.now() + min(self.patience, seconds_left())
        while (wait := self.own.take(self.pace.now(), self.part, self.part.size)) > 0:
            if self.pace.now() + wait > deadline:
                raise LimitReached(OWN_LIMIT, f"the share is free again in {wait:.0f} s")
            self.pace.sleep(wait * (1 + 0.1 * self.pace.chance()))
        super().wait_turn()
