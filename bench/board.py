"""How long the board of an integrator's clients takes from what is stored, page by page, for 300 and for 10,000 clients.

`python -m bench.board [--clients 300,10000] [--rounds 5] [--database URL]`: a fresh database for each number, filled past the
application, then every view asked through the application as a browser does: the median and the slowest of the rounds, the
statements and the size of the answer. A PostgreSQL that is named is emptied first. The goals are 200 ms for 300 and 400 ms for 10,000.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import insert, text

from b24app.database import Base, db, portal_scope
from b24app.factory import create_app
from b24app.frames.page_token import Frame, sign_frame
from b24app.integrators.members import IntegratorProfile, declare_integrator
from b24app.integrators.rights import Right
from b24app.portals.model import InstallStatus, Person, Portal
from b24app.services import services
from b24app.settings import Settings
from b24app.terms.term import Author
from tests.statements import statements
from tests.story import OPERATOR

GOALS = {300: 200, 10_000: 400}
PAGES = (
    "/clients",
    "/clients?view=all",
    "/clients?view=year",
    "/clients?view=broke&not_plan=pro&not_group=1",
    "/clients?view=all&q=клиент+77",
    "/clients/conditions?view=all",
)
AT_ONCE = 500
HEAD = "| clients | page | median ms | slowest ms | own processor ms | statements | KB |"


def settings(database: str) -> Settings:
    """Settings of an application on this database."""
    return Settings(
        _env_file=None, **OPERATOR, public_url="https://renewal.example", client_id="board", client_secret=SecretStr("s"),
        secret_key=SecretStr("x" * 40), seal_keys=(SecretStr(Fernet.generate_key().decode()),), database_url=database,
        log_level="error", look_outside=False,
    )  # fmt: skip


def make_integrator(now: datetime) -> int:
    """The integrator's own portal with one owner."""
    row = Portal(
        member_id="home", domain="home.bitrix24.example", client_endpoint="", server_endpoint="",
        status=InstallStatus.ACTIVE, created_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    profile = IntegratorProfile("Integrator", "7799104520", "Anna", "anna@example.com", "")
    with portal_scope(row.id):
        db.session.add(Person(user_id=1, name="Anna", is_admin=True, seen_at=now, role_seen_at=now))
        declare_integrator(profile, by=Author(1, "Anna"), at=now)
        db.session.commit()
    return row.id


def fill(home: int, clients: int, now: datetime) -> None:
    """So many clients, each with a living consent, a summary, a note; every third in one of three groups."""
    for first in range(0, clients, AT_ONCE):
        numbers = range(home + 1 + first, home + 1 + min(first + AT_ONCE, clients))
        for table, row in (
            ("portal", portal_row), ("consent", consent_row), ("client_summary", summary_row), ("client_note", note_row),
        ):  # fmt: skip
            db.session.execute(
                insert(Base.metadata.tables[table]), [row(number, home, now) for number in numbers]
            )
    groups = [{"id": number, "portal_id": home, "name": f"Group {number}"} for number in (1, 2, 3)]
    db.session.execute(insert(Base.metadata.tables["client_group"]), groups)
    grouped = [
        {"portal_id": home, "group_id": number % 3 + 1, "client_id": number}
        for number in range(home + 1, home + 1 + clients, 3)
    ]
    db.session.execute(insert(Base.metadata.tables["grouped_client"]), grouped)
    db.session.commit()


def portal_row(number: int, _home: int, now: datetime) -> dict[str, object]:
    """A portal that has the application."""
    return {
        "id": number, "member_id": f"m{number}", "domain": f"c{number}.bitrix24.example", "client_endpoint": "",
        "server_endpoint": "", "status": "active", "application_status": "", "application_version": 0,
        "application_code": "", "plan_code": "", "scopes": [], "language": "ru", "time_zone": "Europe/Moscow",
        "bindings": "", "denied_days": "", "created_at": now,
    }  # fmt: skip


def consent_row(number: int, home: int, now: datetime) -> dict[str, object]:
    """All rights, or, of every seventh client, two."""
    rights = list(Right) if number % 7 else [Right.TERMS, Right.CHECKS]
    return {
        "code": f"code{number}", "portal_id": number, "integrator_id": home, "rights": [str(one) for one in rights],
        "months": 12, "prolongs": False, "shown_to_people": False, "granted_by": "Anna", "granted_by_id": 1,
        "granted_at": now, "ends_at": now + timedelta(days=300), "ended_by": "", "end": "",
    }  # fmt: skip


def summary_row(number: int, _home: int, now: datetime) -> dict[str, object]:
    """A summary as the job makes it, spread over a year."""
    today, broke = now.date(), number % 40 == 0
    return {
        "portal_id": number, "version": "", "day": today, "made_at": now, "lasts_until": now + timedelta(days=1),
        "name": f"Клиент {number}", "search": f"клиент {number} c{number}.bitrix24.example",
        "plan_code": ("std", "pro", "basic")[number % 3], "plan_name": ("Standard", "Professional", "Basic")[number % 3],
        "ends_on": today + timedelta(days=number % 365), "state": "active", "date_state": "confirmed", "said_by": "Anna",
        "said_at": now, "pay_by": today + timedelta(days=number % 360), "act_on": today + timedelta(days=number % 350),
        "act_reason": "pay", "act_step": "pay", "stage": "payment", "steps": "done done now ahead ahead",
        "money": "paid" if number % 30 == 0 else "", "amount": Decimal(83880), "currency": "RUB", "estimate": bool(number % 2),
        "blockers": int(broke), "blocking": [], "broke_count": int(broke), "broke": [], "access": "alive",
        "answered_at": now, "swept_at": now, "copy_set_up": True, "copied_at": now, "copy_verified": True,
        "usage": number % 100, "usage_code": "users",
    }  # fmt: skip


def note_row(number: int, home: int, now: datetime) -> dict[str, object]:
    """What the integrator keeps of it."""
    return {
        "portal_id": home, "client_id": number, "name": "", "inn": "", "responsible_id": 1, "notes": "", "search": "", "changed_at": now,
    }  # fmt: skip


@contextmanager
def board_of(clients: int, database: str) -> Iterator[tuple[Flask, str]]:
    """An application with so many clients, and the token of the integrator's owner."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings(database or f"sqlite:///{Path(folder) / 'board.sqlite3'}"))
        with app.app_context():
            if database:
                db.drop_all()
            db.create_all()
            now = services().clock.now()
            home = make_integrator(now)
            fill(home, clients, now)
            if database:
                db.session.execute(text("ANALYZE"))
                db.session.commit()
            yield app, token_of(home)
            db.session.remove()
            db.engine.dispose()


def token_of(home: int) -> str:
    """The page token of the owner."""
    portal = db.session.get_one(Portal, home)
    frame = Frame(
        verified_at=services().clock.now(),
        portal_id=home,
        member_id=portal.member_id,
        domain=portal.domain,
        portal_url=portal.url,
        user_id=1,
        user_name="Anna",
        is_admin=True,
    )
    return sign_frame(frame)


def measure(client: FlaskClient, path: str, token: str, rounds: int) -> tuple[list[float], float, int, int]:
    """The milliseconds of each round, those of this process's processor, the statements of the last one, the bytes of the answer."""
    times, busy, asked, size = [], [], 0, 0
    for number in range(rounds + 1):
        with statements() as found:
            began, ran = time.perf_counter(), time.process_time()
            answer = client.get(path, headers={"X-Frame-Token": token, "HX-Request": "true"})
            spent, worked = (time.perf_counter() - began) * 1000, (time.process_time() - ran) * 1000
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
        if number:  # the first one compiles templates and statements
            times.append(spent)
            busy.append(worked)
        asked, size = len(found), len(answer.data)
    return times, statistics.median(busy), asked, size


def main() -> None:
    """Print the table, and which page is above its goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", default="300,10000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    print(HEAD, "|--:|---|--:|--:|--:|--:|--:|", sep="\n")
    late = []
    for clients in map(int, options.clients.split(",")):
        with board_of(clients, options.database) as (app, token):
            for path in PAGES:
                times, busy, asked, size = measure(app.test_client(), path, token, options.rounds)
                middle = statistics.median(times)
                print(
                    f"| {clients} | {path} | {middle:.0f} | {max(times):.0f} | {busy:.0f} | {asked} | {size // 1024} |",
                    flush=True,
                )
                if middle > GOALS.get(clients, 400):
                    late.append((clients, path, round(middle)))
    print(json.dumps({"above the goal": late}))


if __name__ == "__main__":
    main()
