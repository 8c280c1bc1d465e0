"""Answers of odd documented shapes, moments at the edges, and shops of unusual size."""

from datetime import datetime, timedelta
from typing import Any

from bench.truth.shop import Shop
from bench.truth.situation import situation
from bench.truth.situations.crm import row_of
from bench.truth.situations.payments import CARD, add_like, change, settings
from bench.truth.situations.records import delete_first
from sandbox.shop.switches import change_settings


def rewrite(shop: Shop, table: str, key: str, **kinds: type) -> None:
    """The same values of a table in another type."""
    for row in shop.portal.tables[table].all():
        shop.portal.tables[table].update(row[key], **{name: kind(row[name]) for name, kind in kinds.items()})


@situation("money_settings_same", "ставки НДС и курсы пришли строками с нулями")
def rates_as_texts(shop: Shop) -> None:
    shop.portal.tables["vat"].update(2, rate="10.00")
    shop.portal.tables["vat"].update(3, rate="22.00")
    shop.portal.tables["currency"].update("USD", AMOUNT="92.50", AMOUNT_CNT=1)


@situation("money_settings_same", "курс стал за сто единиц")
def rate_of_a_hundred(shop: Shop) -> None:
    shop.portal.tables["currency"].update("BYN", AMOUNT="2840.0000", AMOUNT_CNT="100")


@situation("processes_present", "время правки шаблонов пришло в другом часовом поясе")
def moments_of_another_zone(shop: Shop) -> None:
    for row in shop.portal.tables["bp_template"].all():
        moment = datetime.fromisoformat(row["MODIFIED"])
        shifted = (moment + timedelta(hours=2)).replace(tzinfo=None).isoformat(timespec="seconds") + "+05:00"
        shop.portal.tables["bp_template"].update(row["ID"], MODIFIED=shifted)


@situation("processes_present", "признак автозапуска пришёл числом")
def starts_as_numbers(shop: Shop) -> None:
    rewrite(shop, "bp_template", "ID", AUTO_EXECUTE=int)


@situation("stages_same", "SORT стадий и воронок пришёл числом, EXTRA пустым списком")
def sort_as_numbers(shop: Shop) -> None:
    rewrite(shop, "status", "ID", SORT=int)
    for row in shop.portal.tables["status"].all():
        if row["ENTITY_ID"] == "SOURCE":
            shop.portal.tables["status"].update(row["ID"], EXTRA=[])


@situation("sip_connector_paid", "SIP: PAID пришёл как Y, дата пустая")
def sip_as_a_letter(shop: Shop) -> None:
    shop.portal.extra["sip"] = {"FREE_MINUTES": "0", "PAID": "Y", "PAID_DATE_END": ""}


@situation("connectors_work", "каналы переименованы приложениями")
def channels_are_renamed(shop: Shop) -> None:
    shop.portal.tables["connector"].update("telegrambot", NAME="Telegram Bot")


@situation("orders_come", "у десяти заказов дата завтрашняя")
def orders_of_tomorrow(shop: Shop) -> None:
    for order_id in shop.portal.tables["order"].ids[-10:]:
        shop.portal.tables["order"].update(
            order_id, dateInsert=(shop.now + timedelta(hours=20)).isoformat(timespec="seconds")
        )
    shop.take_baseline()


@situation("orders_come", "сто заказов загружены в одну секунду")
def orders_of_one_second(shop: Shop) -> None:
    moment = (shop.now - timedelta(hours=2)).isoformat(timespec="seconds")
    for order_id in shop.portal.tables["order"].ids[-100:]:
        shop.portal.tables["order"].update(order_id, dateInsert=moment)
    shop.take_baseline()


@situation("payments_come", "у оплат нет даты")
def payments_without_a_date(shop: Shop) -> None:
    for payment_id in shop.portal.tables["payment"].ids[-200:]:
        shop.portal.tables["payment"].update(payment_id, datePaid=None)
    shop.take_baseline()


@situation("goods_have_prices", "у товаров нет остатка и цены: null")
def goods_with_nulls(shop: Shop) -> None:
    for row_id in list(shop.portal.tables["store_product"].ids)[:50]:
        shop.portal.tables["store_product"].update(row_id, amount=None)
    shop.take_baseline()


@situation("orders_come", "заказов не было никогда, магазин открылся вчера")
def shop_opened_yesterday(shop: Shop) -> None:
    for name in ("order", "payment", "shipment", "trade_binding"):
        rows = shop.portal.tables[name]
        keep = rows.ids[-6:]
        for row_id in list(rows.ids):
            if row_id not in keep:
                rows.delete(row_id)
    shop.take_baseline()


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


@situation("processes_present", "метод шаблонов исчез после продления")
def templates_method_is_gone(shop: Shop) -> None:
    shop.portal.refuse_next("ERROR_METHOD_NOT_FOUND", times=None, method="bizproc.workflow.template.list")


@situation("records_kept", "сделку удалили и восстановили из корзины")
def deal_is_restored(shop: Shop) -> None:
    rows = [shop.portal.tables["deal"].get(number) for number in list(shop.portal.tables["deal"].ids)[:30]]
    delete_first(shop, "deal", 30)
    shop.run()
    for row in rows:
        if row:
            shop.portal.tables["deal"].add(dict(row))


@situation("vat", "ставки и курсы пришли другими типами")
def rates_of_other_types(shop: Shop) -> None:
    rates_as_texts(shop)
    rate_of_a_hundred(shop)


@situation("process_template", "время правки в другом поясе, автозапуск числом")
def templates_of_other_types(shop: Shop) -> None:
    moments_of_another_zone(shop)
    starts_as_numbers(shop)


@situation("person_type", "номера и признаки типов плательщиков пришли другими типами")
def payers_of_other_types(shop: Shop) -> None:
    rewrite(shop, "person_type", "id", sort=int)
    rewrite(shop, "openline", "ID", QUEUE_TIME=int)
    for row in shop.portal.tables["openline"].all():
        shop.portal.tables["openline"].update(row["ID"], QUEUE=[str(one) for one in reversed(row["QUEUE"])])


@situation("pay_system", "системе сменили тип плательщика")
def payer_changed(shop: Shop) -> None:
    change(shop, CARD, PERSON_TYPE_ID="4")


@situation("goods_count_holds", "товары перестали показываться: ACCESS_DENIED")
def goods_are_refused(shop: Shop) -> None:
    shop.portal.refuse_next("ACCESS_DENIED", times=None, method="catalog.product.list")


@situation("goods_have_prices", "цены перестали показываться: метода нет")
def prices_are_refused(shop: Shop) -> None:
    shop.portal.refuse_next("ERROR_METHOD_NOT_FOUND", times=None, method="catalog.price.list")
