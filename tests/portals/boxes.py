"""An on-premise portal of a company's own network, served without https."""

from sandbox.portal import Portal
from sandbox.world import World

HOST = "portal.corp"


def add_box(world: World) -> Portal:
    box = world.add_portal(HOST, profile="box")
    box.own_scheme = "http"
    world.names[HOST] = ("10.9.9.9",)
    return box
