"""Portals beside the first one: an integrator's own and those of its clients, each on a port of its own, in different states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.hosts import bare_name, with_port

if TYPE_CHECKING:
    from sandbox.portal import Portal
    from sandbox.world import World

INTEGRATOR_DAYS = 200
ZONES = ("Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Novosibirsk", "Asia/Vladivostok")


@dataclass(frozen=True, slots=True)
class ClientState:
    """In how many days a client's plan ends, and which plan that is."""

    days_left: int
    plan: str


STATES = (
    ClientState(9, "ru_std"),
    ClientState(11, "ru_pro100"),
    ClientState(13, "ru_std"),
    ClientState(16, "ru_basic"),
    ClientState(20, "ru_ent250"),
    ClientState(24, "ru_std"),
    ClientState(31, "ru_pro100"),
    ClientState(38, "ru_std"),
    ClientState(45, "ru_basic"),
    ClientState(60, "ru_std"),
    ClientState(90, "ru_pro100"),
    ClientState(125, "ru_std"),
    ClientState(180, "ru_std"),
    ClientState(240, "ru_basic"),
    ClientState(300, "ru_ent500"),
)
"""Ends over a whole year, most at its beginning; more clients than states reuse them some days later."""


def states(count: int) -> Iterator[ClientState]:
    """The states of so many clients."""
    for number in range(count):
        state = STATES[number % len(STATES)]
        yield ClientState(state.days_left + 3 * (number // len(STATES)), state.plan)


def add_clients(world: World, name: str, first_port: int, count: int) -> list[Portal]:
    """Open the integrator's portal at the first port and its clients' portals at the next ones."""
    today = world.clock.today()
    own = world.add_portal(
        with_port(name, first_port, world.scheme),
        plan="ru_std",
        paid_till=today + timedelta(days=INTEGRATOR_DAYS),
    )
    clients = [
        world.add_portal(
            with_port(name, first_port + 1 + number, world.scheme),
            plan=state.plan,
            paid_till=today + timedelta(days=state.days_left),
            time_zone=ZONES[number % len(ZONES)],
        )
        for number, state in enumerate(states(count))
    ]
    return [own, *clients]


def move_to_ports(world: World, portal_port: int, first_port: int) -> None:
    """Give the portals of a saved world the ports of this start: the first one its own, the others in their order."""
    for number, portal in enumerate(world.portals.values()):
        port = portal_port if number == 0 else first_port + number - 1
        portal.host = with_port(bare_name(portal.host), port, world.scheme)


def ports_beside(world: World, first_port: int) -> list[int]:
    """The ports of all portals but the first."""
    return [first_port + number for number in range(len(world.portals) - 1)]
