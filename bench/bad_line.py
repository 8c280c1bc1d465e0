"""A port that leads to a portal of the sandbox until it turns bad: silent, dripping, or a page instead of REST."""

import contextlib
import socket
import threading
from dataclasses import dataclass, field

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
PAGE = b"<!DOCTYPE html><title>Shop</title>"
# What a bad portal sends at once, and what it repeats every half second.
BAD = {
    "silent": (b"", b""),
    "head": (HEAD + b"X-Long: ", b"x"),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "page": (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%b" % (len(PAGE), PAGE), b""),
}  # fmt: skip


@dataclass
class Line:
    """A port that leads to the sandbox, until it turns bad."""

    upstream: int = 0
    kind: str = ""
    door: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0), backlog=256))
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def port(self) -> int:
        """The port of this portal."""
        return int(self.door.getsockname()[1])

    def start(self) -> None:
        """Serve from a thread."""
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Close the port and whatever drips."""
        self.stopped.set()
        self.door.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                visitor, _ = self.door.accept()
                threading.Thread(target=self._serve, args=(visitor,), daemon=True).start()

    def _serve(self, visitor: socket.socket) -> None:
        with contextlib.suppress(OSError), visitor:
            if self.kind:
                self._be_bad(visitor, *BAD[self.kind])
            else:
                self._pass_on(visitor)

    def _be_bad(self, visitor: socket.socket, first: bytes, piece: bytes) -> None:
        while visitor.recv(65536):
            visitor.sendall(first)
            while (piece or not first) and not self.stopped.wait(0.5):
                visitor.sendall(piece)

    def _pass_on(self, visitor: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", self.upstream)) as portal:
            threading.Thread(target=_pump, args=(portal, visitor), daemon=True).start()
            _pump(visitor, portal)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
