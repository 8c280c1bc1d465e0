"""imopenlines.config, landing.site, department: lines, publication, structure are written."""

from __future__ import annotations

from typing import Any

from sandbox.rest.list_parameters import as_map, as_number
from sandbox.rest.registry import Call, Refusal, method
from sandbox.rest.table import Row

NO_LINE = Refusal("CONFIG_ID_EMPTY", "Config ID can't be empty")
CLOSED_LINE = Refusal("CONFIG_WRONG_USER_PERMISSION", "Permission denied", status=403)
CLOSED_SITE = Refusal("ACCESS_DENIED", "Доступ на публикацию сайта запрещен.")
NO_SITE_ID = Refusal("MISSING_PARAMS", "Недостаточно параметров вызова, пропущены: id")
CORE = "ERROR_CORE"


@method("imopenlines.config.add", scope="imopenlines")
def add_line(call: Call) -> Any:
    """imopenlines.config.add: answers with the number of the line."""
    given, table = as_map(call.get("PARAMS")), call.portal.tables["openline"]
    with call.world.lock:
        first = dict(next(iter(table))) if len(table) else {}
        row = first | given | {"ID": str(table.next_id())}
        table.add(row)
    return int(row["ID"])


@method("imopenlines.config.update", scope="imopenlines")
def update_line(call: Call) -> Any:
    """imopenlines.config.update: what is not named stays."""
    row = _line(call)
    call.portal.tables["openline"].update(row["ID"], **as_map(call.get("PARAMS")))
    return True


@method("imopenlines.config.delete", scope="imopenlines")
def delete_line(call: Call) -> Any:
    """imopenlines.config.delete."""
    call.portal.tables["openline"].delete(_line(call)["ID"])
    return True


def _line(call: Call) -> Row:
    if not call.portal.has_right(call.user, "admin"):
        raise CLOSED_LINE
    row = call.portal.tables["openline"].get(call.get("CONFIG_ID"))
    if row is None:
        raise NO_LINE
    return row


def _site(call: Call) -> Row:
    if call.get("id") in (None, ""):
        raise NO_SITE_ID
    row = call.portal.tables["site"].get(call.get("id"))
    if row is None or not call.portal.has_right(call.user, "admin"):
        raise CLOSED_SITE
    return row


def _change_site(call: Call, **changes: str) -> int:
    row = _site(call)
    call.portal.tables["site"].update(row["ID"], **changes)
    return as_number(row["ID"])


@method("landing.site.publication", scope="landing")
def publish(call: Call) -> Any:
    """landing.site.publication: a deleted site has to come out of the bin first."""
    if _site(call).get("DELETED") == "Y":
        raise CLOSED_SITE
    return _change_site(call, ACTIVE="Y")


@method("landing.site.unpublic", scope="landing")
def unpublish(call: Call) -> Any:
    """landing.site.unpublic."""
    return _change_site(call, ACTIVE="N")


@method("landing.site.markDelete", scope="landing")
def put_into_bin(call: Call) -> Any:
    """landing.site.markDelete."""
    return _change_site(call, DELETED="Y")


@method("landing.site.markUnDelete", scope="landing")
def take_out_of_bin(call: Call) -> Any:
    """landing.site.markUnDelete."""
    return _change_site(call, DELETED="N")


@method("department.add", scope="department", right="admin", denial=Refusal(CORE, "Access denied"))
def add_department(call: Call) -> Any:
    """department.add: one department at the top."""
    if not str(call.get("NAME") or "").strip():
        raise Refusal(CORE, "Не введено название раздела.<br>")
    table = call.portal.tables["department"]
    if table.get(call.get("PARENT")) is None:
        raise Refusal(CORE, "В структуре компании должен быть только один раздел верхнего уровня")
    row: Row = {
        "ID": str(table.next_id()),
        "NAME": call.get("NAME"),
        "SORT": as_number(call.get("SORT") or 500),
    }
    table.add(row | {"PARENT": str(call.get("PARENT")), "UF_HEAD": str(call.get("UF_HEAD") or "0")})
    return int(row["ID"])


@method("department.update", scope="department", right="admin", denial=Refusal(CORE, "Access denied"))
def update_department(call: Call) -> Any:
    """department.update."""
    row = _department(call)
    changes = {
        name: call.params[name] for name in ("NAME", "SORT", "PARENT", "UF_HEAD") if name in call.params
    }
    call.portal.tables["department"].update(row["ID"], **changes)
    return True


@method("department.delete", scope="department", right="admin", denial=Refusal(CORE, "Access denied"))
def delete_department(call: Call) -> Any:
    """department.delete."""
    call.portal.tables["department"].delete(_department(call)["ID"])
    return True


def _department(call: Call) -> Row:
    row = call.portal.tables["department"].get(call.get("ID"))
    if row is None:
        raise Refusal(CORE, "Department not found")
    return row
