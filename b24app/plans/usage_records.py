"""Verbs over use: keep measures, from the portal or from a person, and read them back in order."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from b24app.database import db
from b24app.errors import BadInput
from b24app.plans.usage import MEASURES, MONTHLY, Point
from b24app.terms import model
from b24app.text.messages import N_


def record_usage(
    code: str, value: Decimal | int, *, on: date, at: datetime, source: str = "portal", said_by: str = ""
) -> None:
    """Keep one measure of a day (orders: of a month); a later word about the same day replaces the earlier.

    What a person said about a day is not replaced by the portal.
    """
    if code not in MEASURES:
        raise BadInput(N_("There is no such measure."), "code")
    if value < 0:
        raise BadInput(N_("A measure is zero or more."), "value")
    day = on.replace(day=1) if code in MONTHLY else on
    query = select(model.UsagePoint).where(model.UsagePoint.code == code, model.UsagePoint.day == day)
    row = db.session.scalar(query)
    if row is None:
        row = model.UsagePoint(code=code, day=day)
        db.session.add(row)
    elif row.source == "person" and source != "person":
        return
    row.value, row.source, row.said_by, row.said_at = Decimal(value), source, said_by, at
    db.session.flush()


def list_usage(since: date | None = None) -> dict[str, tuple[Point, ...]]:
    """All measures by code, each from old to new."""
    query = select(model.UsagePoint).order_by(model.UsagePoint.day)
    if since is not None:
        query = query.where(model.UsagePoint.day >= since)
    found: dict[str, list[Point]] = {}
    for row in db.session.scalars(query):
        found.setdefault(row.code, []).append(Point(row.day, row.value, row.source, row.said_by))
    return {code: tuple(points) for code, points in found.items()}


def current_need(usage: dict[str, tuple[Point, ...]]) -> dict[str, Decimal]:
    """The newest value of every measure; what was never measured is absent."""
    return {code: points[-1].value for code, points in usage.items() if points}
