"""Pay systems, their REST handler and settings, payers."""

from typing import Any

from sandbox.rest.table import Row, Table

PERSON = 3
FIRM = 4
CASH = 1
YOOKASSA = 2
SBERBANK = 3
ROBOKASSA = 4
FAST_PAYMENTS = 5
INVOICE = 6
REST_HANDLER_CODE = "splitpay"

# Codes of system handlers: knowledge of the sale module, not of the REST documentation.
System = tuple[int, str, str, str, str, int | None, str, str]
_SYSTEMS: tuple[System, ...] = (
    (CASH, "Наличные курьеру", "cash", "", "ORDER", PERSON, "Y", "N"),
    (YOOKASSA, "ЮKassa: банковская карта", "yandexcheckout", "bank_card", "ORDER", PERSON, "A", "Y"),
    (SBERBANK, "Сбербанк: оплата картой", "sberbankonline", "", "ORDER", PERSON, "A", "Y"),
    (ROBOKASSA, "Robokassa", "roboxchange", "", "ORDER", PERSON, "N", "Y"),
    (FAST_PAYMENTS, "Система быстрых платежей (СБП)", "yandexcheckout", "sbp", "ORDER", PERSON, "A", "Y"),
    (INVOICE, "Счёт для юридических лиц", "billru", "", "ORDER", FIRM, "N", "N"),
    (7, "Оплата частями", REST_HANDLER_CODE, "", "ORDER", PERSON, "N", "N"),
    (8, "Счёт CRM (старый)", "bill", "", "CRM_INVOICE", FIRM, "N", "N"),
)
_SWITCHED_OFF = frozenset({7, 8})


def pay_systems(only: frozenset[int] | None = None) -> Table:
    """Build the pay systems, all of them or the named ones."""
    return Table(
        [_pay_system(place, one) for place, one in enumerate(_SYSTEMS) if only is None or one[0] in only],
        key="ID",
    )


def _pay_system(place: int, system: System) -> Row:
    number, name, action, mode, registry, person, cash, check = system
    return {
        "NAME": name,
        "PSA_NAME": name,
        "DESCRIPTION": "",
        "ACTION_FILE": action,
        "RESULT_FILE": None,
        "NEW_WINDOW": "N",
        "PS_MODE": mode,
        "HAVE_PAYMENT": "N",
        "HAVE_ACTION": "N",
        "HAVE_RESULT": "N",
        "HAVE_PREPAY": "N",
        "HAVE_PRICE": "N",
        "HAVE_RESULT_RECEIVE": "Y" if cash == "A" else "N",
        "ENCODING": None,
        "ACTIVE": "N" if number in _SWITCHED_OFF else "Y",
        "ALLOW_EDIT_PAYMENT": "Y",
        "IS_CASH": cash,
        "AUTO_CHANGE_1C": "N",
        "CAN_PRINT_CHECK": check,
        "ENTITY_REGISTRY_TYPE": registry,
        "XML_ID": f"bx_ps{number:04d}",
        "ID": number,
        "PERSON_TYPE_ID": person,
        "SORT": 100 + place * 10,
        "TARIFF": None,
    }


def settings_of(pay_system: Row) -> dict[str, Any]:
    """Return the keys an administrator filled for a pay system; invented values, none opens anything."""
    number = pay_system["ID"]
    keys: dict[str, dict[str, Any]] = {
        "yandexcheckout": {
            "YANDEX_CHECKOUT_SHOP_ID": f"90{number:04d}",
            "YANDEX_CHECKOUT_SECRET_KEY": f"live_sandbox_{number:06d}",
            "YANDEX_CHECKOUT_RETURN_URL": "https://lavka.example/payment/success/",
            "PS_CHANGE_STATUS_PAY": "Y",
        },
        "sberbankonline": {
            "SBERBANK_LOGIN": "lavka-api",
            "SBERBANK_PASSWORD": f"sandbox-{number:06d}",
            "SBERBANK_TEST_MODE": "N",
            "PS_CHANGE_STATUS_PAY": "Y",
        },
        "roboxchange": {
            "ROBOXCHANGE_SHOPLOGIN": "lavka",
            "ROBOXCHANGE_SHOPPASSWORD": f"sandbox-{number:06d}-1",
            "ROBOXCHANGE_SHOPPASSWORD2": f"sandbox-{number:06d}-2",
            "PS_IS_TEST": "N",
            "PS_CHANGE_STATUS_PAY": "Y",
        },
        REST_HANDLER_CODE: {"REST_SERVICE_ID": "lavka", "REST_SERVICE_KEY": "", "PS_WORK_MODE": "TEST"},
        "billru": {"SELLER_COMPANY_NAME": "ООО «Лавка у реки»", "SELLER_COMPANY_INN": "0000000000"},
    }
    return dict(keys.get(pay_system["ACTION_FILE"], {}))


def pay_handlers() -> Table:
    """Build the handler that another application added by REST."""
    codes = {
        "REST_SERVICE_ID": {"NAME": "Номер магазина", "DESCRIPTION": "Номер магазина", "SORT": "100"},
        "REST_SERVICE_KEY": {"NAME": "Секретный ключ", "DESCRIPTION": "Секретный ключ", "SORT": "300"},
        "PS_WORK_MODE": {
            "NAME": "Режим работы платёжной системы",
            "SORT": "1100",
            "INPUT": {"TYPE": "ENUM", "OPTIONS": {"TEST": "Тестовый", "REGULAR": "Рабочий"}},
        },
    }
    form = {
        "ACTION_URI": "https://splitpay.example/form",
        "METHOD": "POST",
        "FIELDS": {"serviceid": {"CODE": "REST_SERVICE_ID"}},
    }
    settings = {"CURRENCY": ["RUB"], "FORM_DATA": form, "CODES": codes}
    row = {
        "ID": "1",
        "NAME": "Оплата частями",
        "CODE": REST_HANDLER_CODE,
        "SORT": "100",
        "SETTINGS": settings,
    }
    return Table([row], key="ID")
