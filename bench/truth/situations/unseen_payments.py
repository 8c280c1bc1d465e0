"""Situations of payments and receipts that nobody had in mind when the checks were written."""

from bench.truth.shop import Shop
from bench.truth.situation import situation
from bench.truth.situations.payments import (
    BILL,
    CARD,
    ROBOKASSA,
    SBERBANK,
    SBP,
    SPLIT,
    add_like,
    change,
    settings,
)

LONG_NAME = "<b>Оплата</b> & «карта» <script>alert(1)</script> " + "очень длинное название " * 12


def runs(shop: Shop, count: int = 10) -> None:
    """Run the checks so many nights in a row."""
    for _night in range(count):
        shop.run("daily")


@situation("pay_systems_still_on", "две системы с одним именем «Банковская карта», одна выключена")
def one_of_two_namesakes_is_off(shop: Shop) -> None:
    for number in (CARD, SBERBANK):
        change(shop, number, NAME="Банковская карта", PSA_NAME="Банковская карта")
    shop.take_baseline()
    shop.portal.switch_off("pay_system", SBERBANK)


@situation("pay_systems_still_on", "систему выключили, проверили, включили обратно")
def system_is_switched_on_again(shop: Shop) -> None:
    shop.portal.switch_off("pay_system", CARD)
    shop.run()
    shop.portal.switch_on("pay_system", CARD)


@situation("pay_systems_still_on", "система удалена, после этого десять проверок подряд")
def system_lost_ten_runs_ago(shop: Shop) -> None:
    shop.portal.remove("pay_system", SBERBANK)
    runs(shop)


@situation("pay_system_for_orders", "остались только наличные курьеру")
def only_cash_is_left(shop: Shop) -> None:
    for number in (CARD, SBERBANK, ROBOKASSA, SBP, BILL):
        change(shop, number, ACTIVE="N")


@situation("pay_settings_same", "сразу сменены ключи двух систем")
def two_keys_at_once(shop: Shop) -> None:
    settings(shop, CARD, YANDEX_CHECKOUT_SECRET_KEY="other")
    settings(shop, SBERBANK, SBERBANK_PASSWORD="other")


@situation("pay_settings_same", "ключ сменён и возвращён прежний")
def key_came_back(shop: Shop) -> None:
    from sandbox.shop.switches import change_settings

    settings(shop, CARD, YOOKASSA_SECRET_KEY="first")
    shop.take_baseline()
    change_settings(shop.portal, "pay_settings", CARD, YOOKASSA_SECRET_KEY="second")
    shop.run()
    change_settings(shop.portal, "pay_settings", CARD, YOOKASSA_SECRET_KEY="first")


@situation(
    "pay_handlers_installed",
    "приложение оплаты удалено, десять ночных проверок прошло",
    without_baseline=False,
)
def handler_lost_ten_nights_ago(shop: Shop) -> None:
    change(shop, SPLIT, ACTIVE="Y")
    shop.take_baseline()
    shop.portal.tables["paysystem_handler"].delete("1")
    runs(shop)


@situation("pay_systems_still_on", "имена систем пустые, с разметкой и на триста знаков")
def names_are_odd(shop: Shop) -> None:
    change(shop, CARD, NAME=LONG_NAME, PSA_NAME=LONG_NAME)
    change(shop, SBERBANK, NAME="", PSA_NAME="")
    change(shop, ROBOKASSA, NAME="", PSA_NAME="")
    shop.take_baseline()


@situation("pay_systems_still_on", "выключена система без имени")
def nameless_system_is_off(shop: Shop) -> None:
    change(shop, SBERBANK, NAME="", PSA_NAME="")
    shop.take_baseline()
    shop.portal.switch_off("pay_system", SBERBANK)


@situation("cash_registers_work", "единственная касса выключена вручную")
def the_only_register_is_off(shop: Shop) -> None:
    shop.portal.tables["cashbox"].delete("2")
    shop.take_baseline()
    shop.portal.switch_off("cashbox", "1")


@situation("cash_registers_work", "касса отключалась и снова работает")
def register_came_back(shop: Shop) -> None:
    shop.portal.tables["cashbox"].update("1", ENABLED="N")
    shop.run()
    shop.portal.tables["cashbox"].update("1", ENABLED="Y")


@situation("receipts_possible", "касс нет и не было, ни одна система не печатает чеков")
def no_registers_ever(shop: Shop) -> None:
    for number in ("1", "2"):
        shop.portal.tables["cashbox"].delete(number)
    for row in shop.portal.tables["paysystem"].all():
        change(shop, row["ID"], CAN_PRINT_CHECK="N")
    shop.take_baseline()


@situation("receipts_possible", "касса не работала ещё до первого снимка", without_baseline=True)
def register_was_broken_before(shop: Shop) -> None:
    shop.portal.tables["cashbox"].update("1", ENABLED="N")
    runs(shop, 3)


@situation("pay_test_mode", "тестовый режим Сбербанка с первого дня, проверка десятая", without_baseline=True)
def test_mode_for_ten_runs(shop: Shop) -> None:
    settings(shop, SBERBANK, SBERBANK_TEST_MODE="Y")
    runs(shop)


@situation("pay_test_mode", "включили новую систему сразу в тестовом режиме")
def new_system_in_test_mode(shop: Shop) -> None:
    add_like(shop, SBERBANK, 12, NAME="Сбербанк для опта")
    settings(shop, 12, SBERBANK_TEST_MODE="Y", SBERBANK_LOGIN="x", SBERBANK_PASSWORD="x")


@situation("pay_systems_still_on", "систему на оплату заказов перевели на другой тип плательщика")
def system_serves_other_payers(shop: Shop) -> None:
    change(shop, CARD, PERSON_TYPE_ID="3")
    shop.take_baseline()
    change(shop, CARD, PERSON_TYPE_ID="4")


@situation("payments_come", "заказы идут, но уже пять дней ни один не оплачен")
def nothing_is_paid(shop: Shop) -> None:
    from bench.truth.trade import orders_since
    from sandbox.shop.order_history import FIRST_ORDER, FIRST_PAYMENT

    shop.advance(days=5)
    for row in orders_since(shop, 5):
        shop.portal.tables["payment"].update(
            FIRST_PAYMENT + int(row["id"]) - FIRST_ORDER, paid="N", datePaid=None
        )
