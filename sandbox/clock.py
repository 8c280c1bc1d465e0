"""The sandbox's time: it stands until someone moves it, or runs on in a live portal."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta


class SandboxClock:
    """Tells the time of every portal and of the authorization server."""

    def __init__(self, now: datetime, *, live: bool = False) -> None:
        if now.tzinfo is None:
            raise ValueError("the sandbox needs a moment with a time zone")
        self._base = now
        self._zero = time.monotonic()
        self.live = live

    def now(self) -> datetime:
        """Return the present moment."""
        if not self.live:
            return self._base
        return self._base + timedelta(seconds=time.monotonic() - self._zero)

    def today(self) -> date:
        """Return the present date."""
        return self.now().date()

    def timestamp(self) -> float:
        """Return the present moment in unix seconds."""
        return self.now().timestamp()

    def advance(self, **spans: float) -> datetime:
        """Move time on: days=3, hours=1, seconds=5."""
        self._base += timedelta(**spans)
        return self.now()

    def run(self) -> None:
        """Let real time run on from here."""
        self._zero = time.monotonic()
        self.live = True

    def __getstate__(self) -> dict[str, datetime]:
        return {"now": self.now()}

    def __setstate__(self, state: dict[str, datetime]) -> None:
        self.__init__(state["now"])  # type: ignore[misc]
