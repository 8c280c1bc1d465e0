"""crm.requisite.preset, its fields, crm.documentgenerator.numerator: add, update, delete."""

from __future__ import annotations

from itertools import count
from typing import Any

from sandbox import assumptions
from sandbox.methods.crm_item import allowed
from sandbox.methods.settings_lists import NO_DOCUMENTS, PRESETS_CLOSED
from sandbox.rest.list_parameters import as_map, as_number
from sandbox.rest.registry import Call, Refusal, method
from sandbox.rest.table import Row, Table
from sandbox.shop.formats import iso
from sandbox.shop.further_settings import delete_parts, settings_table
from sandbox.shop.relations import relation_table

NO_NUMERATOR = Refusal("100", "Could not construct parameter {numerator}")
FOREIGN_NUMERATOR = Refusal("DOCGEN_ACCESS_ERROR", "Access denied")


def _row(table: Table, number: Any, refusal: Refusal) -> Row:
    row = table.get(number)
    if row is None:
        raise refusal
    return row


def _presets(call: Call) -> Table:
    if not allowed(call, "crm_write"):
        raise PRESETS_CLOSED
    return settings_table(call.portal, "requisite_preset")


def _preset(call: Call, number: Any) -> Row:
    return _row(_presets(call), number, Refusal("", f"The Preset with ID '{number}' is not found"))


@method("crm.requisite.preset.add", scope="crm")
def add_preset(call: Call) -> int:
    """crm.requisite.preset.add: answers with the number."""
    given, table = as_map(call.get("fields")), _presets(call)
    if str(given.get("ENTITY_TYPE_ID")) != "8":
        raise Refusal("", "ENTITY_TYPE_ID is not defined or invalid")
    number = table.next_id()
    row: Row = {"ID": str(number), "ACTIVE": "Y", "SORT": "500", "XML_ID": "", "DATE_MODIFY": ""}
    row |= {"CREATED_BY_ID": str(call.user.id), "DATE_CREATE": iso(call.portal.now()), "MODIFY_BY_ID": None}
    names = ("ENTITY_TYPE_ID", "COUNTRY_ID", "NAME", "XML_ID", "ACTIVE", "SORT")
    table.add(row | {name: str(given[name]) for name in names if given.get(name) is not None})
    return number


@method("crm.requisite.preset.update", scope="crm")
def update_preset(call: Call) -> bool:
    """crm.requisite.preset.update."""
    row, given = _preset(call, call.get("id")), as_map(call.get("fields"))
    changes = {name: str(given[name]) for name in ("NAME", "XML_ID", "ACTIVE", "SORT") if name in given}
    _presets(call).update(row["ID"], **changes)
    return True


@method("crm.requisite.preset.delete", scope="crm")
def delete_preset(call: Call) -> bool:
    """crm.requisite.preset.delete: not one by which requisites were made."""
    row = _preset(call, call.get("id"))
    if any(str(one.get("PRESET_ID")) == row["ID"] for one in relation_table(call.portal, "requisite").all()):
        raise Refusal("", "Вы не можете удалить шаблон, так как по нему уже созданы реквизиты")
    _presets(call).delete(row["ID"])
    if assumptions.PARTS_GO_WITH_SETTINGS:
        delete_parts(call.portal, "requisite_preset_field", "_preset", row["ID"])
    return True


def _preset_field(call: Call) -> Row:
    owner = _preset(call, as_map(call.get("preset")).get("ID"))["ID"]
    table, number = settings_table(call.portal, "requisite_preset_field"), call.get("id")
    return _row(table, f"{owner}:{number}", Refusal("", f"The PresetField with ID '{number}' is not found"))


def _next_field(table: Table, owner: str) -> int:
    """The number after the highest one that this template ever had."""
    here = max((row["ID"] for row in table.all() if row["_preset"] == owner), default=0)
    return next(number for number in count(here + 1) if not table.had(f"{owner}:{number}"))


@method("crm.requisite.preset.field.add", scope="crm")
def add_preset_field(call: Call) -> int:
    """crm.requisite.preset.field.add: numbers begin anew in each template."""
    owner, given = _preset(call, as_map(call.get("preset")).get("ID"))["ID"], as_map(call.get("fields"))
    table = settings_table(call.portal, "requisite_preset_field")
    mine = [row for row in table.all() if row["_preset"] == owner]
    name = given.get("FIELD_NAME")
    if not name or any(row["FIELD_NAME"] == name for row in mine):
        raise Refusal("", f"The field '{name}' can not be added.")
    number = _next_field(table, owner)
    row: Row = {"FIELD_NAME": name, "FIELD_TITLE": "", "ID": number, "IN_SHORT_LIST": "N", "SORT": 500}
    row |= {name: given[name] for name in ("FIELD_TITLE", "IN_SHORT_LIST") if name in given}
    row |= {"SORT": as_number(given.get("SORT") or 500), "_preset": owner, "_id": f"{owner}:{number}"}
    table.add(row)
    return int(number)


@method("crm.requisite.preset.field.update", scope="crm")
def update_preset_field(call: Call) -> bool:
    """crm.requisite.preset.field.update: the name of the field is required each time."""
    row, given = _preset_field(call), as_map(call.get("fields"))
    if not given.get("FIELD_NAME"):
        raise Refusal("", "FIELD_NAME is not defined or invalid")
    changes = {name: given[name] for name in ("FIELD_TITLE", "SORT", "IN_SHORT_LIST") if name in given}
    settings_table(call.portal, "requisite_preset_field").update(row["_id"], **changes)
    return True


@method("crm.requisite.preset.field.delete", scope="crm")
def delete_preset_field(call: Call) -> bool:
    """crm.requisite.preset.field.delete."""
    settings_table(call.portal, "requisite_preset_field").delete(_preset_field(call)["_id"])
    return True


@method("crm.documentgenerator.numerator.add", scope="crm", right="crm_admin", denial=NO_DOCUMENTS)
def add_numerator(call: Call) -> Any:
    """crm.documentgenerator.numerator.add."""
    given, table = as_map(call.get("fields")), settings_table(call.portal, "numerator")
    lacking = [name for name in ("name", "template") if not given.get(name)]
    if lacking:
        raise Refusal("0", f"Empty required fields: {', '.join(lacking)}")
    number = table.next_id()
    row = {"id": str(number), "code": None, "settings": {}, **given}
    table.add(row)
    call.portal.extra.setdefault("own_numerators", set()).add(str(number))
    return {"numerator": row | {"id": number}}


@method("crm.documentgenerator.numerator.delete", scope="crm", right="crm_admin", denial=NO_DOCUMENTS)
def delete_numerator(call: Call) -> None:
    """crm.documentgenerator.numerator.delete: only those that were made by REST."""
    table = settings_table(call.portal, "numerator")
    row = _row(table, call.get("id"), NO_NUMERATOR)
    if row["id"] not in call.portal.extra.get("own_numerators", set()):
        raise FOREIGN_NUMERATOR
    table.delete(row["id"])
