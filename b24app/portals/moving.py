"""A portal that lives at another address now: known by its `member_id`, so nothing else changes."""

from urllib.parse import urlsplit

from sqlalchemy import update
from sqlalchemy.orm import Session

from b24app.portals.hosts import plain_host
from b24app.portals.model import Portal
from b24app.storage import db


def move_portal(portal_id: int, endpoint: str) -> None:
    """Keep a confirmed new REST base, in a transaction of its own (how-to-call-rest-api/change-domen.md)."""
    host = plain_host(urlsplit(endpoint).netloc)
    with Session(db.engine) as session:
        session.execute(
            update(Portal).where(Portal.id == portal_id).values(domain=host, client_endpoint=endpoint)
        )
        session.commit()
