"""A night of many portals on this machine: real workers, a stub that answers like a portal, slowly, with HTML or never.

`python -m bench.fleet [--portals 100,1000,10000] [--sample 100] [--latency 0.05] [--seconds 600] [--database URL]`: for each
number of portals a fresh database is filled, the nightly work of all waits and that of the sample is due at once, and two
`flask worker` with eight nightly slots each do it until it is done or the seconds are over. Prints a table, the night of the largest number, and what breaks first at 100,000.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import Engine, and_, create_engine, func, or_, select, text

from b24app.database import Base
from b24app.settings import Settings
from bench.fleet_forecast import Night, print_forecast
from bench.fleet_portals import copy_portal, job_of, make_due, template
from tests.story import OPERATOR, OPERATOR_ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2
TICK = os.sysconf("SC_CLK_TCK")
HEAD = "| portals | seconds | done | portals an hour | CPU s a portal | requests | statements | commits | MB before | KB a portal and night | press s, median and slowest |"
SIZE = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}


@dataclass(frozen=True)
class Place:
    """Where one measurement lives: a folder, a database, a port for the stub."""

    folder: Path
    database: str
    port: int
    key: str

    @property
    def server(self) -> str:
        """Where the stub answers."""
        return f"http://127.0.0.1:{self.port}"

    def settings(self) -> Settings:
        """Settings under which the template is installed: against the vendor's server, which the sandbox plays."""
        return Settings(
            _env_file=None, **OPERATOR, public_url="https://renewal.example", client_id="local.fleet", client_secret=SecretStr("s"),
            secret_key=SecretStr("x" * 40), seal_keys=(SecretStr(self.key),), database_url=self.database,
            log_level="error", look_outside=False,
        )  # fmt: skip

    def environment(self) -> dict[str, str]:
        """What a worker is started with."""
        return os.environ | {
            "PYTHONPATH": str(ROOT), "MALLOC_ARENA_MAX": "2", "NO_PROXY": "127.0.0.1", "FLEET_COUNTS": str(self.folder),
            "B24APP_PUBLIC_URL": "https://renewal.example", "B24APP_CLIENT_ID": "local.fleet", "B24APP_CLIENT_SECRET": "s",
            "B24APP_SECRET_KEY": "x" * 40, "B24APP_SEAL_KEYS": self.key, "B24APP_DATABASE_URL": self.database,
            "B24APP_OAUTH_SERVERS": self.server, "B24APP_ALLOW_LOCAL_PORTALS": "true", "B24APP_LOOK_OUTSIDE": "false",
            "B24APP_LOG_LEVEL": "error", **OPERATOR_ENVIRONMENT,
        }  # fmt: skip


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def opened_place(url: str) -> Iterator[Place]:
    """A fresh database, a file or one on a server, with the newest schema; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="fleet") as name:
        folder, database = Path(name), f"sqlite:///{name}/fleet.sqlite3"
        if url:
            _on_server(url, "DROP DATABASE IF EXISTS fleet WITH (FORCE)", "CREATE DATABASE fleet")
            database = f"{url.rpartition('/')[0]}/fleet"
        place = Place(folder, database, free_port(), Fernet.generate_key().decode())
        upgrade = [sys.executable, "-m", "flask", "--app", "app", "db", "upgrade"]
        subprocess.run(upgrade, cwd=ROOT, env=place.environment(), check=True, capture_output=True)
        yield place
        if url:
            _on_server(url, "DROP DATABASE fleet WITH (FORCE)")


def _on_server(url: str, *statements: str) -> None:
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    server.dispose()


def furnish(place: Place, many: int, sample: int) -> None:
    """Fill the database with portals whose nightly work is due, and keep what they answer."""
    with template(place.settings()) as (_app, portal_id, recorded):
        (place.folder / "recorded.json").write_text(json.dumps(recorded))
    engine = create_engine(place.database)
    with engine.begin() as connection:
        copy_portal(connection, many, place.server)
        make_due(connection, sample)
        connection.execute(text("UPDATE portal SET status = 'deleted' WHERE id = :id"), {"id": portal_id})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


@contextmanager
def started(command: list[str], place: Place) -> Iterator[subprocess.Popen[bytes]]:
    """A program until it is told to end."""
    with (place.folder / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=place.environment(), stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()


def spend(place: Place, many: int, latency: float, seconds: float) -> Night:
    """Let the workers do the night, and measure it."""
    engine = create_engine(place.database)
    stub = [sys.executable, "-m", "bench.stub_portals", "--port", str(place.port), "--latency", str(latency)]
    stub += ["--recorded", str(place.folder / "recorded.json")]
    worker = [sys.executable, "-m", "flask", "--app", "bench.fleet_application", "worker"]
    before = _size(engine)
    with started(stub, place):
        with ExitStack() as running:
            workers = [running.enter_context(started(worker, place)) for _ in range(WORKERS)]
            _wait_for(engine)
            began, used = time.monotonic(), _cpu(workers)
            presses = []
            while time.monotonic() - began < seconds and _left(engine):
                presses.append(press(engine))
                time.sleep(2)
            lasted, used = time.monotonic() - began, _cpu(workers) - used
            done = _value(
                engine,
                "SELECT count(*) FROM run WHERE kind = 'daily' AND finished_at > :since",
                _since(lasted),
            )
            numbers = _numbers(place)
        counts = [json.loads(file.read_text()) for file in place.folder.glob("[0-9]*.json")]
    night = Night(
        portals=many, latency=latency, seconds=lasted, done=int(done), left=_left(engine), cpu=used,
        numbers=numbers | _numbers_of(counts), press=tuple(presses), before=before, after=_size(engine),
    )  # fmt: skip
    engine.dispose()
    return night


def press(engine: Engine) -> float:
    """Seconds until what a person asks for begins, beside everything that waits: the checks of one portal are judged anew."""
    jobs = Base.metadata.tables["job"]
    with engine.begin() as connection:
        portal = connection.scalar(text("SELECT max(id) FROM portal")) or 0
        connection.execute(jobs.insert().values(job_of("tell_checks", portal, "people", datetime.now(UTC))))
    asked = time.monotonic()
    waits = "SELECT count(*) FROM job WHERE name = 'tell_checks' AND state = 'waiting'"
    while _value(engine, waits) and time.monotonic() - asked < 60:
        time.sleep(0.02)
    return time.monotonic() - asked


def _since(lasted: float) -> Mapping[str, str]:
    return {"since": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() - lasted - 5))}


def _numbers(place: Place) -> dict[str, float]:
    with urllib.request.urlopen(f"{place.server}/numbers", timeout=10) as answer:
        found: dict[str, float] = json.loads(answer.read())
    return found


def _numbers_of(counts: list[dict[str, float]]) -> dict[str, float]:
    return {name: sum(one.get(name, 0) for one in counts) for name in ("statements", "writes", "commits")}


def _value(engine: Engine, statement: str, values: Mapping[str, object] | None = None) -> float:
    with engine.connect() as connection:
        return float(connection.scalar(text(statement), values or {}) or 0)


def _size(engine: Engine) -> float:
    return _value(engine, SIZE[engine.dialect.name])


def _left(engine: Engine) -> int:
    """Nightly work that is due and has not been tried to its end; what waits to be repeated was."""
    jobs = Base.metadata.tables["job"].c
    untried = or_(jobs.state == "running", and_(jobs.state == "waiting", jobs.attempts == 0))
    due = jobs.lane == "nightly", untried, jobs.due_at < datetime.now(UTC)
    with engine.connect() as connection:
        return int(connection.scalar(select(func.count(jobs.id)).where(*due)) or 0)


def _wait_for(engine: Engine) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if _value(engine, "SELECT count(*) FROM job_worker") >= WORKERS:
            return
        time.sleep(0.1)
    sys.exit("the workers did not start; see the log")


def _cpu(workers: list[subprocess.Popen[bytes]]) -> float:
    """Seconds of processor time, of user and system, that the workers have had."""
    rows = [Path(f"/proc/{one.pid}/stat").read_text().rpartition(")")[2].split() for one in workers]
    return sum(int(row[11]) + int(row[12]) for row in rows) / TICK


def main() -> None:
    """Measure each number of portals and say what follows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portals", default="100,1000,10000")
    parser.add_argument("--latency", type=float, default=0.05, help="seconds before a portal answers a batch")
    parser.add_argument(
        "--seconds", type=float, default=600, help="at most so long for each number of portals"
    )
    parser.add_argument(
        "--sample", type=int, default=100, help="so many portals have work tonight, a multiple of 100; 0: all"
    )
    parser.add_argument("--database", default="", help="a PostgreSQL server's address; none: SQLite")
    options = parser.parse_args()
    print(f"{HEAD}\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|", flush=True)
    nights = []
    for many in map(int, options.portals.split(",")):
        with opened_place(options.database) as place:
            furnish(place, many, options.sample or many)
            nights.append(spend(place, many, options.latency, options.seconds))
        print(nights[-1].row(), flush=True)
    print_forecast(nights[-1])


if __name__ == "__main__":
    main()
