"""Situations of payments: pay systems, their handlers and settings, cash registers."""

from typing import Any

from bench.truth.shop import Shop
from bench.truth.situation import situation
from sandbox.shop.switches import change_settings

CARD, SBERBANK, ROBOKASSA, SBP, BILL, SPLIT = 2, 3, 4, 5, 6, 7


def change(shop: Shop, number: int, **fields: Any) -> None:
    """Change a pay system."""
    shop.portal.tables["paysystem"].update(number, **fields)


def settings(shop: Shop, number: int, **values: Any) -> None:
    """Change keys of a pay system."""
    change_settings(shop.portal, "pay_settings", number, **values)


def add_like(shop: Shop, like: int, number: int, **fields: Any) -> None:
    """Add a pay system made after another one."""
    table = shop.portal.tables["paysystem"]
    row = table.get(like) or {}
    table.add(
        {**row, "ID": number, "NAME": f"Оплата {number}", "PSA_NAME": f"Оплата {number}", "ACTIVE": "Y"}
        | fields
    )


def nine_systems(shop: Shop) -> None:
    """Three more systems with the handler of YooKassa, before the baseline: nine take orders."""
    for number in (9, 10, 11):
        add_like(shop, CARD, number)


# Systems and handlers.


@situation(
    "pay_handlers_installed",
    "обработчик удалён ДО первого снимка, система активна (нет базы)",
    without_baseline=True,
)
def handler_gone_before_the_first_run(shop: Shop) -> None:
    """The application was removed a month ago, its pay system is offered still."""
    change(shop, SPLIT, ACTIVE="Y")
    shop.portal.tables["paysystem_handler"].delete("1")


@situation("pay_handlers_installed", "добавлена система со своим обработчиком")
def system_with_a_handler_of_an_application(shop: Shop) -> None:
    """An application brings its handler and a pay system with it."""
    handlers = shop.portal.tables["paysystem_handler"]
    handlers.add(
        {"ID": "2", "NAME": "Долями", "CODE": "shares_app", "SORT": "300", "SETTINGS": {"CODES": {}}}
    )
    add_like(
        shop,
        CARD,
        9,
        NAME="Долями",
        PSA_NAME="Долями",
        ACTION_FILE="shares_app",
        PS_MODE="",
        CAN_PRINT_CHECK="N",
    )


@situation("pay_handlers_same", "у Сбербанка сменили обработчик на ЮKassa")
def sberbank_becomes_yookassa(shop: Shop) -> None:
    """The same row of the list sends the money to another provider."""
    change(shop, SBERBANK, ACTION_FILE="yandexcheckout")


@situation("pay_handlers_same", "ЮKassa: способ оплаты сменён с карты на кошелёк")
def another_way_of_paying(shop: Shop) -> None:
    """The handler stays, buyers see a wallet in the place of the card."""
    change(shop, CARD, PS_MODE="yoo_money")


@situation("pay_providers_known", "неизвестный обработчик")
def unknown_handler(shop: Shop) -> None:
    """A system whose provider nobody here knows."""
    change(shop, SPLIT, ACTIVE="Y")
    settings(shop, SPLIT, PS_WORK_MODE="REGULAR", REST_SERVICE_KEY="key")


@situation("pay_system_for_orders", "только СБП, остальное выключено намеренно")
def only_fast_payments(shop: Shop) -> None:
    """Buyers pay by SBP alone, and have for long."""
    for number in (1, CARD, SBERBANK, ROBOKASSA, BILL):
        change(shop, number, ACTIVE="N")
    shop.take_baseline()


@situation("pay_system_for_orders", "остался только счёт для юрлиц")
def only_an_invoice(shop: Shop) -> None:
    """An invoice for companies is no online payment."""
    for number in (1, CARD, SBERBANK, ROBOKASSA, SBP):
        change(shop, number, ACTIVE="N")


@situation("pay_systems_still_on", "система переведена с ORDER на CRM_INVOICE")
def orders_become_invoices(shop: Shop) -> None:
    """Somebody made it again for invoices."""
    change(shop, CARD, ENTITY_REGISTRY_TYPE="CRM_INVOICE")


@situation("pay_systems_still_on", "добавлена вторая система")
def second_system(shop: Shop) -> None:
    """One more way of paying is offered."""
    add_like(shop, CARD, 9)


@situation("pay_systems_still_on", "система переименована и переставлена в списке")
def system_is_renamed(shop: Shop) -> None:
    """Another name and another place."""
    change(shop, CARD, NAME="Картой онлайн", PSA_NAME="Картой онлайн", SORT=500)


# Settings.


@situation("pay_settings_filled", "9 активных систем, у девятой пустой ключ")
def ninth_without_key(shop: Shop) -> None:
    """No system is too far down the list."""
    nine_systems(shop)
    shop.take_baseline()
    settings(shop, 11, YANDEX_CHECKOUT_SECRET_KEY="")


@situation("pay_settings_filled", "пустой адрес возврата и ключ уведомлений Сбербанка")
def optional_fields_are_empty(shop: Shop) -> None:
    """What providers work without."""
    settings(shop, CARD, YANDEX_CHECKOUT_RETURN_URL="")
    settings(
        shop, SBERBANK, SBERBANK_SECRET_KEY="", SBERBANK_RETURN_FAIL_URL="", SBERBANK_ORDER_DESCRIPTION=""
    )
    shop.take_baseline()


@situation("pay_settings_same", "сменён ключ ЮKassa")
def key_is_changed(shop: Shop) -> None:
    """Another key of a real shop."""
    settings(shop, CARD, YANDEX_CHECKOUT_SECRET_KEY="live_sandbox_777777")


@situation("pay_settings_same", "9 активных систем, сменён ключ девятой")
def key_of_the_ninth(shop: Shop) -> None:
    """No system is too far down the list."""
    nine_systems(shop)
    shop.take_baseline()
    settings(shop, 11, YANDEX_CHECKOUT_SECRET_KEY="live_sandbox_777777")


@situation("pay_settings_same", "сменён ключ выключенной системы")
def key_of_a_switched_off_system(shop: Shop) -> None:
    """Nobody pays with it."""
    settings(shop, SPLIT, REST_SERVICE_KEY="key")


# Cash registers.


@situation("cash_registers_work", "касса отключилась: ENABLED=N")
def register_is_not_available(shop: Shop) -> None:
    """It is active and does not answer."""
    shop.portal.tables["cashbox"].update("1", ENABLED="N")


@situation("cash_registers_work", "у кассы слетел ОФД")
def operator_is_gone(shop: Shop) -> None:
    """Receipts reach no operator."""
    shop.portal.tables["cashbox"].update("1", OFD="")


@situation("cash_registers_work", "касса заменена: старая удалена, новая работает")
def register_is_replaced(shop: Shop) -> None:
    """A new register takes over."""
    table = shop.portal.tables["cashbox"]
    row = table.get("1") or {}
    table.delete("1")
    table.add({**row, "ID": "3", "NAME": "Онлайн-касса новая", "NUMBER_KKM": "0000000003"})


@situation("cash_registers_work", "основная касса выключена, вместо неё включена запасная")
def spare_takes_over(shop: Shop) -> None:
    """The spare register was there all the time."""
    shop.portal.tables["cashbox"].update("1", ACTIVE="N")
    shop.portal.tables["cashbox"].update("2", ACTIVE="Y")


@situation("receipts_possible", "обе кассы удалены")
def no_register_is_left(shop: Shop) -> None:
    """Pay systems promise receipts that nobody prints."""
    for number in ("1", "2"):
        shop.portal.tables["cashbox"].delete(number)


@situation("receipts_possible", "у ЮKassa выключили печать чеков")
def receipts_are_switched_off(shop: Shop) -> None:
    """Buyers get no receipt any more."""
    change(shop, CARD, CAN_PRINT_CHECK="N")


@situation("pay_systems_still_on", "платёжная система удалена и создана заново")
def system_made_anew(shop: Shop) -> None:
    """The same handler; whether the keys are right nobody knows."""
    add_like(shop, CARD, 9, NAME="ЮKassa: карта")
    shop.portal.remove("pay_system", CARD)


@situation("pay_settings_filled", "пароль Сбербанка пропал из настроек")
def password_is_gone(shop: Shop) -> None:
    """The field is not even there."""
    settings(shop, SBERBANK, SBERBANK_PASSWORD=None)


@situation("payer_types_present", "тип плательщика «Физлицо» выключен")
def payer_type_is_off(shop: Shop) -> None:
    """Its pay systems are offered to nobody."""
    shop.portal.tables["person_type"].update(3, active="N")


@situation("cash_registers_work", "приложение кассы удалено")
def application_of_the_register_is_gone(shop: Shop) -> None:
    """Its registers stay in the list."""
    shop.portal.tables["cashbox_handler"].delete("1")
