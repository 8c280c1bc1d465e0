"""The town of the chaos bench: portals on real ports, the application's web part, a mail server, workers that can be killed."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from b24app.clock import ShiftedClock
from b24app.database import Base, db, portal_scope
from b24app.factory import create_app
from b24app.jobs.queue import Queue, key_of, portal_of
from b24app.manifest import ROOT, read_manifest
from b24app.reminders.reminder_settings import set_channel
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import set_role
from b24app.services import services
from b24app.settings import Settings
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from bench.chaos_mail import Mail, open_office
from bench.fleet import free_port
from sandbox.live import go_live
from sandbox.portal import Portal
from sandbox.world import World
from tests.actors import Actor
from tests.story import OPERATOR_ENVIRONMENT

ANNA = Author(1, "Анна")
WRITES = frozenset(
    {
        "crm.item.import", "crm.item.delete", "disk.storage.uploadFile", "disk.file.delete", "tasks.task.add",
        "log.blogpost.add", "im.notify.system.add", "im.notify.personal.add", "event.bind", "placement.bind",
    }
)  # fmt: skip
TERM = timedelta(days=16)
CARD = {"client_id": "local.chaos", "client_secret": "secret-of-the-chaos-bench"}


@dataclass
class Asked:
    """A job that somebody asked for and whose transaction was committed."""

    key: str
    at: float
    portal_id: int | None
    due_in: float


@dataclass
class Crew:
    """Workers that are started and killed; what was done to them is kept with its moment."""

    nursery: subprocess.Popen[str]
    alive: list[int] = field(default_factory=list)
    killed: dict[int, float] = field(default_factory=dict)
    paused: list[tuple[int, float, float]] = field(default_factory=list)
    shaken: list[float] = field(default_factory=list)

    def start(self) -> int:
        """Start one more."""
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write("\n")
        self.nursery.stdin.flush()
        self.alive.append(int(self.nursery.stdout.readline()))
        return self.alive[-1]

    def kill(self, number: int) -> None:
        """End one as a power failure does."""
        self.alive.remove(number)
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
        self.killed[number] = time.monotonic()
        self.shaken.append(self.killed[number])

    def ask_to_stop(self, number: int) -> None:
        """End one as a new release does."""
        self.alive.remove(number)
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGTERM)

    def pause(self, number: int, seconds: float) -> None:
        """Let one sleep for so long."""
        os.kill(number, signal.SIGSTOP)
        began = time.monotonic()
        time.sleep(seconds)
        os.kill(number, signal.SIGCONT)
        self.paused.append((number, began, time.monotonic()))
        self.shaken.extend((began, time.monotonic()))

    def mourn(self) -> list[int]:
        """Those that ended without being killed: faults of ours; they are replaced."""
        gone = [number for number in self.alive if not Path(f"/proc/{number}").exists()]
        for number in gone:
            self.alive.remove(number)
            self.start()
        return gone

    def end(self) -> None:
        """End everybody."""
        for number in list(self.alive):
            self.kill(number)
        self.nursery.kill()
        self.nursery.communicate()


@dataclass
class Town:
    """Everything that runs."""

    world: World
    app: Flask
    mail: Mail
    crew: Crew
    folder: Path
    port: int
    asked: list[Asked] = field(default_factory=list)
    portals: dict[int, Portal] = field(default_factory=dict)
    left: dict[int, bool] = field(default_factory=dict)
    """Portals that have removed the application, and whether with their data."""
    moved: float = 0.0
    """How far the clock was moved forward in all, in seconds."""
    read: int = 0
    writes: int = 0

    @property
    def lived(self) -> float:
        """Seconds that the clock has gone forward: what it was put back does not count."""
        return time.monotonic() + self.moved

    def count_writes(self) -> int:
        """How often something was written in a portal, or handed to the mail server."""
        new = self.world.traffic.requests[self.read :]
        self.read += len(new)
        self.writes += sum(not WRITES.isdisjoint(one.commands) for one in new)
        return self.writes + sum(map(len, self.mail.seen.values()))

    def move_clock(self, seconds: float) -> None:
        """Let the clock jump, for everybody."""
        with self.world.lock:
            self.world.clock.advance(seconds=seconds)
        self.moved += max(0.0, seconds)

    @contextlib.contextmanager
    def inside(self, portal_id: int) -> Iterator[datetime]:
        """A request of a portal's administrator, committed at its end; gives the present moment."""
        with self.app.app_context(), portal_scope(portal_id):
            yield services().clock.now()
            db.session.commit()

    def install(self, name: str) -> int:
        """A further portal goes through the wizard; then its people and the end of its plan are known."""
        with self.world.lock:
            portal = self.world.add_portal(f"{name}:{self.port}")
            portal.limits.enabled = False
        return self.open(portal)

    def open(self, portal: Portal) -> int:
        """The wizard to its end, in a portal that has not got the application."""
        with self.app.app_context():
            actor = Actor(self.app.test_client(), portal).installs()
            portal_id = actor.portal_id
        self.portals[portal_id] = portal
        self.left.pop(portal_id, None)
        with self.inside(portal_id) as now:
            for role, address in ((Role.RESPONSIBLE, "marina"), (Role.PAYER, "oleg")):
                set_role(role, user_id=portal.admin.id, name=address, email=f"{address}@p{portal_id}.example")
            set_channel("task", enabled=True)
            set_paid_term("plan", now.date() + TERM, by=ANNA, at=now)
        return portal_id


class NotingQueue(Queue):
    """The queue of the web part, which notes what is asked for as soon as that is committed."""

    def __init__(self, queue: Queue, asked: list[Asked]) -> None:
        super().__init__(queue.jobs)
        self.asked = asked
        event.listen(Session, "after_commit", self._keep)
        event.listen(Session, "after_rollback", lambda session: session.info.pop("chaos", None))

    def later(
        self, name: str, *ids: Any, delay: float = 0, session: Session | None = None, lane: str | None = None
    ) -> None:
        """Ask as usual, and note it with the transaction."""
        inside = db.session() if session is None else session
        portal_id = portal_of(self.jobs[name], ids, inside)
        asked = Asked(key_of(name, ids), time.monotonic(), portal_id, delay)
        super().later(name, *ids, delay=delay, session=session, lane=lane)
        inside.info.setdefault("chaos", []).append(asked)

    def _keep(self, session: Session) -> None:
        self.asked.extend(session.info.pop("chaos", []))

    def leave(self) -> None:
        """Note nothing any more."""
        event.remove(Session, "after_commit", self._keep)


def settings_of(folder: Path, database: str, redis: str, ports: Mapping[str, int]) -> dict[str, str]:
    """The settings of the application, as an operator would export them."""
    return {
        "B24APP_PUBLIC_URL": f"http://127.0.0.1:{ports['app']}",
        "B24APP_CLIENT_ID": CARD["client_id"],
        "B24APP_CLIENT_SECRET": CARD["client_secret"],
        "B24APP_SECRET_KEY": "x" * 40,
        "B24APP_SEAL_KEYS": Fernet.generate_key().decode(),
        "B24APP_DATABASE_URL": database,
        "B24APP_REDIS_URL": redis,
        "B24APP_OAUTH_SERVERS": f"http://127.0.0.1:{ports['oauth']}",
        "B24APP_ALLOW_LOCAL_PORTALS": "true",
        "B24APP_CLOCK_FILE": str(folder / "clock"),
        "B24APP_SMTP_URL": f"smtp://127.0.0.1:{ports['mail']}",
        "B24APP_LOOK_OUTSIDE": "false",
        "B24APP_LOG_LEVEL": "info",
        **OPERATOR_ENVIRONMENT,
    }


@contextlib.contextmanager
def built(folder: Path, database: str, redis: str) -> Iterator[Town]:
    """Start everything, and take it all down."""
    ports = {name: free_port() for name in ("app", "oauth", "mail")}
    environment = settings_of(folder, database, redis, ports)
    world = World(now=datetime.now().astimezone(), oauth_host=f"127.0.0.1:{ports['oauth']}", scheme="http")
    url = environment["B24APP_PUBLIC_URL"]
    world.register_application(
        **CARD,
        title="chaos",
        app_url=f"{url}/app",
        install_url=f"{url}/install",
        scopes=read_manifest().scopes,
    )
    with contextlib.ExitStack() as running:
        live = go_live(world, bind="0.0.0.0", portal_port=0, oauth_port=ports["oauth"])
        running.callback(live.stop)
        world.clock.share(folder / "clock")
        mail, office = open_office(ports["mail"])
        running.callback(office.stop)
        app = opened_application(folder, environment)
        running.callback(_serve(app, ports["app"]))
        crew = Crew(_nursery(folder, environment))
        running.callback(crew.end)
        town = Town(world, app, mail, crew, folder, live.portal_server.port)
        queue = NotingQueue(app.extensions["services"].queue, town.asked)
        running.callback(queue.leave)
        app.extensions["services"] = replace(app.extensions["services"], queue=queue)
        for _ in range(2):
            crew.start()
        yield town


def opened_application(folder: Path, environment: Mapping[str, str]) -> Flask:
    """The application as a web process has it, with empty tables; it writes its log into the folder."""
    fields = {name.removeprefix("B24APP_").lower(): value for name, value in environment.items()}
    secret = {name: SecretStr(fields[name]) for name in ("client_secret", "secret_key", "smtp_url")}
    settings = Settings(_env_file=None, **(fields | secret | {"log_level": "error"}))  # type: ignore[arg-type]
    app = create_app(settings, clock=ShiftedClock(folder / "clock"))
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
    return app


def _serve(app: Flask, port: int) -> Any:
    server = make_server("127.0.0.1", port, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def stop() -> None:
        server.shutdown()
        server.server_close()

    return stop


def _nursery(folder: Path, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    notes = {"CHAOS_NOTES": str(folder / "notes"), "CHAOS_LOG": str(folder / "worker.log")}
    own = {"PYTHONPATH": str(ROOT), "MALLOC_ARENA_MAX": "2", "NO_PROXY": "127.0.0.1"}
    return subprocess.Popen(
        [sys.executable, "-m", "bench.chaos_worker"], cwd=ROOT, env=os.environ | environment | own | notes,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
