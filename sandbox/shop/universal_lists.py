"""Universal lists with fields, sections and elements: one of suppliers, one of a process, one of a workgroup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.rest.table import Row, Table
from sandbox.shop.formats import iso

if TYPE_CHECKING:
    from sandbox.portal import Portal

SUPPLIERS, REQUESTS, OF_GROUP = 47, 48, 49
SUPPLIER, KIND = "PROPERTY_951", "PROPERTY_953"
SCAN, PASSPORT = "PROPERTY_955", "PROPERTY_957"
"""Fields of suppliers: one for files of Disk, one for files stored in the list itself."""


def lists_of(portal: Portal) -> Table:
    """The lists of a portal, made on first use."""
    made = [
        _list(SUPPLIERS, "lists", "Поставщики"),
        _list(REQUESTS, "bitrix_processes", "Заявки на отпуск"),
        _list(OF_GROUP, "lists_socnet", "Поставки к празднику", "7"),
    ]
    return portal.tables.setdefault("universal_list", Table(made, key="ID"))


def elements_of(portal: Portal) -> Table:
    """The elements of all lists; `_list` is the one they are in."""
    made = [_element(7001 + number, SUPPLIERS, f"Поставщик № {number + 1}") for number in range(130)]
    made += [_element(7201, REQUESTS, "Отпуск, 14 дней"), _element(7202, OF_GROUP, "Гирлянды")]
    return portal.tables.setdefault("universal_list_element", Table(made, key="ID"))


def fields_of(number: int) -> dict[str, Row]:
    """The fields of one list by their names."""
    made = (
        ("NAME", f"Название {number}", "NAME", ""),
        (SUPPLIER, "Договор", "S", "951"),
        (KIND, "Вид", "L", "953"),
        *((SCAN, "Скан договора", "S:DiskFile", "955"), (PASSPORT, "Паспорт качества", "F", "957")),
    )[: None if number == SUPPLIERS else 3]
    return {
        name: _field(place, name, title, kind, key) for place, (name, title, kind, key) in enumerate(made, 1)
    }


def _field(place: int, name: str, title: str, kind: str, key: str) -> Row:
    row: Row = {
        "FIELD_ID": name, "SORT": 10 * place, "NAME": title, "IS_REQUIRED": "N", "MULTIPLE": "N", "DEFAULT_VALUE": "",
        "TYPE": kind, "PROPERTY_TYPE": kind.partition(":")[0], "PROPERTY_USER_TYPE": False, "CODE": f"FIELD_{place}", "ID": key,
        "LINK_IBLOCK_ID": None, "ROW_COUNT": "1", "COL_COUNT": "30", "USER_TYPE_SETTINGS": None,
    }  # fmt: skip
    shown = {
        "SHOW_ADD_FORM": "Y",
        "SHOW_EDIT_FORM": "Y",
        "ADD_READ_ONLY_FIELD": "N",
        "EDIT_READ_ONLY_FIELD": "N",
    }
    row["SETTINGS"] = shown | {"SHOW_FIELD_PREVIEW": "N"}
    return row | ({"DISPLAY_VALUES_FORM": {"1669": "Постоянный", "1671": "Разовый"}} if kind == "L" else {})


def attached_of(portal: Portal) -> Table:
    """Bindings of files of Disk; `_bytes` is the contents of one, `_element` and `_field` are where it is attached."""
    return portal.tables.setdefault("attached_object", Table(key="ID"))


def attach(portal: Portal, element: int, name: str, body: bytes) -> int:
    """Attach a file of Disk to the scan of a supplier; returns the number of the binding."""
    table, held = attached_of(portal), elements_of(portal).get(str(element)) or {}
    number = max((int(one) for one in table.ids), default=102) + 1
    table.add({
        "ID": str(number), "OBJECT_ID": str(8800 + number), "MODULE_ID": "iblock", "ENTITY_TYPE": "iblock_element",
        "ENTITY_ID": str(element), "CREATE_TIME": iso(portal.now()), "CREATED_BY": "1", "NAME": name, "SIZE": str(len(body)),
        "_bytes": body, "_element": str(element), "_field": SCAN,
    })  # fmt: skip
    values = {**held.get(SCAN, {}), str(17000 + number): str(number)}
    elements_of(portal).update(str(element), **{SCAN: values})
    return number


def sections_of(portal: Portal) -> Table:
    """The sections of all lists."""
    row = {
        "ID": "169",
        "CODE": "abroad",
        "NAME": "За рубежом",
        "IBLOCK_SECTION_ID": None,
        "ACTIVE": "Y",
        "_list": SUPPLIERS,
    }
    return portal.tables.setdefault("universal_list_section", Table([row], key="ID"))


_EMPTY = (
    "CODE", "API_CODE", "LIST_PAGE_URL", "DETAIL_PAGE_URL", "SECTION_PAGE_URL", "CANONICAL_PAGE_URL", "PICTURE",
    "RSS_FILE_LIMIT", "RSS_FILE_DAYS", "XML_ID", "TMP_ID", "LIST_MODE", "SECTION_PROPERTY", "PROPERTY_INDEX",
    "EDIT_FILE_BEFORE", "EDIT_FILE_AFTER", "EXTERNAL_ID", "SERVER_NAME",
)  # fmt: skip
_USUAL = {
    "LID": "s1", "ACTIVE": "Y", "SORT": "500", "DESCRIPTION": "", "DESCRIPTION_TYPE": "text", "RSS_TTL": "24", "RSS_ACTIVE": "Y",
    "RSS_FILE_ACTIVE": "N", "RSS_YANDEX_ACTIVE": "N", "INDEX_ELEMENT": "Y", "INDEX_SECTION": "N", "WORKFLOW": "N", "BIZPROC": "Y",
    "SECTION_CHOOSER": "L", "RIGHTS_MODE": "E", "VERSION": "1", "LAST_CONV_ELEMENT": "0", "SECTIONS_NAME": "Разделы",
    "SECTION_NAME": "Раздел", "ELEMENTS_NAME": "Элементы", "ELEMENT_NAME": "Элемент", "REST_ON": "N", "FULLTEXT_INDEX": "N",
    "LANG_DIR": "/", "TIMESTAMP_X": "05/17/2026 04:09:23 pm",
}  # fmt: skip


def _list(number: int, kind: str, name: str, group: str | None = None) -> Row:
    own: Row = {"ID": str(number), "IBLOCK_TYPE_ID": kind, "NAME": name, "SOCNET_GROUP_ID": group}
    return {**dict.fromkeys(_EMPTY), **_USUAL, **own}


def _element(number: int, list_number: int, name: str) -> Row:
    return {
        "ID": str(number), "NAME": name, "IBLOCK_SECTION_ID": None, "CREATED_BY": "1", "CODE": None,
        SUPPLIER: {str(number + 9000): f"Договор {number}"}, "_list": list_number,
    }  # fmt: skip
