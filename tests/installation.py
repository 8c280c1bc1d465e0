"""Points of a portal's life with us: reached once per worker, put back before each test that begins there."""

import functools
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import requests
from flask import Flask, has_app_context
from werkzeug.test import TestResponse

from b24app.database import db, forget_reads
from b24app.factory import create_app
from b24app.jobs.execution import do_due
from b24app.jobs.job import Job, load_jobs
from b24app.jobs.queue import Queue
from b24app.settings import Settings
from b24app.web.monitoring import Meters
from sandbox.world import World
from tests.compiled import byte_code_of
from tests.contents import Contents, contents_of

Sessions = Callable[[], requests.Session]


@dataclass(frozen=True, slots=True)
class Point:
    """The sandbox and our database at one moment, and what the last page said."""

    world: bytes
    contents: Contents
    answer: TestResponse | None = None

    @classmethod
    def take(cls, world: World, answer: TestResponse | None = None) -> "Point":
        """Copy everything as it is now."""
        seen = pickle.dumps((world, world.traffic))
        return cls(seen, contents_of(db.engine), answer)

    def open_world(self) -> World:
        """Return a sandbox of its own, with what has gone over its wire."""
        world, world.traffic = pickle.loads(self.world)  # noqa: S301 - made by ourselves a moment ago
        return world

    def put_back(self) -> None:
        """Fill an empty database."""
        self.contents.put_back(db.engine)


@dataclass(frozen=True, slots=True)
class Applications:
    """Application objects by their settings: making one takes a tenth of a second."""

    made: dict[Settings, Flask]

    def wired(self, settings: Settings, world: World) -> Flask:
        """The application of these settings with the sandbox behind its wire, as if it had just been started."""
        app = self.made.get(settings)
        if app is None:
            app = self.made[settings] = create_app(settings)
            app.jinja_env.bytecode_cache = byte_code_of(app.jinja_env)
        here = app.extensions["services"]
        app.extensions["meters"] = Meters()
        app.extensions["services"] = replace(
            here,
            settings=settings,
            queue=Queue(all_jobs()),
            clock=world.clock,
            http=sessions_of(world),
            sleep=lambda seconds: world.clock.advance(seconds=seconds),
            resolve=world.look_up,
        )
        return app


@functools.cache
def all_jobs() -> Mapping[str, Job]:
    """The jobs of the application, found once."""
    return load_jobs()


def sessions_of(world: World) -> Sessions:
    """Sessions whose wire ends in the sandbox."""

    def open_session() -> requests.Session:
        session = requests.Session()
        session.mount("https://", world.adapter())
        session.mount("http://", world.adapter())
        return session

    return open_session


def do_jobs(app: Flask) -> int:
    """Do the queued work now, as the worker would; answers how many jobs ran.

    What a test did itself before is committed first, as the edge of a request would.
    """
    if has_app_context():
        db.session.commit()
    done = do_due(app, app.extensions["services"].queue.jobs)
    see_what_others_wrote()
    return done


def see_what_others_wrote() -> None:
    """Requests and jobs have sessions of their own: the test's own session asks the database again after them."""
    if has_app_context():
        forget_reads(db.session())
