"""Reference data of the shop: order statuses, payers, checkout fields, currencies, trade platforms, VAT, price types, stores."""

from datetime import datetime
from typing import Any

from sandbox.rest.table import Row, Table
from sandbox.shop.formats import iso
from sandbox.shop.orders import LANDING_PLATFORM
from sandbox.shop.pay_systems import FIRM, PERSON

_ORDER_STATUSES = (
    ("N", "O", "Y", "#BEEDF1", 10, "Принят, ожидается оплата"),
    ("P", "O", "Y", "#ACE9FB", 20, "Оплачен, формируется к отправке"),
    ("S", "O", "Y", "#FFA900", 30, "Отправлен"),
    ("F", "O", "Y", "#7BD500", 40, "Выполнен"),
    ("D", "O", "Y", "#FF5752", 50, "Отменён"),
    ("DN", "D", "N", "#BEEDF1", 300, "Ожидает обработки"),
    ("DF", "D", "Y", "#7BD500", 400, "Отгружен"),
    ("DD", "D", "Y", "#FF5752", 500, "Отменён"),
)
_PROPERTIES = (
    (20, PERSON, "FIO", "Имя и фамилия", "STRING", "Y", "isPayer"),
    (21, PERSON, "EMAIL", "E-Mail", "STRING", "Y", "isEmail"),
    (22, PERSON, "PHONE", "Телефон", "STRING", "Y", "isPhone"),
    (23, PERSON, "ADDRESS", "Адрес доставки", "STRING", "N", "isAddress"),
    (24, PERSON, "ZIP", "Индекс", "STRING", "N", "isZip"),
    (30, FIRM, "COMPANY", "Название компании", "STRING", "Y", "isProfileName"),
    (31, FIRM, "INN", "ИНН", "STRING", "Y", ""),
    (32, FIRM, "EMAIL", "E-Mail", "STRING", "Y", "isEmail"),
)
_MARKS = (
    "isAddress", "isAddressFrom", "isAddressTo", "isEmail", "isFiltered", "isLocation", "isPayer", "isPhone",
    "isProfileName", "isZip",
)  # fmt: skip


def order_statuses() -> Table:
    """Build statuses of orders and shipments as sale.status.list returns them."""
    return Table(
        [
            {"color": color, "id": code, "notify": notify, "sort": sort, "type": kind, "xmlId": None}
            for code, kind, notify, color, sort, _ in _ORDER_STATUSES
        ],
        key="id",
    )


def status_names() -> list[Row]:
    """Return names of order statuses as sale.statusLang.list returns them."""
    return [
        {"description": "", "lid": "ru", "name": name, "statusId": code}
        for code, _, _, _, _, name in _ORDER_STATUSES
    ]


def payers() -> Table:
    """Build person types as sale.persontype.list returns them."""
    rows = [
        {
            "id": PERSON,
            "name": "Физическое лицо",
            "code": "CRM_CONTACT",
            "sort": "100",
            "active": "Y",
            "xmlId": "",
        },
        {
            "id": FIRM,
            "name": "Юридическое лицо",
            "code": "CRM_COMPANY",
            "sort": "110",
            "active": "Y",
            "xmlId": "",
        },
    ]
    return Table(rows, key="id")


def order_properties() -> Table:
    """Build checkout fields as sale.property.list returns them."""
    return Table([_property(place, one) for place, one in enumerate(_PROPERTIES)], key="id")


def _property(place: int, field: tuple[int, int, str, str, str, str, str]) -> Row:
    number, person, code, name, kind, needed, mark = field
    return {
        "active": "Y",
        "code": code,
        "defaultValue": "",
        "description": "",
        "id": number,
        "inputFieldLocation": "0",
        **{one: "Y" if one == mark else "N" for one in _MARKS},
        "multiple": "N",
        "name": name,
        "personTypeId": person,
        "propsGroupId": 5 if person == PERSON else 8,
        "required": needed,
        "settings": [],
        "sort": 100 + place * 10,
        "type": kind,
        "userProps": "Y",
        "util": "N",
        "xmlId": f"bx_prop{number:04d}",
    }


def currencies(now: datetime) -> Table:
    """Build currencies as crm.currency.list returns them."""
    rows = (
        ("RUB", "1.0000", "100", "Y", "Российский рубль", "# &#8381;"),
        ("USD", "92.5000", "200", "N", "Доллар США", "$#"),
        ("BYN", "28.4000", "300", "N", "Белорусский рубль", "# руб."),
    )
    table = Table(key="CURRENCY")
    for code, amount, sort, base, name, form in rows:
        money: Row = {"CURRENCY": code, "AMOUNT_CNT": "1", "AMOUNT": amount, "SORT": sort, "BASE": base}
        money |= {
            "FULL_NAME": name,
            "LID": "ru",
            "FORMAT_STRING": form,
            "DEC_POINT": ".",
            "THOUSANDS_SEP": "&nbsp;",
        }
        table.add(money | {"DECIMALS": "2", "DATE_UPDATE": iso(now.replace(month=1, day=15))})
    return table


def trade_platforms(*, site_id: int) -> Table:
    """Build the inner sources of orders; marketplaces come as applications and are not among them."""
    rows = [
        _platform(LANDING_PLATFORM, f"landing_{site_id}", "Интернет-магазин «Лавка у реки»", "Y"),
        _platform(2, "smart_invoice", "Счета", "Y"),
        _platform(3, "realization", "Документы реализации", "Y"),
        _platform(4, "deal", "Сделки", "Y"),
        _platform(5, "activity", "Дела", "N"),
    ]
    return Table(rows, key="id")


def _platform(number: int, code: str, name: str, active: str) -> Row:
    return {
        "active": active,
        "catalogSectionTabClassName": None,
        "class": None,
        "code": code,
        "description": "",
        "id": number,
        "name": name,
        "settings": "",
        "xmlId": "",
    }


def vat_rates(now: datetime) -> Table:
    """Build VAT rates as catalog.vat.list returns them."""
    rates: tuple[tuple[int, str, int | None], ...] = (
        (1, "Без НДС", None),
        (2, "НДС 10%", 10),
        (3, "НДС 22%", 22),
    )
    moment = iso(now.replace(month=1, day=10))
    rows: list[dict[str, Any]] = [
        {"active": "Y", "excludeVat": "Y" if rate is None else "N", "id": number, "name": name, "rate": rate}
        | {"sort": number * 100, "timestampX": moment, "xmlId": None}
        for number, name, rate in rates
    ]
    return Table(rows, key="id")


def price_types(now: datetime) -> Table:
    """Build price types as catalog.priceType.list returns them."""
    moment = iso(now.replace(month=1, day=10))
    rows = [
        {"base": base, "createdBy": 1, "dateCreate": moment, "id": number, "modifiedBy": 1, "name": name}
        | {"sort": number * 100, "timestampX": moment, "xmlId": name}
        for number, name, base in ((1, "BASE", "Y"), (2, "OPT", "N"))
    ]
    return Table(rows, key="id")


def stores(now: datetime, *, stock: bool) -> Table:
    """Build stores as catalog.store.list returns them."""
    named = (
        ("Основной склад", "Тихореченск, ул. Заводская, 4", "Y"),
        ("Магазин на Яблоневой", "Тихореченск", "Y"),
    )
    moment = iso(now.replace(month=1, day=10))
    rows: list[Row] = []
    for place, (title, address, active) in enumerate(named[: 2 if stock else 1], start=1):
        row: Row = {"active": active, "address": address, "code": f"store_{place}", "dateCreate": moment}
        row |= {"dateModify": moment, "description": "", "email": "", "gpsN": 0.0, "gpsS": 0.0, "id": place}
        row |= {"imageId": None, "issuingCenter": "Y" if place == 2 else "N", "modifiedBy": 1, "phone": ""}
        rows.append(row | {"schedule": "", "sort": place * 100, "title": title, "userId": 1, "xmlId": None})
    return Table(rows, key="id")
