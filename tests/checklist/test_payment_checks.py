"""Payments: what is online and what is not, handlers that are gone, what replaces what, and what is only a remark."""

import pytest

from b24app.checklist.engine.pay_providers import (
    field_title,
    handler_title,
    is_by_hand,
    is_of_the_portal,
    missing_settings,
    provider_of,
)
from b24app.checklist.engine.verdict import Level, Sentence, Verdict, sentence
from b24app.checklist.facts.delivery.deliveries import Deliveries, DeliveryService
from sandbox.portal import Portal
from sandbox.shop.switches import change_settings
from tests.checklist.conftest import Shop
from tests.checklist.test_losses import Damage, change, drop, off, wait


def both(*damages: Damage) -> Damage:
    def damage(portal: Portal) -> None:
        for one in damages:
            one(portal)

    return damage


def add_system(number: int, **fields: object) -> Damage:
    def damage(portal: Portal) -> None:
        table = portal.tables["paysystem"]
        table.add({**(table.get(2) or {}), "ID": number, "NAME": f"Оплата {number}", **fields})

    return damage


def settings(kind: str, number: int, **values: object) -> Damage:
    return lambda portal: change_settings(portal, kind, number, **values)


@pytest.mark.parametrize(
    ("handler", "name", "by_hand"),
    [
        ("cash", "Наличные курьеру", True),
        ("cashondelivery", "Наложенный платёж", True),
        ("billru", "Счёт для юридических лиц", True),
        ("bill", "Оплата", True),
        ("billkz", "Шот", True),
        ("sberbank", "Сбербанк", True),
        ("invoice_app", "Счёт на оплату", True),
        ("invoice_app", "Безналичный расчёт", True),
        ("app", "Картой при получении", True),
        ("yandexcheckout", "Наличными через ЮKassa", False),
        ("sberbankonline", "Счёт Сбербанка", False),
        ("app", "Счёт мобильного телефона", False),
        ("billing_app", "Карта", False),
        ("tinkoff_app", "Счёт", False),
        ("splitpay", "Оплата частями", False),
    ],
)
def test_an_invoice_and_cash_are_no_online_payment(handler: str, name: str, by_hand: bool) -> None:
    assert is_by_hand(handler, name) is by_hand


def test_an_invoice_is_named_as_one() -> None:
    assert provider_of("billby", "Счёт") == "bill"
    assert provider_of("sberbank", "Квитанция") == "cash"


def test_a_handler_in_a_folder_is_known_by_its_name() -> None:
    assert is_of_the_portal("/bitrix/modules/sale/handlers/paysystem/yandexcheckout/")
    assert not is_of_the_portal("splitpay")


def test_a_needed_setting_that_is_not_there_at_all_is_missing() -> None:
    assert missing_settings("sberbankonline", ("SBERBANK_LOGIN",)) == ("SBERBANK_PASSWORD",)
    assert missing_settings("sberbankonline", ("PS_CHANGE_STATUS_PAY",)) == ()
    assert missing_settings("splitpay", ()) == ()


def test_a_shop_that_takes_only_invoices_takes_nothing_online(shop: Shop) -> None:
    for row in shop.portal.tables["paysystem"].all():
        if row["ACTION_FILE"] != "billru":
            shop.portal.switch_off("pay_system", row["ID"])
    assert shop.verdict("pay_system_for_orders").level is Level.WARN


def orphan(portal: Portal) -> None:
    portal.switch_on("pay_system", 7)
    portal.tables["paysystem_handler"].delete("1")


def test_a_handler_that_was_gone_before_the_first_run_is_told(shop: Shop) -> None:
    orphan(shop.portal)
    assert shop.verdict("pay_handlers_installed").level is Level.WARN


def test_and_is_told_in_the_runs_after_it_too(shop: Shop) -> None:
    orphan(shop.portal)
    assert shop.after("pay_handlers_installed", wait(days=1)).level is Level.WARN


def test_money_that_comes_proves_a_handler(shop: Shop) -> None:
    shop.portal.tables["paysystem"].update(2, ACTION_FILE="made_by_nobody")
    assert shop.verdict("pay_handlers_installed").level is Level.PASS
    shop.portal.switch_off("pay_system", 2)
    shop.world.clock.advance(days=10)
    shop.portal.tables["paysystem"].update(2, ACTIVE="Y")
    assert shop.verdict("pay_handlers_installed").level is Level.WARN


def test_a_system_just_added_was_chosen_from_the_list_of_handlers(shop: Shop) -> None:
    told = shop.after("pay_handlers_installed", add_system(9, ACTION_FILE="new_of_the_portal"))
    assert told.level is Level.PASS


def test_an_on_premise_portal_has_handlers_of_its_own(shop: Shop) -> None:
    shop.portal.plan = "ru_selfhosted"
    orphan(shop.portal)
    assert shop.verdict("pay_handlers_installed").level is Level.PASS


REMARKS: list[tuple[str, Damage]] = [
    ("pay_settings_same", settings("pay_settings", 7, REST_SERVICE_KEY="key")),
    (
        "pay_settings_same",
        both(settings("pay_settings", 7, REST_SERVICE_KEY="k"), change("paysystem", 7, ACTIVE="Y")),
    ),
    ("pay_handlers_same", change("paysystem", 7, ACTION_FILE="other_app")),
    ("delivery_settings_same", settings("delivery_settings", 1, NOTE="new")),
    ("pay_systems_still_on", add_system(9)),
    ("pay_systems_still_on", change("paysystem", 2, NAME="Картой", SORT=900)),
    ("pay_settings_filled", settings("pay_settings", 2, YANDEX_CHECKOUT_RETURN_URL="")),
    (
        "pay_settings_filled",
        settings("pay_settings", 3, SBERBANK_SECRET_KEY="", SBERBANK_ORDER_DESCRIPTION=""),
    ),
]
WARNED: list[tuple[str, Damage]] = [
    ("pay_settings_same", settings("pay_settings", 2, YANDEX_CHECKOUT_SECRET_KEY="live_other")),
    ("pay_settings_same", settings("pay_settings", 2, YANDEX_CHECKOUT_SECRET_KEY=None)),
    ("pay_settings_filled", settings("pay_settings", 2, YANDEX_CHECKOUT_SECRET_KEY="  ")),
    ("pay_settings_filled", settings("pay_settings", 3, SBERBANK_PASSWORD=None)),
    ("pay_handlers_same", change("paysystem", 2, PS_MODE="yoo_money")),
    ("pay_systems_still_on", both(add_system(9), drop("paysystem", 2))),
    ("delivery_settings_same", settings("delivery_settings", 10, TOKEN="other")),
    ("receipts_possible", change("paysystem", 2, CAN_PRINT_CHECK="N")),
    ("receipts_possible", both(drop("cashbox", "1"), drop("cashbox", "2"))),
    ("cash_registers_work", change("cashbox", "1", OFD="bx_taxcomofd")),
    ("cash_registers_work", drop("cashbox_handler", "1")),
]
FAILED: list[tuple[str, Damage]] = [
    ("pay_systems_still_on", change("paysystem", 2, ENTITY_REGISTRY_TYPE="CRM_INVOICE")),
    ("cash_registers_work", change("cashbox", "1", OFD="")),
    ("cash_registers_work", both(drop("cashbox", "1"), drop("cashbox", "2"))),
    ("delivery_profiles_reachable", drop("delivery", 4)),
]


@pytest.mark.parametrize(("code", "damage"), REMARKS)
def test_is_no_more_than_a_remark(shop: Shop, code: str, damage: Damage) -> None:
    assert shop.after(code, damage).level is Level.PASS


@pytest.mark.parametrize(("code", "damage"), WARNED)
def test_is_worth_a_look(shop: Shop, code: str, damage: Damage) -> None:
    assert shop.after(code, damage).level is Level.WARN


@pytest.mark.parametrize(("code", "damage"), FAILED)
def test_stops_orders_or_receipts(shop: Shop, code: str, damage: Damage) -> None:
    assert shop.after(code, damage).level is Level.FAIL


def test_every_active_system_is_looked_at_however_many_there_are(shop: Shop) -> None:
    for number in range(9, 15):
        add_system(number)(shop.portal)
    told = shop.after("pay_settings_filled", settings("pay_settings", 14, YANDEX_CHECKOUT_SECRET_KEY=""))
    assert told.level is Level.WARN
    assert told.sentence.values["names"] == ("Оплата 14",)


def test_two_systems_of_one_name_do_not_hide_each_other(shop: Shop) -> None:
    for number in (9, 10):
        add_system(number, NAME="Банковская карта")(shop.portal)
        change_settings(shop.portal, "pay_settings", number, YANDEX_CHECKOUT_SECRET_KEY="")
    assert shop.verdict("pay_settings_filled").sentence.values["names"] == ("Банковская карта",) * 2


def replaced(shop: Shop, damage: Damage) -> Verdict:
    return shop.after("cash_registers_work", damage)


def test_a_replaced_register_is_not_lost(shop: Shop) -> None:
    new = {"ID": "3", "NAME": "Новая", "OFD": "", "ACTIVE": "Y", "ENABLED": "Y", "USE_OFFLINE": "N"}
    told = replaced(shop, both(drop("cashbox", "1"), lambda portal: portal.tables["cashbox"].add(new)))
    assert told.level is Level.PASS
    assert told.evidence[0].sentence.values["value"] == ("Онлайн-касса основная",)


def test_a_spare_register_takes_over(shop: Shop) -> None:
    told = replaced(shop, both(off("cashbox", "1"), change("cashbox", "2", ACTIVE="Y")))
    assert told.level is Level.PASS


def test_a_replacement_that_is_not_available_is_told(shop: Shop) -> None:
    told = replaced(shop, both(off("cashbox", "1"), change("cashbox", "2", ACTIVE="Y", ENABLED="N")))
    assert told.level is Level.FAIL


def test_only_without_delivery_is_no_delivery(shop: Shop) -> None:
    for row in shop.portal.tables["delivery"].all():
        shop.portal.tables["delivery"].update(row["ID"], ACTIVE="Y" if row["ID"] == 1 else "N")
    assert shop.verdict("delivery_active").level is Level.WARN


def test_a_service_whose_profiles_are_all_off_cannot_be_chosen() -> None:
    service, profile = (
        DeliveryService("4", "СДЭК", active=True),
        DeliveryService("5", "До двери", parent_id=4),
    )
    assert Deliveries((service, profile)).usable() == ()
    assert Deliveries((service,)).usable() == (service,)


def test_a_delivery_made_anew_is_worth_a_look(shop: Shop) -> None:
    def anew(portal: Portal) -> None:
        row = portal.tables["delivery"].get(3) or {}
        portal.tables["delivery"].delete(3)
        portal.tables["delivery"].add({**row, "ID": 30})

    assert shop.after("deliveries_still_on", anew).level is Level.WARN


def test_a_field_that_buyers_must_fill_in_may_not_vanish(shop: Shop) -> None:
    fields = shop.portal.tables["order_property"]
    needed = next(row for row in fields if row["required"] == "Y" and row["active"] == "Y")
    assert shop.after("checkout_fields_same", drop("order_property", needed["id"])).level is Level.WARN


def test_a_field_that_need_not_be_filled_in_may_become_so_again(shop: Shop) -> None:
    fields = shop.portal.tables["order_property"]
    needed = next(row for row in fields if row["required"] == "Y" and row["active"] == "Y")
    assert shop.after("checkout_fields_same", change("order_property", needed["id"], required="N")).level in {
        Level.PASS,
        Level.NA,
    }


def test_people_read_names_and_no_codes(shop: Shop) -> None:
    told = shop.after(
        "pay_settings_filled", settings("pay_settings", 3, SBERBANK_PASSWORD="", SBERBANK_LOGIN="")
    )
    assert told.evidence[0].sentence.values["codes"] == (sentence("login"), sentence("password"))
    told = shop.after("pay_handlers_same", change("paysystem", 3, ACTION_FILE="yandexcheckout"))
    values = told.evidence[0].sentence.values
    assert (values["was"], values["value"]) == (sentence("Sberbank"), sentence("YooKassa"))
    assert handler_title("splitpay") == "splitpay"
    assert field_title("CONTOUR") == "CONTOUR"


def test_another_application_in_the_place_of_a_carrier_is_named_so(shop: Shop) -> None:
    told = shop.after("delivery_handlers_installed", change("delivery_handler", "14", CODE="other"))
    assert told.level is Level.FAIL
    assert told.sentence.message.startswith("Another application")


def test_cabinets_that_nobody_looked_into_do_not_pass(shop: Shop) -> None:
    told = shop.verdict("pay_providers_known")
    assert told.level is Level.NA
    assert told.detail is not None
    assert "ЮKassa: банковская карта" in str(told.detail.values["names"])


def test_the_systems_that_were_not_looked_at_are_named_with_the_reason(shop: Shop) -> None:
    values = shop.verdict("pay_settings_filled").sentence.values
    left = values["left"]
    assert isinstance(left, tuple)
    assert values["count"] == values["total"] - len(left)
    reasons = {str(one.values["name"]): one.message for one in left if isinstance(one, Sentence)}
    assert len(reasons) == 2
    assert all("by hand" in message for message in reasons.values())
