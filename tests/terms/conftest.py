"""Two portals known to the application, as rows, and the people who write terms down."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

import b24app.renewal.model  # noqa: F401 - tables are made from what is imported
from b24app.database import db, portal_scope
from b24app.portals.model import InstallStatus, Portal
from b24app.terms.term import Author

AT = datetime(2026, 11, 30, 6, 40, tzinfo=UTC)
MARINA = Author(7, "Марина Ковалёва")


def a_portal(name: str) -> Portal:
    return Portal(
        member_id=f"member-{name}",
        domain=f"{name}.bitrix24.example",
        client_endpoint=f"https://{name}.bitrix24.example/rest/",
        server_endpoint="https://oauth.bitrix24.example/rest/",
        status=InstallStatus.ACTIVE,
        created_at=AT,
    )


@pytest.fixture
def portals(app: Flask) -> tuple[Portal, Portal]:
    rows = (a_portal("north"), a_portal("south"))
    db.session.add_all(rows)
    db.session.commit()
    return rows


@pytest.fixture
def portal(portals: tuple[Portal, Portal]) -> Iterator[Portal]:
    """The first portal, with its scope entered."""
    with portal_scope(portals[0].id):
        yield portals[0]


@pytest.fixture
def other(portals: tuple[Portal, Portal]) -> Portal:
    return portals[1]
