"""Portals of the fleet bench: one is installed against the sandbox, its answers are kept, and its rows are copied."""

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from flask import Flask
from sqlalchemy import Column, Connection, Table, func, select, text
from urllib3 import HTTPResponse

from b24app.database import Base, db, portal_scope
from b24app.factory import create_app
from b24app.jobs.execution import do_due
from b24app.jobs.job import load_jobs
from b24app.manifest import read_manifest
from b24app.settings import Settings
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor

NIGHTLY = tuple(sorted(job.name for job in load_jobs().values() if job.night))
PARTS = ("result", "result_error", "result_total", "result_next", "result_time")


class Recorder(requests.Session):
    """A session whose wire ends in the sandbox, and which keeps what its portal answers."""

    def __init__(self, world: World, kept: dict[str, dict[str, Any]]) -> None:
        super().__init__()
        self._kept = kept
        for scheme in ("https://", "http://"):
            self.mount(scheme, world.adapter())

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send, and keep a copy of the answer."""
        answer = super().send(request, **options)
        body = answer.raw.read(decode_content=True)
        answer.raw = HTTPResponse(io.BytesIO(body), status=answer.status_code, preload_content=False)
        if "/rest/" in str(request.url) and request.body and answer.status_code == 200:
            method = str(request.url).rpartition("/")[2]
            self._keep(method, json.loads(request.body), json.loads(body))
        return answer

    def _keep(self, method: str, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        if method != "batch":
            self._kept["calls"].setdefault(method, answer)
            return
        self._kept["calls"]["time"] = answer["time"]
        parts = {part: answer["result"].get(part) or {} for part in PARTS}
        for key, command in asked["cmd"].items():
            found = {part: values[key] for part, values in parts.items() if key in values}
            self._kept["commands"][f"{key} {command.partition('?')[0]}"] = found


@contextmanager
def template(settings: Settings) -> Iterator[tuple[Flask, int, Mapping[str, Any]]]:
    """The application with one installed portal, whose first run and first night are behind it, and its answers."""
    kept: dict[str, dict[str, Any]] = {"commands": {}, "calls": {}}
    world = World(now=datetime.now(UTC) - timedelta(days=1))
    world.register_application(
        client_id=settings.client_id, client_secret=settings.client_secret.get_secret_value(), title="fleet",
        app_url=f"{settings.public_url}/app", install_url=f"{settings.public_url}/install", scopes=read_manifest().scopes,
    )  # fmt: skip
    for server in settings.oauth_servers[:1]:
        world.oauth_host = server.partition("://")[2]
    app = create_app(settings, clock=world.clock, http=lambda: Recorder(world, kept), resolve=world.look_up)
    with app.app_context(), ended_well():
        actor = Actor(app.test_client(), world.add_portal("fleet.bitrix24.example")).installs()
        with portal_scope(actor.portal_id):
            ends = world.clock.now().date() + timedelta(days=60)
            set_paid_term("plan", ends, by=Author(1, "fleet"), at=world.clock.now())
            db.session.commit()
        queue = app.extensions["services"].queue
        do_due(app, queue.jobs)
        for name in NIGHTLY:
            queue.later(name, actor.portal_id, lane="nightly")
        db.session.commit()
        do_due(app, queue.jobs)
        yield app, actor.portal_id, kept


@contextmanager
def ended_well() -> Iterator[None]:
    """Leave no connection to the database open."""
    try:
        yield
    finally:
        db.session.remove()
        db.engine.dispose()


def copied_tables() -> list[Table]:
    """The tables whose rows belong to a portal, in the order in which they may be filled."""
    found: list[Table] = []
    for table in Base.metadata.sorted_tables:
        owners = {key.column.table.name for key in table.foreign_keys}
        if table.name == "portal" or owners & {one.name for one in found}:
            found.append(table)
    return [table for table in found if table.name not in ("job", "night_work")]


def copy_portal(connection: Connection, many: int, server: str) -> None:
    """Give the template's rows to many further portals, by one statement a table."""
    tables = copied_tables()
    steps = {
        table.name: (connection.scalar(select(func.max(table.c.id))) or 0) + 1
        for table in tables
        if "id" in table.c
    }
    for table in tables:
        columns = ", ".join(f'"{column.name}"' for column in table.c)
        values = ", ".join(value_of(column, steps, server) for column in table.c)
        connection.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many)"
                f' INSERT INTO "{table.name}" ({columns}) SELECT {values} FROM n CROSS JOIN "{table.name}" t'
                if connection.dialect.name != "sqlite"
                else f'INSERT INTO "{table.name}" ({columns})'
                " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many)"
                f' SELECT {values} FROM n CROSS JOIN "{table.name}" t'
            ),
            {"many": many},
        )
        if connection.dialect.name == "postgresql" and "id" in table.c:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM \"{table.name}\"))"
                )
            )


def value_of(column: "Column[Any]", steps: Mapping[str, int], server: str) -> str:
    """What a copy has in a column: its own ids, its own address, and what was unique made so again."""
    name, own = f't."{column.name}"', column.table.name
    if own == "portal" and column.name in ("client_endpoint", "domain", "member_id", "server_endpoint"):
        return {
            "client_endpoint": f"'{server}/p' || n.i || '/rest/'",
            "domain": "'p' || n.i || '.fleet.example'",
            "member_id": "'fleet' || n.i",
            "server_endpoint": f"'{server}/rest/'",
        }[column.name]
    target = next((key.column.table.name for key in column.foreign_keys), "")
    if column.primary_key and column.name == "id":
        target = own
    if target in steps:
        return f"{name} + n.i * {steps[target]}"
    return f"{name} || '-' || n.i" if column.unique and not column.foreign_keys else name


def make_due(connection: Connection, sample: int) -> int:
    """Let the nightly work of every copy wait, that of the first ones due at once; returns how many jobs there are."""
    now = datetime.now(UTC)
    portals, jobs, nights = (Base.metadata.tables[name] for name in ("portal", "job", "night_work"))
    copies = (
        connection.execute(select(portals.c.id).where(portals.c.member_id.like("fleet%"))).scalars().all()
    )
    connection.execute(jobs.delete())
    connection.execute(nights.delete())
    waiting, planned = [], []
    for number, portal in enumerate(copies):
        due = now - timedelta(minutes=1) if number < sample else now + timedelta(hours=20)
        for name in NIGHTLY:
            planned.append({"portal_id": portal, "name": name, "due_at": now + timedelta(days=1)})
            waiting.append(job_of(name, portal, "nightly", due))
    connection.execute(nights.insert(), planned)
    connection.execute(jobs.insert(), waiting)
    return len(waiting)


def job_of(name: str, portal: int, lane: str, due: datetime) -> dict[str, object]:
    """The row of a job that waits."""
    return {
        "name": name, "key": f"{name}:{portal}", "ids": [portal], "portal_id": portal, "lane": lane,
        "heavy_portal": portal if load_jobs()[name].heavy else None, "state": "waiting", "asked_at": min(due, datetime.now(UTC)), "due_at": due,
        "attempts": 0, "lost": 0, "owner": "", "error": "",
    }  # fmt: skip
