"""User fields of the CRM, in the shape of crm.*.userfield.list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.rest.table import Row, Table

if TYPE_CHECKING:
    from sandbox.portal import Portal

OWNERS = {1: "CRM_LEAD", 2: "CRM_DEAL", 3: "CRM_CONTACT", 4: "CRM_COMPANY", 7: "CRM_QUOTE"}

_FIELDS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("CRM_DEAL", "UF_CRM_1700000001", "string", "Комментарий курьеру", "N", "N"),
    ("CRM_DEAL", "UF_CRM_1700000002", "enumeration", "Причина возврата", "N", "N"),
    ("CRM_DEAL", "UF_CRM_1700000003", "string", "Номер заказа на сайте", "N", "Y"),
    ("CRM_LEAD", "UF_CRM_1700000011", "string", "Откуда узнали о нас", "N", "N"),
    ("CRM_CONTACT", "UF_CRM_1700000021", "date", "Дата согласия на рассылку", "N", "N"),
    ("CRM_COMPANY", "UF_CRM_1700000031", "string", "Номер договора", "N", "Y"),
    ("CRM_12", "UF_CRM_12_1700000041", "string", "Номер накладной", "N", "N"),
)
_REASONS = ("Не подошёл размер", "Брак", "Передумал", "Долго везли")
_SETTINGS: dict[str, dict[str, Any]] = {
    "string": {"SIZE": 20, "ROWS": 1, "REGEXP": "", "MIN_LENGTH": 0, "MAX_LENGTH": 0, "DEFAULT_VALUE": ""},
    "enumeration": {"DISPLAY": "LIST", "LIST_HEIGHT": 1, "CAPTION_NO_VALUE": "", "SHOW_NO_VALUE": "Y"},
    "date": {"DEFAULT_VALUE": {"TYPE": "NONE", "VALUE": ""}},
}


def user_fields() -> Table:
    """Build the user fields of deals, leads, contacts, companies and the smart process."""
    return Table([_user_field(place, one) for place, one in enumerate(_FIELDS)], key="ID")


def _user_field(place: int, field: tuple[str, str, str, str, str, str]) -> Row:
    entity, code, kind, label, multiple, needed = field
    number = 301 + place * 2
    row: Row = {
        "ID": str(number),
        "ENTITY_ID": entity,
        "FIELD_NAME": code,
        "USER_TYPE_ID": kind,
        "XML_ID": None,
        "SORT": str(100 + place * 10),
        "MULTIPLE": multiple,
        "MANDATORY": needed,
        "SHOW_FILTER": "E",
        "SHOW_IN_LIST": "Y",
        "EDIT_IN_LIST": "Y",
        "IS_SEARCHABLE": "N",
        "SETTINGS": _SETTINGS[kind],
        "EDIT_FORM_LABEL": label,
        "LIST_COLUMN_LABEL": label,
        "LIST_FILTER_LABEL": label,
        "ERROR_MESSAGE": None,
        "HELP_MESSAGE": None,
    }
    return row | ({"LIST": _choices(number)} if kind == "enumeration" else {})


def _choices(number: int) -> list[dict[str, str]]:
    return [
        {
            "ID": str(number * 10 + place),
            "SORT": str((place + 1) * 10),
            "VALUE": value,
            "DEF": "N",
            "XML_ID": f"{number:016x}{place:016x}",
        }
        for place, value in enumerate(_REASONS)
    ]


def fields_of(portal: Portal, kind: int) -> dict[str, Row]:
    """The user fields of a type of items by the names that crm.item.* gives them.

    Those of a smart process are called by the id of its type (userfieldconfig-list.md).
    """
    smart = next((row for row in portal.tables["crm_type"] if row["entityTypeId"] == kind), None)
    owner = f"CRM_{smart['id']}" if smart else OWNERS.get(kind)
    rows = [row for row in portal.tables["user_field"] if row["ENTITY_ID"] == owner]
    return {_camel(row["FIELD_NAME"]): row for row in rows}


def _camel(code: str) -> str:
    """Name a user field as crm.item.* does: UF_CRM_1700 is ufCrm_1700, UF_CRM_12_1700 of a smart process ufCrm12_1700."""
    smart = re.fullmatch(r"UF_CRM_(\d+)_(\w+)", code)
    return f"ufCrm{smart[1]}_{smart[2]}" if smart else code.replace("UF_CRM_", "ufCrm_")
