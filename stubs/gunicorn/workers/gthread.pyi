# What b24app/web/request_worker.py uses of gunicorn's worker with threads.

import io
import socket
from concurrent.futures import Future
from logging import Logger
from selectors import BaseSelector
from typing import Protocol

class Wire(Protocol):
    def setblocking(self, flag: bool) -> None: ...
    def fileno(self) -> int: ...
    def close(self) -> None: ...

class Config(Protocol):
    is_ssl: bool
    keepalive: int
    worker_connections: int
    threads: int
    sendfile: bool | None

class Unreader(Protocol):
    buf: io.BytesIO

class Parser(Protocol):
    unreader: Unreader

class TConn:
    cfg: Config
    sock: Wire
    timeout: float | None
    data_ready: bool
    parser: Parser | None
    def __init__(self, cfg: Config, sock: Wire, client: object, server: object) -> None: ...

class ThreadWorker:
    cfg: Config
    log: Logger
    alive: bool
    nr_conns: int
    worker_connections: int
    poller: BaseSelector
    @classmethod
    def check_config(cls, cfg: Config, log: Logger) -> None: ...
    def init_process(self) -> None: ...
    def enqueue_req(self, conn: TConn) -> None: ...
    def accept(self, listener: socket.socket) -> None: ...
    def finish_request(self, conn: TConn, fs: Future[object]) -> None: ...
    def murder_keepalived(self, force: bool = ...) -> None: ...
    def murder_pending(self) -> None: ...
    def _cap_keepalive(self, deadline: float) -> None: ...
