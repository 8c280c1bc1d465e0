"""Situations of delivery services, their handlers and settings, order statuses and fields of the checkout."""

from bench.truth.shop import Shop
from bench.truth.situation import situation
from sandbox.shop.switches import change_settings

CARGO, EXPRESS, EMPTY = 4, 10, 1


@situation("delivery_handlers_installed", "у обработчика сменился CODE (переустановка другого приложения)")
def another_application(shop: Shop) -> None:
    """Another application of the same name."""
    shop.portal.tables["delivery_handler"].update("14", CODE="svetlotaxi_new")


@situation("delivery_profiles_reachable", "родитель СДЭК удалён из таблицы, профили остались")
def parent_is_gone(shop: Shop) -> None:
    """Profiles without their service."""
    shop.portal.tables["delivery"].delete(CARGO)


@situation("order_statuses_present", "удалён статус доставки DD")
def delivery_status_is_gone(shop: Shop) -> None:
    """An exchange that sets it will stop."""
    shop.portal.tables["order_status"].delete("DD")


@situation("order_statuses_present", "добавлен статус")
def status_is_added(shop: Shop) -> None:
    """One more step of an order."""
    table = shop.portal.tables["order_status"]
    table.add({**(table.get("P") or {}), "id": "ZZ", "sort": 900})


@situation("delivery_settings_same", "сменён ключ службы такси")
def key_of_the_carrier(shop: Shop) -> None:
    """Another contract."""
    change_settings(shop.portal, "delivery_settings", EXPRESS, TOKEN="sandbox-other-token")


@situation("deliveries_still_on", "доставка переименована и стоит в другом порядке")
def delivery_is_renamed(shop: Shop) -> None:
    """Another name and another place."""
    shop.portal.tables["delivery"].update(CARGO, NAME="СДЭК (новый договор)", SORT=5)


@situation("delivery_settings_same", "сменены настройки выключенной службы")
def settings_of_a_switched_off_service(shop: Shop) -> None:
    """No buyer is offered it."""
    change_settings(shop.portal, "delivery_settings", EMPTY, NOTE="new")


@situation("deliveries_still_on", "выключен профиль доставки: посылка Почты России")
def profile_is_off(shop: Shop) -> None:
    """The service stays, buyers cannot choose it."""
    shop.portal.switch_off("delivery", 8)


@situation("delivery_active", "у покупателя осталась только «Без доставки»")
def nothing_is_delivered(shop: Shop) -> None:
    """Every carrier is off."""
    table = shop.portal.tables["delivery"]
    for row in table.all():
        table.update(row["ID"], ACTIVE="Y" if row["ID"] == EMPTY else "N")


@situation("checkout_fields_same", "обязательный телефон удалён из полей заказа")
def phone_is_not_asked(shop: Shop) -> None:
    """Couriers have nobody to call."""
    table = shop.portal.tables["order_property"]
    needed = next(row for row in table if row["required"] == "Y" and row["active"] == "Y")
    table.delete(needed["id"])


@situation("checkout_fields_same", "поле заказа стало необязательным")
def field_is_optional_now(shop: Shop) -> None:
    """Buyers may fill it in still."""
    table = shop.portal.tables["order_property"]
    needed = next(row for row in table if row["required"] == "Y" and row["active"] == "Y")
    table.update(needed["id"], required="N")
