"""Situations of delivery and orders that nobody had in mind when the checks were written."""

from bench.truth.shop import Shop
from bench.truth.situation import situation
from bench.truth.situations.unseen_payments import runs
from bench.truth.trade import OFFICE, go_without, orders_since, remove, stop
from sandbox.shop.trading import Habits, trade_by

COURIER, CDEK, POST = 3, 4, 7


def delivery(shop: Shop, number: int, **fields: object) -> None:
    """Change a delivery service."""
    shop.portal.tables["delivery"].update(number, **fields)


@situation("deliveries_still_on", "две службы «Курьер», одна удалена")
def one_of_two_couriers_is_gone(shop: Shop) -> None:
    for number in (2, COURIER):
        delivery(shop, number, NAME="Курьер")
    shop.take_baseline()
    shop.portal.remove("delivery", COURIER)


@situation("deliveries_still_on", "у СДЭК добавлен профиль «Постамат»")
def one_more_profile(shop: Shop) -> None:
    row = shop.portal.tables["delivery"].get(5) or {}
    shop.portal.tables["delivery"].add({**row, "ID": 40, "NAME": "СДЭК: постамат", "SORT": 65})


@situation(
    "delivery_profiles_reachable",
    "Почта России выключена до первого снимка, посылка включена",
    without_baseline=True,
)
def parent_was_off_before(shop: Shop) -> None:
    delivery(shop, POST, ACTIVE="N")
    runs(shop, 2)


@situation("delivery_active", "магазин только с самовывозом, остальное выключено давно")
def pickup_only(shop: Shop) -> None:
    for row in shop.portal.tables["delivery"].all():
        if row["ID"] != 2:
            delivery(shop, row["ID"], ACTIVE="N")
    shop.take_baseline()


@situation("deliveries_still_on", "доставку выключили по ошибке и включили через час")
def service_came_back(shop: Shop) -> None:
    shop.portal.switch_off("delivery", COURIER)
    shop.run()
    shop.portal.switch_on("delivery", COURIER)


@situation("deliveries_still_on", "сразу выключены оплата, курьер и касса: доставка")
def several_at_once(shop: Shop) -> None:
    break_three(shop)


@situation("pay_systems_still_on", "сразу выключены оплата, курьер и касса: оплата")
def several_at_once_payment(shop: Shop) -> None:
    break_three(shop)


@situation("cash_registers_work", "сразу выключены оплата, курьер и касса: касса")
def several_at_once_register(shop: Shop) -> None:
    break_three(shop)


def break_three(shop: Shop) -> None:
    """Three parts of one order break in one night."""
    shop.portal.switch_off("pay_system", 2)
    shop.portal.switch_off("delivery", COURIER)
    shop.portal.switch_off("cashbox", "1")


@situation("checkout_fields_same", "из двух свойств EMAIL удалено одно, для юрлиц")
def one_of_two_emails_is_gone(shop: Shop) -> None:
    shop.portal.tables["order_property"].delete(32)


@situation("orders_come", "три заказа в день, неделю ни одного")
def small_shop_is_silent(shop: Shop) -> None:
    trade_by(shop.portal, Habits(3, 3))
    shop.take_baseline()
    stop(shop, "order_history", 7)


@situation("orders_come", "заказ раз в неделю, двенадцать дней тихо")
def rare_shop(shop: Shop) -> None:
    trade_by(shop.portal, Habits(0.15, 0.15))
    shop.take_baseline()
    shop.advance(days=5)


@situation("orders_come", "два дня заказов не было, потом снова пошли")
def orders_came_back(shop: Shop) -> None:
    shop.advance(days=2)
    remove(shop, orders_since(shop, 2))
    shop.run()
    shop.advance(days=3)


@situation("orders_come", "на другой день после активации заказов нет с самого утра")
def no_orders_after_an_activation(shop: Shop) -> None:
    shop.portal.renew("ru_std")
    shop.run()
    go_without(shop, 1.2, lambda _row: True)


@situation("orders_come", "магазин во Владивостоке по будням: там уже ночь субботы")
def shop_of_vladivostok(shop: Shop) -> None:
    shop.portal.set_time_zone("Asia/Vladivostok")
    trade_by(shop.portal, OFFICE)
    shop.take_baseline()
    shop.advance(days=5)


@situation("shipments_leave", "службу доставки отключили сами два месяца назад")
def service_was_left_behind(shop: Shop) -> None:
    shop.portal.switch_off("delivery", 5)
    shop.portal.extra["order_history"].close("delivery", 5)
    shop.advance(days=60)
    shop.take_baseline()
    shop.advance(days=10)


@situation("orders_come", "ни одного заказа за полтора дня при шестидесяти в день")
def busy_shop_is_silent_for_a_day(shop: Shop) -> None:
    trade_by(shop.portal, Habits(60, 30))
    shop.take_baseline()
    stop(shop, "order_history", 1.4)


@situation("problem_orders", "шесть помеченных заказов были и при снимке")
def marked_orders_stay(shop: Shop) -> None:
    for order_id in shop.portal.tables["order"].ids[-60:-54]:
        shop.portal.tables["order"].update(order_id, marked="Y", reasonMarked="")
    shop.take_baseline()


@situation("external_orders_come", "из трёх площадок самая малая (12 %) молчит 20 дней")
def the_smallest_marketplace_is_silent(shop: Shop) -> None:
    trade_by(shop.portal, Habits(40, 20, markets={40: "ozon", 30: "wb", 12: "ym"}))
    shop.take_baseline()
    go_without(shop, 20, lambda row: str(row["xmlId"]).startswith("ym"))


@situation("external_orders_come", "площадок никогда не было")
def no_marketplaces_ever(shop: Shop) -> None:
    trade_by(shop.portal, Habits(20, 20))
    shop.take_baseline()
    shop.advance(days=20)


@situation("external_orders_come", "Ozon молчал неделю и снова идёт")
def ozon_came_back(shop: Shop) -> None:
    go_without(shop, 7, lambda row: str(row["xmlId"]).startswith("ozon"))
    shop.run()
    shop.advance(days=5)


@situation("order_sources_on", "источник заказов удалён")
def source_is_gone(shop: Shop) -> None:
    shop.portal.tables["trade_platform"].delete(1)


@situation("order_sources_on", "включили ещё один источник")
def one_more_source(shop: Shop) -> None:
    shop.portal.switch_on("trade_platform", 5)
