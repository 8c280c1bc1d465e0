"""Time for the client: what moment it is and how to wait, handed in so that tests need not wait."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Unix seconds, a way to sleep, and the chance that keeps processes from waking together."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random

    def back_off(self, attempt: int) -> float:
        """Seconds to wait before repeat number `attempt`: 0.5, 1, 2, 4, 8 with a quarter of chance."""
        return min(8.0, 0.5 * 2.0 ** (attempt - 1)) * (0.75 + self.chance() / 2)
