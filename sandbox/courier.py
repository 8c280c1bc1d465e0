"""Carries events to their handlers: one attempt each, in order, beside the request that caused them."""

from __future__ import annotations

import threading
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING

import requests

from sandbox.records import Delivery

if TYPE_CHECKING:
    from sandbox.world_data import WorldData

PATIENCE = 10
AGENT = "Bitrix24 Webhook Engine"
Parcel = tuple[str, dict[str, str]]


class Courier:
    """A queue with one thread behind it; what fails is lost, as the portal loses it."""

    def __init__(self, world: WorldData) -> None:
        self._world = world
        self._queue: SimpleQueue[Parcel | None] = SimpleQueue()
        self._session = requests.Session()
        self._session.headers["User-Agent"] = AGENT
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def take(self, url: str, form: dict[str, str]) -> int:
        """Accept a parcel; its real status is written down when it has been tried."""
        self._queue.put((url, form))
        return 0

    def stop(self) -> None:
        """Finish what was accepted."""
        self._queue.put(None)
        self._thread.join(PATIENCE)

    def _work(self) -> None:
        while (parcel := self._queue.get()) is not None:
            status = self._carry(*parcel)
            self._world.traffic.deliveries[:] = [
                _tried(one, parcel[1], status) for one in self._world.traffic.deliveries
            ]

    def _carry(self, url: str, form: dict[str, str]) -> int:
        try:
            return self._session.post(url, data=form, timeout=PATIENCE, allow_redirects=False).status_code
        except requests.RequestException:
            return 0


def _tried(delivery: Delivery, form: dict[str, str], status: int) -> Delivery:
    return replace(delivery, status=status) if delivery.form is form else delivery
