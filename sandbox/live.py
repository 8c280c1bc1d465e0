"""Brings a world to life: web servers on real ports, time that runs, events that really leave."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from socket import socket
from typing import TYPE_CHECKING

from flask import Flask
from typing_extensions import override
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox.courier import Courier

if TYPE_CHECKING:
    from sandbox.world import World


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open, sends at once, and leaves the console to people."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 120

    @override
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the world keeps its own records."""


@dataclass(slots=True)
class Live:
    """A running sandbox."""

    world: World
    servers: list[BaseWSGIServer]
    courier: Courier

    def stop(self) -> None:
        """Close the ports and wait for events on their way."""
        for server in self.servers:
            server.shutdown()
            server.server_close()
        self.courier.stop()


def go_live(
    world: World, *, bind: str, portal_port: int, oauth_port: int, tls: ssl.SSLContext | None = None
) -> Live:
    """Serve the portals on one port and the authorization server on another."""
    world.clock.run()
    world.pause = time.sleep
    courier = Courier(world)
    world.deliver = courier.take
    servers = [serve(world.portal_app, bind, portal_port, tls), serve(world.oauth_app, bind, oauth_port, tls)]
    return Live(world, servers, courier)


def serve(app: Flask, bind: str, port: int, tls: ssl.SSLContext | None = None) -> BaseWSGIServer:
    """Start a threaded server for an application; port 0 takes a free one."""
    server = make_server(bind, port, app, threaded=True, request_handler=QuietHandler)
    server.daemon_threads = True  # type: ignore[attr-defined]
    if tls is not None:
        server.socket = _patient(tls, server.socket)
    _start(server.serve_forever)
    return server


def _patient(tls: ssl.SSLContext, plain: socket) -> ssl.SSLSocket:
    """Shake hands in the connection's own thread, so that a silent client holds up nobody."""
    return tls.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)


def _start(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()
