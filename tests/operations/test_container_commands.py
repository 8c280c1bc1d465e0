"""The commands of the containers, run here as the files spell them, over the files that the image copies."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from cryptography.fernet import Fernet

from tests.operations.containers import ROOT, Stage, copied, read_compose, read_dockerfile
from tests.story import OPERATOR_ENVIRONMENT

pytestmark = pytest.mark.enable_socket
PATIENCE = 60  # seconds; a machine with other work to do loads the application slowly


@dataclass(frozen=True)
class Installation:
    """What a container has: the files of the image, its environment, and a place for what it writes."""

    tree: Path
    log: Path
    environment: dict[str, str]

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.tree,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 2,
            check=False,
        )

    @contextmanager
    def running(self, command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
        with self.log.open("wb") as log:
            process = subprocess.Popen(command, cwd=self.tree, env=self.environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def list_files(self) -> set[tuple[str, int]]:
        return {(str(path), path.stat().st_mtime_ns) for path in self.tree.rglob("*")}

    def get_status(self, path: str) -> int:
        try:
            with urlopen(f"http://127.0.0.1:{self.environment['PORT']}{path}", timeout=PATIENCE) as answer:
                return answer.status
        except HTTPError as refused:
            with refused:
                return refused.code


@pytest.fixture(scope="module")
def stages() -> dict[str, Stage]:
    return read_dockerfile()


@pytest.fixture(scope="module")
def release() -> list[str]:
    return read_compose()["services"]["release"]["command"]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory, stages: dict[str, Stage]) -> Path:
    """What the image holds of our tree, and nothing else of it."""
    tree = tmp_path_factory.mktemp("image") / "app"
    tree.mkdir()
    for path in copied(stages["web"]):
        source = ROOT / path
        if source.is_dir():
            shutil.copytree(source, tree / path, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tree / path)
    return tree


@pytest.fixture(scope="module")
def environment(tree: Path, stages: dict[str, Stage]) -> dict[str, str]:
    """The environment of the web, with a free port and this environment's programs in the place of its own."""
    metrics = tree.parent / "metrics"
    metrics.mkdir()
    given = dict(read_compose()["services"]["web"]["environment"])
    del given["B24APP_REDIS_URL"]  # no Redis here: the database counts
    return stages["web"].settings | given | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
        "HOME": str(tree.parent / "no-home"),
        "XDG_CACHE_HOME": str(tree.parent / "cache"),
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        "B24APP_WEB_WORKERS": "1",
    }  # fmt: skip


@pytest.fixture(scope="module")
def released(tree: Path, environment: dict[str, str], release: list[str]) -> Installation:
    """Settings by a file, as compose mounts it, and the tables made by the release command."""
    state = tree.parent
    settings = {
        "B24APP_PUBLIC_URL": "https://renewal.example",
        "B24APP_CLIENT_ID": "local.1",
        "B24APP_CLIENT_SECRET": "s",
        "B24APP_SECRET_KEY": "k" * 32,
        "B24APP_SEAL_KEYS": Fernet.generate_key().decode(),
        "B24APP_DATABASE_URL": f"sqlite:///{state}/app.sqlite3",
        **OPERATOR_ENVIRONMENT,
    }
    (tree / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    made = Installation(tree, state / "log", environment)
    done = made.run(release)
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def installed(released: Installation) -> Installation:
    """The same with a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    return Installation(released.tree, released.log, released.environment | {"PORT": str(port)})


def wait_for(words: str, log: Path) -> bool:
    end = time.monotonic() + PATIENCE
    while words not in log.read_text() and time.monotonic() < end:
        time.sleep(0.1)
    return words in log.read_text()


def test_the_web_answers_is_healthy_and_stops_when_told(installed: Installation, stages: dict[str, Stage]):
    before, web = installed.list_files(), stages["web"]
    assert installed.run(web.health).returncode != 0
    with installed.running(web.command) as process:
        assert wait_for("Listening at", installed.log)
        paths = ("/health/live", "/health/ready", "/", "/no/such")
        assert [installed.get_status(path) for path in paths] == [200, 200, 200, 404]
        assert installed.run(web.health).returncode == 0
        process.send_signal(getattr(signal, web.last("STOPSIGNAL")))
        assert process.wait(timeout=PATIENCE) == 0
    assert installed.list_files() == before  # a root that is only read is enough
    assert not Path(installed.environment["HOME"]).exists()
    assert "[ERROR]" not in installed.log.read_text()


def test_the_worker_starts_and_stops_when_told(installed: Installation, stages: dict[str, Stage]):
    before, worker = installed.list_files(), stages["worker"]
    with installed.running(worker.command) as process:
        assert wait_for("worker started", installed.log)
        process.send_signal(getattr(signal, worker.last("STOPSIGNAL")))
        assert process.wait(timeout=PATIENCE) == 0
    assert installed.list_files() == before


def test_an_example_that_nobody_filled_in_stops_the_start_and_names_each_setting(
    tmp_path: Path, tree: Path, environment: dict[str, str], stages: dict[str, Stage]
):
    shutil.copytree(tree, tmp_path / "app", ignore=shutil.ignore_patterns(".env"))
    shutil.copy(ROOT / "deploy" / "settings.env.example", tmp_path / "app" / ".env")
    started = Installation(tmp_path / "app", tmp_path / "log", environment).run(stages["web"].command)
    named = {line.strip().partition(" in .env:")[0] for line in started.stderr.splitlines()}
    assert started.returncode != 0
    assert {"B24APP_PUBLIC_URL", "B24APP_SEAL_KEYS", "B24APP_DATABASE_URL", *OPERATOR_ENVIRONMENT} <= named, (
        started.stderr
    )
    assert "Traceback" not in started.stderr
