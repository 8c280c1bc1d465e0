"""Stored measures of use: kept from the portal or from a person, read back in order, and set against the present plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from b24app.database import db, read_once
from b24app.errors import BadInput
from b24app.plans.plan_catalogue import Plan
from b24app.plans.usage import (
    MEASURES,
    MONTHLY,
    Gauge,
    Point,
    ended_months,
    full_on,
    gauge,
    growth_per_month,
    growth_percent,
    last_months,
    months_until,
)
from b24app.terms import model
from b24app.terms.corrections import current_plan
from b24app.terms.profile import get_profile
from b24app.terms.term import Author
from b24app.text.messages import N_

SHOWN = ("users", "disk_gb", "pipelines", "smart_processes", "sites", "deals")


@dataclass(frozen=True, slots=True)
class UsageView:
    """Use against the plan: gauges, monthly orders, and how long the seats last."""

    plan: Plan | None
    gauges: tuple[Gauge, ...]
    orders: tuple[Point, ...]
    orders_growth: int | None
    seats_growth: Decimal | None
    seats_full_on: date | None
    seats_months: int | None
    idle_users: int | None
    points: Mapping[str, tuple[Point, ...]]


def record_usage(
    code: str, value: Decimal | int, *, on: date, at: datetime, by: Author | None = None
) -> None:
    """Keep one measure of a day (orders: of a month); a later one of the same day replaces the earlier.

    `by` is None for the portal's own answer; it does not replace what a person entered.
    """
    record_measures([(code, value, on)], at=at, by=by)


def record_measures(
    measures: Iterable[tuple[str, Decimal | int, date]], *, at: datetime, by: Author | None = None
) -> None:
    """Keep several measures by the rule of `record_usage`; what the portal answers as before is not written again."""
    wanted = {(code, _day_of(code, on)): _judge(code, value) for code, value, on in measures}
    days = {day for _, day in wanted}
    found = db.session.scalars(select(model.UsagePoint).where(model.UsagePoint.day.in_(days)))
    known = {(row.code, row.day): row for row in found}
    for (code, day), value in wanted.items():
        row = known.get((code, day))
        if row is None:
            row = model.UsagePoint(code=code, day=day)
            db.session.add(row)
        elif by is None and (row.source == "person" or row.value == value):
            continue
        row.value, row.said_by, row.said_at = value, by.name if by else "", at
        row.source = "person" if by else "portal"
    db.session.flush()


def _day_of(code: str, on: date) -> date:
    return on.replace(day=1) if code in MONTHLY else on


def _judge(code: str, value: Decimal | int) -> Decimal:
    if code not in MEASURES:
        raise BadInput(N_("There is no such measure."), "code")
    if value < 0:
        raise BadInput(N_("A measure is zero or more."), "value")
    return Decimal(value)


def stated_by_person(code: str) -> Point | None:
    """The newest value of a measure that a person wrote down."""
    mine = (model.UsagePoint.code == code, model.UsagePoint.source == "person")
    row = db.session.scalar(
        select(model.UsagePoint).where(*mine).order_by(model.UsagePoint.day.desc()).limit(1)
    )
    return Point(row.day, row.value, row.source, row.said_by) if row else None


@read_once
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


def usage_view(today: date) -> UsageView:
    """Use against the present plan; unknown stays unknown."""
    profile, plan = get_profile(), current_plan()
    usage = list_usage()
    gauges = tuple(gauge(code, usage.get(code, ()), plan.limit(code) if plan else None) for code in SHOWN)
    seats = gauges[0]
    growth = (
        profile.growth_per_month
        if profile.growth_per_month is not None
        else growth_per_month(usage.get("users", ()))
    )
    full = full_on(seats, growth, today)
    orders = ended_months(usage.get("orders", ()), today)
    newest = orders[-1].day if orders else today
    return UsageView(
        plan=plan,
        gauges=gauges,
        orders=last_months(orders, newest),
        orders_growth=growth_percent(orders),
        seats_growth=growth,
        seats_full_on=full,
        seats_months=months_until(today, full) if full else None,
        idle_users=int(usage["idle_users"][-1].value) if usage.get("idle_users") else None,
        points={**usage, "orders": orders},
    )
