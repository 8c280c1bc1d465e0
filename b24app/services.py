"""What every request and job works with: made once by `create_app`, found by `services()`."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

import requests
from flask import current_app
from sqlalchemy.orm import Session

from b24app.clock import Clock
from b24app.guard import Resolve, resolve_host
from b24app.manifest import Manifest
from b24app.settings import Settings

JobArgument = int | str


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


@dataclass(frozen=True, slots=True)
class Services:
    """Settings, time, network and the queue of one application object."""

    settings: Settings
    manifest: Manifest
    clock: Clock
    http: Callable[[], requests.Session]
    queue: JobQueue
    sleep: Callable[[float], None] = time.sleep
    resolve: Resolve = resolve_host


def services() -> Services:
    """The services of the application that handles this request or job."""
    return cast("Services", current_app.extensions["services"])
