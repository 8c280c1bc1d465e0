"""How long a bad portal holds an opening, and what other portals feel beside forty of them: a real gunicorn of eight threads.

    python -m bench.openings [kind ...]      # silent, head, chunks, page

The portal is a sandbox behind a line that can turn bad; the application, its server and the sandbox run for real.
"""

import contextlib
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import requests
from cryptography.fernet import Fernet
from pydantic import SecretStr

from b24app.database import Base, db
from b24app.factory import create_app
from b24app.manifest import ROOT, read_manifest
from b24app.settings import Settings
from bench.bad_line import BAD, Line
from sandbox.frame import FramePost
from sandbox.live import go_live
from sandbox.portal import Portal
from sandbox.world import World
from tests.story import OPERATOR, OPERATOR_ENVIRONMENT

OPENINGS, PATIENCE = 40, 130.0
TOKEN = re.compile(r"X-Frame-Token[^:]*:\s*(?:&#34;|&quot;|\")([\w.\-]+)")


@dataclass
class Town:
    """The application on gunicorn, a portal that can turn bad, and another one."""

    app_url: str
    bad: Portal
    line: Line
    other: Portal

    def send(self, post: FramePost) -> requests.Response:
        """What a browser sends when the portal's page opens us."""
        return requests.post(post.url, data=post.form, timeout=PATIENCE)

    def open(self, portal: Portal) -> requests.Response:
        """An opening by the administrator."""
        return self.send(portal.opens(user=portal.admin))

    def install(self, portal: Portal) -> None:
        """The wizard to its end."""
        card = next(iter(portal.world.applications.values()))
        portal.add_application(card)
        token = token_of(self.open(portal))
        for step in ("bind", "done"):
            answer = requests.post(f"{self.app_url}/install/{step}", headers=page_headers(token), timeout=60)
            answer.raise_for_status()
        portal.finish_install(card)


def token_of(answer: requests.Response) -> str:
    """The page token of an opened page."""
    found = TOKEN.search(answer.text)
    return found[1] if found else ""


def page_headers(token: str) -> dict[str, str]:
    """What htmx sends."""
    return {"X-Frame-Token": token, "HX-Request": "true"}


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def built() -> Iterator[Town]:
    """Start everything, install the application in both portals, and take it all down."""
    oauth_port, app_port, lines = free_port(), free_port(), (Line(), Line())
    url = f"http://127.0.0.1:{app_port}"
    world = World(now=datetime.now().astimezone(), oauth_host=f"localhost:{oauth_port}", scheme="http")
    world.register_application(
        client_id="local.bench", client_secret="secret-of-the-bench", title="bench", app_url=f"{url}/app",
        install_url=f"{url}/install", scopes=read_manifest().scopes,
    )  # fmt: skip
    bad, other = (world.add_portal(f"localhost:{line.port}") for line in lines)
    live = go_live(world, bind="127.0.0.1", portal_port=0, oauth_port=oauth_port)
    for line in lines:
        line.upstream = live.portal_server.port
        line.start()
    with (
        tempfile.TemporaryDirectory() as folder,
        served(settings_of(Path(folder), url, oauth_port), app_port),
    ):
        town = Town(url, bad, lines[0], other)
        for portal in (bad, other):
            town.install(portal)
        try:
            yield town
        finally:
            for line in lines:
                line.stop()
            live.stop()


def settings_of(folder: Path, url: str, oauth_port: int) -> dict[str, str]:
    """The settings of the application, as an operator would export them."""
    return {
        "B24APP_PUBLIC_URL": url,
        "B24APP_CLIENT_ID": "local.bench",
        "B24APP_CLIENT_SECRET": "secret-of-the-bench",
        "B24APP_SECRET_KEY": "x" * 40,
        "B24APP_SEAL_KEYS": Fernet.generate_key().decode(),
        "B24APP_DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        "B24APP_OAUTH_SERVERS": f"http://localhost:{oauth_port}",
        "B24APP_ALLOW_LOCAL_PORTALS": "true",
        "B24APP_LOG_LEVEL": "error",
        "B24APP_WEB_WORKERS": "1",
        "B24APP_WEB_THREADS": "8",
        **OPERATOR_ENVIRONMENT,
    }


@contextlib.contextmanager
def served(settings: dict[str, str], port: int) -> Iterator[None]:
    """Make the tables, start gunicorn, wait until it answers, and stop it."""
    here = Settings(
        _env_file=None, **OPERATOR, public_url=settings["B24APP_PUBLIC_URL"], client_id="local.bench",
        client_secret=SecretStr("x"), secret_key=SecretStr("x" * 40), allow_local_portals=True,
        seal_keys=(SecretStr(settings["B24APP_SEAL_KEYS"]),), database_url=settings["B24APP_DATABASE_URL"],
        queue_url="memory://", log_level="error",
    )  # fmt: skip
    app = create_app(here)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        db.engine.dispose()
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "app:app"]
    env = {**os.environ, **settings, "PORT": str(port), "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/health/live")
        yield
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(url: str) -> None:
    for _ in range(300):
        with contextlib.suppress(requests.RequestException):
            if requests.get(url, timeout=1).ok:
                return
        time.sleep(0.1)
    raise RuntimeError("the application does not start")


@dataclass
class Felt:
    """Seconds of what was asked beside the openings, each in the order of asking, and how the openings ended."""

    live: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    holds: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


def hold(town: Town, kind: str) -> tuple[float, int]:
    """How long one opening of a portal that has turned bad takes, and its status."""
    post = town.bad.opens(user=town.bad.admin)
    town.line.kind = kind
    return _timed(lambda: town.send(post))


def _status(ask: Callable[[], requests.Response]) -> int:
    try:
        return ask().status_code
    except requests.RequestException:
        return 0


def crowd(town: Town, kind: str, openings: int = OPENINGS, seconds: float = 8.0) -> Felt:
    """Forty openings of a bad portal at once, and meanwhile the health page and another portal's page again and again."""
    felt, headers = Felt(), page_headers(token_of(town.open(town.other)))
    posts = [town.bad.opens(user=town.bad.admin) for _ in range(openings)]
    town.line.kind = kind
    with ThreadPoolExecutor(openings) as people:
        asked = [people.submit(_timed, lambda post=post: town.send(post)) for post in posts]
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            felt.live.append(_timed(lambda: requests.get(f"{town.app_url}/health/live", timeout=PATIENCE))[0])
            ask_page = lambda: requests.get(f"{town.app_url}/overview", headers=headers, timeout=PATIENCE)  # noqa: E731
            felt.page.append(_timed(ask_page)[0])
            time.sleep(0.02)
        for one in asked:
            taken, status = one.result()
            felt.holds.append(taken)
            felt.statuses.append(status)
    return felt


def _timed(ask: Callable[[], requests.Response]) -> tuple[float, int]:
    began = time.monotonic()
    status = _status(ask)
    return time.monotonic() - began, status


def main(kinds: list[str]) -> None:
    """Print the table."""
    print(
        f"{'portal':8} {'one opening':>16} {'40: longest':>12}  statuses {'':22} health p50/max      other page p50/max"
    )
    for kind in kinds:
        with built() as town:
            taken, status = hold(town, kind)
        with built() as town:
            felt = crowd(town, kind)
        counts = {one: felt.statuses.count(one) for one in sorted(set(felt.statuses))}
        print(
            f"{kind:8} {taken:9.2f} s ({status}) {max(felt.holds):10.2f} s  {counts!s:30} "
            f"{statistics.median(felt.live):.3f} / {max(felt.live):.3f} s   "
            f"{statistics.median(felt.page):.3f} / {max(felt.page):.3f} s",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:] or list(BAD))
