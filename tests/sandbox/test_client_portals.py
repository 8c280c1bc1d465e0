"""An integrator's portal and its clients beside the first one, as `python -m sandbox --clients` opens them."""

from __future__ import annotations

from sandbox.__main__ import open_world
from sandbox.client_portals import STATES, move_to_ports, ports_beside
from sandbox.command_line import read_options


def test_every_client_has_a_port_of_its_own_after_the_integrators() -> None:
    world = open_world(read_options(["--clients", "3", "--clients-port", "9100"]))
    hosts = [portal.host for portal in world.portals.values()]
    assert hosts == ["localhost:8000", "localhost:9100", "localhost:9101", "localhost:9102", "localhost:9103"]
    assert ports_beside(world, 9100) == [9100, 9101, 9102, 9103]
    assert len({portal.member_id for portal in world.portals.values()}) == 5


def test_thirty_clients_end_on_different_days_and_have_different_plans() -> None:
    world = open_world(read_options(["--clients", "30"]))
    clients = list(world.portals.values())[2:]
    assert len(clients) == 30
    assert len({portal.paid_till for portal in clients}) > len(STATES)
    assert {portal.paid_plan for portal in clients} == {state.plan for state in STATES}
    assert all(portal.paid_till > world.clock.today() for portal in clients)


def test_without_clients_there_is_one_portal() -> None:
    world = open_world(read_options([]))
    assert len(world.portals) == 1
    assert ports_beside(world, 8100) == []


def test_a_saved_world_takes_the_ports_of_the_next_start() -> None:
    world = open_world(read_options(["--clients", "2"]))
    move_to_ports(world, 7000, 7100)
    assert [portal.host for portal in world.portals.values()] == [
        "localhost:7000", "localhost:7100", "localhost:7101", "localhost:7102",
    ]  # fmt: skip
