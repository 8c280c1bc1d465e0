"""gunicorn's worker with threads, and a loop before them that reads a request whole and sends the rest to slow readers.

A client that sends half a request, or does not read its answer, holds a connection for a while and never a thread:
what a thread takes for a socket gives it a request that is here, and never waits (docs/docker.md, "Slow clients").
"""

import errno
import selectors
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from logging import Logger
from typing import TYPE_CHECKING

from gunicorn.workers.gthread import TConn, ThreadWorker

from b24app.web.buffered_socket import CONTINUE, PIECE, BufferedSocket

if TYPE_CHECKING:
    from gunicorn.workers.gthread import Config  # a name of our stub

SWEEP_SECONDS = 0.5
AGAIN = (errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED)
NO_MORE_FILES = (errno.EMFILE, errno.ENFILE)


class Client(TConn):
    """One connection; `deadline` is when the loop stops waiting for its client."""

    def __init__(self, cfg: "Config", wire: socket.socket, address: object, server: object) -> None:
        self.line = BufferedSocket(wire)
        super().__init__(cfg, self.line, address, server)
        wire.setblocking(False)
        self.data_ready = True  # gunicorn's thread need not wait for the first bytes
        self.began = 0.0
        self.deadline = 0.0
        self.rest = b""

    @property
    def held(self) -> int:
        """Bytes that are kept for it."""
        return self.line.request.size + self.line.unsent

    def may_go_on(self, result: object) -> bool:
        """Whether the next request may follow: gunicorn keeps the connection, and both agree where this one ended."""
        read_ahead = self.parser is not None and self.parser.unreader.buf.getvalue()
        return bool(result) and not read_ahead and self.line.request.used_up


class RequestWorker(ThreadWorker):
    """A loop for everything that waits for a client, threads for everything else."""

    silence = 15.0  # seconds without a byte of a request that has begun
    request = 300.0  # seconds for a whole request: 32 MB at a megabit a second
    answer = 30.0  # seconds without a byte taken of an answer
    farewell = 2.0  # seconds in which a client may still send what nobody reads: an end without a reset
    most_held = 128 * 1024 * 1024  # bytes of requests and answers that wait for slow clients, in one process
    waiting: dict[Client, None]
    next_sweep: float

    @classmethod
    def check_config(cls, cfg: "Config", log: Logger) -> None:
        """TLS ends before us: its handshake would wait for a client in a thread."""
        if cfg.is_ssl:
            msg = "RequestWorker speaks plain HTTP; let a proxy end TLS"
            raise RuntimeError(msg)
        super().check_config(cfg, log)

    def init_process(self) -> None:
        """Begin with nobody waiting, the longest waiting first."""
        self.waiting, self.next_sweep = {}, 0.0
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Take a connection and read from it as long as it takes, in the loop."""
        try:
            wire, address = listener.accept()
        except OSError as error:
            if error.errno in NO_MORE_FILES:
                self._end_longest_waiting()
            elif error.errno not in AGAIN:
                raise
            return
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections:
            self._end_longest_waiting()
        client = Client(self.cfg, wire, address, listener.getsockname())
        client.began = time.monotonic()
        self._wait(client, selectors.EVENT_READ, self._read, self.silence)

    def finish_request(self, conn: TConn, fs: Future[object]) -> None:
        """A thread has answered: send the rest of it, then wait for the next request or part."""
        assert isinstance(conn, Client)  # noqa: S101 - `accept` makes no others
        failed = fs.cancelled() or fs.exception() is not None
        self._send(conn, keep=conn.may_go_on(False if failed else fs.result()))

    def murder_keepalived(self, force: bool = False) -> None:
        """End everybody who still waits when the worker stops for good."""
        for client in tuple(self.waiting) if force else ():
            self._end(client)

    def murder_pending(self) -> None:
        """End whoever is past the deadline, and the largest when too much is kept."""
        now = time.monotonic()
        if now < self.next_sweep:
            return
        self.next_sweep = now + SWEEP_SECONDS
        for client in [one for one in self.waiting if one.deadline <= now]:
            self._end(client)
        held = sum(one.held for one in self.waiting)
        while held > self.most_held:
            largest = max(self.waiting, key=lambda one: one.held)
            held -= largest.held
            self._end(largest)

    def _cap_keepalive(self, deadline: float) -> None:
        """Shorten the wait for requests in a worker that stops; answers keep their time."""
        for client in self.waiting:
            if not client.line.unsent:
                client.deadline = min(client.deadline, deadline)

    def _wait(
        self, client: Client, what: int, then: Callable[[Client, object], None], seconds: float
    ) -> None:
        client.deadline = time.monotonic() + seconds
        self.waiting[client] = None
        self.poller.register(client.line.wire, what, partial(then, client))

    def _stop_waiting(self, client: Client) -> None:
        del self.waiting[client]
        self.poller.unregister(client.line.wire)

    def _end(self, client: Client) -> None:
        if client in self.waiting:
            self._stop_waiting(client)
        self.nr_conns -= 1
        client.line.end()

    def _end_longest_waiting(self) -> None:
        client = next(iter(self.waiting), None)
        if client is not None:
            self._end(client)

    def _read(self, client: Client, _wire: object) -> None:
        try:
            data = client.line.wire.recv(PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if data:
            self._take_or_end(client, data)
        else:
            self._end(client)

    def _take_or_end(self, client: Client, data: bytes) -> None:
        try:
            self._take(client, data)
        except OSError:  # the client has left, or there is no room for what it sends
            self._end(client)

    def _take(self, client: Client, data: bytes) -> None:
        request, now = client.line.request, time.monotonic()
        if not request.begun:
            client.began = now
        client.rest = request.add(data)
        if request.whole or request.cut:
            self._stop_waiting(client)
            self.enqueue_req(client)
            return
        client.deadline = min(now + self.silence, client.began + self.request)
        if request.wants_word and not client.line.told_to_continue:
            client.line.told_to_continue = True
            client.line.wire.send(CONTINUE)

    def _send(self, client: Client, *, keep: bool) -> None:
        try:
            gone = client.line.send_rest()
        except OSError:
            self._end(client)
            return
        if not gone:
            self._wait(client, selectors.EVENT_WRITE, partial(self._send_on, keep=keep), self.answer)
        elif keep:
            self._await_next(client)
        else:
            self._say_farewell(client)

    def _send_on(self, client: Client, _wire: object, *, keep: bool) -> None:
        self._stop_waiting(client)
        self._send(client, keep=keep)

    def _await_next(self, client: Client) -> None:
        rest, client.rest = client.rest, b""
        client.line.next_request()
        seconds = float(self.cfg.keepalive) if self.alive else self.farewell
        self._wait(client, selectors.EVENT_READ, self._read, seconds)
        if rest:
            self._take_or_end(client, rest)

    def _say_farewell(self, client: Client) -> None:
        """Close our half and read what still comes for a moment: a reset would take the answer from the client."""
        try:
            client.line.wire.shutdown(socket.SHUT_WR)
        except OSError:
            self._end(client)
            return
        self._wait(client, selectors.EVENT_READ, self._read_away, self.farewell)

    def _read_away(self, client: Client, _wire: object) -> None:
        try:
            if client.line.wire.recv(PIECE):
                return
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            pass
        self._end(client)
