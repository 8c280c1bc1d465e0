"""What every request and job works with: made once by `create_app`, found by `services()`."""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import requests
from flask import current_app
from sqlalchemy.orm import Session

from b24app.clock import Clock
from b24app.guard import Resolve, resolve_host
from b24app.manifest import Manifest
from b24app.settings import Settings

JobArgument = int | str
VisitSite = Callable[..., Any] | None
"""Another connection to public addresses than our own network (`Visit` of checklist/engine/outside_checks.py); None for our own."""


@dataclass(frozen=True, slots=True)
class LaneFigures:
    """The jobs of one lane: how many wait and run, and for how long the one that is due the longest has waited."""

    lane: str
    waiting: int
    running: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """The figures of the queue: lanes, jobs given up within the last hour, workers that live, the last heartbeat and schedule."""

    lanes: tuple[LaneFigures, ...]
    given_up: int
    workers: int
    beat_seconds: float | None
    schedule_seconds: float | None


class JobQueue(Protocol):
    """What requests and jobs ask of the queue (b24app/jobs/queue.py); arguments are ids, never objects."""

    def later(
        self,
        name: str,
        *ids: JobArgument,
        delay: float = 0,
        session: Session | None = None,
        lane: str | None = None,
    ) -> None:
        """Ask for a job in the present transaction, or that of a session of one's own, due `delay` seconds later."""
        ...

    def check(self) -> None:
        """Raise when due jobs wait and nothing carries them out."""
        ...

    def waiting(self) -> int:
        """How many jobs wait."""
        ...

    def figures(self) -> QueueFigures:
        """The present figures of the queue, for whoever runs us."""
        ...


class KeptPages:
    """Pages by what they were drawn from, for all threads of this process; the longest kept goes first."""

    def __init__(self, most: int = 32 * 1024 * 1024) -> None:
        self._most, self._size, self._lock = most, 0, threading.Lock()
        self._pages: dict[Hashable, bytes] = {}

    def __len__(self) -> int:
        """How many pages are kept."""
        return len(self._pages)

    def get(self, key: Hashable) -> bytes | None:
        """The page that was drawn from all this."""
        return self._pages.get(key)

    def put(self, key: Hashable, page: bytes) -> None:
        """Keep a page, up to `most` bytes of all pages together."""
        with self._lock:
            self._size += len(page) - len(self._pages.pop(key, b""))
            self._pages[key] = page
            while self._size > self._most:
                self._size -= len(self._pages.pop(next(iter(self._pages))))


@dataclass(frozen=True, slots=True)
class Services:
    """Settings, time, network, the queue and the kept pages of one application object."""

    settings: Settings
    manifest: Manifest
    clock: Clock
    http: Callable[[], requests.Session]
    queue: JobQueue
    sleep: Callable[[float], None] = time.sleep
    resolve: Resolve = resolve_host
    visit_site: VisitSite = None
    pages: KeptPages = field(default_factory=KeptPages, init=False)


def services() -> Services:
    """The services of the application that handles this request or job."""
    return cast("Services", current_app.extensions["services"])
