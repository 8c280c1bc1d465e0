"""Files in fields of CRM items: taken as a name with base64, shown with an address that carries the caller's token."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from sandbox.rest.registry import Call, Refusal

if TYPE_CHECKING:
    from sandbox.portal import Portal
    from sandbox.rest.table import Row

OWNERS = {
    1: "CRM_LEAD",
    2: "CRM_DEAL",
    3: "CRM_CONTACT",
    4: "CRM_COMPANY",
    7: "CRM_QUOTE",
    31: "CRM_SMART_INVOICE",
}
EMPTY = Refusal("", "The file is empty")


def file_fields(portal: Portal, kind: int) -> dict[str, bool]:
    """The fields of a type that hold files, and whether they hold several."""
    return {
        str(row["FIELD_NAME"]).replace("UF_CRM_", "ufCrm_"): row.get("MULTIPLE") == "Y"
        for row in portal.tables["user_field"]
        if row.get("USER_TYPE_ID") == "file" and row.get("ENTITY_ID") == OWNERS.get(kind)
    }


def has_files(portal: Portal) -> bool:
    """Whether any field of the portal holds files."""
    return any(row.get("USER_TYPE_ID") == "file" for row in portal.tables["user_field"])


def keep_files(call: Call, kind: int, fields: dict[str, Any]) -> dict[str, Any]:
    """Put files by: `[name, base64]`, or a list of such pairs and of `{id}` that stay (files/how-to-upload-files.md)."""
    known = file_fields(call.portal, kind)
    return {
        name: _kept(call, value, many=known[name]) if name in known else value
        for name, value in fields.items()
    }


def _kept(call: Call, value: Any, *, many: bool) -> Any:
    if not many:
        return _one(call, value)
    return [
        kept for one in (value if isinstance(value, list) else []) if (kept := _one(call, one)) is not None
    ]


def _one(call: Call, value: Any) -> Any:
    if isinstance(value, dict) and value.get("id"):
        return {"id": int(value["id"]), "url": _page(call, int(value["id"]))}
    if not isinstance(value, list) or len(value) != 2:
        return None
    body = base64.b64decode(str(value[1]))
    if not body:
        raise EMPTY
    files = call.portal.extra.setdefault("field_files", {})
    number = 70_001 + len(files)
    files[number] = body
    call.portal.extra.setdefault("field_file_names", {})[number] = str(value[0])
    return {"id": number, "url": _page(call, number)}


def _page(call: Call, number: int) -> str:
    return (
        f"{call.portal.url}/bitrix/services/main/ajax.php?action=crm.controller.item.getFile&fileId={number}"
    )


def addressed(call: Call, kind: int, row: Row) -> Row:
    """A row whose files have the address by which an application takes them."""
    names = [name for name in file_fields(call.portal, kind) if row.get(name)]
    return row | {name: _addressed(call, row[name]) for name in names}


def _addressed(call: Call, value: Any) -> Any:
    if isinstance(value, list):
        return [_addressed(call, one) for one in value]
    if not isinstance(value, dict) or "urlMachine" in value:
        return value
    return value | {
        "urlMachine": f"{call.portal.url}/rest/download.json?auth={call.token}&token=crm%7C{value.get('id')}"
    }
