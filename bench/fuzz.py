"""Hostile requests over every rule and method, counted by status: `python -m bench.fuzz --requests 100000 --database URL`.

Nothing is sent anywhere: the application and the portals behind its wire stand in this process. A database of its own
is made beside the named one (`…_fuzz`) and emptied for every portal of the run. The end is 1 after any answer 5xx that
is not a designed one.
"""

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote_to_bytes

from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import create_engine, delete, make_url, text

from b24app.database import Base, db
from b24app.factory import create_app
from b24app.jobs.model import JobRow
from b24app.settings import Settings
from bench.fuzz_attacks import Arsenal, Attack
from bench.fuzz_world import arm, furnish
from tests.installation import sessions_of
from tests.story import OPERATOR
from tests.worlds import CLIENT_ID, CLIENT_SECRET, new_world

PER_PORTAL = 4_000


@dataclass
class Tally:
    """What was answered, and where it fell."""

    statuses: Counter[int] = field(default_factory=Counter)
    kinds: Counter[tuple[str, int]] = field(default_factory=Counter)
    falls: Counter[str] = field(default_factory=Counter)
    designed: Counter[str] = field(default_factory=Counter)
    samples: dict[str, Attack] = field(default_factory=dict)

    def note(self, attack: Attack, status: int, fall: str) -> None:
        """Count one answer; `fall` says which error stands behind it."""
        self.statuses[status] += 1
        self.kinds[attack.kind, status // 100] += 1
        if status >= 500 and fall.startswith("designed"):
            self.designed[f"{status} {fall}"] += 1
        elif status >= 500:
            self.falls[fall] += 1
            if fall not in self.samples:
                self.samples[fall] = attack
                print(f"fell: {fall} {str(attack)[:600]}", flush=True)


class Watcher:
    """Stands before the error handlers of an application and remembers which error came last."""

    def __init__(self, app: Flask) -> None:
        self.last = ""
        self.handlers: Any = app.error_handler_spec[None][None]
        self.kept = dict(self.handlers)
        for kind, handle in self.kept.items():
            self.handlers[kind] = self._beside(handle)

    def leave(self) -> None:
        """Put the handlers back as they were."""
        self.handlers.update(self.kept)

    def _beside(self, handle: Any) -> Any:
        def look(error: Exception) -> Any:
            self.last = self.name(error)
            return handle(error)

        return look

    def name(self, error: Exception) -> str:
        """Where an error came from; one of ours with a status of its own is designed."""
        if getattr(error, "status", 500) in (502, 503):
            return f"designed {type(error).__name__}"
        frames = traceback.extract_tb(error.__traceback__)
        ours = next((frame for frame in reversed(frames) if "/b24app/" in frame.filename), frames[-1])
        return f"{type(error).__name__} at b24app/{ours.filename.partition('/b24app/')[2]}:{ours.lineno} {ours.name}"


def send(client: FlaskClient, watcher: Watcher, attack: Attack) -> tuple[int, str]:
    """Send one request; an error that escapes the application counts as 599.

    The path is set past the test client, which takes what follows two slashes for a host.
    """
    watcher.last = ""
    try:
        answer = client.open(
            "/", method=attack.method, query_string=attack.query, data=attack.body,
            content_type=attack.media or None, headers=list(attack.headers),
            environ_overrides={"PATH_INFO": unquote_to_bytes(attack.path).decode("latin-1")},
        )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - whatever escapes is what we look for
        return 599, f"escaped: {watcher.name(error)}"
    answer.close()
    return answer.status_code, watcher.last


def fuzz(app: Flask, client: FlaskClient, arsenal: Arsenal, requests: int, tally: Tally) -> None:
    """Send that many requests and count the answers."""
    watcher = Watcher(app)
    for number in range(requests):
        attack = arsenal.aim()
        tally.note(attack, *send(client, watcher, attack))
        if number % 100 == 0:
            forget_jobs(app)
    watcher.leave()


def forget_jobs(app: Flask) -> None:
    """What the requests asked for is not done: the answers are what is looked at."""
    with app.app_context():
        db.session.execute(delete(JobRow))
        db.session.commit()


def run(database: str, seed: int, requests: int, tally: Tally) -> None:
    """One portal's share: a fresh database, an installed portal, hostile requests."""
    world = new_world()
    settings = Settings(
        _env_file=None, **OPERATOR, public_url="https://renewal.example", client_id=CLIENT_ID, client_secret=SecretStr(CLIENT_SECRET),
        secret_key=SecretStr("x" * 40), seal_keys=(SecretStr(Fernet.generate_key().decode()),), database_url=database,
        look_outside=False, log_level="error",
    )  # fmt: skip
    app = create_app(
        settings,
        clock=world.clock,
        http=sessions_of(world),
        sleep=lambda seconds: world.clock.advance(seconds=seconds),
    )
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        client, north, south = furnish(app, world)
        arsenal = arm(app, client, north, south, Random(seed))
        db.session.remove()
        fuzz(app, client, arsenal, requests, tally)
        db.session.remove()
        db.engine.dispose()


def own_database(named: str, folder: str) -> str:
    """A database of our own: a SQLite file in a folder that goes away, or one made beside the named one."""
    if not named.startswith("postgresql"):
        return f"sqlite:///{Path(folder)}/fuzz.sqlite3"
    url = make_url(named)
    own = f"{url.database}_fuzz"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{own}"'))
    server.dispose()
    return url.set(database=own).render_as_string(hide_password=False)


def report(tally: Tally) -> None:
    """Print the counts and every place of a fall with one request that reaches it."""
    print("answers:", dict(sorted(tally.statuses.items())), "of", tally.statuses.total())
    for kind in sorted({kind for kind, _status in tally.kinds}):
        row = {
            f"{status}xx": number for (name, status), number in sorted(tally.kinds.items()) if name == kind
        }
        print(f"  {kind:8}", row)
    for name, number in tally.designed.most_common():
        print(f"  {number:6} {name}")
    print("falls:", tally.falls.total())
    for name, number in tally.falls.most_common():
        print(f"  {number:6} {name}\n         {str(tally.samples[name])[:600]}")


def main() -> int:
    """Run in shares of one portal each, print, and answer 1 after any fall."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--database", default="sqlite://")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    tally, started = Tally(), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        database = own_database(asked.database, folder)
        for share in range(0, asked.requests, PER_PORTAL):
            run(database, asked.seed + share, min(PER_PORTAL, asked.requests - share), tally)
            print(f"{tally.statuses.total():7} sent, {tally.falls.total()} fell", flush=True)
    report(tally)
    print(f"{time.perf_counter() - started:.0f} s")
    return 1 if tally.falls else 0


if __name__ == "__main__":
    sys.exit(main())
