"""Runs a world live: web servers on ports, a running clock, events delivered over HTTP."""

from __future__ import annotations

import gc
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.event_sender import EventSender
from sandbox.http_server import HttpServer, start_server
from sandbox.tls import watch_certificates

if TYPE_CHECKING:
    from sandbox.world import World


@dataclass(slots=True)
class Live:
    """A running sandbox."""

    world: World
    portal_server: HttpServer
    oauth_server: HttpServer
    event_sender: EventSender
    other_servers: list[HttpServer]

    def stop(self) -> None:
        """Close the ports and wait for events that are still being sent."""
        for server in (self.portal_server, self.oauth_server, *self.other_servers):
            server.shutdown()
            server.server_close()
        self.event_sender.stop()


def go_live(
    world: World,
    *,
    bind: str,
    portal_port: int,
    oauth_port: int,
    other_oauth_ports: Sequence[int] = (),
    client_ports: Sequence[int] = (),
    tls: ssl.SSLContext | None = None,
) -> Live:
    """Serve the portals on one port, those of clients and each authorization server on ports of their own."""
    gc.freeze()  # a world exists as long as its servers: garbage collection of it would only slow them
    if tls is not None:
        watch_certificates(world, tls)
    world.clock.run()
    world.pause = time.sleep
    event_sender = EventSender(world)
    world.deliver = event_sender.accept
    portal_server = start_server(world.portal_app, bind, portal_port, tls)
    oauth_server = start_server(world.oauth_app, bind, oauth_port, tls)
    others = [start_server(world.oauth_app, bind, port, tls) for port in other_oauth_ports]
    others += [start_server(world.portal_app, bind, port, tls) for port in client_ports]
    return Live(world, portal_server, oauth_server, event_sender, others)
