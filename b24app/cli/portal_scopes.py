"""A portal that a command names, and work inside it."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import g
from sqlalchemy import or_, select

from b24app.database import db, portal_scope
from b24app.errors import AppError
from b24app.portals.model import Portal


@contextmanager
def inside_portal(name: str, lang: str = "en") -> Iterator[Portal]:
    """Find a portal by id, address or member_id and work inside it; our errors become one line."""
    wanted = or_(Portal.domain == name.lower(), Portal.member_id == name)
    if name.isascii() and name.isdigit() and len(name) < 10:
        wanted = or_(wanted, Portal.id == int(name))
    found = db.session.scalar(select(Portal).where(wanted))
    if found is None:
        raise click.ClickException(f"No portal is called {name!r}; see: portals list")
    g.language = lang
    try:
        with portal_scope(found.id):
            yield found
    except AppError as error:
        raise click.ClickException(f"{type(error).__name__}: {error}") from None
