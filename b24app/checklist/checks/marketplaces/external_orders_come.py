"""Do orders from outside come, from every exchange that brought them?"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from b24app.checklist.engine.check import Area, Baseline, Severity, check
from b24app.checklist.engine.shop_hours import TradeHours, pattern_of
from b24app.checklist.engine.shop_trade import hours_of, pauses_now
from b24app.checklist.engine.traffic import Rhythm, Stream, judge_traffic, rhythm
from b24app.checklist.engine.verdict import Verdict, not_used, passed, seen, sentence, warned
from b24app.checklist.facts.apps.application import Application
from b24app.checklist.facts.delivery.order_months import OrderMonths
from b24app.checklist.facts.delivery.recent_orders import RecentOrders
from b24app.checklist.facts.delivery.year_ago import YearAgo
from b24app.checklist.facts.marketplaces.external_orders import ExternalOrder, ExternalOrders
from b24app.text.messages import N_, NN_

LEAST = 2.0
ALIKE = 0.5
"""An exchange that brings at least half as much may have replaced another."""
A_DAY = timedelta(days=1)
ORDERS = N_("orders from outside")
KNOWN = {
    "ozon": "Ozon",
    "wb": "Wildberries",
    "wildberries": "Wildberries",
    "ym": N_("Yandex Market"),
    "yandex": N_("Yandex Market"),
    "avito": N_("Avito"),
}
"""Titles by the prefix of orders' numbers in the portal; connectors choose their own."""


@check(
    title=N_("Orders from outside come as usual"),
    why=N_("Marketplaces and other exchanges stop silently: the portal sends no signal about it."),
    remedy=N_("Open the exchange's application, sign in again and load the missing orders by hand."),
    area=Area.MARKETPLACES,
    severity=Severity.ORDERS,
    place=N_("Market → Installed"),
)
def external_orders_come(
    external_orders: ExternalOrders,
    now: datetime,
    *,
    baseline: Baseline,
    activated_at: datetime | None,
    application: Application | None = None,
    recent_orders: RecentOrders | None = None,
    order_months: OrderMonths | None = None,
    year_ago: YearAgo | None = None,
) -> Verdict:
    """Judge the silence of orders marked as external, all together and of each exchange by itself."""
    before = _seen_before(baseline)
    if not external_orders.moments and before.moments:
        return warned(N_("No order comes from outside any more"), N_("In the snapshot some did"))
    orders = external_orders if external_orders.moments else _by_number(recent_orders)
    moments = orders.moments
    if not moments:
        return not_used(N_("No order came from outside"))
    hours = hours_of(now, application, recent_orders, order_months, year_ago)
    hours = hours.learned(pattern_of(moments, min(moments), max(moments), hours))
    if rest := pauses_now(recent_orders, year_ago, now, hours):
        return rest
    was, streams = _streams(before, hours), _expected(orders, before, now, hours)
    if awaited := judge_traffic(was, streams, activated_at, now, hours):
        return awaited
    return _judge(streams, rhythm(moments, hours), now, hours)


def _judge(streams: Mapping[str, Stream], every: Rhythm, now: datetime, hours: TradeHours) -> Verdict:
    evidence = tuple(
        seen(one.name, N_("newest order %(last_at)s"), last_at=one.rhythm.last)
        for one in streams.values()
        if one.rhythm.last
    )
    if every.is_silent(now, hours, LEAST):
        return warned(
            NN_("No orders from outside for %(count)s day", "No orders from outside for %(count)s days"),
            None,
            evidence,
            count=every.silent_days(now),
        )
    silent = tuple(sentence(one.name) for one in streams.values() if one.rhythm.is_silent(now, hours, LEAST))
    if silent:
        return warned(
            N_("No orders for unusually long: %(names)s"),
            N_("Orders from other exchanges go on"),
            evidence,
            names=silent,
        )
    return passed(N_("The newest order from outside came on %(last_at)s"), None, evidence, last_at=every.last)


def _seen_before(baseline: Baseline) -> ExternalOrders:
    """The external orders of the snapshot; that of an older release holds only those among its newest orders."""
    orders = baseline.of(RecentOrders)
    marked = tuple(row for row in orders.rows if row.external_order) if orders else ()
    return baseline.of(ExternalOrders) or ExternalOrders(
        tuple(ExternalOrder(row.id, row.date_insert, row.xml_id) for row in marked)
    )


def _by_number(orders: RecentOrders | None) -> ExternalOrders:
    """Orders with the number of another system, where no order is marked as external."""
    rows = [ExternalOrder(row.id, row.date_insert, row.xml_id) for row in orders.rows] if orders else []
    return ExternalOrders(tuple(row for row in rows if row.exchange))


def _streams(orders: ExternalOrders, hours: TradeHours) -> dict[str, Stream]:
    """The rhythm of each exchange, by the prefix of its order numbers."""
    return {
        key: Stream(name_of(key), rhythm(moments, hours)) for key, moments in orders.by_exchange().items()
    }


def name_of(exchange: str) -> str:
    """The title of an exchange."""
    return KNOWN.get(exchange, f"{exchange}…" if exchange else ORDERS)


def _expected(
    orders: ExternalOrders, before: ExternalOrders, now: datetime, hours: TradeHours
) -> dict[str, Stream]:
    """The exchanges of now and of the snapshot, without those that another one has replaced."""
    streams, was = _streams(orders, hours), _streams(before, hours)
    began = {key: min(moments) for key, moments in orders.by_exchange().items()}
    both = {key: _with_past(streams.get(key), was.get(key)) for key in (*streams, *was)}
    found = {key: one for key, one in both.items() if one}
    new = {
        began[key]: one.rhythm
        for key, one in streams.items()
        if key not in was and one.rhythm.is_known and not one.rhythm.is_silent(now, hours, LEAST)
    }
    return {key: one for key, one in found.items() if not _has_heir(one.rhythm, key in streams, new)}


def _has_heir(old: Rhythm, is_seen: bool, new: Mapping[datetime, Rhythm]) -> bool:
    """Whether an exchange that was not there before brings about as much since this one brought its last."""
    return any(
        one.a_day >= ALIKE * old.a_day
        and one is not old
        and (not is_seen or (old.last is not None and began >= old.last - A_DAY))
        for began, one in new.items()
    )


def _with_past(now: Stream | None, before: Stream | None) -> Stream | None:
    """The last order of now, and the longer of both rhythms."""
    if now is None or before is None:
        return now or before
    if before.rhythm.count <= now.rhythm.count:
        return now
    return replace(now, rhythm=replace(before.rhythm, last=now.rhythm.last))
