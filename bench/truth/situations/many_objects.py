"""Shops of unusual size: the last of many objects breaks."""

from typing import Any

from bench.truth.shop import Shop
from bench.truth.situation import situation
from bench.truth.situations.crm import row_of
from bench.truth.situations.payments import CARD, add_like, settings
from sandbox.shop.switches import change_settings


@situation("pay_settings_same", "сорок систем, сменён ключ сороковой")
def forty_systems(shop: Shop) -> None:
    for number in range(101, 133):
        add_like(shop, CARD, number)
        settings(shop, number, YANDEX_CHECKOUT_SHOP_ID=str(number), YANDEX_CHECKOUT_SECRET_KEY="live")
    shop.take_baseline()
    settings(shop, 132, YANDEX_CHECKOUT_SECRET_KEY="other")


@situation("delivery_settings_same", "сорок служб, сменён ключ последней")
def forty_services(shop: Shop) -> None:
    row = shop.portal.tables["delivery"].get(10) or {}
    for number in range(101, 131):
        shop.portal.tables["delivery"].add({**row, "ID": number, "NAME": f"Служба {number}"})
        change_settings(shop.portal, "delivery_settings", number, TOKEN=f"t{number}")
    shop.take_baseline()
    change_settings(shop.portal, "delivery_settings", 130, TOKEN="other")


@situation("pipelines_present", "сорок воронок, удалена последняя")
def forty_pipelines(shop: Shop) -> None:
    row = row_of(shop, "category", id=1)
    for number in range(101, 141):
        shop.portal.tables["category"].add({**row, "id": number, "name": f"Воронка {number}", "sort": number})
        for stage in [
            one for one in shop.portal.tables["status"].all() if one["ENTITY_ID"] == "DEAL_STAGE_1"
        ]:
            shop.portal.tables["status"].add(
                {
                    **stage,
                    "ID": f"{number}{stage['ID']}",
                    "ENTITY_ID": f"DEAL_STAGE_{number}",
                    "STATUS_ID": stage["STATUS_ID"].replace("C1:", f"C{number}:"),
                    "CATEGORY_ID": str(number),
                }
            )
    shop.take_baseline()
    shop.portal.remove("pipeline", 140)


@situation("deal_fields_present", "двести полей сделки, удалено двухсотое")
def two_hundred_fields(shop: Shop) -> None:
    row = shop.portal.tables["user_field"].get("301") or {}
    for number in range(1001, 1201):
        shop.portal.tables["user_field"].add({**row, "ID": str(number), "FIELD_NAME": f"UF_CRM_{number}"})
    shop.take_baseline()
    shop.portal.tables["user_field"].delete("1200")


@situation("processes_present", "сто двадцать шаблонов, удалён последний")
def many_templates(shop: Shop) -> None:
    row = shop.portal.tables["bp_template"].get("204") or {}
    for number in range(1001, 1121):
        shop.portal.tables["bp_template"].add({**row, "ID": str(number), "NAME": f"Шаблон {number}"})
    shop.take_baseline()
    shop.portal.tables["bp_template"].delete("1120")


@situation("smart_processes_on", "шестьдесят смарт-процессов, удалён последний")
def many_smart_processes(shop: Shop) -> None:
    row: dict[str, Any] = dict(shop.portal.tables["crm_type"].get(12) or {})
    for number in range(1001, 1061):
        shop.portal.tables["crm_type"].add(
            {**row, "id": number, "entityTypeId": number, "title": f"Процесс {number}"}
        )
    shop.take_baseline()
    shop.portal.tables["crm_type"].delete(1060)


@situation("stores_work", "шестьдесят складов, выключен последний")
def many_stores(shop: Shop) -> None:
    row = shop.portal.tables["store"].get(2) or {}
    for number in range(101, 161):
        shop.portal.tables["store"].add({**row, "id": number, "title": f"Склад {number}"})
    shop.take_baseline()
    shop.portal.switch_off("store", 160)


@situation("phone_lines_present", "сто номеров, удалён последний")
def many_numbers(shop: Shop) -> None:
    for number in range(100, 200):
        shop.portal.tables["phone_line"].add({"LINE_ID": f"sip{number}", "LINE_NAME": f"Линия {number}"})
    shop.take_baseline()
    shop.portal.tables["phone_line"].delete("sip199")


@situation("open_lines_on", "шестьдесят открытых линий, выключена последняя")
def many_lines(shop: Shop) -> None:
    row = shop.portal.tables["openline"].get("16") or {}
    for number in range(101, 161):
        shop.portal.tables["openline"].add({**row, "ID": str(number), "LINE_NAME": f"Линия {number}"})
    shop.take_baseline()
    shop.portal.switch_off("open_line", "160")


@situation("order_statuses_present", "семьдесят статусов заказа, удалён последний")
def many_statuses(shop: Shop) -> None:
    row = shop.portal.tables["order_status"].get("P") or {}
    for number in range(10, 80):
        shop.portal.tables["order_status"].add({**row, "id": f"X{number}", "sort": 1000 + number})
    shop.take_baseline()
    shop.portal.tables["order_status"].delete("X79")


@situation("checkout_fields_same", "восемьдесят свойств заказа, последнее стало обязательным")
def many_properties(shop: Shop) -> None:
    row = shop.portal.tables["order_property"].get(24) or {}
    for number in range(101, 181):
        shop.portal.tables["order_property"].add(
            {**row, "id": number, "name": f"Поле {number}", "code": f"F{number}"}
        )
    shop.take_baseline()
    shop.portal.tables["order_property"].update(180, required="Y")


@situation("shop_published", "шестьдесят сайтов, магазин — последний, снят с публикации")
def many_sites(shop: Shop) -> None:
    row = shop.portal.tables["site"].get("9") or {}
    for number in range(101, 161):
        shop.portal.tables["site"].add(
            {**row, "ID": str(number), "TITLE": f"Сайт {number}", "DOMAIN_NAME": f"s{number}.example"}
        )
    store = shop.portal.tables["site"].get("3") or {}
    shop.portal.tables["site"].add(
        {**store, "ID": "200", "TITLE": "Второй магазин", "DOMAIN_NAME": "two.example"}
    )
    shop.take_baseline()
    shop.portal.switch_off("site", "200")


@situation("order_sources_on", "семьдесят источников заказов, выключен последний")
def many_platforms(shop: Shop) -> None:
    row = shop.portal.tables["trade_platform"].get(1) or {}
    for number in range(101, 171):
        shop.portal.tables["trade_platform"].add(
            {**row, "id": number, "code": f"landing_{number}", "name": f"Сайт {number}"}
        )
    shop.take_baseline()
    shop.portal.switch_off("trade_platform", 170)


@situation("money_settings_same", "шестьдесят ставок НДС, отключена последняя")
def many_rates(shop: Shop) -> None:
    row = shop.portal.tables["vat"].get(3) or {}
    for number in range(101, 161):
        shop.portal.tables["vat"].add({**row, "id": number, "name": f"Ставка {number}", "rate": number % 30})
    shop.take_baseline()
    shop.portal.tables["vat"].update(160, active="N")
