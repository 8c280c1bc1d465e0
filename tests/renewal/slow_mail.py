"""A mail server that is slow, silent or gone at the step that a test names; it counts the letters it has got whole."""

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Self

from b24app.reminders.channels.email import MailServer

GREETING, END = b"220 slow.example\r\n", b"\r\n.\r\n"
STEPS = (
    ("ehlo", b"250 slow.example\r\n"),
    ("mail", b"250 OK\r\n"),
    ("rcpt", b"250 OK\r\n"),
    ("data", b"354 go on\r\n"),
)


@dataclass
class SlowMail:
    """`at` is the step that goes wrong: connect, greeting, rcpt, data, text; `how` is silence, drip, cut or gone."""

    at: str
    how: str
    got: int = 0
    conversations: int = 0
    line: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    closed: threading.Event = field(default_factory=threading.Event)

    @property
    def server(self) -> MailServer:
        return MailServer("127.0.0.1", self.line.getsockname()[1], sender="renewal@renewal.example")

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.closed.set()
        self.line.close()
        self._thread.join(5)

    def _serve(self) -> None:
        self.line.settimeout(0.05)
        while not self.closed.is_set():
            with contextlib.suppress(OSError):
                peer, _ = self.line.accept()
                with peer, contextlib.suppress(OSError):
                    self.conversations += 1
                    peer.settimeout(2)
                    self._talk(peer)

    def _talk(self, peer: socket.socket) -> None:
        if not self._say(peer, "greeting", GREETING):
            return
        for step, answer in STEPS:
            peer.recv(4096)
            if not self._say(peer, step, answer):
                return
        text = b""
        while part := peer.recv(65536):
            text += part
            if text.endswith(END):
                self.got += 1
                self._end(peer)
                return

    def _end(self, peer: socket.socket) -> None:
        if self._say(peer, "text", b"250 taken\r\n"):
            peer.recv(4096)
            peer.sendall(b"221 bye\r\n")

    def _say(self, peer: socket.socket, step: str, answer: bytes) -> bool:
        if step != self.at:
            peer.sendall(answer)
            return True
        if self.how == "cut":
            peer.sendall(b"25")
        if self.how in ("gone", "cut"):
            return False
        while not self.closed.is_set():
            if self.how == "drip":
                peer.sendall(b"2")
            time.sleep(0.05)
        return False
