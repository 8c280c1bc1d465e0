"""crm.*.userfield, crm.currency, crm.item.details.configuration: fields, money and cards are written."""

from __future__ import annotations

import re
from typing import Any

from sandbox.methods.crm_item import allowed
from sandbox.methods.refusals import CRM_DENIED
from sandbox.rest.list_parameters import as_list, as_map, as_number
from sandbox.rest.registry import Call, Refusal, method
from sandbox.rest.table import Row
from sandbox.shop.card_views import cards_of, set_card_layout
from sandbox.shop.deletions import delete_row
from sandbox.shop.formats import iso

OWNERS = ("deal", "lead", "contact", "company", "quote")
TYPES = frozenset({
    "string", "integer", "double", "boolean", "datetime", "date", "money", "url", "address", "enumeration", "file",
    "employee", "crm_status", "iblock_section", "iblock_element", "crm",
})  # fmt: skip
MOST_NAME = 50
CHANGES = (
    "MANDATORY", "SHOW_FILTER", "XML_ID", "SETTINGS", "SORT", "SHOW_IN_LIST", "EDIT_IN_LIST", "IS_SEARCHABLE",
    "LIST_FILTER_LABEL", "LIST_COLUMN_LABEL", "EDIT_FORM_LABEL", "ERROR_MESSAGE", "HELP_MESSAGE",
)  # fmt: skip
FIRST: Row = {
    "XML_ID": None, "SORT": "100", "MULTIPLE": "N", "MANDATORY": "N", "SHOW_FILTER": "N", "SHOW_IN_LIST": "N",
    "EDIT_IN_LIST": "Y", "IS_SEARCHABLE": "N", "SETTINGS": {}, "EDIT_FORM_LABEL": "", "LIST_COLUMN_LABEL": "",
    "LIST_FILTER_LABEL": "", "ERROR_MESSAGE": None, "HELP_MESSAGE": None,
}  # fmt: skip


def _full_name(name: str) -> str:
    """The whole code of a field: the prefix is put in front unless it is there (crm-deal-userfield-add.md)."""
    if name.startswith("UF_CRM_"):
        return name
    return "UF_CRM_" + name.removeprefix("UF_")


def _add_field(call: Call, owner: str) -> int:
    if not call.portal.has_right(call.user, "crm_admin"):
        raise CRM_DENIED
    fields = as_map(call.get("fields"))
    code = _code_of(fields)
    table, entity = call.portal.tables["user_field"], f"CRM_{owner.upper()}"
    if any(row["ENTITY_ID"] == entity and row["FIELD_NAME"] == code for row in table):
        raise Refusal("ERROR_CORE", f"Поле {code} для объекта {entity} уже существует.")
    with call.world.lock:
        number = table.next_id()
        label = fields.get("LABEL")
        labels = (
            dict.fromkeys(("EDIT_FORM_LABEL", "LIST_COLUMN_LABEL", "LIST_FILTER_LABEL"), label)
            if label
            else {}
        )
        given = {name: fields[name] for name in (*CHANGES, "MULTIPLE") if name in fields}
        row = {
            "ID": str(number),
            "ENTITY_ID": entity,
            "FIELD_NAME": code,
            "USER_TYPE_ID": fields["USER_TYPE_ID"],
        }
        row |= FIRST | labels | given
        if fields["USER_TYPE_ID"] == "enumeration":
            row["LIST"] = _values(fields.get("LIST"), [])
        table.add(row)
    return number


def _code_of(fields: dict[str, Any]) -> str:
    """The whole code, after the documented rules for code and type."""
    for name in ("FIELD_NAME", "USER_TYPE_ID"):
        if not fields.get(name):
            raise Refusal("", f"The '{name}' field is not found.")
    code = _full_name(str(fields["FIELD_NAME"]))
    if len(code) > MOST_NAME:
        raise Refusal("ERROR_CORE", "Имя поля слишком длинное (больше 50-ти символов).")
    if not re.fullmatch(r"[A-Z0-9_]+", code):
        raise Refusal(
            "ERROR_CORE", "Имя поля содержит недопустимые символы. Допустимыми являются: A-Z, 0-9 и _."
        )
    if fields["USER_TYPE_ID"] not in TYPES:
        raise Refusal("ERROR_CORE", "Указан неверный пользовательский тип.")
    return code


def _values(given: Any, have: list[Row]) -> list[Row]:
    """The values of a list: one with an ID is changed, one without is added; values without text are ignored."""
    found = [dict(one) for one in have]
    top = max((int(one["ID"]) for one in found), default=0)
    for one in map(as_map, as_list(given)):
        if one.get("ID"):
            for row in found:
                row.update(one if str(row["ID"]) == str(one["ID"]) else {})
        elif str(one.get("VALUE") or ""):
            top += 1
            found.append({"ID": str(top), "SORT": "500", "DEF": "N", "XML_ID": f"{top:032x}", **one})
    marks = [one["XML_ID"] for one in found]
    for mark in marks:
        if marks.count(mark) > 1:
            raise Refusal("ERROR_CORE", f"Элемент списка со значением XML_ID={mark} уже существует.")
    return found


def _update_field(call: Call, owner: str) -> bool:
    row, fields = _field(call, owner), as_map(call.get("fields"))
    changes = {name: fields[name] for name in CHANGES if name in fields}
    if "LIST" in fields and row["USER_TYPE_ID"] == "enumeration":
        changes["LIST"] = _values(fields["LIST"], row.get("LIST", []))
    call.portal.tables["user_field"].update(row["ID"], **changes)
    return True


def _delete_field(call: Call, owner: str) -> bool:
    delete_row(call.portal, "user_field", _field(call, owner)["ID"], call.user)
    return True


def _field(call: Call, owner: str) -> Row:
    if not call.portal.has_right(call.user, "crm_admin"):
        raise CRM_DENIED
    if as_number(call.get("id")) <= 0:
        raise Refusal("", "ID is not defined or invalid")
    row = call.portal.tables["user_field"].get(call.get("id"))
    if row is None:
        raise Refusal("ERROR_NOT_FOUND", f"The entity with ID '{call.get('id')}' is not found")
    if row["ENTITY_ID"] != f"CRM_{owner.upper()}":
        raise Refusal("", "Access denied", status=403)
    return row


def _register(owner: str) -> None:
    for name, answer in (("add", _add_field), ("update", _update_field), ("delete", _delete_field)):

        def reply(call: Call, answer: Any = answer) -> Any:
            return answer(call, owner)

        method(f"crm.{owner}.userfield.{name}", scope="crm")(reply)


for _owner in OWNERS:
    _register(_owner)


@method("crm.currency.add", scope="crm", right="crm_admin", denial=CRM_DENIED)
def add_currency(call: Call) -> Any:
    """crm.currency.add: the code is its number."""
    fields = as_map(call.get("fields"))
    for name in ("CURRENCY", "AMOUNT_CNT", "AMOUNT"):
        if fields.get(name) in (None, ""):
            raise Refusal("ERROR_CORE", f"Undefined array key {name}")
    table = call.portal.tables["currency"]
    if table.get(fields["CURRENCY"]) is not None:
        raise Refusal("ERROR_CORE", "Currency exists")
    first = dict(next(iter(table)))
    row = first | {
        "SORT": "100",
        "BASE": "N",
        "DATE_UPDATE": iso(call.portal.now()),
        "FULL_NAME": fields["CURRENCY"],
    }
    table.add(
        row
        | {name: str(fields[name]) for name in ("CURRENCY", "AMOUNT_CNT", "AMOUNT", "SORT") if name in fields}
    )
    return fields["CURRENCY"]


@method("crm.currency.update", scope="crm", right="crm_admin", denial=CRM_DENIED)
def update_currency(call: Call) -> Any:
    """crm.currency.update: AMOUNT and AMOUNT_CNT are asked for each time (crm-currency-update.md)."""
    row, fields = _currency(call, "ID"), as_map(call.get("fields"))
    for name in ("AMOUNT_CNT", "AMOUNT"):
        if fields.get(name) in (None, ""):
            raise Refusal("ERROR_CORE", f"Undefined array key {name}")
    changes = {name: str(fields[name]) for name in ("AMOUNT", "AMOUNT_CNT", "SORT") if name in fields}
    call.portal.tables["currency"].update(row["CURRENCY"], **changes)
    return True


@method("crm.currency.delete", scope="crm", right="crm_admin", denial=CRM_DENIED)
def delete_currency(call: Call) -> Any:
    """crm.currency.delete: not the base one."""
    row = _currency(call, "id")
    if row["BASE"] == "Y":
        raise Refusal("", "Нельзя удалить базовую валюту.")
    call.portal.tables["currency"].delete(row["CURRENCY"])
    return True


def _currency(call: Call, name: str) -> Row:
    row = call.portal.tables["currency"].get(call.get(name))
    if row is None:
        raise Refusal("ERROR_CORE", "Currency is not found")
    return row


@method("crm.item.details.configuration.set", scope="crm")
def set_card(call: Call) -> Any:
    """crm.item.details.configuration.set: the common view needs an administrator of the CRM."""
    kind, category, extra = _card(call)
    sections = [as_map(one) for one in as_list(call.get("data"))]
    for one in sections:
        for name in ("name", "title", "type"):
            if not one.get(name):
                raise Refusal("", f"Section '{name}' is not defined")
    kept = [one | {"elements": [as_map(part) for part in as_list(one.get("elements"))]} for one in sections]
    set_card_layout(call.portal, kind, category, kept, extra)
    return True


@method("crm.item.details.configuration.reset", scope="crm")
def reset_card(call: Call) -> Any:
    """crm.item.details.configuration.reset."""
    kind, category, extra = _card(call)
    cards_of(call.portal).pop(f"{kind}:{category}:{extra}", None)
    return True


def _card(call: Call) -> tuple[int, int, str]:
    if call.get("scope") == "C" and not call.portal.has_right(call.user, "crm_admin"):
        raise CRM_DENIED
    if not allowed(call, "crm_read"):
        raise CRM_DENIED
    extras = as_map(call.get("extras"))
    category = as_number(extras.get("dealCategoryId") or extras.get("categoryId") or 0)
    return as_number(call.get("entityTypeId")), category, str(extras.get("leadCustomerType") or "")
