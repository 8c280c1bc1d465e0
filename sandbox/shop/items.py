"""New and changed CRM items: defaults, validation of values, authors and times of changes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.rest.registry import Refusal
from sandbox.rest.table import Row
from sandbox.shop.formats import iso
from sandbox.shop.quotes import QUOTE, blank_quote

if TYPE_CHECKING:
    from sandbox.portal import Portal

SEMANTICS = {"success": "S", "failure": "F", "apology": "F"}
ALWAYS_SET = frozenset(
    {
        "id",
        "createdTime",
        "createdBy",
        "entityTypeId",
        "updatedTime",
        "updatedBy",
        "movedTime",
        "movedBy",
        "quoteNumber",
    }
)
FREE_ON_IMPORT = frozenset({"createdTime", "createdBy", "updatedTime", "updatedBy", "movedTime", "movedBy"})
STAGE_SETS = {1: "STATUS", 7: "QUOTE_STATUS"}


def remember_blanks(portal: Portal) -> None:
    """Keep one item of each type, emptied: the fields a new item of that type has."""
    names = {1: "lead", 2: "deal", 3: "contact", 4: "company", 31: "invoice", 177: "purchase"}
    blanks: dict[int, Row] = {}
    for kind, name in names.items():
        table = portal.tables[name]
        sample = table.get(table.ids[0]) if len(table) else None
        blanks[kind] = {field: _empty(value) for field, value in (sample or {"id": 0, "title": ""}).items()}
    blanks[QUOTE] = blank_quote()
    portal.extra["blank"] = blanks


def blank_item(portal: Portal, kind: int, author: int) -> Row:
    """Make a new item with what the portal fills in by itself."""
    now = iso(portal.now())
    row: Row = dict(portal.extra["blank"][kind])
    row |= {
        "createdTime": now,
        "updatedTime": now,
        "createdBy": author,
        "updatedBy": author,
        "assignedById": author,
    }
    row |= {"opened": "Y", "entityTypeId": kind, "lastActivityBy": author, "lastActivityTime": now}
    if "stageId" in row:
        row |= {"stageId": _stages(portal, kind)[0]["STATUS_ID"], "currencyId": "RUB"}
    if "stageId" in row and kind != QUOTE:
        row |= {"movedBy": author, "movedTime": now, "categoryId": row.get("categoryId") or 0}
        row["stageSemanticId"] = "P"
    return row


def refresh_item(
    portal: Portal, row: Row, fields: dict[str, Any], author: int, *, imported: bool = False
) -> dict[str, Any]:
    """Return the changes of an item: given values of known fields, and the authors and times that follow from them."""
    closed = ALWAYS_SET - FREE_ON_IMPORT if imported else ALWAYS_SET
    changes = {
        name: _as_kept(row.get(name), value)
        for name, value in fields.items()
        if name not in closed and (name in row or name.startswith("ufCrm"))
    }
    now = iso(portal.now())
    if not imported:
        changes |= {"updatedTime": now, "updatedBy": author}
    if "stageId" in changes:
        stage = next(one for one in portal.tables["status"] if one["STATUS_ID"] == changes["stageId"])
        semantic = SEMANTICS.get(stage.get("EXTRA", {}).get("SEMANTICS"), "P")
        if "stageSemanticId" in row:
            changes |= {"stageSemanticId": semantic}
        if "closed" in row:
            changes["closed"] = "N" if semantic == "P" else "Y"
        if not imported and "movedBy" in row:
            changes |= {"movedBy": author, "movedTime": now}
    return changes


def check_values(portal: Portal, fields: dict[str, Any]) -> None:
    """Refuse an unknown stage and a single value where several are expected."""
    if "stageId" in fields and not any(
        one["STATUS_ID"] == fields["stageId"] for one in portal.tables["status"]
    ):
        raise Refusal("CRM_FIELD_ERROR_VALUE_NOT_VALID", 'Неверное значение поля "Стадия"')
    for name in ("observers", "contactIds"):
        if name in fields and not isinstance(fields[name], list | dict | None):
            kind_name = type(fields[name]).__name__
            raise Refusal("100", f"Expected iterable value for multiple field, but got {kind_name} instead")


def check_history(now: datetime, newest: Row | None, fields: dict[str, Any], *, admin: bool) -> None:
    """Refuse dates an import may not carry (crm/universal/import/index.md): only an administrator sets them at all."""
    given = FREE_ON_IMPORT & set(fields)
    if given and not admin:
        raise _wrong(min(given))
    made, changed = _moment(fields.get("createdTime")), _moment(fields.get("updatedTime"))
    last = _moment(newest["createdTime"]) if newest else None
    if made and (made > now or (last and made < last)):
        raise _wrong("createdTime")
    if changed and (changed > now or (made and changed < made)):
        raise _wrong("updatedTime")


def _wrong(name: str) -> Refusal:
    return Refusal("CRM_FIELD_ERROR_VALUE_NOT_VALID", f'Неверное значение поля "{name}"')


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(str(value)) if value else None


def _stages(portal: Portal, kind: int) -> list[Row]:
    wanted = STAGE_SETS.get(kind)
    if wanted is None:
        wanted = next(one.dictionary for one in portal.extra["pipelines"] if one.entity_type == kind)
    return [row for row in portal.tables["status"] if row["ENTITY_ID"] == wanted]


def _empty(value: Any) -> Any:
    if isinstance(value, list):
        return []
    if isinstance(value, str):
        return value if value in ("Y", "N") else ""
    return 0 if isinstance(value, int | float) else None


def _as_kept(kept: Any, value: Any) -> Any:
    """Give a value that came through a form the type the item keeps it in."""
    if isinstance(kept, bool) or not isinstance(kept, int | float) or not isinstance(value, str):
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return int(number) if number.is_integer() else number
