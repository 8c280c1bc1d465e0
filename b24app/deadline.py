"""Deadline (timeout): how long the work under way may still wait for the network: one bound around its requests, repeats and pauses together.

    with within(90):
        client.batch(...)  # connecting, headers, body, repeats and waiting for a turn: 90 seconds in all

Bounds are nested and the narrowest counts. Threads that are started with a copied context share them.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment by a clock of its own, which nobody sets back."""

    until: float
    now: Callable[[], float]


_deadlines: ContextVar[tuple[Deadline, ...]] = ContextVar("deadlines", default=())


@contextmanager
def within(seconds: float, now: Callable[[], float] | None = None) -> Iterator[None]:
    """Let everything inside wait `seconds` in all; without a clock they are those of the machine's steady one."""
    clock = now or time.monotonic
    token = _deadlines.set((*_deadlines.get(), Deadline(clock() + seconds, clock)))
    try:
        yield
    finally:
        _deadlines.reset(token)


def seconds_left() -> float:
    """Seconds until the nearest end, never negative; infinite where nothing bounds the work."""
    return max(0.0, min((one.until - one.now() for one in _deadlines.get()), default=inf))
