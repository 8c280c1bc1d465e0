"""Delivers events to their handlers over HTTP: one attempt each, in order, in a background thread."""

from __future__ import annotations

import threading
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING

import requests

from sandbox.records import Delivery

if TYPE_CHECKING:
    from sandbox.world_data import WorldData

TIMEOUT = 10
AGENT = "Bitrix24 Webhook Engine"
Event = tuple[str, dict[str, str]]


class EventSender:
    """A queue and one thread that sends; what fails is not sent again, as with a real portal."""

    def __init__(self, world: WorldData) -> None:
        self._world = world
        self._queue: SimpleQueue[Event | None] = SimpleQueue()
        self._session = requests.Session()
        self._session.headers["User-Agent"] = AGENT
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def accept(self, url: str, form: dict[str, str]) -> int:
        """Accept an event; its real status is recorded when it has been sent."""
        self._queue.put((url, form))
        return 0

    def stop(self) -> None:
        """Send what was accepted, then stop."""
        self._queue.put(None)
        self._thread.join(TIMEOUT)

    def _work(self) -> None:
        while (event := self._queue.get()) is not None:
            status = self._send(*event)
            self._world.traffic.deliveries[:] = [
                _with_status(one, event[1], status) for one in self._world.traffic.deliveries
            ]

    def _send(self, url: str, form: dict[str, str]) -> int:
        try:
            return self._session.post(url, data=form, timeout=TIMEOUT, allow_redirects=False).status_code
        except requests.RequestException:
            return 0


def _with_status(delivery: Delivery, form: dict[str, str], status: int) -> Delivery:
    return replace(delivery, status=status) if delivery.form is form else delivery
