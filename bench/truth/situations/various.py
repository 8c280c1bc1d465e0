"""Situations that another pair of eyes wrote down while the checks were being mended."""

from bench.truth.shop import Shop
from bench.truth.situation import situation


@situation("base_price_present", "базовой стала оптовая цена")
def another_base_price(shop: Shop) -> None:
    """Somebody marks the wholesale price as the base one."""
    shop.portal.tables["price_type"].update(1, base="N")
    shop.portal.tables["price_type"].update(2, base="Y")


@situation("records_kept", "удалено 40 старых заказов из 7135")
def forty_orders_are_gone(shop: Shop) -> None:
    """The oldest orders are deleted."""
    orders = shop.portal.tables["order"]
    for order_id in list(orders.ids)[:40]:
        orders.delete(order_id)


@situation("stages_present", "удалён тип компании")
def a_type_of_company_is_gone(shop: Shop) -> None:
    """A value of the directory of types of companies is deleted."""
    values = shop.portal.tables["status"]
    row = next(row for row in values.all() if row["ENTITY_ID"] == "COMPANY_TYPE")
    values.delete(row["ID"])
