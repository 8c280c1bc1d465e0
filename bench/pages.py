"""Measures what a person and a portal feel: requests of a run, time to draw a page, weight of the first view."""

import gzip
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import requests
from cryptography.fernet import Fernet
from pydantic import SecretStr

from b24app.database import Base, db, portal_scope
from b24app.factory import create_app
from b24app.jobs.execution import do_due
from b24app.manifest import read_manifest
from b24app.settings import Settings
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from b24app.web.bundles import FIRST, put_together
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.story import OPERATOR

NOW = datetime(2026, 11, 30, 6, 40, tzinfo=UTC)
CARD = {"client_id": "local.bench", "client_secret": "secret-of-the-bench"}
PAGES = ("/renewal", "/shop", "/shop/compare", "/money", "/settings")
DRAWS = 41


@contextmanager
def furnished(
    rows: int = 0, *, now: datetime = NOW, database_url: str = ""
) -> Iterator[tuple[World, Actor, Callable[[], None]]]:
    """A portal with the application installed, and a way to do the queued work; a named database is emptied first."""
    world = World(now=now)
    world.register_application(
        **CARD, title="bench", app_url="https://renewal.example/app", install_url="https://renewal.example/install",
        scopes=read_manifest().scopes,
    )  # fmt: skip

    def open_session() -> requests.Session:
        session = requests.Session()
        session.mount("https://", world.adapter())
        return session

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            _env_file=None, **OPERATOR, public_url="https://renewal.example", client_id=CARD["client_id"],
            client_secret=SecretStr(CARD["client_secret"]), secret_key=SecretStr("x" * 40),
            seal_keys=(SecretStr(Fernet.generate_key().decode()),),
            database_url=database_url or f"sqlite:///{folder}/bench.sqlite3", log_level="error",
        )  # fmt: skip
        app = create_app(settings, clock=world.clock, http=open_session)

        def work() -> None:
            do_due(app, app.extensions["services"].queue.jobs)

        with app.app_context():
            Base.metadata.drop_all(db.engine)
            Base.metadata.create_all(db.engine)
            actor = Actor(app.test_client(), world.add_portal("north.bitrix24.example", rows=rows)).installs()
            with portal_scope(actor.portal_id):
                set_paid_term("plan", now.date() + timedelta(days=23), by=Author(1, "bench"), at=now)
                db.session.commit()
            yield world, actor, work
            db.session.remove()
            db.engine.dispose()


def count_run(rows: int) -> tuple[int, float]:
    """HTTP requests to the portal, and seconds, of one run of the checklist."""
    with furnished(rows) as (world, actor, work):
        work()
        before = len(world.requests)
        actor.opens().post("/shop/run")
        opened = len(world.requests)
        start = time.perf_counter()
        work()
        seconds = time.perf_counter() - start
        asked = [seen for seen in world.requests[opened:] if "/rest/" in seen.path]
        assert before <= opened
        return len(asked), seconds


def time_pages() -> dict[str, float]:
    """Median milliseconds to draw each page from stored data."""
    with furnished() as (_world, actor, work):
        actor.opens().post("/shop/run")
        work()
        admin, employee = actor.opens(), actor.opens(user=actor.portal.employee)
        medians = {path: median_of(admin, path) for path in PAGES}
        return medians | {"/widget (employee)": median_of(employee, "/widget")}


def median_of(opened: Opened, path: str) -> float:
    """Median milliseconds of many draws of one page."""
    times = []
    for _ in range(DRAWS):
        start = time.perf_counter()
        answer = opened.get(path)
        times.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    return statistics.median(times)


def weigh_first_view() -> dict[str, int]:
    """Compressed bytes of the first page and of the style sheet and the script it loads."""
    with furnished() as (_world, actor, work):
        actor.opens().post("/shop/run")
        work()
        html = actor.opens().text
    parts = {"renewal.html": html.encode()} | {name: put_together(name).text for name in FIRST}
    return {name: len(gzip.compress(content, 9)) for name, content in parts.items()}


def main() -> None:
    """Print the three tables."""
    for rows in (0, 100_000):
        requests_sent, seconds = count_run(rows)
        print(f"checklist run, {rows or 'usual'} deals: {requests_sent} HTTP requests, {seconds:.2f} s")
    for path, milliseconds in time_pages().items():
        print(f"{path:24} {milliseconds:7.1f} ms median of {DRAWS}")
    weights = weigh_first_view()
    for name, size in weights.items():
        print(f"{name:32} {size:7d} bytes gzip")
    print(f"{'first view':32} {sum(weights.values()):7d} bytes gzip")


if __name__ == "__main__":
    main()
