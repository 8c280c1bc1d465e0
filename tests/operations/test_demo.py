"""`make demo` begins on a machine that has never seen it: its settings are those that the application accepts."""

import itertools
import os
import runpy
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest
import requests

from b24app.manifest import read_manifest
from b24app.settings import read_settings

TOOL = Path(__file__).parents[2] / "tools" / "demo.py"
PORTS = ("DEMO_PORTAL_PORT", "DEMO_OAUTH_PORT", "DEMO_SECOND_OAUTH_PORT", "DEMO_APP_PORT", "DEMO_MAIL_PORT")


@pytest.mark.parametrize("edition", ["local", "market"])
def test_the_settings_of_a_first_demo_are_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edition: str
) -> None:
    demo = runpy.run_path(str(TOOL))
    monkeypatch.setenv("B24APP_EDITION", edition)
    state = tmp_path / "never" / "seen"
    for name, value in demo["read_environment"](state, demo["Ports"]()).items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    assert (settings.edition, bool(settings.operator_name)) == (edition, edition == "market")
    assert settings.backup_folder == state / "copies"
    assert settings.database_url == f"sqlite:///{state / 'app.sqlite3'}"


@pytest.mark.parametrize("edition", ["local", "market"])
def test_the_demos_card_asks_for_the_scopes_of_the_manifest(
    edition: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = runpy.run_path(str(TOOL))
    monkeypatch.setenv("B24APP_EDITION", edition)
    ports = demo["Ports"]()
    commands = demo["list_commands"](tmp_path, ports, demo["read_environment"](tmp_path, ports), [])
    portal = commands["portal"]
    assert portal[portal.index("--scopes") + 1] == ",".join(read_manifest(edition).scopes)


@pytest.mark.parametrize(("arguments", "count"), [([], 0), (["--clients", "30"], 30), (["--rows", "5"], 0)])
def test_clients_are_counted_by_their_option(arguments: list[str], count: int) -> None:
    assert runpy.run_path(str(TOOL))["count_clients"](arguments) == count


@pytest.mark.enable_socket
@pytest.mark.once
def test_the_demo_starts_and_an_integrator_looks_after_its_client(tmp_path: Path) -> None:
    environment = os.environ | {name: str(free_port()) for name in PORTS} | {"DEMO_STATE": str(tmp_path)}
    environment |= {"DEMO_CLIENTS_PORT": str(two_free_ports())}
    demo = subprocess.Popen(
        [sys.executable, str(TOOL), "--clients", "1"], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert demo.stdout is not None
    try:
        said = list(itertools.takewhile(lambda line: "Ctrl+C" not in line, demo.stdout))
        assert any("Интегратор" in line for line in said), said[-20:]
        portal = f"http://localhost:{environment['DEMO_PORTAL_PORT']}/"
        assert requests.get(portal, timeout=10).status_code == 200
        with closing(sqlite3.connect(tmp_path / "app.sqlite3")) as database:
            assert database.execute("SELECT count(*) FROM consent").fetchone() == (1,)
            assert database.execute("SELECT count(*) FROM portal WHERE status = 'active'").fetchone() == (2,)
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.stdout.read()
        demo.stdout.close()
        assert demo.wait(30) == 0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def two_free_ports() -> int:
    """The first of two ports beside each other that nobody uses."""
    while True:
        first = free_port()
        with suppress(OSError), socket.socket() as second:
            second.bind(("127.0.0.1", first + 1))
            return first
