"""The sandbox's clock: it is stopped until it is advanced, or runs in a live portal."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path


class SandboxClock:
    """The clock of every portal and of the authorization server."""

    def __init__(self, now: datetime, *, live: bool = False) -> None:
        if now.tzinfo is None:
            raise ValueError("the sandbox needs a moment with a time zone")
        self._base = now
        self._zero = time.monotonic()
        self.live = live
        self._shift_file: Path | None = None
        self._moving = threading.Lock()

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

    def stopwatch(self) -> float:
        """Return seconds to measure calls by: real ones in a live portal, zero when the clock is stopped."""
        return time.perf_counter() if self.live else 0.0

    def advance(self, **spans: float) -> datetime:
        """Move time on: days=3, hours=1, seconds=5."""
        with self._moving:
            self._base += timedelta(**spans)
            self._write_shift()
        return self.now()

    def run(self) -> None:
        """Let real time run on from here."""
        self._zero = time.monotonic()
        self.live = True
        self._write_shift()

    def share(self, shift_file: Path) -> None:
        """Keep the distance from real time, in seconds, in a file that other programs read."""
        self._shift_file = shift_file
        self._write_shift()

    def _write_shift(self) -> None:
        if self._shift_file is not None:
            shift = self.now() - datetime.now(UTC)
            draft = self._shift_file.with_suffix(".new")
            draft.write_text(f"{shift.total_seconds():.3f}")
            draft.replace(self._shift_file)

    def __getstate__(self) -> dict[str, datetime]:
        return {"now": self.now()}

    def __setstate__(self, state: dict[str, datetime]) -> None:
        self.__init__(state["now"])  # type: ignore[misc]
