"""The deadline of one request: whatever is not over by then is cut off, be it connecting, headers, chunks or the body."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar


class Deadline:
    """A moment by which a request must be over; a timer shuts its connection, for a dripping answer never times out by itself."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._until = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._line: socket.socket | None = None

    @property
    def left(self) -> float:
        """Seconds until then; never zero, which would mean a socket that does not wait at all."""
        return max(0.001, self._until - time.monotonic())

    def watch(self, line: socket.socket | None) -> None:
        """Cut this connection when the time has come."""
        with self._lock:
            self._line = line
        if self.passed:
            self.cut()

    def cut(self) -> None:
        """Shut the connection: whoever reads from it is told that it has ended."""
        with self._lock:
            self.passed = True
            if self._line is not None:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(
                        self._line, socket.SHUT_RDWR
                    )  # that of SSLSocket is not for two threads


_CURRENT: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[Deadline]:
    """Requests inside are over after so many seconds, all together."""
    found = Deadline(seconds)
    before = _CURRENT.set(found)
    timer = threading.Timer(seconds, found.cut)
    timer.daemon = True
    timer.start()
    try:
        yield found
    finally:
        timer.cancel()
        found.watch(None)  # a connection that is kept for the next request is not cut any more
        _CURRENT.reset(before)


def current_deadline() -> Deadline | None:
    """The deadline of the request that is being sent here."""
    return _CURRENT.get()
