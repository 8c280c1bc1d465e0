"""Measures where the time of an answer is spent: seconds and counts by part, kept only while somebody measures. Pure.

    with timed("portal"):
        ...  # costs nothing where nobody measures

A part nested inside the same part is counted once; threads that share a context share its measurement.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field


@dataclass(slots=True)
class TimedPart:
    """One part of an answer: how often, how long, and since when it runs, if it does."""

    count: int = 0
    seconds: float = 0.0
    depth: int = 0
    since: float = 0.0


@dataclass(slots=True)
class Timings:
    """The parts of one answer by name, by a clock that nobody sets back."""

    now: Callable[[], float] = time.perf_counter
    parts: dict[str, TimedPart] = field(default_factory=dict)

    def begin(self, name: str) -> None:
        """A part begins, perhaps inside itself."""
        part = self.parts.setdefault(name, TimedPart())
        if part.depth == 0:
            part.count, part.since = part.count + 1, self.now()
        part.depth += 1

    def end(self, name: str) -> None:
        """End a part; one that was never begun does not end."""
        part = self.parts.get(name)
        if part is None or part.depth == 0:
            return
        part.depth -= 1
        if part.depth == 0:
            part.seconds += self.now() - part.since

    def seconds_of(self, name: str) -> float:
        """How long a part has taken, also one that failed and so was never ended."""
        part = self.parts.get(name, TimedPart())
        return part.seconds + (self.now() - part.since if part.depth else 0.0)


_present: ContextVar[Timings | None] = ContextVar("timings", default=None)


def start_timing(timings: Timings) -> Token[Timings | None]:
    """From now on everything in this context is measured; the token ends it again."""
    return _present.set(timings)


def stop_timing(token: Token[Timings | None]) -> None:
    """Measure nothing any more."""
    _present.reset(token)


def present_timings() -> Timings | None:
    """The measurement under way, None where nobody measures."""
    return _present.get()


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Count what happens inside as one part."""
    timings = _present.get()
    if timings is None:
        yield
        return
    timings.begin(name)
    try:
        yield
    finally:
        timings.end(name)
