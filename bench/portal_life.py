"""One portal as it lives with us by night: installed, its shop at work, asked over real TLS; for what benches measure."""

import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography.fernet import Fernet
from flask import Flask
from pydantic import SecretStr
from sqlalchemy.orm import Session

from b24app.checklist.engine.runs import start_run
from b24app.database import Base, db, portal_scope
from b24app.factory import create_app
from b24app.guard.address_guard import PORTALS, Guard, read_trust
from b24app.guard.sessions import open_session
from b24app.jobs.queue import load_jobs
from b24app.manifest import read_manifest
from b24app.services import JobArgument
from b24app.settings import Settings
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.live import go_live
from sandbox.tls import make_context
from sandbox.world import World
from tests.actors import Actor

BEGINS = datetime(2026, 11, 30, 1, 10, tzinfo=UTC)
HOST = "north.bitrix24.example"
CARD = {"client_id": "local.bench", "client_secret": "secret-of-the-bench"}
NUMBERS = {HOST: "93.184.216.34", "oauth.bitrix24.tech": "93.184.216.35"}


class NoQueue:
    """What is asked for later is left out: the bench itself says what a night does."""

    def later(self, name: str, *ids: JobArgument, delay: float = 0, session: Session | None = None) -> None:
        """Forget it."""

    def at_once(self, name: str, *ids: JobArgument) -> None:
        """Forget it."""

    def check(self) -> None:
        """It answers."""

    def waiting(self) -> int:
        """Nothing waits."""
        return 0


@dataclass
class Spent:
    """CPU seconds of our own thread by part of the day; what the sandbox works is done in threads of its own."""

    parts: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def on(self, part: str) -> Iterator[None]:
        """Add what is spent inside to a part."""
        begun = time.thread_time()
        yield
        self.parts[part] = self.parts.get(part, 0.0) + time.thread_time() - begun


@dataclass
class Life:
    """The portal and the sandbox behind it."""

    app: Flask
    world: World
    actor: Actor
    portal_id: int
    spent: Spent = field(default_factory=Spent)
    days: int = 0

    def night(self) -> None:
        """A day of the shop goes by, then everything that we do for a portal within a day."""
        self.world.clock.advance(days=1)
        self.days += 1
        self.work_at_shop()
        with portal_scope(self.portal_id):
            run_id = start_run(kind="daily", at=self.world.clock.now())
            db.session.commit()
        self.do("daily run", "perform_run", run_id)
        self.do("test event judged", "hear_echo", self.portal_id)
        self.do("people", "review_rights", self.portal_id)
        self.do("disk", "count_disk", self.portal_id)
        self.do("plan and dates", "learn_portal", self.portal_id)
        self.do("reminders", "remind_portal", self.portal_id)

    def do(self, part: str, name: str, *ids: int) -> None:
        """Carry one job out, in a context of its own as a worker does."""
        db.session.remove()
        with self.spent.on(part), self.app.app_context():
            load_jobs()[name].work(*ids)
            db.session.commit()
            db.session.remove()

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
            _env_file=None, public_url="https://renewal.example", client_id=CARD["client_id"],
            client_secret=SecretStr(CARD["client_secret"]), secret_key=SecretStr("x" * 40),
            seal_keys=(SecretStr(Fernet.generate_key().decode()),),
            database_url=database_url or f"sqlite:///{folder}/bench.sqlite3", queue_url="memory://", log_level="error",
        )  # fmt: skip
        app = create_app(settings, clock=world.clock, http=sessions(ports, ca.read_text()))
        app.extensions["services"] = replace(app.extensions["services"], queue=NoQueue())
        with app.app_context():
            Base.metadata.create_all(db.engine)
            actor = Actor(app.test_client(), portal).installs()
            portal_id = actor.portal_id
            with portal_scope(portal_id):
                set_paid_term("plan", date(2027, 12, 23), by=Author(1, "bench"), at=BEGINS)
                db.session.commit()
            try:
                yield Life(app, world, actor, portal_id)
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
