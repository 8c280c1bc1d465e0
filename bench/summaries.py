"""How long the summaries of all clients take at midnight, when the day of each is another one: real portals, copied.

`python -m bench.summaries [--clients 1000] [--database URL]`: one portal is installed against the sandbox, checked, and its rows
are copied; every copy has given a consent to one integrator. Then the turns of the job run until nothing is left. A PostgreSQL
that is named is emptied first.
"""

import argparse
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, insert, select

from b24app.database import Base, db, every_portal, portal_scope
from b24app.factory import create_app
from b24app.integrators.model import ClientSummary
from b24app.integrators.summaries import remake_changed, stale_portals
from b24app.portals.model import Portal
from b24app.services import services
from b24app.settings import Settings
from bench.board import consent_row, make_integrator, settings
from bench.fleet_portals import copy_portal, template
from tests.statements import statements


def prepare(wanted: Settings, clients: int) -> None:
    """Fill a fresh database: the template, its copies, an integrator, a consent of each copy."""
    empty = create_app(wanted)
    with empty.app_context():
        db.drop_all()
        db.create_all()
        db.engine.dispose()
    with template(wanted):
        pass
    app = create_app(wanted)
    with app.app_context():
        with db.engine.begin() as connection:
            copy_portal(connection, clients, "https://127.0.0.1:1")
        now = services().clock.now()
        home = make_integrator(now)
        with every_portal():
            copies = db.session.scalars(select(Portal.id).where(Portal.member_id.like("fleet%"))).all()
        rows = [consent_row(number, home, now) for number in copies]
        db.session.execute(insert(Base.metadata.tables["consent"]), rows)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def measure() -> tuple[int, int, float, int]:
    """How many summaries were made in how many turns and seconds, and the statements of one."""
    began, turns = time.perf_counter(), 0
    while stale_portals(services().clock.now()):
        remake_changed()
        turns += 1
    spent = time.perf_counter() - began
    with every_portal():
        made = db.session.scalar(select(func.count()).select_from(ClientSummary)) or 0
    return made, turns, spent, asked_for_one()


def asked_for_one() -> int:
    """The statements of one summary that has to be made anew."""
    with every_portal():
        portal_id = db.session.scalars(select(ClientSummary.portal_id).limit(1)).one()
    with portal_scope(portal_id):
        db.session.scalars(select(ClientSummary)).one().version = "another"
        db.session.commit()
    with statements() as found:
        remake_changed()
    return len(found)


def main() -> None:
    """Print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wanted = settings(options.database or f"sqlite:///{Path(folder) / 'summaries.sqlite3'}")
        wanted = wanted.model_copy(update={"oauth_servers": ("https://oauth.bitrix24.example",)})
        prepare(wanted, options.clients)
        with create_app(wanted).app_context():
            made, turns, spent, asked = measure()
            print(
                f"{made} summaries, {turns} turns, {spent:.1f} s, {spent / made * 1000:.1f} ms and {asked} statements each"
            )
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main()
