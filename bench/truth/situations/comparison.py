"""What the comparison with the snapshot says, object by object."""

from bench.truth.shop import Shop
from bench.truth.situation import situation
from bench.truth.situations.crm import row_of
from sandbox.shop.switches import change_settings


@situation("pay_system", "платёжная система удалена")
def pay_system_is_deleted(shop: Shop) -> None:
    """Sberbank is gone."""
    shop.portal.remove("pay_system", 3)


@situation("pay_system", "платёжная включена (была N)")
def pay_system_is_switched_on(shop: Shop) -> None:
    """What was off is on."""
    shop.portal.tables["paysystem"].update(8, ACTIVE="Y")


@situation("pay_system", "ключ ВЫКЛЮЧЕННОЙ системы сменён")
def key_of_sleeping_system_changes(shop: Shop) -> None:
    """Another key of a system that is off."""
    change_settings(shop.portal, "pay_settings", 7, REST_SERVICE_KEY="other-key")


@situation("cash_register", "касса: ОФД сменён")
def register_has_another_operator(shop: Shop) -> None:
    """Another operator of fiscal data."""
    shop.portal.tables["cashbox"].update("1", OFD="bx_platformaofd")


@situation("delivery", "доставка: группа сменена")
def delivery_moves(shop: Shop) -> None:
    """The profile belongs to another service."""
    shop.portal.tables["delivery"].update(8, PARENT_ID=4)


@situation("delivery", "доставка: настройки такси")
def taxi_has_other_settings(shop: Shop) -> None:
    """Another key of the taxi service."""
    change_settings(shop.portal, "delivery_settings", 10, TOKEN="other-token")


@situation("pipeline", "воронка новая")
def pipeline_is_new(shop: Shop) -> None:
    """One more pipeline of deals."""
    row = row_of(shop, "category", id=1)
    shop.portal.tables["category"].add({**row, "id": 9, "name": "Маркетплейсы", "sort": 900})
    statuses = shop.portal.tables["status"]
    for stage in [one for one in statuses.all() if one["ENTITY_ID"] == "DEAL_STAGE_1"]:
        code = stage["STATUS_ID"].replace("C1:", "C9:")
        statuses.add({**stage, "ID": f"9{stage['ID']}", "ENTITY_ID": "DEAL_STAGE_9", "STATUS_ID": code})


@situation("stage", "стадия: порядок")
def stages_change_places(shop: Shop) -> None:
    """The second and third stage of retail change places."""
    table = shop.portal.tables["status"]
    second, third = (row_of(shop, "status", ENTITY_ID="DEAL_STAGE", SORT=sort) for sort in ("20", "30"))
    table.update(second["ID"], SORT="30")
    table.update(third["ID"], SORT="20")


@situation("stage", "стадия: смысл process→failure")
def stage_means_failure(shop: Shop) -> None:
    """A stage in progress counts as a failure now."""
    row = row_of(shop, "status", ENTITY_ID="DEAL_STAGE_1", STATUS_ID="C1:EXECUTING")
    shop.portal.tables["status"].update(
        row["ID"], SEMANTICS="F", EXTRA={"SEMANTICS": "failure", "COLOR": row["COLOR"]}
    )


@situation("stage", "статус лида удалён")
def lead_status_is_deleted(shop: Shop) -> None:
    """A status of leads is gone."""
    shop.portal.remove("stage", "STATUS:IN_PROCESS")


@situation("stage", "справочник SOURCE: значение удалено")
def source_is_deleted(shop: Shop) -> None:
    """A source is gone from the dictionary."""
    shop.portal.remove("stage", "SOURCE:OZON")


@situation("field", "поле сделки удалено")
def deal_field_is_deleted(shop: Shop) -> None:
    """A custom field of deals is gone."""
    shop.portal.tables["user_field"].delete("303")


@situation("field", "поле сделки стало обязательным")
def deal_field_is_required(shop: Shop) -> None:
    """A custom field of deals must be filled in."""
    shop.portal.tables["user_field"].update("301", MANDATORY="Y")


@situation("field", "поле контакта удалено")
def contact_field_is_deleted(shop: Shop) -> None:
    """A custom field of contacts is gone."""
    shop.portal.tables["user_field"].delete(row_of(shop, "user_field", ENTITY_ID="CRM_CONTACT")["ID"])


@situation("process_template", "БП: автозапуск выключен")
def process_starts_by_hand(shop: Shop) -> None:
    """A process does not start by itself any more."""
    shop.portal.tables["bp_template"].update("204", AUTO_EXECUTE="0")


@situation("site", "сайт удалён")
def site_is_deleted(shop: Shop) -> None:
    """The shop is gone."""
    shop.portal.remove("site", "3")


@situation("open_line", "линия: очередь")
def queue_changes(shop: Shop) -> None:
    """One person is left in the queue."""
    row = shop.portal.tables["openline"].get("15") or {}
    shop.portal.tables["openline"].update("15", QUEUE=row["QUEUE"][:1])


@situation("connector", "канал отключён")
def channel_is_off(shop: Shop) -> None:
    """Telegram is switched off."""
    shop.portal.switch_off("connector", "telegrambot")


@situation("connector", "канал: ошибка")
def channel_has_an_error(shop: Shop) -> None:
    """Telegram answers with an error."""
    shop.portal.tables["connector"].update("telegrambot", ERROR=True)


@situation("connector", "канал удалён")
def channel_is_deleted(shop: Shop) -> None:
    """Telegram is gone from the list."""
    shop.portal.tables["connector"].delete("telegrambot")


@situation("phone_line", "номер удалён")
def phone_line_is_deleted(shop: Shop) -> None:
    """A number is gone."""
    shop.portal.tables["phone_line"].delete("sip7")


@situation("price_type", "тип цены удалён")
def price_type_is_deleted(shop: Shop) -> None:
    """The wholesale price is gone."""
    shop.portal.remove("price_type", 2)


@situation("price_type", "базовая цена сменена", also=("catalogue_total",))
def base_price_is_another(shop: Shop) -> None:
    """The wholesale price is the base one now."""
    shop.portal.tables["price_type"].update(1, base="N")
    shop.portal.tables["price_type"].update(2, base="Y")


@situation("bi_source", "BI источник выключен")
def bi_source_is_off(shop: Shop) -> None:
    """A source of analytics is off."""
    shop.portal.switch_off("bi_source", "10")


@situation("crm_total", "лидов меньше")
def leads_are_fewer(shop: Shop) -> None:
    """A few leads are deleted."""
    for lead_id in list(shop.portal.tables["lead"].ids)[:3]:
        shop.portal.tables["lead"].delete(lead_id)


@situation("currency", "базовая валюта сменена (есть ли вид?)")
def base_currency_changes(shop: Shop) -> None:
    """Sums are counted in dollars."""
    shop.portal.tables["currency"].update("RUB", BASE="N")
    shop.portal.tables["currency"].update("USD", BASE="Y")


@situation("vat", "НДС сменён")
def vat_changes(shop: Shop) -> None:
    """The main rate is another."""
    shop.portal.tables["vat"].update(3, rate=20)


@situation("checkout_field", "свойство заказа стало обязательным")
def order_property_is_required(shop: Shop) -> None:
    """Buyers must write a postcode."""
    shop.portal.tables["order_property"].update(24, required="Y")


@situation("stock", "складской учёт выключен")
def stock_accounting_is_off(shop: Shop) -> None:
    """Stocks are not kept any more."""
    shop.portal.extra["stock_mode"] = "N"


@situation("person_type", "тип плательщика удалён")
def payer_type_is_deleted(shop: Shop) -> None:
    """Companies cannot order any more."""
    shop.portal.tables["person_type"].delete(4)


@situation("catalogue_total", "товаров меньше на 20")
def goods_are_fewer(shop: Shop) -> None:
    """Twenty goods are gone."""
    for product_id in list(shop.portal.tables["product"].ids)[:20]:
        shop.portal.tables["product"].delete(product_id)


@situation("plan", "тариф сменён")
def plan_changes(shop: Shop) -> None:
    """The portal stands on a smaller plan."""
    shop.portal.renew("ru_basic")


@situation("catalog", "каталог удалён")
def catalogue_is_deleted(shop: Shop) -> None:
    """The catalogue of variations is gone."""
    shop.portal.tables["catalog"].delete(24)


@situation("crm_mode", "режим CRM без лидов")
def leads_are_switched_off(shop: Shop) -> None:
    """CRM works without leads."""
    statuses = shop.portal.tables["status"]
    for row in statuses.all():
        if row["ENTITY_ID"] == "STATUS":
            statuses.delete(row["ID"])


@situation("pay_handler", "REST-обработчик оплаты удалён")
def pay_handler_is_deleted(shop: Shop) -> None:
    """The application of a pay system is gone."""
    shop.portal.tables["paysystem_handler"].delete("1")
