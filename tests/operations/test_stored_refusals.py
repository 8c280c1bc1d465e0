"""A refusal that the last release kept in two tables is read from one, and put back by the way back."""

from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import column, select, table

from b24app.bitrix24.error_codes import Refusal
from b24app.database import db, portal_scope
from b24app.factory import create_app
from b24app.portals.availability import get_availability
from b24app.portals.model import active_portals, refusing_portals
from b24app.settings import Settings

PORTAL = {
    "domain": "d", "client_endpoint": "c", "server_endpoint": "s", "application_status": "F", "application_version": 1,
    "application_code": "c", "plan_code": "p", "scopes": "[]", "language": "ru", "time_zone": "Europe/Moscow",
    "created_at": "2026-11-30",
}  # fmt: skip
OWN = ("id", "member_id", "status", "blocked_reason")
portals = table("portal", *map(column, (*PORTAL, *OWN)))


@pytest.fixture
def old(settings: Settings, tmp_path: Path) -> Flask:
    """A database as release 1 has left it, on SQLite, with a portal that refuses and one that answers."""
    return create_app(settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'old.sqlite3'}"}))


def test_a_refusal_of_the_last_release_is_read_and_can_go_back(old: Flask) -> None:
    with old.app_context():
        upgrade(revision="0011_asked")
        for row in ((1, "m1", "blocked", "marketplace"), (2, "m2", "active", "")):
            db.session.execute(portals.insert().values(PORTAL | dict(zip(OWN, row, strict=True))))
        db.session.commit()
        upgrade()
        assert (refusing_portals(), active_portals()) == ({1: "marketplace_ended"}, [2])
        with portal_scope(1):
            assert get_availability().refusal is Refusal.MARKETPLACE_ENDED
            assert get_availability().refused_since is not None
        db.session.commit()
        downgrade(revision="0011_asked")
        found = db.session.execute(select(portals.c.status, portals.c.blocked_reason)).all()
        assert found == [("blocked", "marketplace"), ("active", "")]
        db.session.remove()
        db.engine.dispose()
