"""How long a caller without a socket waits: for the next byte, and for the whole answer when it bounds that as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

KEY = "sandbox.patience"
Pause = Callable[[float], None]


@dataclass(slots=True)
class Patience:
    """The remaining timeouts of a caller; None means unlimited, as on a real port, where the caller closes the connection."""

    silence: float | None = None
    whole: float | None = None

    def wait(self, pause: Pause, seconds: float) -> None:
        """Let time pass before the next byte; the caller times out when that takes too long."""
        limits = [limit for limit in (self.silence, self.whole) if limit is not None]
        if limits and seconds > min(limits):
            pause(min(limits))
            raise TimeoutError
        pause(seconds)
        if self.whole is not None:
            self.whole -= seconds


def patience_of(timeout: Any, whole: float | None = None) -> Patience:
    """Read the `timeout` of requests: a number, (connect, read), or urllib3's object; `whole` bounds the whole answer."""
    found = timeout[1] if isinstance(timeout, tuple) else getattr(timeout, "read_timeout", timeout)
    return Patience(_seconds(found), whole)


def _seconds(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None
