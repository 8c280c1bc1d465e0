"""Rhythm: orders, payments, parcels, deals, marketplaces and sources that stop, fall, pause, or are only rare."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bench.truth.shop import Shop
from bench.truth.situation import situation
from sandbox.rest.table import Row
from sandbox.shop.new_orders import catch_up
from sandbox.shop.order_history import FIRST_ORDER, FIRST_PAYMENT, FIRST_SHIPMENT
from sandbox.shop.trading import WORKDAYS, Habits, trade_by

DOZENS = Habits(30, 30)
OFFICE = Habits(6, 4, week=WORKDAYS, opens=9, closes=18, on_holidays=0)
Wanted = Callable[[Row], bool]


def _moment(row: Row) -> datetime:
    return datetime.fromisoformat(str(row["dateInsert"]))


def _orders_since(shop: Shop, days: float) -> list[Row]:
    catch_up(shop.portal)
    since = shop.now - timedelta(days=days)
    table = shop.portal.tables["order"]
    found = []
    for order_id in reversed(table.ids):
        row = table.get(order_id)
        if row is None or _moment(row) < since:
            break
        found.append(row)
    return found


def _remove(shop: Shop, rows: list[Row]) -> None:
    """They never came: neither the orders nor what belongs to them."""
    for row in rows:
        number = int(row["id"]) - FIRST_ORDER
        shop.portal.tables["order"].delete(row["id"])
        shop.portal.tables["payment"].delete(FIRST_PAYMENT + number)
        shop.portal.tables["shipment"].delete(FIRST_SHIPMENT + number)
        shop.portal.tables["trade_binding"].delete(number + 1)


def _without(shop: Shop, days: float, wanted: Wanted) -> None:
    """So many days go by in which no such order comes."""
    shop.advance(days=days)
    _remove(shop, [row for row in _orders_since(shop, days) if wanted(row)])


def _stops(shop: Shop, kind: str, days: float) -> None:
    """Orders or deals of a shop with habits stop, and so many days go by."""
    shop.portal.extra[kind].pace.stops_at = shop.now
    shop.advance(days=days)


def _silent(shop: Shop, kind: str, number: int, days: float) -> None:
    """Nobody can choose this way to pay or to deliver for so many days, though it stays switched on."""
    shop.portal.extra["order_history"].close(kind, number)
    shop.advance(days=days)


def _begins(prefix: str) -> Wanted:
    return lambda row: str(row["xmlId"]).startswith(prefix)


def _is_external(row: Row) -> bool:
    return row["externalOrder"] == "Y"


# The given rows.


@situation("deals_appear", "сделок за 2 дня нет (раньше десятки в день)")
def no_deals_for_two_days(shop: Shop) -> None:
    trade_by(shop.portal, DOZENS)
    shop.take_baseline()
    _stops(shop, "deals", 2)


@situation("payments_come", "две системы с одним именем «Банковская карта»: одна молчит 40 дней")
def one_of_two_namesakes_is_silent(shop: Shop) -> None:
    for number in (2, 3):
        shop.portal.tables["paysystem"].update(number, NAME="Банковская карта")
    shop.take_baseline()
    _silent(shop, "pay_system", 3, 40)


@situation("payments_come", "ЮKassa молчит 40 дней")
def yookassa_is_silent(shop: Shop) -> None:
    _silent(shop, "pay_system", 2, 40)


@situation("payments_come", "редкая система: платёж раз в 20 дней, прошло 25")
def a_rare_system_takes_its_time(shop: Shop) -> None:
    _make_rare(shop, "payment", FIRST_PAYMENT, "paySystemId", 4, gap=20, last=25)
    shop.take_baseline()


@situation("orders_come", "заказов нет 2 дня (обычно 30 в день)")
def no_orders_for_two_days(shop: Shop) -> None:
    trade_by(shop.portal, DOZENS)
    shop.take_baseline()
    _stops(shop, "order_history", 2)


@situation("orders_come", "сезонный магазин: заказов нет месяц, раньше 5 в день")
def no_orders_for_a_month(shop: Shop) -> None:
    trade_by(shop.portal, Habits(5, 5))
    shop.take_baseline()
    _stops(shop, "order_history", 30)


@situation("problem_orders", "2 помеченных")
def two_orders_are_marked(shop: Shop) -> None:
    for order_id in shop.portal.tables["order"].ids[-40:-38]:
        shop.portal.tables["order"].update(
            order_id, marked="Y", reasonMarked="Не удалось зарезервировать товар"
        )


@situation("shipments_leave", "у двух служб одно имя «Курьер»; одна молчит")
def one_of_two_couriers_is_silent(shop: Shop) -> None:
    for number in (3, 5):
        shop.portal.tables["delivery"].update(number, NAME="Курьер")
    shop.take_baseline()
    _silent(shop, "delivery", 5, 40)


@situation("shipments_leave", "СДЭК: до двери молчит 80 дней")
def to_the_door_is_silent(shop: Shop) -> None:
    _silent(shop, "delivery", 5, 80)


@situation("external_orders_come", "Ozon замолчал, WB идёт")
def ozon_is_silent(shop: Shop) -> None:
    _without(shop, 12, _begins("ozon"))


@situation("external_orders_come", "все внешние заказы прекратились 5 дней назад")
def external_orders_stopped(shop: Shop) -> None:
    _without(shop, 5, _is_external)


@situation(
    "external_orders_come", "внешние прекратились 5 дней назад, базового снимка нет", without_baseline=True
)
def external_orders_stopped_before_the_first_run(shop: Shop) -> None:
    _remove(shop, [row for row in _orders_since(shop, 5) if _is_external(row)])


@situation("external_orders_come", "коннектор заменён: xmlId ozon_→mp_")
def connector_is_replaced(shop: Shop) -> None:
    shop.advance(days=12)
    for row in filter(_begins("ozon"), _orders_since(shop, 12)):
        number = str(row["xmlId"]).removeprefix("ozon_")
        shop.portal.tables["order"].update(row["id"], xmlId=f"mp_{number}")


@situation("order_sources_on", "источник «Сделки» выключен")
def source_deals_is_off(shop: Shop) -> None:
    shop.portal.switch_off("trade_platform", 4)


@situation("platforms_bring_orders", "источник 1 умолк: 60 дней нет привязок")
def platform_is_silent(shop: Shop) -> None:
    shop.advance(days=60)
    for row in _orders_since(shop, 60):
        shop.portal.tables["trade_binding"].delete(int(row["id"]) - FIRST_ORDER + 1)


# Our own.


@situation("orders_come", "заказов стало вчетверо меньше: 12 в день вместо 45, шесть дней подряд")
def orders_fell(shop: Shop) -> None:
    trade_by(shop.portal, Habits(45, 30))
    shop.take_baseline()
    _without(shop, 6, lambda row: int(row["id"]) % 4 != 0)


@situation("orders_come", "магазин по будням: новогодние праздники, заказов нет с 30 декабря по 11 января")
def new_year_holidays_of_an_office(shop: Shop) -> None:
    trade_by(shop.portal, OFFICE)
    shop.take_baseline()
    shop.advance(days=42)
    _remove(shop, _orders_since(shop, 12))


@situation("orders_come", "магазин по будням: утро понедельника, последний заказ в пятницу днём")
def monday_morning_of_an_office(shop: Shop) -> None:
    trade_by(shop.portal, OFFICE)
    shop.take_baseline()
    shop.advance(days=7)
    _remove(shop, _orders_since(shop, 2.8))


@situation("orders_come", "сезонная пауза, какая была и год назад: 20 дней без заказов")
def the_pause_of_each_year(shop: Shop) -> None:
    trade_by(shop.portal, Habits(12, 8, pauses=(((12, 5), (2, 10)),)))
    shop.take_baseline()
    shop.advance(days=25)


@situation("orders_come", "магазин торгует и в праздники; заказов нет с 1 по 6 января")
def silence_in_holidays_of_a_shop_that_sells_then(shop: Shop) -> None:
    trade_by(shop.portal, Habits(30, 20))
    shop.take_baseline()
    shop.advance(days=32)
    _stops(shop, "order_history", 5)


@situation(
    "payments_come",
    "Robokassa (8 % оплат) молчит 30 дней, остальные идут, базового снимка нет",
    without_baseline=True,
)
def a_small_system_is_silent_before_the_first_run(shop: Shop) -> None:
    _silent(shop, "pay_system", 4, 30)


@situation("payments_come", "магазин по будням: утро вторника после праздников, оплат нет с 30 декабря")
def payments_after_the_holidays(shop: Shop) -> None:
    trade_by(shop.portal, OFFICE)
    shop.take_baseline()
    shop.advance(days=43)
    _remove(shop, _orders_since(shop, 13))


@situation("shipments_leave", "грузовое такси: отгрузка раз в 30 дней, прошло 40")
def a_rare_service_takes_its_time(shop: Shop) -> None:
    shop.portal.switch_on("delivery", 12)
    _make_rare(shop, "shipment", FIRST_SHIPMENT, "deliveryId", 12, gap=30, last=40)
    shop.take_baseline()


@situation(
    "external_orders_come",
    "Wildberries молчит 20 дней, Ozon идёт, базового снимка нет",
    without_baseline=True,
)
def wildberries_is_silent_before_the_first_run(shop: Shop) -> None:
    _without(shop, 20, _begins("wb"))


@situation("external_orders_come", "обмен грузит заказы пачкой раз в сутки ночью, последняя пачка вчера")
def orders_come_in_one_bunch_a_day(shop: Shop) -> None:
    table = shop.portal.tables["order"]
    for order_id in table.ids[-700:]:
        row = table.get(order_id)
        if row and _is_external(row):
            night = _moment(row).replace(hour=3, minute=int(row["id"]) % 10, second=0)
            table.update(order_id, dateInsert=night.isoformat(timespec="seconds"))
    shop.take_baseline()


@situation("external_orders_come", "подключили третью площадку, прежние идут")
def one_more_marketplace(shop: Shop) -> None:
    shop.advance(days=10)
    for row in _orders_since(shop, 10):
        if int(row["id"]) % 9 == 0 and not _is_external(row):
            shop.portal.tables["order"].update(row["id"], externalOrder="Y", xmlId=f"ym_{row['id']}")


@situation("external_orders_come", "все заказы прежнего коннектора получили новые номера: ozon_→mp_")
def old_orders_are_renumbered_too(shop: Shop) -> None:
    table = shop.portal.tables["order"]
    for order_id in table.ids[-700:]:
        row = table.get(order_id)
        if row and _begins("ozon")(row):
            table.update(order_id, xmlId=str(row["xmlId"]).replace("ozon_", "mp_"))


@situation("deal_sources_bring", "из веб-форм 12 дней нет сделок, из других источников идут")
def forms_bring_no_deals(shop: Shop) -> None:
    shop.advance(days=12)
    catch_up(shop.portal)
    table, since = shop.portal.tables["deal"], shop.now - timedelta(days=12)
    for deal_id in table.ids[-200:]:
        row = table.get(deal_id)
        if row and row["sourceId"] == "WEB" and datetime.fromisoformat(row["createdTime"]) >= since:
            table.delete(deal_id)


@situation("deals_appear", "отдел продаж по будням: воскресенье, сделок нет с пятницы")
def a_weekend_without_deals(shop: Shop) -> None:
    trade_by(shop.portal, Habits(20, 25, week=WORKDAYS, opens=9, closes=19, on_holidays=0))
    shop.take_baseline()
    shop.advance(days=6)


@situation("platforms_bring_orders", "редкий источник: заказ из сделок раз в 60 заказов, прошло 80")
def a_rare_platform_takes_its_time(shop: Shop) -> None:
    table = shop.portal.tables["trade_binding"]
    newest = shop.portal.tables["order"].ids[-1]
    for back in range(80, 1000, 60):
        table.add(
            {
                **_binding(shop),
                "id": newest - back - FIRST_ORDER + 1,
                "orderId": newest - back,
                "tradingPlatformId": "4",
            }
        )
    shop.take_baseline()


@situation("orders_reach_1c", "обмен с 1С стоит 5 дней: новые заказы без отметок 1С")
def exchange_with_1c_stopped(shop: Shop) -> None:
    _take_into_1c(shop, until=timedelta())
    shop.take_baseline()
    shop.advance(days=5)


@situation("orders_reach_1c", "1С забирает заказы раз в сутки ночью, утром новые ещё без отметок")
def exchange_with_1c_works_by_night(shop: Shop) -> None:
    _take_into_1c(shop, until=timedelta(hours=7))
    shop.take_baseline()
    shop.advance(days=3)
    _orders_since(shop, 3)
    _take_into_1c(shop, until=timedelta(hours=20))


def _take_into_1c(shop: Shop, until: timedelta) -> None:
    """1C has taken every order that is older than this."""
    table = shop.portal.tables["order"]
    for order_id in table.ids[-200:]:
        row = table.get(order_id)
        if row and _moment(row) <= shop.now - until:
            table.update(order_id, updated1c="Y", id1c=f"1c-{order_id}")


def _binding(shop: Shop) -> Row:
    return dict(next(iter(shop.portal.tables["trade_binding"])))


def _make_rare(shop: Shop, table: str, first: int, field: str, number: int, *, gap: int, last: int) -> None:
    """Something is chosen once in so many days only, the last time so many days ago."""
    orders, rows = shop.portal.tables["order"], shop.portal.tables[table]
    kind = "pay_system" if table == "payment" else "delivery"
    history = shop.portal.extra["order_history"]
    history.close(kind, number)
    wanted = [shop.now - timedelta(days=days) for days in range(last, 360, gap)]
    for row_id in reversed(rows.ids):
        row = rows.get(row_id)
        order = orders.get(FIRST_ORDER + row_id - first)
        if row is None or order is None:
            continue
        if row[field] == number:
            rows.update(row_id, **{field: 2})
        if wanted and _moment(order) <= wanted[0] and (table == "shipment" or row["paid"] == "Y"):
            wanted.pop(0)
            rows.update(row_id, **{field: number})


@situation("problem_orders", "помечены 25 заказов месяца из 640, при снимке было 3")
def many_orders_are_marked(shop: Shop) -> None:
    for order_id in shop.portal.tables["order"].ids[-60:-35]:
        shop.portal.tables["order"].update(
            order_id, marked="Y", reasonMarked="Не удалось зарезервировать товар"
        )


@situation("payments_come", "доля ЮKassa упала с 38 до 4 оплат из ста: почти все платят иначе")
def yookassa_is_hardly_chosen(shop: Shop) -> None:
    shop.advance(days=30)
    orders = {int(row["id"]) - FIRST_ORDER + FIRST_PAYMENT for row in _orders_since(shop, 30)}
    table = shop.portal.tables["payment"]
    for payment_id in orders:
        row = table.get(payment_id)
        if row and row["paySystemId"] == 2 and payment_id % 10:
            table.update(payment_id, paySystemId=3)


@situation("deals_appear", "сделок стало вчетверо меньше: 8 в день вместо 30, пять дней подряд")
def deals_fell(shop: Shop) -> None:
    trade_by(shop.portal, DOZENS)
    shop.take_baseline()
    shop.advance(days=5)
    catch_up(shop.portal)
    table, since = shop.portal.tables["deal"], shop.now - timedelta(days=5)
    for deal_id in table.ids[-250:]:
        row = table.get(deal_id)
        if row and deal_id % 4 and datetime.fromisoformat(row["createdTime"]) >= since:
            table.delete(deal_id)
