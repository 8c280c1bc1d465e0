"""What every request and job works with: made once by `create_app`, found by `services()`."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import requests
from flask import current_app

from b24app.clock import Clock
from b24app.guard import Resolve, resolve_host
from b24app.manifest import Manifest
from b24app.settings import Settings

if TYPE_CHECKING:
    from b24app.jobs.queue import Queue


@dataclass(frozen=True, slots=True)
class Services:
    """Settings, time, network and the queue of one application object."""

    settings: Settings
    manifest: Manifest
    clock: Clock
    http: Callable[[], requests.Session]
    queue: "Queue"
    sleep: Callable[[float], None] = time.sleep
    resolve: Resolve = resolve_host


def services() -> Services:
    """The services of the application that handles this request or job."""
    return cast("Services", current_app.extensions["services"])
