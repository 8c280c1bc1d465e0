"""Answers of odd documented shapes, and moments at the edges."""

from datetime import datetime, timedelta

from bench.truth.shop import Shop
from bench.truth.situation import situation
from bench.truth.situations.payments import CARD, change
from bench.truth.situations.records import delete_first


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
