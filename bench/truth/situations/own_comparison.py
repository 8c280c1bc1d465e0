"""Situations of our own for the comparison with the snapshot."""

from bench.truth.shop import Shop
from bench.truth.situation import situation
from bench.truth.situations.catalogue import change_all
from bench.truth.situations.crm import row_of
from bench.truth.situations.records import add_copies, delete_first


@situation("crm_total", "удалено 300 сделок, пришло 320 новых")
def new_deals_hide_lost_ones(shop: Shop) -> None:
    """The total grows although 300 deals are gone."""
    delete_first(shop, "deal", 300)
    add_copies(shop, "deal", 320)


@situation("crm_total", "удалены три дубля компаний")
def doubles_are_deleted(shop: Shop) -> None:
    """Ordinary tidying is named and alarms nobody."""
    delete_first(shop, "company", 3)


@situation("catalogue_total", "все цены стали нулевыми")
def prices_are_zero(shop: Shop) -> None:
    """The exchange wrote zeros."""
    change_all(shop, "price", price=0)


@situation("catalogue_total", "остатки обнулились")
def stock_is_zeroed(shop: Shop) -> None:
    """The exchange wrote zeros."""
    change_all(shop, "store_product", amount=0)


@situation("catalogue_total", "треть товаров выключена")
def goods_are_switched_off(shop: Shop) -> None:
    """Every third product is off."""
    for product_id in list(shop.portal.tables["product"].ids)[::3]:
        shop.portal.tables["product"].update(product_id, active="N")


@situation("checkout_field", "удалено свойство заказа «Телефон»")
def order_property_is_deleted(shop: Shop) -> None:
    """Managers cannot call the buyer any more."""
    shop.portal.tables["order_property"].delete(22)


@situation("delivery_handler", "приложение доставки удалено")
def delivery_handler_is_deleted(shop: Shop) -> None:
    """The taxi application is gone."""
    shop.portal.tables["delivery_handler"].delete("14")


@situation("field", "поле смарт-процесса стало обязательным")
def smart_field_is_required(shop: Shop) -> None:
    """The number of the waybill must be filled in."""
    shop.portal.tables["user_field"].update(
        row_of(shop, "user_field", ENTITY_ID="CRM_12")["ID"], MANDATORY="Y"
    )


@situation("stage", "удалена стадия смарт-процесса")
def smart_stage_is_deleted(shop: Shop) -> None:
    """Purchases lose the stage «В пути»."""
    shop.portal.remove("stage", "DT177_7:CLIENT")


@situation("sip", "SIP-коннектор не оплачен")
def sip_is_not_paid(shop: Shop) -> None:
    """The term of the SIP connector is over."""
    shop.portal.extra["sip"] = {"FREE_MINUTES": 60, "PAID": False}


@situation("currency", "валюта удалена")
def currency_is_deleted(shop: Shop) -> None:
    """The Belarusian rouble is gone."""
    shop.portal.tables["currency"].delete("BYN")


@situation("smart_process", "в смарт-процессе выключены роботы")
def robots_are_off(shop: Shop) -> None:
    """Robots and triggers of purchases are off."""
    shop.portal.tables["crm_type"].update(12, isAutomationEnabled="N")
