"""Rhythm, our own rows: what falls, what rests, what is only rare, and 1C."""

from datetime import datetime, timedelta

from bench.truth.shop import Shop
from bench.truth.situation import situation
from bench.truth.trade import (
    DOZENS,
    OFFICE,
    begins,
    binding_of,
    fall_silent,
    go_without,
    is_external,
    make_rare,
    orders_since,
    placed_at,
    remove,
    stop,
    take_into_1c,
)
from sandbox.shop.new_orders import catch_up
from sandbox.shop.order_history import FIRST_ORDER, FIRST_PAYMENT, FIRST_SHIPMENT
from sandbox.shop.trading import WORKDAYS, Habits, trade_by


@situation("orders_come", "заказов стало вчетверо меньше: 12 в день вместо 45, шесть дней подряд")
def orders_fell(shop: Shop) -> None:
    trade_by(shop.portal, Habits(45, 30))
    shop.take_baseline()
    go_without(shop, 6, lambda row: int(row["id"]) % 4 != 0)


@situation("orders_come", "магазин по будням: новогодние праздники, заказов нет с 30 декабря по 11 января")
def new_year_holidays_of_an_office(shop: Shop) -> None:
    trade_by(shop.portal, OFFICE)
    shop.take_baseline()
    shop.advance(days=42)
    remove(shop, orders_since(shop, 12))


@situation("orders_come", "магазин по будням: утро понедельника, последний заказ в пятницу днём")
def monday_morning_of_an_office(shop: Shop) -> None:
    trade_by(shop.portal, OFFICE)
    shop.take_baseline()
    shop.advance(days=7)
    remove(shop, orders_since(shop, 2.8))


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
    stop(shop, "order_history", 5)


@situation(
    "payments_come",
    "Robokassa (8 % оплат) молчит 30 дней, остальные идут, базового снимка нет",
    without_baseline=True,
)
def a_small_system_is_silent_before_the_first_run(shop: Shop) -> None:
    fall_silent(shop, "pay_system", 4, 30)


@situation("payments_come", "магазин по будням: утро вторника после праздников, оплат нет с 30 декабря")
def payments_after_the_holidays(shop: Shop) -> None:
    trade_by(shop.portal, OFFICE)
    shop.take_baseline()
    shop.advance(days=43)
    remove(shop, orders_since(shop, 13))


@situation("shipments_leave", "грузовое такси: отгрузка раз в 30 дней, прошло 40")
def a_rare_service_takes_its_time(shop: Shop) -> None:
    shop.portal.switch_on("delivery", 12)
    make_rare(shop, "shipment", FIRST_SHIPMENT, "deliveryId", 12, gap=30, last=40)
    shop.take_baseline()


@situation(
    "external_orders_come",
    "Wildberries молчит 20 дней, Ozon идёт, базового снимка нет",
    without_baseline=True,
)
def wildberries_is_silent_before_the_first_run(shop: Shop) -> None:
    go_without(shop, 20, begins("wb"))


@situation("external_orders_come", "обмен грузит заказы пачкой раз в сутки ночью, последняя пачка вчера")
def orders_come_in_one_bunch_a_day(shop: Shop) -> None:
    table = shop.portal.tables["order"]
    for order_id in table.ids[-700:]:
        row = table.get(order_id)
        if row and is_external(row):
            night = placed_at(row).replace(hour=3, minute=int(row["id"]) % 10, second=0)
            table.update(order_id, dateInsert=night.isoformat(timespec="seconds"))
    shop.take_baseline()


@situation("external_orders_come", "подключили третью площадку, прежние идут")
def one_more_marketplace(shop: Shop) -> None:
    shop.advance(days=10)
    for row in orders_since(shop, 10):
        if int(row["id"]) % 9 == 0 and not is_external(row):
            shop.portal.tables["order"].update(row["id"], externalOrder="Y", xmlId=f"ym_{row['id']}")


@situation("external_orders_come", "все заказы прежнего коннектора получили новые номера: ozon_→mp_")
def old_orders_are_renumbered_too(shop: Shop) -> None:
    table = shop.portal.tables["order"]
    for order_id in table.ids[-700:]:
        row = table.get(order_id)
        if row and begins("ozon")(row):
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
                **binding_of(shop),
                "id": newest - back - FIRST_ORDER + 1,
                "orderId": newest - back,
                "tradingPlatformId": "4",
            }
        )
    shop.take_baseline()


@situation("orders_reach_1c", "обмен с 1С стоит 5 дней: новые заказы без отметок 1С")
def exchange_with_1c_stopped(shop: Shop) -> None:
    take_into_1c(shop, until=timedelta())
    shop.take_baseline()
    shop.advance(days=5)


@situation("orders_reach_1c", "1С забирает заказы раз в сутки ночью, утром новые ещё без отметок")
def exchange_with_1c_works_by_night(shop: Shop) -> None:
    take_into_1c(shop, until=timedelta(hours=7))
    shop.take_baseline()
    shop.advance(days=3)
    orders_since(shop, 3)
    take_into_1c(shop, until=timedelta(hours=20))


@situation("problem_orders", "помечены 25 заказов месяца из 640, при снимке было 3")
def many_orders_are_marked(shop: Shop) -> None:
    for order_id in shop.portal.tables["order"].ids[-60:-35]:
        shop.portal.tables["order"].update(
            order_id, marked="Y", reasonMarked="Не удалось зарезервировать товар"
        )


@situation("payments_come", "доля ЮKassa упала с 38 до 4 оплат из ста: почти все платят иначе")
def yookassa_is_hardly_chosen(shop: Shop) -> None:
    shop.advance(days=30)
    orders = {int(row["id"]) - FIRST_ORDER + FIRST_PAYMENT for row in orders_since(shop, 30)}
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
