"""A line to a server that breaks, falls silent or kills the server after so many bytes of what is sent."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Relay:
    """Passes bytes on; once `after` bytes have gone to the server it does `then` and passes no more."""

    port: int
    after: int
    then: Callable[[], None] | None = None
    silent: bool = False
    listener: socket.socket = field(init=False)
    ended: threading.Event = field(default_factory=threading.Event)
    passed: int = 0

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def at(self) -> int:
        return int(self.listener.getsockname()[1])

    def close(self) -> None:
        self.ended.set()
        self.listener.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with contextlib.suppress(OSError), self.listener:
            while True:
                visitor, _ = self.listener.accept()
                try:
                    server = socket.create_connection(("127.0.0.1", self.port))
                except OSError:  # killed
                    visitor.close()
                    continue
                threading.Thread(target=self._pass_back, args=(server, visitor), daemon=True).start()
                threading.Thread(target=self._pass_on, args=(visitor, server), daemon=True).start()

    def _pass_on(self, visitor: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError), visitor, server:
            while piece := visitor.recv(16 * 1024):
                self.passed += len(piece)
                if self.passed > self.after:
                    self._end()
                    break
                server.sendall(piece)
            for line in (server, visitor):  # closing alone tells nobody while another thread reads
                line.shutdown(socket.SHUT_RDWR)

    def _end(self) -> None:
        if self.then is not None:
            self.then()
        if self.silent:
            self.ended.wait(60)

    @staticmethod
    def _pass_back(server: socket.socket, visitor: socket.socket) -> None:
        with contextlib.suppress(OSError), server:
            while piece := server.recv(16 * 1024):
                visitor.sendall(piece)
            visitor.shutdown(socket.SHUT_WR)
