"""Silence, drips, certificates and deleted portals on real ports, as a client with sockets meets them."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from sandbox.faults import UNTIL_FORGIVEN, Kind
from sandbox.live import Live, go_live
from sandbox.portal import Portal
from sandbox.tls import make_context
from sandbox.world import World

pytestmark = pytest.mark.enable_socket
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
STEP = 0.002


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture
def live() -> Iterator[Live]:
    ports = [free_port() for _ in range(3)]
    world = World(now=NOW, oauth_host=f"127.0.0.1:{ports[1]}", scheme="http")
    world.add_authorization_server(f"127.0.0.1:{ports[2]}")
    world.add_portal(f"127.0.0.1:{ports[0]}")
    live = go_live(
        world, bind="127.0.0.1", portal_port=ports[0], oauth_port=ports[1], other_oauth_ports=ports[2:]
    )
    yield live
    live.stop()


@pytest.fixture
def portal(live: Live) -> Portal:
    return next(iter(live.world.portals.values()))


def ask(portal: Portal, timeout: float = 2.0) -> requests.Response:
    return requests.post(f"{portal.client_endpoint}profile", json={}, timeout=timeout)


def test_silence_lasts_until_it_is_forgiven(portal: Portal) -> None:
    portal.answer_next("silent", times=UNTIL_FORGIVEN)
    for _ in range(2):
        with pytest.raises(requests.ReadTimeout):
            ask(portal, 0.1)
    portal.forgive()
    assert ask(portal).status_code == 401


@pytest.mark.parametrize("kind", ["drip", "drip_chunks", "drip_headers"])
def test_a_drip_arrives_whole_and_late(portal: Portal, kind: Kind) -> None:
    portal.answer_next(kind, seconds=STEP)
    began = time.monotonic()
    answer = ask(portal)
    assert answer.json()["error"] == "NO_AUTH_FOUND"
    assert time.monotonic() - began > 60 * STEP


@pytest.mark.parametrize("kind", ["drip", "drip_chunks", "drip_headers"])
def test_a_drip_hides_from_the_read_timeout(portal: Portal, kind: Kind) -> None:
    portal.answer_next(kind, seconds=STEP)
    assert ask(portal, 60 * STEP / 2).status_code == 401


def assert_drips(wire: socket.socket, wanted: bytes) -> None:
    """These bytes come in many pieces; a machine under load may hand over two of them at once."""
    pieces: list[bytes] = []
    while len(b"".join(pieces)) < len(wanted):
        pieces.append(wire.recv(4096))
    assert b"".join(pieces).startswith(wanted)
    assert len(pieces) > len(wanted) // 2


def test_headers_come_a_byte_at_a_time(live: Live, portal: Portal) -> None:
    portal.answer_next("drip_headers", seconds=STEP)
    with socket.create_connection(("127.0.0.1", live.portal_server.port), 5) as wire:
        wire.sendall(
            f"POST /rest/profile HTTP/1.1\r\nHost: {portal.host}\r\nContent-Length: 0\r\n\r\n".encode()
        )
        assert_drips(wire, b"HTTP/1.1")


def test_the_size_of_a_chunk_drips_too(live: Live, portal: Portal) -> None:
    portal.answer_next("drip_chunks", seconds=STEP)
    with socket.create_connection(("127.0.0.1", live.portal_server.port), 5) as wire:
        wire.sendall(
            f"POST /rest/profile HTTP/1.1\r\nHost: {portal.host}\r\nContent-Length: 0\r\n\r\n".encode()
        )
        while not wire.recv(4096).endswith(b"\r\n\r\n"):
            pass
        assert_drips(wire, b"48\r\n{")


def test_notices_and_a_mark_stand_before_the_json(portal: Portal) -> None:
    portal.answer_next("notices", status=200)
    portal.answer_next("bom", status=200)
    assert ask(portal).content.startswith(b"<br />\n<b>Notice</b>")
    answer = ask(portal)
    assert answer.status_code == 200
    assert json.loads(answer.content.decode("utf-8-sig"))["error"] == "NO_AUTH_FOUND"


def test_a_deleted_portal_says_so_shows_a_page_or_is_gone(portal: Portal) -> None:
    portal.delete()
    assert ask(portal).json()["error"] == "PORTAL_DELETED"
    assert requests.get(f"{portal.url}/stream/", timeout=2).status_code == 403
    assert requests.get(f"{portal.url}/scenario/", timeout=2).status_code == 200
    portal.delete("page")
    assert (ask(portal).status_code, ask(portal).text[:9]) == (403, "<!DOCTYPE")
    portal.delete("gone")
    with pytest.raises(requests.ConnectionError):
        ask(portal)


def test_the_authorization_server_moves_to_another_port(live: Live) -> None:
    world = live.world
    old, new = (server.host for server in world.oauth.all)
    world.move_authorization_server(new)
    with pytest.raises(requests.ConnectionError):
        requests.post(f"http://{old}/oauth/token/", timeout=2)
    assert requests.post(f"http://{new}/oauth/token/", timeout=2).json()["error"] == "wrong_client"


def test_a_silent_server_is_silent_alone(live: Live, portal: Portal) -> None:
    live.world.oauth.main.faults.answer_next("silent", times=UNTIL_FORGIVEN)
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"http://{live.world.oauth_host}/oauth/token/", timeout=0.1)
    assert ask(portal).status_code == 401


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Live, Portal, Path]]:
    ports = [free_port(), free_port()]
    authority = tmp_path / "ca.pem"
    world = World(now=NOW, oauth_host=f"localhost:{ports[1]}", scheme="https")
    portal = world.add_portal(f"localhost:{ports[0]}")
    tls = make_context(["localhost"], authority)
    live = go_live(world, bind="127.0.0.1", portal_port=ports[0], oauth_port=ports[1], tls=tls)
    yield live, portal, authority
    live.stop()


def test_a_bad_certificate_is_shown_until_it_is_forgiven(secure: tuple[Live, Portal, Path]) -> None:
    live, portal, authority = secure
    url = f"{portal.client_endpoint}profile"
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(authority)
        assert session.post(url, timeout=5).status_code == 401
        portal.answer_next("certificate", times=UNTIL_FORGIVEN)
        with pytest.raises(requests.ConnectionError):  # the connection that was open is ended
            session.post(url, timeout=5)
        for _ in range(2):
            with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
                session.post(url, timeout=5)
        portal.forgive()
        assert session.post(url, timeout=5).status_code == 401
    assert [each.status for each in live.world.requests] == [401, 401]
