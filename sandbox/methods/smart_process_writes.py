"""crm.type and crm.automatedsolution: smart processes and their workplaces are made, changed and deleted."""

from __future__ import annotations

from typing import Any

from sandbox import assumptions
from sandbox.methods.crm_item import smart_items
from sandbox.methods.crm_status_writes import give_first_pipeline
from sandbox.portal import Portal
from sandbox.rest.list_parameters import as_list, as_map, as_number
from sandbox.rest.registry import Call, Refusal, method
from sandbox.rest.table import Row, Table
from sandbox.shop.formats import iso
from sandbox.shop.pipelines import PURCHASE

CLOSED = Refusal("ACCESS_DENIED", "Доступ запрещен")
NO_FIELDS = Refusal("100", "Could not find value for parameter {fields}")
NO_PROCESS = Refusal("0", "Смарт-процесс не найден")
IN_USE = Refusal("BX_ERROR", "Вы не можете удалить тип сущности, у которого есть элементы")
NO_TITLE = Refusal("BX_EMPTY_REQUIRED", "Не заполнено обязательное поле «Название»")
BOUND = Refusal(
    "HAS_BOUND_TYPES",
    "Не можем удалить рабочее место, в котором есть смарт-процессы. Перенесите их в другое рабочее место",
)
FLAGS = (
    "isUseInUserfieldEnabled", "isAutomationEnabled", "isBeginCloseDatesEnabled", "isBizProcEnabled", "isCategoriesEnabled",
    "isClientEnabled", "isDocumentsEnabled", "isLinkWithProductsEnabled", "isMycompanyEnabled", "isObserversEnabled",
    "isRecyclebinEnabled", "isSetOpenPermissions", "isSourceEnabled", "isStagesEnabled",
)  # fmt: skip
FIRST_NUMBER, LOW, HIGH = 1030, 128, 192


def workplaces(portal: Portal) -> Table:
    """Return the workplaces; the shop begins with one for its purchases."""
    if "workplace" not in portal.tables:
        kinds = [row["id"] for row in portal.tables["crm_type"]]
        rows: list[Row] = [{"id": 238, "title": "Закупки", "typeIds": kinds}] if kinds else []
        portal.tables["workplace"] = Table(rows, key="id")
    return portal.tables["workplace"]


def _fields(call: Call) -> dict[str, Any]:
    if not isinstance(call.get("fields"), dict):
        raise NO_FIELDS
    return as_map(call.get("fields"))


@method("crm.type.add", scope="crm", right="crm_admin", denial=CLOSED)
def add_type(call: Call) -> Any:
    """crm.type.add: a number of a type may be asked for; a process gets a pipeline of its own."""
    given, table = _fields(call), call.portal.tables["crm_type"]
    kind = as_number(given.get("entityTypeId") or 0) or _free_number(table)
    if not (LOW <= kind <= HIGH or (kind >= FIRST_NUMBER and kind % 2 == 0)):
        raise Refusal("INVALID_ARG_VALUE", "entityTypeId is out of allowed range")
    if any(row["entityTypeId"] == kind for row in table.all()):
        raise Refusal("INVALID_ARG_VALUE", "entityTypeId is already used")
    moment = iso(call.portal.now())
    row: Row = {
        "id": table.next_id(),
        "title": str(given.get("title") or ""),
        "code": "",
        "createdBy": call.user.id,
    }
    row |= {
        "entityTypeId": kind,
        "customSectionId": None,
        **dict.fromkeys(FLAGS, "N"),
        "isSetOpenPermissions": "Y",
    }
    row |= {
        "isPaymentsEnabled": "N",
        "isCountersEnabled": "N",
        "createdTime": moment,
        "updatedTime": moment,
        "updatedBy": call.user.id,
    }
    table.add(row | {name: given[name] for name in FLAGS if name in given})
    blanks = call.portal.extra["blank"]
    blanks.setdefault(kind, dict(blanks.get(PURCHASE, {"id": 0, "title": ""})))
    give_first_pipeline(call, kind)
    return {"type": table.get(row["id"])}  # fmt: skip


def _free_number(table: Table) -> int:
    taken = {row["entityTypeId"] for row in table.all()}
    return next(number for number in range(FIRST_NUMBER, FIRST_NUMBER + 2000, 2) if number not in taken)


def _type(call: Call) -> Row:
    row = call.portal.tables["crm_type"].get(call.get("id"))
    if row is None:
        raise NO_PROCESS
    return row


@method("crm.type.update", scope="crm", right="crm_admin", denial=CLOSED)
def update_type(call: Call) -> Any:
    """crm.type.update."""
    row, given = _type(call), _fields(call)
    changes = {name: given[name] for name in ("title", *FLAGS) if name in given}
    return {"type": call.portal.tables["crm_type"].update(row["id"], **changes)}


@method("crm.type.delete", scope="crm", right="crm_admin", denial=CLOSED)
def delete_type(call: Call) -> list[Any]:
    """crm.type.delete: not while it has items; its pipelines go with it."""
    row = _type(call)
    if len(smart_items(call.portal, row["entityTypeId"])):
        raise IN_USE
    call.portal.tables["crm_type"].delete(row["id"])
    if assumptions.PARTS_GO_WITH_SETTINGS:
        categories = call.portal.tables["category"]
        for one in [one for one in categories.all() if one["entityTypeId"] == row["entityTypeId"]]:
            categories.delete(one["id"])
    return []


@method("crm.automatedsolution.add", scope="crm", right="crm_admin", denial=CLOSED)
def add_workplace(call: Call) -> Any:
    """crm.automatedsolution.add: processes that it names leave the place where they were."""
    given, table = _fields(call), workplaces(call.portal)
    if not given.get("title"):
        raise NO_TITLE
    kinds = [as_number(one) for one in as_list(given.get("typeIds"))]
    _take_from_others(table, kinds)
    row = table.add({"id": table.next_id(), "title": str(given["title"]), "typeIds": kinds})
    return {"automatedSolution": row}


def _take_from_others(table: Table, kinds: list[int]) -> None:
    for one in table.all():
        table.update(one["id"], typeIds=[kind for kind in one["typeIds"] if kind not in kinds])


def _workplace(call: Call) -> Row:
    row = workplaces(call.portal).get(call.get("id"))
    if row is None:
        raise Refusal("NOT_FOUND", "Рабочее место не найдено")
    return row


@method("crm.automatedsolution.update", scope="crm", right="crm_admin", denial=CLOSED)
def update_workplace(call: Call) -> Any:
    """crm.automatedsolution.update: what is not named stays."""
    row, given, table = _workplace(call), _fields(call), workplaces(call.portal)
    changes: Row = {"title": str(given["title"])} if given.get("title") else {}
    if "typeIds" in given:
        changes["typeIds"] = [as_number(one) for one in as_list(given["typeIds"])]
        _take_from_others(table, changes["typeIds"])
    return {"automatedSolution": table.update(row["id"], **changes)}


@method("crm.automatedsolution.delete", scope="crm", right="crm_admin", denial=CLOSED)
def delete_workplace(call: Call) -> None:
    """crm.automatedsolution.delete: an empty one alone."""
    row = _workplace(call)
    if row["typeIds"]:
        raise BOUND
    workplaces(call.portal).delete(row["id"])
