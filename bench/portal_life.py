"""One portal as it lives with us by night: installed, its shop at work, asked over real TLS; for what benches measure."""

import socket
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography.fernet import Fernet
from flask import Flask
from pydantic import SecretStr

from b24app.database import Base, db, portal_scope
from b24app.factory import create_app
from b24app.guard.address_guard import PORTALS, Guard, read_trust
from b24app.guard.sessions import open_session
from b24app.jobs import ledger
from b24app.jobs.execution import carry_out
from b24app.jobs.job import Job, Lane, load_jobs
from b24app.jobs.job_schedules import ask_scheduled
from b24app.jobs.night import ask_nightly, plan_nights
from b24app.manifest import read_manifest
from b24app.settings import Settings
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.live import go_live
from sandbox.tls import make_context
from sandbox.world import World
from tests.actors import Actor
from tests.story import OPERATOR

BEGINS = datetime(2026, 11, 30, 1, 10, tzinfo=UTC)
HOST = "north.bitrix24.example"
CARD = {"client_id": "local.bench", "client_secret": "secret-of-the-bench"}
OF_ALL = " (of all portals)"
NUMBERS = {HOST: "93.184.216.34", "oauth.bitrix24.tech": "93.184.216.35"}


@dataclass
class Spent:
    """CPU seconds of our own thread by part of the day; what the sandbox works is done in threads of its own."""

    parts: dict[str, float] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def on(self, part: str) -> Iterator[None]:
        """Add what is spent inside to a part."""
        begun = time.thread_time()
        yield
        self.add(part, time.thread_time() - begun)

    def add(self, part: str, seconds: float) -> None:
        """Add to a part."""
        self.parts[part] = self.parts.get(part, 0.0) + seconds
        self.times[part] += 1


@dataclass
class Life:
    """The portal and the sandbox behind it."""

    app: Flask
    world: World
    actor: Actor
    portal_id: int
    jobs: Mapping[str, Job]
    events: list[tuple[str, dict[str, str]]]
    spent: Spent = field(default_factory=Spent)
    days: int = 0

    def day(self, *, step: int = 1) -> None:
        """A day of the shop goes by, with everything that we do for a portal within it, in steps of so many hours."""
        self.days += 1
        self.work_at_shop()
        for _ in range(0, 24, step):
            self.world.clock.advance(hours=step)
            with self.app.app_context():
                ask_scheduled(self.jobs)
                self.ask_nightly()
            while self.do_next():
                self.receive()

    def ask_nightly(self) -> None:
        """Ask for nightly work; a look that finds nothing due is no portal's."""
        begun = time.thread_time()
        asked = ask_nightly(self.jobs)
        self.spent.add("nightly work asked for" + ("" if asked else OF_ALL), time.thread_time() - begun)

    def do_next(self) -> bool:
        """Claim a job and carry it out as a worker does; what is done for all portals at once is counted apart."""
        begun = time.thread_time()
        with self.app.app_context():
            claim = ledger.claim("bench", tuple(Lane), self.world.clock.now())
            if claim is None:
                return False
            carry_out(self.jobs, claim)
        whose = OF_ALL if self.jobs[claim.name].hour else ""
        self.spent.add(f"{claim.name}{whose}", time.thread_time() - begun)
        return True

    def receive(self) -> None:
        """Take in the events that the portal has sent meanwhile."""
        while self.events:
            url, form = self.events.pop()
            with self.spent.on("events received"):
                self.actor.client.post(url, data=form)

    def work_at_shop(self) -> None:
        """Orders come by themselves; every week somebody changes a price type, a stage and a way to pay."""
        if self.days % 7:
            return
        for name, column in (("pay_system", "NAME"), ("delivery", "NAME"), ("status", "NAME")):
            table = self.actor.portal.tables.get(name)
            if table:
                row = table.all()[self.days % len(table)]
                table.update(row[table.key], **{column: f"{row.get(column)} {self.days}"})


@contextmanager
def furnish(database_url: str = "", *, rows: int = 0) -> Iterator[Life]:
    """A portal with the application installed, on an empty SQLite file or on the given empty database."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(now=BEGINS)
        portal = world.add_portal(HOST, rows=rows)
        world.register_application(
            **CARD, title="bench", app_url="https://renewal.example/app", install_url="https://renewal.example/install",
            scopes=read_manifest().scopes,
        )  # fmt: skip
        ca = Path(folder) / "ca.pem"
        live = go_live(world, bind="127.0.0.1", portal_port=0, oauth_port=0, tls=make_context([*NUMBERS], ca))
        ports = {HOST: live.portal_server.server_port, "oauth.bitrix24.tech": live.oauth_server.server_port}
        settings = Settings(
            _env_file=None, **OPERATOR, public_url="https://renewal.example", client_id=CARD["client_id"],
            client_secret=SecretStr(CARD["client_secret"]), secret_key=SecretStr("x" * 40),
            seal_keys=(SecretStr(Fernet.generate_key().decode()),),
            database_url=database_url or f"sqlite:///{folder}/bench.sqlite3", log_level="error",
        )  # fmt: skip
        app = create_app(settings, clock=world.clock, http=sessions(ports, ca.read_text()))
        events: list[tuple[str, dict[str, str]]] = []
        world.deliver = lambda url, form: events.append((url, form)) or 200
        with app.app_context():
            Base.metadata.create_all(db.engine)
            actor = Actor(app.test_client(), portal).installs()
            portal_id = actor.portal_id
            with portal_scope(portal_id):
                set_paid_term("plan", date(2027, 12, 23), by=Author(1, "bench"), at=BEGINS)
                db.session.commit()
            plan_nights(load_jobs())
            try:
                yield Life(app, world, actor, portal_id, load_jobs(), events)
            finally:
                db.session.remove()
                Base.metadata.drop_all(db.engine)
                db.engine.dispose()
                live.stop()


def sessions(ports: dict[str, int], authority: str) -> Callable[[], object]:
    """Sessions as in production, whose names lead to this machine."""
    by_number = {NUMBERS[host]: port for host, port in ports.items()}
    guard = Guard(
        PORTALS,
        read_trust(ports),
        lambda host, _port: (NUMBERS[host],),
        lambda number, _port, timeout: socket.create_connection(("127.0.0.1", by_number[number]), timeout),
    )
    return lambda: open_session(guard, authority, trust_env=True)
