"""crm.status.add/update/delete and crm.category.add/update/delete: stages, dictionaries, pipelines."""

from __future__ import annotations

import re
from typing import Any

from sandbox.assumptions import NAME_OF_FIRST_PIPELINE, NEW_DEAL_PIPELINE_HAS_STAGES
from sandbox.methods.crm_category import WITH_CATEGORIES, WITHOUT_CATEGORIES, list_dictionaries
from sandbox.methods.refusals import CRM_CLOSED, CRM_DENIED, NO_ITEM, NO_TYPE
from sandbox.rest.list_parameters import as_map, as_number
from sandbox.rest.registry import Call, Refusal, method
from sandbox.rest.table import Row
from sandbox.shop.new_orders import table_now
from sandbox.shop.pipelines import DEAL, INVOICE, Pipeline

SEMANTICS = {"S": "success", "F": "failure", "": "process"}
ITEMS = {DEAL: "deal", INVOICE: "invoice", 177: "purchase"}
WRONG_ID = Refusal("Invalid identifier.", "Передан некорректный идентификатор.")
NO_STATUS = Refusal("Status is not found.", "Элемент не найден")
SYSTEM = Refusal(
    'CRM System Status can be deleted only if parameter FORCED is specified and equal to "Y".',
    'Системный элемент можно удалить только с параметром FORCED = "Y"',
)
IN_USE = Refusal("There are active items in this status.", "Есть связанные элементы, удаление невозможно")
PRESET = (
    ("NEW", "Новая", "#39A8EF", "process"),
    ("PREPARATION", "Подготовка документов", "#2FC6F6", "process"),
    ("WON", "Сделка успешна", "#7BD500", "success"),
    ("LOSE", "Сделка провалена", "#FF5752", "failure"),
)


@method("crm.status.add", scope="crm", right="crm_admin", denial=CRM_DENIED)
def add_status(call: Call) -> Any:
    """crm.status.add: a code is unique in its dictionary; stages of other pipelines get the prefix of theirs."""
    fields = call.get("fields")
    if not isinstance(fields, dict):
        raise Refusal("", "Parameter 'fields' must be array.")
    lacking = [name for name in ("ENTITY_ID", "STATUS_ID") if not fields.get(name)]
    if lacking:
        raise Refusal("", "".join(f"The field {name} is required." for name in lacking))
    entity, code = str(fields["ENTITY_ID"]), str(fields["STATUS_ID"])
    kind = next((row for row in list_dictionaries(call) if row["ID"] == entity), None)
    if kind is None:
        raise Refusal("", "Specified entity type is not supported.")
    if not str(fields.get("NAME") or "").strip():
        raise Refusal("", 'Не заполнено обязательное поле "Заголовок"')
    prefix = str(kind.get("PREFIX") or "")
    full = code if not prefix or code.startswith(f"{prefix}:") else f"{prefix}:{code}"
    mine = [row for row in call.portal.tables["status"] if row["ENTITY_ID"] == entity]
    if any(row["STATUS_ID"] == full for row in mine):
        raise Refusal("ERROR_CORE", "Указанный идентификатор статуса, уже существует.")
    meaning = str(fields.get("SEMANTICS") or "")
    sort = as_number(fields.get("SORT") or 10)
    _demand_place(entity, meaning, sort, mine)
    with call.world.lock:
        row = _status_row(call, entity, full, str(fields["NAME"]), sort)
        row |= {
            "CATEGORY_ID": str(kind["CATEGORY_ID"]) if kind.get("CATEGORY_ID") else None,
            "COLOR": fields.get("COLOR") or None,
            "SEMANTICS": meaning or None,
        }
        if prefix or "SEMANTIC_INFO" in kind:
            row["EXTRA"] = {"SEMANTICS": SEMANTICS.get(meaning, "process"), "COLOR": row["COLOR"]}
        call.portal.tables["status"].add(row)
    return int(row["ID"])


def _demand_place(entity: str, meaning: str, sort: int, mine: list[Row]) -> None:
    """The documented refusal names DEAL_STAGE alone."""
    won = next((row for row in mine if row["STATUS_ID"] == "WON"), None)
    if entity == "DEAL_STAGE" and not meaning and won is not None and sort > int(won["SORT"]):
        raise Refusal("", "Нельзя создать промежуточную стадию после успешной")


def _status_row(call: Call, entity: str, code: str, name: str, sort: int) -> Row:
    number = call.portal.tables["status"].next_id()
    return {
        "ID": str(number),
        "ENTITY_ID": entity,
        "STATUS_ID": code,
        "NAME": name,
        "NAME_INIT": "",
        "SORT": str(sort),
        "SYSTEM": "N",
        "CATEGORY_ID": None,
        "COLOR": None,
        "SEMANTICS": None,
    }


@method("crm.status.update", scope="crm", right="crm_admin", denial=CRM_DENIED)
def update_status(call: Call) -> Any:
    """crm.status.update: name, place and colour; the meaning of a stage stays."""
    row = _status(call)
    fields = as_map(call.get("fields"))
    changes: Row = {name: str(fields[name]) for name in ("NAME", "SORT", "COLOR") if name in fields}
    if "EXTRA" in row and "COLOR" in changes:
        changes["EXTRA"] = row["EXTRA"] | {"COLOR": changes["COLOR"]}
    call.portal.tables["status"].update(row["ID"], **changes)
    return True


def _status(call: Call) -> Row:
    if as_number(call.get("id")) <= 0:
        raise WRONG_ID
    row = call.portal.tables["status"].get(call.get("id"))
    if row is None:
        raise NO_STATUS
    return row


@method("crm.status.delete", scope="crm", right="crm_admin", denial=CRM_DENIED)
def delete_status(call: Call) -> Any:
    """crm.status.delete: a stage with items is refused; a system one needs FORCED."""
    row = _status(call)
    if row["SYSTEM"] == "Y" and as_map(call.get("params")).get("FORCED") != "Y":
        raise SYSTEM
    if _items_on(call, row["ENTITY_ID"], row["STATUS_ID"]):
        raise IN_USE
    call.portal.tables["status"].delete(row["ID"])
    return True


def _items_on(call: Call, entity: str, code: str) -> bool:
    found = re.match(r"DYNAMIC_(\d+)_STAGE", entity)
    kind = DEAL if entity.startswith("DEAL_STAGE") else INVOICE if entity.startswith("SMART_INV") else 0
    name = ITEMS.get(int(found[1]) if found else kind, "lead" if entity == "STATUS" else "")
    return bool(name) and any(item.get("stageId") == code for item in table_now(call.portal, name))


@method("crm.category.add", scope="crm", right="crm_admin", denial=CRM_CLOSED)
def add_category(call: Call) -> Any:
    """crm.category.add: a pipeline with the stages that the portal makes by itself."""
    kind, fields = _kind(call), as_map(call.get("fields"))
    if not str(fields.get("name") or "").strip():
        raise Refusal("0", "Field 'NAME' is required")
    table = call.portal.tables["category"]
    with call.world.lock:
        number = table.next_id()
        default = "Y" if kind not in (DEAL, 3, 4) and fields.get("isDefault") == "Y" else "N"
        if default == "Y":
            for row in [one for one in table if one["entityTypeId"] == kind]:
                table.update(row["id"], isDefault="N")
        row = {
            "id": number,
            "name": str(fields["name"]),
            "sort": max(0, as_number(fields.get("sort", 500))),
            "entityTypeId": kind,
            "isDefault": default,
        }
        table.add(row | ({"originId": "", "originatorId": ""} if kind == DEAL else {}))
        _add_stages(call, kind, number, str(fields["name"]))
    return {"category": row}


def give_first_pipeline(call: Call, kind: int) -> None:
    """Give a new smart process the pipeline with stages that the portal makes by itself."""
    table = call.portal.tables["category"]
    number = table.next_id()
    name = NAME_OF_FIRST_PIPELINE
    table.add({"id": number, "name": name, "sort": 500, "entityTypeId": kind, "isDefault": "Y"})
    _add_stages(call, kind, number, name)


def _add_stages(call: Call, kind: int, number: int, name: str) -> None:
    if kind in (3, 4):
        return
    prefix = f"C{number}" if kind == DEAL else f"DT{kind}_{number}"
    entity = f"DEAL_STAGE_{number}" if kind == DEAL else f"DYNAMIC_{kind}_STAGE_{number}"
    if kind == INVOICE:
        entity = f"SMART_INVOICE_STAGE_{number}"
    title = f"Стадии сделки {name}" if kind == DEAL else name
    call.portal.extra["pipelines"] += (Pipeline(number, name, kind, entity, title, prefix, ()),)
    if kind == DEAL and not NEW_DEAL_PIPELINE_HAS_STAGES:
        return
    for place, (code, label, color, meaning) in enumerate(PRESET):
        row = _status_row(call, entity, f"{prefix}:{code}", label, (place + 1) * 10)
        row |= {"SYSTEM": "Y" if meaning != "process" or place == 0 else "N", "COLOR": color}
        row |= {"SEMANTICS": {"success": "S", "failure": "F"}.get(meaning), "CATEGORY_ID": str(number)}
        call.portal.tables["status"].add(row | {"EXTRA": {"SEMANTICS": meaning, "COLOR": color}})


@method("crm.category.update", scope="crm", right="crm_admin", denial=CRM_CLOSED)
def update_category(call: Call) -> Any:
    """crm.category.update: what is not named stays; isDefault of deals cannot be changed."""
    kind, row, fields = _kind(call), _category(call), as_map(call.get("fields"))
    changes: Row = {}
    if str(fields.get("name") or "").strip():
        changes["name"] = str(fields["name"])
    if "sort" in fields:
        changes["sort"] = max(0, as_number(fields["sort"]))
    if kind != DEAL and fields.get("isDefault") == "Y":
        for one in [one for one in call.portal.tables["category"] if one["entityTypeId"] == kind]:
            call.portal.tables["category"].update(one["id"], isDefault="N")
        changes["isDefault"] = "Y"
    return {"category": call.portal.tables["category"].update(row["id"], **changes)}


@method("crm.category.delete", scope="crm", right="crm_admin", denial=CRM_CLOSED)
def delete_category(call: Call) -> Any:
    """crm.category.delete: neither the default one nor one with items."""
    kind, row = _kind(call), _category(call)
    items = table_now(call.portal, ITEMS[kind]) if kind in ITEMS else ()
    has_items = any(item.get("categoryId") == row["id"] for item in items)
    if row["isDefault"] == "Y":
        said = (
            "Default deal category can not be deleted"
            if kind == DEAL
            else "Эта воронка является воронкой по умолчанию"
        )
        raise Refusal("0" if kind == DEAL else "BX_ERROR", said)
    if has_items:
        said = (
            f"Найдены сделки, относящиеся к воронке {row['name']}"
            if kind == DEAL
            else "Найдены элементы, относящиеся к воронке"
        )
        raise Refusal("0" if kind == DEAL else "BX_ERROR", said)
    call.portal.tables["category"].delete(row["id"])
    mine = next((one for one in call.portal.extra["pipelines"] if one.id == row["id"]), None)
    for stage in [
        one for one in call.portal.tables["status"] if mine and one["ENTITY_ID"] == mine.dictionary
    ]:
        call.portal.tables["status"].delete(stage["ID"])
    return None


def _kind(call: Call) -> int:
    kind = as_number(call.get("entityTypeId"))
    if kind in WITHOUT_CATEGORIES:
        raise Refusal("ENTITY_TYPE_NOT_SUPPORTED", f"Entity type {WITHOUT_CATEGORIES[kind]} is not supported")
    smart = any(row["entityTypeId"] == kind for row in call.portal.tables["crm_type"])
    if kind not in WITH_CATEGORIES and not smart:
        raise NO_TYPE
    return kind


def _category(call: Call) -> Row:
    row = call.portal.tables["category"].get(call.get("id"))
    if row is None or row["entityTypeId"] != as_number(call.get("entityTypeId")):
        raise NO_ITEM
    return row
