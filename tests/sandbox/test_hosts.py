"""Portals at international names and IPv6 addresses, with and without ports."""

from __future__ import annotations

import socket
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from sandbox.__main__ import open_world
from sandbox.application import ApplicationCard
from sandbox.command_line import read_options
from sandbox.hosts import bare_name, is_address, on_the_wire, with_port
from sandbox.live import go_live
from sandbox.world import World
from tests.sandbox.caller import Caller

SHOP = "магазин.рф"
WIRE = "xn--80aairftm.xn--p1ai"
SIX = "[2001:db8::24]:8443"


@pytest.mark.parametrize(
    ("host", "scheme", "wire"),
    [
        (SHOP, "https", WIRE),
        (f"{SHOP}:8443", "https", f"{WIRE}:8443"),
        ("NORTH.example:443", "https", "north.example"),
        ("north.example:443", "http", "north.example:443"),
        ("[2001:DB8::24]", "https", "[2001:db8::24]"),
        ("[2001:db8::24]:443", "https", "[2001:db8::24]"),
        (SIX, "https", SIX),
    ],
)
def test_a_host_is_written_as_it_goes_over_the_wire(host: str, scheme: str, wire: str) -> None:
    assert on_the_wire(host, scheme) == wire


def test_a_bare_address_gets_its_brackets() -> None:
    assert with_port("::1", 8000, "http") == "[::1]:8000"
    assert with_port("::1", 80, "http") == "[::1]"
    assert with_port(SHOP, 8000, "http") == f"{WIRE}:8000"
    assert (bare_name("[::1]:8000"), bare_name("north.example:8000"), bare_name("::1")) == (
        "::1",
        "north.example",
        "::1",
    )
    assert (is_address("[::1]"), is_address("10.0.0.7"), is_address("north.example")) == (True, True, False)


@pytest.mark.parametrize("host", [SHOP, f"{SHOP}:8443", SIX, "[2001:db8::24]"])
def test_a_portal_answers_at_its_name(
    world: World, card: ApplicationCard, session: requests.Session, host: str
) -> None:
    portal = world.add_portal(host)
    portal.add_application(card)
    portal.finish_install(card)
    caller = Caller(portal, card, session)
    assert caller.result("profile")["ID"] == "1"
    answer = session.post(f"https://{host}/rest/profile", json={"auth": caller.token})
    assert answer.json()["result"]["ID"] == "1"
    assert world.portal_at(host) is portal


@pytest.mark.parametrize(("host", "domain"), [(SHOP, WIRE), (SIX, SIX)])
def test_the_frame_names_the_portal_as_a_browser_does(
    world: World, card: ApplicationCard, host: str, domain: str
) -> None:
    portal = world.add_portal(host)
    portal.add_application(card).installed = True
    post = portal.opens(user=portal.admin)
    assert parse_qs(urlsplit(post.url).query)["DOMAIN"] == [domain]
    assert post.window_name.startswith(f"{domain}|1|")


def test_a_portal_moves_to_an_international_name(world: World, session: requests.Session) -> None:
    portal = world.add_portal("north.bitrix24.example")
    portal.change_address(SHOP)
    answer = session.post("https://north.bitrix24.example/rest/profile", allow_redirects=False)
    assert answer.headers["Location"] == f"https://{WIRE}/rest/profile"


def test_an_authorization_server_may_have_such_a_name_too(world: World, session: requests.Session) -> None:
    world.add_authorization_server("[2001:db8::53]")
    answer = session.post("https://[2001:db8::53]/oauth/token/")
    assert answer.json()["error"] == "wrong_client"


def test_an_address_resolves_to_itself(world: World) -> None:
    world.names["six.example"] = ("2001:db8::24",)
    assert world.look_up("[2001:db8::24]", 443) == ("2001:db8::24",)
    assert world.look_up("10.0.0.7", 443) == ("10.0.0.7",)
    assert world.look_up("six.example", 443) == ("2001:db8::24",)
    assert world.look_up("north.example", 443) == ("93.184.216.34",)


def test_the_program_takes_an_ipv6_address() -> None:
    world = open_world(read_options(["--portal-host", "::1", "--bind", "::1"]))
    assert [portal.host for portal in world.portals.values()] == ["[::1]:8000"]
    assert world.oauth_host == "[::1]:8001"


def free_port() -> int:
    with socket.socket(socket.AF_INET6) as found:
        found.bind(("::1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.mark.enable_socket
@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_a_portal_listens_on_ipv6() -> None:
    world = open_world(read_options(["--portal-host", "::1", "--portal-port", str(free_port())]))
    portal = next(iter(world.portals.values()))
    port = int(portal.host.rpartition(":")[2])
    live = go_live(world, bind="::1", portal_port=port, oauth_port=0)
    try:
        assert requests.post(f"{portal.client_endpoint}profile", timeout=5).status_code == 401
    finally:
        live.stop()
