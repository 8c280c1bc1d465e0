"""The socket object of a worker thread: one request that has arrived whole, and an answer that is sent without waiting."""

import contextlib
import socket
import struct
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

from b24app.web.incoming_request import IncomingRequest

PIECE = 64 * 1024
IN_MEMORY = 256 * 1024  # what is left of a larger answer waits in a file
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class BufferedSocket:
    """Reads from the request, writes to the wire as much as it takes, and keeps the rest for the loop."""

    def __init__(self, wire: socket.socket) -> None:
        self.wire = wire
        self.request = IncomingRequest()
        self.told_to_continue = False
        self.unsent = 0
        self._sent = 0
        self._file: SpooledTemporaryFile[bytes] | None = None

    def recv(self, size: int, _flags: int = 0) -> bytes:
        """Read what has come; nothing at the end of the request."""
        return self.request.read(size)

    def sendall(self, data: bytes) -> None:
        """Send what the client takes at once and keep the rest for the loop."""
        if not self.unsent:
            data = data[self._try(data) :]
        if data:
            self._file = self._file or SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - until it is sent
            self._file.seek(0, 2)
            self._file.write(data)
            self.unsent += len(data)

    def sendfile(self, file: BinaryIO, offset: int = 0, count: int | None = None) -> None:
        """Send a part of a file."""
        file.seek(offset)
        left = count
        while piece := file.read(PIECE if left is None else min(PIECE, left)):
            self.sendall(piece)
            left = None if left is None else left - len(piece)

    def send(self, data: bytes) -> int:
        """Send all of it; the loop has sent «continue» already."""
        if not (data == CONTINUE and self.told_to_continue):
            self.sendall(data)
        return len(data)

    def send_rest(self) -> bool:
        """Send on what was kept; whether all of it was sent."""
        while self.unsent and self._file is not None:
            self._file.seek(self._sent)
            piece = self._file.read(PIECE)
            gone = self._try(piece)
            self._sent += gone
            self.unsent -= gone
            if gone < len(piece):
                return False
        self._forget_sent()
        return True

    def _forget_sent(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file, self._sent, self.unsent = None, 0, 0

    def _try(self, data: bytes) -> int:
        try:
            return self.wire.send(data)
        except (BlockingIOError, InterruptedError):
            return 0

    def next_request(self) -> None:
        """Make room for the next request of this connection."""
        self.request.close()
        self.request = IncomingRequest()
        self.told_to_continue = False

    def close(self) -> None:
        """A thread ends with this request: the loop still sends what is left of the answer."""

    def end(self) -> None:
        """Close the connection and forget what was kept, here and in the kernel, of an answer that nobody reads."""
        if self.unsent:
            with contextlib.suppress(OSError):
                self.wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.request.close()
        self._forget_sent()
        with contextlib.suppress(OSError):
            self.wire.close()

    def shutdown(self, _how: int) -> None:
        """The loop ends the connection itself, when all has been sent."""

    def setblocking(self, _flag: bool) -> None:
        """The wire never blocks."""

    def settimeout(self, _seconds: float | None) -> None:
        """The wire never blocks."""

    def gettimeout(self) -> float:
        """As of a socket that does not block."""
        return 0.0

    def fileno(self) -> int:
        """The number of the wire."""
        return self.wire.fileno()

    def getsockname(self) -> object:
        """The address that the client connected to."""
        return self.wire.getsockname()
