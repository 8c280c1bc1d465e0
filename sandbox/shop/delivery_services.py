"""Delivery services with their profiles, the REST handler of one carrier and its settings."""

from typing import Any

from sandbox.rest.table import Row, Table

PICKUP = 2
COURIER = 3
CARGO = 4
CARGO_DOOR = 5
CARGO_POINT = 6
POST = 7
POST_PARCEL = 8
EXPRESS = 10
EXPRESS_TAXI = 11
# What customers choose from, how often out of a hundred, and what it costs.
CHOICES: tuple[tuple[int, int, int], ...] = (
    (PICKUP, 18, 0),
    (COURIER, 22, 390),
    (CARGO_DOOR, 16, 520),
    (CARGO_POINT, 28, 290),
    (POST_PARCEL, 12, 340),
    (EXPRESS_TAXI, 4, 690),
)
HANDLER_CODE = "svetlotaxi"
_SERVICES: tuple[tuple[int, int | None, str, str], ...] = (
    (1, None, "Без доставки", "N"),
    (PICKUP, None, "Самовывоз из магазина", "Y"),
    (COURIER, None, "Курьер по городу", "Y"),
    (CARGO, None, "СДЭК", "Y"),
    (CARGO_DOOR, CARGO, "СДЭК: до двери", "Y"),
    (CARGO_POINT, CARGO, "СДЭК: пункт выдачи", "Y"),
    (POST, None, "Почта России", "Y"),
    (POST_PARCEL, POST, "Почта России: посылка", "Y"),
    (9, POST, "Почта России: EMS", "N"),
    (EXPRESS, None, "Экспресс-такси", "Y"),
    (EXPRESS_TAXI, EXPRESS, "Экспресс-такси: легковой", "Y"),
    (12, EXPRESS, "Экспресс-такси: грузовой", "N"),
)


def deliveries(only: frozenset[int] | None = None) -> Table:
    """Build the delivery services; a parent service owns its profiles."""
    return Table([_delivery(*one) for one in _SERVICES if only is None or one[0] in only], key="ID")


def _delivery(number: int, parent: int | None, name: str, active: str) -> Row:
    return {
        "NAME": name,
        "ACTIVE": active,
        "DESCRIPTION": "",
        "CURRENCY": "RUB",
        "ID": number,
        "PARENT_ID": parent,
        "SORT": number * 10,
    }


def config_of(delivery: Row) -> list[dict[str, Any]]:
    """Return the settings of a service with a REST handler; REST shows no settings of others."""
    if delivery["ID"] != EXPRESS:
        return []
    return [
        {"CODE": "ACCOUNT", "VALUE": "lavka"},
        {"CODE": "TOKEN", "VALUE": "sandbox-express-token"},
        {"CODE": "CALL_BEFORE", "VALUE": "Y"},
        {"CODE": "MAX_WEIGHT", "VALUE": "20"},
    ]


def delivery_handlers() -> Table:
    """Build the handler that a taxi service added by REST."""
    config = [
        {"TYPE": "STRING", "NAME": "Кабинет", "CODE": "ACCOUNT"},
        {"TYPE": "STRING", "NAME": "Ключ", "CODE": "TOKEN"},
        {"TYPE": "Y/N", "NAME": "Звонить перед приездом", "CODE": "CALL_BEFORE"},
        {"TYPE": "NUMBER", "NAME": "Вес не больше, кг", "CODE": "MAX_WEIGHT"},
    ]
    settings = {
        "CALCULATE_URL": "https://express.example/calculate",
        "CREATE_DELIVERY_REQUEST_URL": "https://express.example/create",
        "CANCEL_DELIVERY_REQUEST_URL": "https://express.example/cancel",
        "HAS_CALLBACK_TRACKING_SUPPORT": "Y",
        "CONFIG": config,
    }
    profiles = [
        {"NAME": "Легковой", "DESCRIPTION": "До 20 кг", "CODE": "TAXI"},
        {"NAME": "Грузовой", "DESCRIPTION": "До 300 кг", "CODE": "CARGO"},
    ]
    row = {
        "ID": "14",
        "NAME": "Экспресс-такси",
        "CODE": HANDLER_CODE,
        "SORT": "250",
        "DESCRIPTION": "Доставка в день заказа",
        "SETTINGS": settings,
        "PROFILES": profiles,
    }
    return Table([row], key="ID")
