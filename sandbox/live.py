"""Brings a world to life: web servers on real ports, time that runs, events that really leave."""

from __future__ import annotations

import gc
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.courier import Courier
from sandbox.door import Door, open_door

if TYPE_CHECKING:
    from sandbox.world import World


@dataclass(slots=True)
class Live:
    """A running sandbox."""

    world: World
    portal_door: Door
    oauth_door: Door
    courier: Courier

    def stop(self) -> None:
        """Close the ports and wait for events on their way."""
        for door in (self.portal_door, self.oauth_door):
            door.shutdown()
            door.server_close()
        self.courier.stop()


def go_live(
    world: World, *, bind: str, portal_port: int, oauth_port: int, tls: ssl.SSLContext | None = None
) -> Live:
    """Serve the portals on one port and the authorization server on another."""
    gc.freeze()  # a world lives as long as its servers: looking through it for garbage would only slow them
    world.clock.run()
    world.pause = time.sleep
    courier = Courier(world)
    world.deliver = courier.take
    portal_door = open_door(world.portal_app, bind, portal_port, tls)
    return Live(world, portal_door, open_door(world.oauth_app, bind, oauth_port, tls), courier)
