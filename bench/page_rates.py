"""How many requests a second pages answer beside an empty route of the same application, under gunicorn as it is set up.

The empty route is added to the same application object: a request of it passes whatever runs before and after every view
(number, language, limit of refusals, metrics, security headers) and carries the same page token, but reads no frame and
draws nothing. `/health/live` stands beside it. Both are read in turn with each page, so that noise meets all of them;
every answer must be 200. Statements are counted in this process, at the first draw after a change and at the next one.
"""

import argparse
import contextlib
import os
import re
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests
from flask import Flask
from sqlalchemy import event, update
from sqlalchemy.engine import Engine

from b24app.database import db, portal_scope
from b24app.factory import create_app
from b24app.manifest import ROOT
from b24app.portals.model import Person
from b24app.services import services
from b24app.settings import Settings
from b24app.web.access import public
from bench.pages import furnished
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.story import OPERATOR_ENVIRONMENT

EMPTY, LIVE = "/empty", "/health/live"
SECONDS, ROUNDS, CONNECTIONS = 3.0, 3, 8


@dataclass(frozen=True, slots=True)
class Asked:
    """A page, its frame token, and what the issue allows it."""

    path: str
    token: str
    statements: int
    ratio: float


def served() -> Flask:
    """The application as gunicorn serves it, with an empty route beside its own."""
    app = create_app()
    app.add_url_rule(EMPTY, "empty", public(lambda: ""))
    return app


def lose(world: World, actor: Actor) -> None:
    """A pay system is switched off and a stage is gone."""
    way = next(row for row in actor.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    actor.portal.switch_off("pay_system", way["ID"])
    stage = next(row for row in actor.portal.tables["status"].all() if row["ENTITY_ID"] == "DEAL_STAGE")
    actor.portal.remove("stage", stage["ID"])
    world.requests.clear()


def environment_of(settings: Settings, port: int) -> dict[str, str]:
    """What a server of these settings is started with."""
    values = {
        "PUBLIC_URL": settings.public_url, "CLIENT_ID": settings.client_id, "DATABASE_URL": settings.database_url,
        "CLIENT_SECRET": settings.client_secret.get_secret_value(), "LOG_LEVEL": "error",
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "SEAL_KEYS": ",".join(key.get_secret_value() for key in settings.seal_keys),
    }  # fmt: skip
    named = {f"B24APP_{name}": value for name, value in values.items()}
    return {**os.environ, **OPERATOR_ENVIRONMENT, **named, "PORT": str(port)}


@contextmanager
def gunicorn(settings: Settings, port: int) -> Iterator[int]:
    """The server of `gunicorn.conf.py`, on a port of its own."""
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "gunicorn.conf.py",
        "--max-requests",
        "0",
        "bench.page_rates:served()",
    ]
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment_of(settings, port), stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port)
        yield server.pid
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int) -> None:
    """Until the server answers."""
    for _ in range(120):
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"http://127.0.0.1:{port}{LIVE}", timeout=60).ok:
                return
        time.sleep(0.5)
    msg = "gunicorn does not answer"
    raise TimeoutError(msg)


def ask(port: int, path: str, token: str, seconds: float = SECONDS) -> tuple[int, float]:
    """How many requests were answered, over a few connections that are kept open, and in how many seconds.

    One thread, so that the server has the machine.
    """
    asked = f"GET {path} HTTP/1.1\r\nHost: bench\r\nX-Frame-Token: {token}\r\n\r\n".encode()
    done, chosen, end = 0, selectors.DefaultSelector(), time.perf_counter() + seconds
    for _ in range(CONNECTIONS):
        line = socket.create_connection(("127.0.0.1", port), 5)
        line.sendall(asked)
        chosen.register(line, selectors.EVENT_READ, bytearray())
    start = time.perf_counter()
    while not done or time.perf_counter() < end:
        for key, _ in chosen.select(1):
            line, kept = key.fileobj, key.data
            kept += line.recv(1 << 20)
            if is_whole(kept, path):
                done += 1
                kept.clear()
                line.sendall(asked)
    spent = time.perf_counter() - start
    for key in list(chosen.get_map().values()):
        key.fileobj.close()
    return done, spent


def is_whole(kept: bytearray, path: str) -> bool:
    """Whether an answer is there to its last byte; raises when it is not 200."""
    head = kept.find(b"\r\n\r\n")
    if head < 0:
        return False
    assert kept.startswith(b"HTTP/1.1 200"), (path, bytes(kept[:300]))
    length = re.search(rb"(?i)content-length: (\d+)", kept[:head])
    assert length, path
    return len(kept) >= head + 4 + int(length[1])


def spent_by(server: int) -> float:
    """Seconds of a processor that the processes of a server have taken so far."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12]) if int(fields[1]) == server else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def compare(server: int, port: int, pages: list[Asked]) -> None:
    """Print requests a second and the processor's time of one, and what share of an empty route's number each page has.

    The share by the processor's time is what a machine with other work on it can still tell.
    """
    asked = [(EMPTY, pages[0].token), (LIVE, pages[0].token), *((one.path, one.token) for one in pages)]
    for path, token in asked:
        ask(port, path, token, 1.5)  # every process has drawn it once
    rates: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for _ in range(ROUNDS):
        for path, token in asked:
            before = spent_by(server)
            done, lasted = ask(port, path, token)
            rates[path] += done / lasted / ROUNDS
            seconds[path] += (spent_by(server) - before) / done / ROUNDS
    floor, least = max(rates[EMPTY], rates[LIVE]), min(seconds[EMPTY], seconds[LIVE])
    wanted = {one.path: one.ratio for one in pages}
    print(f"{'':14} {'requests/s':>10} {'share':>7} {'CPU ms':>7} {'share':>7} {'asked':>6}")
    for path, _token in asked:
        share, by_cpu = rates[path] / floor, least / seconds[path]
        print(
            f"{path:14} {rates[path]:10.0f} {share:7.3f} {seconds[path] * 1000:7.2f} {by_cpu:7.3f} {wanted.get(path, ''):>6}"
        )


def count_statements(opened: Opened, path: str) -> list[str]:
    """What one draw of a page asks of the database."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert opened.get(path).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return found


def touch(actor: Actor) -> None:
    """Write a row of the portal, so that nothing kept is good any more."""
    with portal_scope(actor.portal_id):
        db.session.execute(update(Person).values(theme="dark"))
        db.session.commit()


def names_of(statements: list[str]) -> str:
    """The tables that statements begin with, and how often."""
    found = (re.search(r"(?:FROM|UPDATE|INTO) (\w+)", one) for one in statements)
    names = Counter(match[1] for match in found if match)
    return ", ".join(f"{name} {times}" if times > 1 else name for name, times in names.most_common())


def main(arguments: list[str] | None = None) -> None:
    """Print statements and rates; `--database` names a PostgreSQL database that may be emptied, otherwise SQLite."""
    options = argparse.ArgumentParser()
    options.add_argument("--database", default="")
    options.add_argument("--port", type=int, default=18470)
    options.add_argument("--statements", action="store_true")
    chosen = options.parse_args(arguments)
    with furnished(now=datetime.now(UTC), database_url=chosen.database) as (world, actor, work):
        work()
        lose(world, actor)
        actor.opens().post("/shop/run")
        work()
        admin, employee = actor.opens(), actor.opens(user=actor.portal.employee)
        pages = [
            Asked("/widget", employee.token, 3, 0.2),
            Asked("/renewal", admin.token, 6, 0.1),
            Asked("/shop", admin.token, 8, 0.06),
        ]
        for one in pages:
            opened = employee if one.token == employee.token else admin
            touch(actor)
            for name in ("first", "next"):
                found = count_statements(opened, one.path)
                print(
                    f"{one.path:14} {name} draw: {len(found)} statements of {one.statements}: {names_of(found)}"
                )
        if not chosen.statements:
            with gunicorn(services().settings, chosen.port) as server:
                compare(server, chosen.port, pages)


if __name__ == "__main__":
    main()
