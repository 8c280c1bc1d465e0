"""How long a failed event waits for its next attempt, and an address that fails for anything else. Pure."""

from datetime import timedelta

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=12),
)
"""After the first attempt, the second and so on: thirty hours in all, then an event is given up."""

JITTER = 0.2
RESTS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=5))
"""How long nothing at all goes to an address that has failed once, twice and so on."""

GIVES_UP = timedelta(days=5)
"""An address that has answered nothing good for so long is switched off."""

LONGEST = timedelta(hours=15)
"""The longest wait: a later moment was written by a wrong clock."""


def pause_after(attempts: int, chance: float) -> timedelta | None:
    """How long to wait after so many attempts, up to a fifth more; None when that was the last. `chance` is from 0 to 1."""
    if attempts > len(PAUSES):
        return None
    return PAUSES[max(attempts, 1) - 1] * (1 + JITTER * chance)


def rest_after(failures: int) -> timedelta:
    """How long an address rests after so many failures one after another."""
    return RESTS[min(max(failures, 1), len(RESTS)) - 1]
