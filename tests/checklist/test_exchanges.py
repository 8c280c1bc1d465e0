"""Exchanges: one that fell silent is told though others go on, one that was replaced is not missed, none is forgotten."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from b24app.checklist.checks.crm.deal_sources_bring import deal_sources_bring
from b24app.checklist.checks.delivery.orders_reach_1c import orders_reach_1c
from b24app.checklist.checks.marketplaces.external_orders_come import external_orders_come
from b24app.checklist.checks.marketplaces.platforms_bring_orders import platforms_bring_orders
from b24app.checklist.engine.check import Baseline
from b24app.checklist.engine.earlier_rows import ENOUGH, KEPT_FOR, remembered
from b24app.checklist.engine.fact import EarlierFacts, Facts
from b24app.checklist.engine.gather import gather
from b24app.checklist.engine.judge import judge
from b24app.checklist.engine.verdict import Level, Verdict
from b24app.checklist.facts.crm.recent_deals import Deal, RecentDeals
from b24app.checklist.facts.delivery.orders_of_1c import OrderOf1c, OrdersOf1c
from b24app.checklist.facts.delivery.recent_orders import Order, RecentOrders
from b24app.checklist.facts.delivery.year_ago import YearAgo
from b24app.checklist.facts.marketplaces.external_orders import ExternalOrder, ExternalOrders
from b24app.checklist.facts.marketplaces.trade_bindings import TradeBinding, TradeBindings
from b24app.checklist.facts.marketplaces.trade_platforms import TradePlatform, TradePlatforms
from b24app.manifest import read_manifest
from sandbox.shop.new_orders import table_now
from tests.checklist.conftest import Shop

NOW = datetime(2026, 11, 30, 12, tzinfo=ZoneInfo("Europe/Moscow"))
DAY = timedelta(days=1)
NEEDED = {"application", "recent_orders", "external_orders", "order_months", "year_ago"}
NUMBERS = iter(range(10_000, 10**9))


def orders(prefix: str, gap_hours: float, count: int, ago: float = 0.1) -> list[ExternalOrder]:
    """So many orders of one exchange, the newest so many days ago."""
    last = NOW - ago * DAY
    moments = [last - timedelta(hours=gap_hours * back) for back in range(count)]
    return [ExternalOrder(int(one.timestamp()), one, f"{prefix}_{next(NUMBERS)}") for one in moments]


def seen(*parts: Iterable[ExternalOrder], page: int = 50) -> ExternalOrders:
    every = sorted((row for part in parts for row in part), key=lambda row: row.id or 0, reverse=True)
    return ExternalOrders(tuple(every[:page]), tuple(every[page:]))


def verdict(
    now: ExternalOrders, before: ExternalOrders | None = None, activated_at: datetime | None = None
) -> Verdict:
    was = Facts({"external_orders": before}) if before else Facts()
    return external_orders_come(now, NOW, baseline=Baseline(was, NOW - DAY), activated_at=activated_at)


def names(found: Verdict) -> list[str]:
    silent = found.sentence.values["names"]
    assert isinstance(silent, tuple)
    return [one if isinstance(one, str) else one.message for one in silent]


def test_one_that_fell_silent_is_named_while_another_goes_on() -> None:
    found = verdict(seen(orders("ozon", 8, 60), orders("wb", 8, 30, ago=9)))
    assert found.level is Level.WARN
    assert names(found) == ["Wildberries"]


def test_all_that_stopped_are_told_with_and_without_a_snapshot() -> None:
    stopped = seen(orders("ozon", 6, 50, ago=6))
    for before in (None, seen(orders("ozon", 6, 50, ago=6.1))):
        assert verdict(stopped, before).sentence.values["count"] == 6


@pytest.mark.parametrize("with_snapshot", [True, False])
def test_a_connector_that_took_the_place_of_another_is_no_loss(with_snapshot: bool) -> None:
    old, new = orders("ozon", 8, 30, ago=10), orders("mp", 8, 29)
    assert verdict(seen(old, new), seen(old) if with_snapshot else None).level is Level.PASS


def test_renumbered_orders_of_the_same_exchange_are_no_loss() -> None:
    old = orders("ozon", 8, 40)
    new = [ExternalOrder(row.id, row.date_insert, row.xml_id.replace("ozon", "mp")) for row in old]
    assert verdict(seen(new), seen(old)).level is Level.PASS


def test_a_connector_replaced_at_the_activation_is_not_waited_for() -> None:
    old, new = orders("ozon", 2, 30, ago=2), orders("mp", 2, 20)
    found = verdict(seen(old, new), seen(old), activated_at=NOW - 2 * DAY + timedelta(minutes=5))
    assert found.level is Level.PASS


def test_a_marketplace_that_only_joined_excuses_nobody() -> None:
    old, other, joined = orders("ozon", 8, 30, ago=9), orders("wb", 8, 30), orders("ym", 8, 40)
    found = verdict(seen(old, other, joined, page=100), seen(orders("ozon", 8, 40, ago=9), other))
    assert names(found) == ["Ozon"]


def test_after_an_activation_each_exchange_is_waited_for() -> None:
    before = seen(orders("ozon", 4, 30, ago=1.2), orders("wb", 4, 30, ago=1.2))
    now = seen(orders("ozon", 4, 32), orders("wb", 4, 30, ago=1.2))
    assert verdict(now, before, activated_at=NOW - DAY).level is Level.UNKNOWN


def test_none_any_more_is_told_and_none_ever_is_no_use() -> None:
    assert verdict(ExternalOrders(()), seen(orders("ozon", 8, 30))).level is Level.WARN
    assert verdict(ExternalOrders(())).level is Level.NA


def test_without_the_mark_the_number_of_another_system_tells_where_an_order_came_from() -> None:
    rows = [Order(row.id, row.date_insert, xml_id=row.xml_id) for row in orders("ozon", 8, 30, ago=9)]
    found = external_orders_come(
        ExternalOrders(()),
        NOW,
        baseline=Baseline(),
        activated_at=None,
        recent_orders=RecentOrders(tuple(rows)),
    )
    assert found.level is Level.WARN


@pytest.mark.parametrize(
    ("number", "exchange"),
    [("ozon_7001", "ozon"), ("WB-55", "wb"), ("bx_64134ba550ffa", ""), ("7001", ""), ("", ""), ("ym9", "ym")],
)
def test_an_exchange_is_known_by_how_its_numbers_begin(number: str, exchange: str) -> None:
    assert ExternalOrder(1, NOW, number).exchange == exchange


def bindings(**platforms: Iterable[int]) -> TradeBindings:
    rows = [TradeBinding(one, one, "", key.strip("p")) for key, ids in platforms.items() for one in ids]
    return TradeBindings(tuple(sorted(rows, key=lambda row: row.id or 0, reverse=True)))


PLATFORMS = TradePlatforms((TradePlatform("1", "landing_3", "Магазин"), TradePlatform("4", "deal", "Сделки")))
NEWEST = RecentOrders((Order(1000),))


@pytest.mark.parametrize(
    ("now", "level"),
    [
        (bindings(p1=range(900, 1000, 2)), Level.PASS),
        (bindings(p1=range(800, 900, 2)), Level.WARN),
        (bindings(p1=range(900, 1000, 2), p4=[500, 600, 700, 800]), Level.PASS),
        (TradeBindings(()), Level.NA),
    ],
    ids=["comes", "silent", "rare", "unused"],
)
def test_orders_are_the_clock_of_their_sources(now: TradeBindings, level: Level) -> None:
    assert platforms_bring_orders(now, PLATFORMS, Baseline(), NEWEST).level is level


def test_a_source_of_deals_is_missed_by_its_share_of_the_deals() -> None:
    deals = [Deal(number, NOW, "WEB" if number % 3 else "CALL") for number in range(100, 150)]
    later = [Deal(number, NOW, "WEB") for number in range(150, 200)]
    before = Baseline(Facts({"recent_deals": RecentDeals(tuple(deals))}))
    found = deal_sources_bring(RecentDeals(tuple(later)), before)
    assert found.level is Level.WARN
    assert found.sentence.values["names"] == ("CALL",)
    assert deal_sources_bring(RecentDeals(tuple(deals)), before).level is Level.PASS


def taken(ago: float) -> OrdersOf1c:
    return OrdersOf1c(tuple(OrderOf1c(1000 - back, NOW - (ago + back / 4) * DAY) for back in range(50)))


@pytest.mark.parametrize(
    ("ago", "newer", "level"),
    [(6, 20, Level.WARN), (0.5, 2, Level.PASS), (6, 0, Level.PASS)],
    ids=["stopped", "a night behind", "no orders to take"],
)
def test_orders_that_1c_does_not_take_are_told(ago: float, newer: int, level: Level) -> None:
    rows = tuple(Order(1001 + place, NOW - (ago - 0.1 - place / 4) * DAY) for place in range(newer))
    assert orders_reach_1c(taken(ago), RecentOrders(rows), NOW).level is level


def test_a_portal_without_1c_is_not_judged() -> None:
    assert orders_reach_1c(OrdersOf1c(), RecentOrders(()), NOW).level is Level.NA


@dataclass(frozen=True)
class Row:
    id: int
    key: str
    at: datetime


def rows(key: str, numbers: Iterable[int], at: datetime = NOW) -> list[Row]:
    return [Row(number, key, at) for number in numbers]


def test_what_left_the_page_is_remembered_and_what_the_page_shows_enough_of_is_not() -> None:
    page = rows("a", range(200, 240))
    earlier = [*rows("a", range(100, 140)), *rows("b", range(101, 190, 2))]
    kept = remembered(page, earlier, lambda row: row.key)
    assert {row.key for row in kept} == {"b"}
    assert [row.id for row in kept] == list(range(189, 189 - 2 * ENOUGH, -2))


def test_a_row_that_was_deleted_from_the_page_does_not_come_back() -> None:
    page = rows("a", [200, 210])
    assert remembered(page, rows("b", [205]), lambda row: row.key) == ()


def test_what_is_long_ago_is_forgotten() -> None:
    page, old = rows("a", range(200, 210)), rows("b", range(100, 110), NOW - KEPT_FOR - DAY)
    assert remembered(page, old, lambda row: row.key, lambda row: row.at) == ()
    assert remembered(page, rows("b", range(100, 110)), lambda row: row.key, lambda row: row.at)


def each_day(shop: Shop, days: int, without: str = "-") -> Iterable[tuple[Facts, Facts]]:
    """The facts of each day and of the day before, as daily runs gather them; one exchange stops with the first."""
    earlier, began = EarlierFacts(), shop.now
    for _ in range(days):
        drop_new(shop, without, began)
        facts = gather(shop.client(), shop.now, read_manifest().scopes, names=NEEDED, earlier=earlier)
        yield facts, earlier.facts
        earlier = EarlierFacts(facts, shop.now)
        shop.world.clock.advance(days=1)


def drop_new(shop: Shop, prefix: str, since: datetime) -> None:
    table = table_now(shop.portal, "order")
    for order_id in table.ids[-60:]:
        row = table.get(order_id)
        if row and row["xmlId"].startswith(prefix) and datetime.fromisoformat(row["dateInsert"]) > since:
            table.delete(order_id)


def test_a_small_exchange_is_not_forgotten_while_each_day_is_compared_with_the_day_before(shop: Shop) -> None:
    """Its orders leave the newest page before their silence is long enough to be told."""
    code = "external_orders_come"
    told = [
        judge(facts, shop.now, Baseline(before, shop.now - DAY), [code])[code].level
        for facts, before in each_day(shop, 24, without="wb")
    ]
    assert told[0] is Level.PASS
    assert told[-1] is Level.WARN


def test_the_year_before_is_asked_about_once_a_week_while_orders_come(shop: Shop) -> None:
    moments = [facts.of(YearAgo) for facts, _ in each_day(shop, 9)]
    asked = [one.looked_at for one in moments if one]
    assert len(asked) == 9
    assert len(set(asked)) == 2
