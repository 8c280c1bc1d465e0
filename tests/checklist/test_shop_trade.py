"""What a year ago explains: a pause of each year and a quiet season, not an outage in a shop that sold then."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from b24app.checklist.checks.delivery.orders_come import orders_come
from b24app.checklist.engine.check import Baseline
from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.shop_hours import TradeHours
from b24app.checklist.engine.shop_trade import hours_of, orders_a_day
from b24app.checklist.engine.verdict import Level, Verdict
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.delivery.order_months import MonthOfOrders, OrderMonths
from b24app.checklist.facts.delivery.recent_orders import Order, RecentOrders
from b24app.checklist.facts.delivery.year_ago import YEAR, YearAgo

NOW = datetime(2026, 11, 26, 15, tzinfo=ZoneInfo("Europe/Moscow"))
THEN = NOW - YEAR
EVEN = TradeHours("ru", ZoneInfo("Europe/Moscow"), (1.0,) * 8, (1 / 24,) * 24)


def every(hours: float, last: datetime, count: int = 50) -> list[datetime]:
    return [last - timedelta(hours=hours * back) for back in range(count)]


def orders(moments: list[datetime]) -> RecentOrders:
    return RecentOrders(tuple(Order(5000 - place, moment) for place, moment in enumerate(moments)))


def year(hours: float, pause_days: float = 0) -> YearAgo:
    """A year ago an order came every so many hours, but for a pause around the day."""
    half = timedelta(days=pause_days / 2)
    after = [THEN + half + timedelta(hours=hours * step) for step in range(50)]
    return YearAgo(tuple(every(hours, THEN - half)), tuple(after), NOW)


def months(a_day: float) -> OrderMonths:
    starts = [datetime(2026, month, 1, tzinfo=NOW.tzinfo) for month in range(11, 4, -1)]
    return OrderMonths(tuple(MonthOfOrders(start, round(a_day * 30)) for start in starts))


def verdict(
    recent: list[datetime], before: YearAgo | None = None, usual: OrderMonths | None = None
) -> Verdict:
    return orders_come(
        orders(recent), NOW, baseline=Baseline(), activated_at=None, order_months=usual, year_ago=before
    )


SILENT = every(3, NOW - timedelta(days=12))


@pytest.mark.parametrize(
    ("before", "level"),
    [
        (None, Level.FAIL),
        (year(3), Level.FAIL),
        (year(3, pause_days=2), Level.FAIL),
        (year(3, pause_days=20), Level.PASS),
        (YearAgo((), tuple(every(3, THEN + timedelta(days=9))), NOW), Level.FAIL),
    ],
    ids=["unknown", "it sold then", "a short pause", "the same pause", "it was not open yet"],
)
def test_a_pause_is_explained_by_the_same_pause_a_year_ago(before: YearAgo | None, level: Level) -> None:
    assert verdict(SILENT, before).level is level


@pytest.mark.parametrize(
    ("before", "level"),
    [(year(1), Level.WARN), (year(6), Level.PASS), (None, Level.WARN)],
    ids=["it sold well then", "it sold as little then", "unknown"],
)
def test_a_fall_is_explained_by_the_same_season_a_year_ago(before: YearAgo | None, level: Level) -> None:
    assert verdict(every(4, NOW), before, months(24)).level is level


def test_an_ordinary_week_is_no_fall() -> None:
    assert verdict(every(1.2, NOW), year(1), months(24)).level is Level.PASS


def test_the_usual_number_is_that_of_the_middle_month() -> None:
    assert orders_a_day(months(24), EVEN) == pytest.approx(24, rel=0.05)
    assert orders_a_day(None, EVEN) == 0


def test_a_portal_whose_orders_are_gone_is_told_and_one_without_orders_is_not_judged() -> None:
    was = Baseline(Facts({"recent_orders": orders(every(1, NOW))}), NOW)
    assert orders_come(RecentOrders(()), NOW, baseline=was, activated_at=None).level is Level.FAIL
    assert verdict([]).level is Level.NA


def test_holidays_of_a_year_ago_teach_whether_the_shop_trades_in_them() -> None:
    new_year = datetime(2026, 1, 4, tzinfo=NOW.tzinfo)
    sold = YearAgo(tuple(every(2, new_year)), tuple(reversed(every(2, new_year + timedelta(days=4)))), NOW)
    closed = YearAgo(
        tuple(every(2, new_year - timedelta(days=5))),
        tuple(reversed(every(2, new_year + timedelta(days=12)))),
        NOW,
    )
    kazakh = Application(license="kz_std")
    day = date(2027, 1, 5)
    assert hours_of(NOW, None, None, None, sold).worth(day) > 0.25
    assert hours_of(NOW, None, None, None, closed).worth(day) < 0.1
    assert hours_of(NOW, kazakh, None, None, None).worth(day) == 1
