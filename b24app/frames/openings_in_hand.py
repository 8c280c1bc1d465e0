"""Openings in hand: at most a few of one portal wait at a time, and some threads are always left for everything else."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from b24app.frames.opening_errors import TooManyOpenings
from b24app.services import services

MOST_WAITING = 3  # openings of one portal in one process
MOST_ASKED = 3  # questions to one portal of openings that may be over: a silent one is not asked more often
FREE_THREADS = 2  # of those that answer pages, never taken by openings


class Places:
    """Counts what is in hand by name, for all threads of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()

    def take(self, name: str, most: int, of_all: int | None = None) -> bool:
        """Take a place under a name unless `most` are taken, or `of_all` under all names together."""
        with self._lock:
            if self._taken[name] >= most or (of_all is not None and self._taken.total() >= of_all):
                return False
            self._taken[name] += 1
            return True

    def give_back(self, name: str) -> None:
        """Give a place back; a name without places is forgotten."""
        with self._lock:
            self._taken[name] -= 1
            if self._taken[name] <= 0:
                del self._taken[name]


WAITING, ASKED = Places(), Places()


@contextmanager
def admit(member_id: str) -> Iterator[None]:
    """Hold a place for one opening of a portal; raises TooManyOpenings at once instead of queueing."""
    of_all = max(1, services().settings.web_threads - FREE_THREADS)
    if not WAITING.take(member_id, MOST_WAITING, of_all):
        raise TooManyOpenings
    try:
        yield
    finally:
        WAITING.give_back(member_id)
