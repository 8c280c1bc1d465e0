"""Rhythm: orders, payments, parcels, deals, marketplaces and sources that stop, pause, or are only rare."""

from bench.truth.shop import Shop
from bench.truth.situation import situation
from bench.truth.trade import (
    DOZENS,
    begins,
    fall_silent,
    go_without,
    is_external,
    make_rare,
    orders_since,
    remove,
    stop,
)
from sandbox.shop.order_history import FIRST_ORDER, FIRST_PAYMENT
from sandbox.shop.trading import Habits, trade_by


@situation("deals_appear", "сделок за 2 дня нет (раньше десятки в день)")
def no_deals_for_two_days(shop: Shop) -> None:
    trade_by(shop.portal, DOZENS)
    shop.take_baseline()
    stop(shop, "deals", 2)


@situation("payments_come", "две системы с одним именем «Банковская карта»: одна молчит 40 дней")
def one_of_two_namesakes_is_silent(shop: Shop) -> None:
    for number in (2, 3):
        shop.portal.tables["paysystem"].update(number, NAME="Банковская карта")
    shop.take_baseline()
    fall_silent(shop, "pay_system", 2, 40)


@situation("payments_come", "ЮKassa молчит 40 дней")
def yookassa_is_silent(shop: Shop) -> None:
    fall_silent(shop, "pay_system", 2, 40)


@situation("payments_come", "редкая система: платёж раз в 20 дней, прошло 25")
def a_rare_system_takes_its_time(shop: Shop) -> None:
    make_rare(shop, "payment", FIRST_PAYMENT, "paySystemId", 4, gap=20, last=25)
    shop.take_baseline()


@situation("orders_come", "заказов нет 2 дня (обычно 30 в день)")
def no_orders_for_two_days(shop: Shop) -> None:
    trade_by(shop.portal, DOZENS)
    shop.take_baseline()
    stop(shop, "order_history", 2)


@situation("orders_come", "сезонный магазин: заказов нет месяц, раньше 5 в день")
def no_orders_for_a_month(shop: Shop) -> None:
    trade_by(shop.portal, Habits(5, 5))
    shop.take_baseline()
    stop(shop, "order_history", 30)


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
    fall_silent(shop, "delivery", 3, 40)


@situation("shipments_leave", "СДЭК: до двери молчит 80 дней")
def to_the_door_is_silent(shop: Shop) -> None:
    fall_silent(shop, "delivery", 5, 80)


@situation("external_orders_come", "Ozon замолчал, WB идёт")
def ozon_is_silent(shop: Shop) -> None:
    go_without(shop, 12, begins("ozon"))


@situation("external_orders_come", "все внешние заказы прекратились 5 дней назад")
def external_orders_stopped(shop: Shop) -> None:
    go_without(shop, 5, is_external)


@situation(
    "external_orders_come", "внешние прекратились 5 дней назад, базового снимка нет", without_baseline=True
)
def external_orders_stopped_before_the_first_run(shop: Shop) -> None:
    remove(shop, [row for row in orders_since(shop, 5) if is_external(row)])


@situation("external_orders_come", "коннектор заменён: xmlId ozon_→mp_")
def connector_is_replaced(shop: Shop) -> None:
    shop.advance(days=12)
    for row in filter(begins("ozon"), orders_since(shop, 12)):
        number = str(row["xmlId"]).removeprefix("ozon_")
        shop.portal.tables["order"].update(row["id"], xmlId=f"mp_{number}")


@situation("order_sources_on", "источник «Сделки» выключен")
def source_deals_is_off(shop: Shop) -> None:
    shop.portal.switch_off("trade_platform", 4)


@situation("platforms_bring_orders", "источник 1 умолк: 60 дней нет привязок")
def platform_is_silent(shop: Shop) -> None:
    shop.advance(days=60)
    for row in orders_since(shop, 60):
        shop.portal.tables["trade_binding"].delete(int(row["id"]) - FIRST_ORDER + 1)
