"""The sandbox on real ports, as `python -m sandbox` brings it up."""

from __future__ import annotations

import lzma
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from flask import Flask, request

from sandbox import events
from sandbox.__main__ import greeting, open_world
from sandbox.application import EventBinding
from sandbox.command_line import read_options
from sandbox.http_server import HttpServer, start_server
from sandbox.live import Live, go_live
from sandbox.persistence import StateSaver, load
from sandbox.portal import Portal
from sandbox.world import World

pytestmark = pytest.mark.enable_socket
ROOT = Path(__file__).parents[2]


@pytest.fixture
def plain() -> World:
    return open_world(read_options(["--client-id", "local.live", "--days-left", "3"]))


@pytest.fixture
def live(plain: World) -> Iterator[Live]:
    live = go_live(plain, bind="127.0.0.1", portal_port=0, oauth_port=0)
    the_portal(plain).change_address(f"127.0.0.1:{live.portal_server.port}")
    yield live
    live.stop()


@pytest.fixture
def listener() -> Iterator[tuple[HttpServer, list[dict[str, str]]]]:
    """An application that hears events and answers 418."""
    heard: list[dict[str, str]] = []
    app = Flask("listener", root_path=".")

    @app.post("/event")
    def event() -> tuple[str, int]:
        heard.append(request.form.to_dict())
        return "", 418

    door = start_server(app, "127.0.0.1", 0)
    yield door, heard
    door.shutdown()
    door.server_close()


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def the_portal(world: World) -> Portal:
    return next(iter(world.portals.values()))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def wait(for_what: Callable[[], object]) -> None:
    end = time.monotonic() + 5
    while not for_what() and time.monotonic() < end:
        time.sleep(0.01)


def test_reads_what_it_is_told() -> None:
    world = open_world(
        read_options(["--days-left", "3", "--profile", "box", "--latency-ms", "20", "--no-limits"])
    )
    portal = the_portal(world)
    assert (portal.host, world.oauth_host, world.scheme) == ("localhost:8000", "localhost:8001", "http")
    assert (portal.paid_till - world.clock.today()).days == 3
    assert (portal.profile, world.latency, portal.limits.enabled) == ("box", 0.02, False)


def test_says_where_everything_is(plain: World) -> None:
    said = greeting(plain, read_options([]))
    assert "http://localhost:8000/" in said
    assert "http://localhost:8001" in said


def test_leaves_usual_ports_out_of_names() -> None:
    options = read_options(
        ["--tls", "--portal-port", "443", "--portal-host", "p.example", "--oauth-host", "o.example"]
    )
    world = open_world(options)
    assert (the_portal(world).url, world.oauth_host) == ("https://p.example", "o.example:8001")


def test_keeps_a_connection_open(live: Live, http: requests.Session) -> None:
    url = f"{the_portal(live.world).client_endpoint}profile"
    answers = [http.post(url, json={}) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {401}
    assert "close" not in {answer.headers.get("Connection") for answer in answers}
    assert http.head(url).content == b""


def test_lets_time_run(live: Live) -> None:
    before = live.world.clock.now()
    time.sleep(0.02)
    assert live.world.clock.now() > before


@pytest.mark.parametrize("kind", ["cut", "truncated", "empty"])
def test_fails_on_the_wire_as_scripted(live: Live, http: requests.Session, kind: str) -> None:
    portal = the_portal(live.world)
    portal.answer_next(kind)  # type: ignore[arg-type]
    with pytest.raises(requests.RequestException):
        http.get(f"{portal.client_endpoint}profile").json()


def test_streams_an_endless_answer(live: Live, http: requests.Session) -> None:
    portal = the_portal(live.world)
    portal.answer_next("huge")
    with http.get(f"{portal.client_endpoint}profile", stream=True) as answer:
        assert answer.headers["Transfer-Encoding"] == "chunked"
        assert (
            sum(len(chunk) for chunk, _ in zip(answer.iter_content(65536), range(3), strict=False)) > 100_000
        )


def test_carries_events_once(live: Live, listener: tuple[HttpServer, list[dict[str, str]]]) -> None:
    door, heard = listener
    portal, card = the_portal(live.world), live.world.applications["local.live"]
    portal.add_application(card).installed = True
    url = f"http://127.0.0.1:{door.port}/event"
    portal.installations[card.client_id].events.append(EventBinding(1, "ONAPPTEST", url))
    events.fire(portal, "ONAPPTEST", {"QUERY": "x"}, user=portal.admin)
    wait(lambda: live.world.deliveries[-1].status)
    assert [form["data[QUERY]"] for form in heard] == ["x"]
    assert live.world.deliveries[-1].status == 418


def test_loses_events_that_nobody_takes(live: Live) -> None:
    assert live.world.deliver("http://127.0.0.1:9/event", {"event": "X"}) == 0
    live.event_sender.stop()
    assert live.world.deliveries == []


def test_answers_many_at_once(live: Live, http: requests.Session) -> None:
    portal = the_portal(live.world)
    portal.limits.enabled = False
    portal.answer_next("slow", seconds=0.3, method="profile")
    slow = threading.Thread(target=requests.get, args=(f"{portal.client_endpoint}profile",))
    slow.start()
    began = time.monotonic()
    http.get(f"{portal.client_endpoint}scope")
    assert time.monotonic() - began < 0.25
    slow.join()


def test_finds_the_world_again_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "state" / "world"
    options = read_options(["--state", str(path), "--client-id", "local.live"])
    world = open_world(options)
    portal = the_portal(world)
    portal.add_application(world.applications["local.live"])
    token = portal.issue_tokens(world.applications["local.live"], portal.admin)
    ways = portal.tables["paysystem"]
    portal.switch_off("pay_system", ways.ids[0])
    StateSaver(world, path).stop()
    again = open_world(options)
    found = again.portals[portal.member_id]
    assert found.tables["paysystem"].all() == ways.all()
    assert found.tables["deal"].all() == portal.tables["deal"].all()
    assert again.tokens.access.keys() == {token.access}
    assert again.tokens.secret() not in {token.access, token.refresh}
    assert found.installations["local.live"].card is again.applications["local.live"]


def test_wakes_at_the_ports_of_today(plain: World, tmp_path: Path) -> None:
    path = tmp_path / "world"
    plain.clock.advance(days=9)
    StateSaver(plain, path).stop()
    again = open_world(read_options(["--state", str(path), "--portal-port", "8100", "--oauth-port", "8101"]))
    assert (the_portal(again).host, again.oauth_host) == ("localhost:8100", "localhost:8101")
    assert again.clock.today() == plain.clock.today()


def test_saves_the_world_when_it_was_touched(plain: World, tmp_path: Path) -> None:
    path = tmp_path / "world"
    keeper = StateSaver(plain, path, seconds=0.01)
    wait(path.exists)
    keeper.stop()
    assert the_portal(load(path) or plain).host == "localhost:8000"


def test_loads_a_portal_that_the_last_release_saved(tmp_path: Path) -> None:
    path = tmp_path / "world"
    path.write_bytes(lzma.decompress((Path(__file__).parent / "saved_portal.xz").read_bytes()))
    world = load(path)
    assert world is not None
    portal = the_portal(world)
    assert portal.tables["order"].get(1001)["accountNumber"]
    assert portal.tables["deal"].all()
    assert [row["ACTIVE"] for row in portal.tables["paysystem"] if str(row["ID"]) == "2"] == ["N"]
    assert world.applications["local.renewal"].scopes == ("crm", "sale")


def test_reads_no_foreign_file(tmp_path: Path) -> None:
    import pickle

    path = tmp_path / "world"
    path.write_bytes(pickle.dumps(threading.Thread))
    with pytest.raises(pickle.UnpicklingError):
        load(path)


def test_runs_from_the_command_line_until_told_to_stop(tmp_path: Path, http: requests.Session) -> None:
    ports = [str(free_port()), str(free_port())]
    command = [sys.executable, "-m", "sandbox", "--portal-port", ports[0], "--oauth-port", ports[1]]
    command += ["--bind", "127.0.0.1", "--portal-host", "127.0.0.1", "--state", str(tmp_path / "world")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(f"portal http://127.0.0.1:{ports[0]}/")
        answer = http.get(f"http://127.0.0.1:{ports[1]}/oauth/token/").json()
        process.terminate()
        try:
            process.wait(20)
        finally:
            process.kill()
    assert (answer["error"], process.returncode) == ("wrong_client", 0)
    assert (tmp_path / "world").exists()
