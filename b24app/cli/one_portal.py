"""Commands about one portal: the arguments they share, and the scope of the portal that was named."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from flask import g
from sqlalchemy import or_, select

from b24app.database import db, portal_scope
from b24app.errors import AppError
from b24app.portals.model import Portal

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
LANGUAGE = click.option("--lang", default="ru", show_default=True, help="Language of texts: ru or en.")
PORTAL = click.argument("portal")


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


def shown_moment(value: datetime | None) -> str:
    """A moment for a table of a terminal."""
    return value.strftime("%Y-%m-%d %H:%M") if value else ""
