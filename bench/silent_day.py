"""What a day's work of one portal costs that does not answer: requests, and seconds for which workers are held.

    python -m bench.silent_day

The sandbox stands behind the wire and its clock pays for the waiting; jobs are done as a worker does them.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.fernet import Fernet
from flask import Flask
from pydantic import SecretStr

from b24app.database import db
from b24app.factory import create_app
from b24app.services import services
from b24app.settings import Settings
from sandbox.world import World
from tests.actors import NORTH, Actor, browser_of
from tests.bad_wires import BAD_PORTALS, BadWire
from tests.installation import do_jobs
from tests.story import OPERATOR
from tests.worlds import CLIENT_ID, CLIENT_SECRET, new_world

QUARTERS = 96
KINDS = ("no answer", "no connection", "front page", "403", "certificate", "drip")
SCHEDULE: dict[int, tuple[str, ...]] = {
    0: ("review_rights",), 10: ("count_disk",), 20: ("start_daily_run",), 24: ("review_rights",), 30: ("learn_portal",),
    48: ("review_rights",), 72: ("review_rights",),
}  # fmt: skip
"""What a portal's day asks for besides the look at silent ones every quarter of an hour."""


@dataclass(slots=True)
class Held:
    """The seconds that jobs took by the sandbox's clock."""

    whole: float = 0.0
    longest: float = 0.0

    def work(self, app: Flask, world: World) -> None:
        """Do what is due."""
        begun = world.clock.timestamp()
        do_jobs(app)
        spent = world.clock.timestamp() - begun
        self.whole, self.longest = self.whole + spent, max(self.longest, spent)


@contextmanager
def installed(folder: Path) -> Iterator[tuple[Flask, World, Actor, BadWire]]:
    """An application of its own with one portal, whose wire can be spoiled."""
    world = new_world()
    settings = Settings(
        _env_file=None,
        **OPERATOR,
        public_url="https://renewal.example",
        client_id=CLIENT_ID,
        client_secret=SecretStr(CLIENT_SECRET),
        secret_key=SecretStr("a-secret-for-a-bench-that-is-long-enough"),
        seal_keys=(SecretStr(Fernet.generate_key().decode()),),
        database_url=f"sqlite:///{folder / 'day.sqlite3'}",
        look_outside=False,
    )
    app, wire = create_app(settings), BadWire(world, NORTH)
    app.extensions["services"] = replace(
        app.extensions["services"],
        clock=world.clock,
        http=wire.open_session,
        sleep=lambda seconds: world.clock.advance(seconds=seconds),
        resolve=world.look_up,
    )
    with app.app_context():
        db.create_all()
        north = Actor(browser_of(app, world), world.add_portal(NORTH)).installs()
        do_jobs(app)
        yield app, world, north, wire


def live_a_day(kind: str) -> tuple[int, Held]:
    """Requests and seconds of a day with a portal of this kind."""
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder)) as (app, world, north, wire):
        wire.answer, held, begun = BAD_PORTALS[kind], Held(), world.clock.timestamp()
        wire.asked.clear()
        for quarter in range(QUARTERS):
            world.clock.advance(seconds=max(0.0, begun + quarter * 900 - world.clock.timestamp()))
            for name in SCHEDULE.get(quarter, ()):
                services().queue.later(name, north.portal_id)
            services().queue.later("probe_blocked")
            held.work(app, world)
        return len(wire.asked), held


def main() -> None:
    """Print the table."""
    print(f"{'portal':16} requests  seconds held  longest")
    for kind in KINDS:
        requests_sent, held = live_a_day(kind)
        print(f"{kind:16} {requests_sent:8} {held.whole:13.0f} {held.longest:8.0f}")


if __name__ == "__main__":
    main()
