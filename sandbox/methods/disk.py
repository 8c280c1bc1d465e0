"""disk.*: storages, folders and files; the application has a storage of its own."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sandbox.rest.list_parameters import as_list, as_map
from sandbox.rest.listing import list_rows
from sandbox.rest.registry import Call, Listing, Refusal, method
from sandbox.rest.table import Row
from sandbox.shop.disk_storages import DiskObject, file_row, folder_row
from sandbox.shop.universal_lists import attached_of

TYPES = ["user", "common", "group"]
NO_CONTEXT = Refusal("ACCESS_DENIED", "Access denied! Application context required")


@method("disk.storage.getList", scope="disk")
def list_storages(call: Call) -> Listing:
    """disk.storage.getList: a person sees the common storages and his own, an administrator all."""
    mine = str(call.user.id)
    everything = call.portal.has_right(call.user, "admin")
    return list_rows(
        call.portal.tables["storage"],
        filter=_like(call.get("filter")),
        order=call.get("order"),
        start=call.start(),
        where=lambda row: row["ENTITY_TYPE"] == "common" or everything or row["ENTITY_ID"] == mine,
    )


@method("disk.storage.getTypes", scope="disk")
def list_storage_types(call: Call) -> list[str]:
    """disk.storage.getTypes."""
    del call
    return TYPES


@method("disk.storage.get", scope="disk")
def show_storage(call: Call) -> Row:
    """disk.storage.get."""
    return _storage(call)


@method("disk.storage.getForApp", scope="disk", right="admin")
def show_own_storage(call: Call) -> Row:
    """disk.storage.getForApp: the storage of the calling application, made on first use."""
    if call.card is None:
        raise NO_CONTEXT
    table = call.portal.tables["storage"]
    app_id = str(call.portal.installations[call.card.client_id].app_id)
    for row in table:
        if (row["ENTITY_TYPE"], row["ENTITY_ID"]) == ("restapp", app_id):
            return row
    number = table.next_id()
    row = {
        "ID": str(number),
        "NAME": call.card.title,
        "CODE": None,
        "MODULE_ID": "disk",
        "ENTITY_TYPE": "restapp",
    }
    return table.add(row | {"ENTITY_ID": app_id, "ROOT_OBJECT_ID": str(8500 + number)})


@method("disk.storage.getChildren", scope="disk")
def list_storage_children(call: Call) -> Listing:
    """disk.storage.getChildren: the root of a storage."""
    return _children(call, str(_storage(call)["ROOT_OBJECT_ID"]))


@method("disk.storage.addFolder", scope="disk")
def add_root_folder(call: Call) -> Row:
    """disk.storage.addFolder."""
    storage = _storage(call)
    return _add_folder(call, str(storage["ID"]), str(storage["ROOT_OBJECT_ID"]))


@method("disk.storage.uploadFile", scope="disk", batchable=True)
def upload_to_storage(call: Call) -> Row:
    """disk.storage.uploadFile: the content comes as base64."""
    storage = _storage(call)
    return _add_file(call, str(storage["ID"]), str(storage["ROOT_OBJECT_ID"]))


@method("disk.folder.get", scope="disk")
def show_folder(call: Call) -> Row:
    """disk.folder.get."""
    return _object(call, "folder")


@method("disk.folder.getChildren", scope="disk")
def list_folder_children(call: Call) -> Listing:
    """disk.folder.getChildren."""
    return _children(call, str(_object(call, "folder")["ID"]))


@method("disk.folder.addSubFolder", scope="disk")
def add_sub_folder(call: Call) -> Row:
    """disk.folder.addSubFolder."""
    folder = _object(call, "folder")
    return _add_folder(call, folder["STORAGE_ID"], folder["ID"])


@method("disk.folder.uploadFile", scope="disk")
def upload_to_folder(call: Call) -> Row:
    """disk.folder.uploadFile."""
    folder = _object(call, "folder")
    return _add_file(call, folder["STORAGE_ID"], folder["ID"])


@method("disk.file.get", scope="disk")
def show_file(call: Call) -> Row:
    """disk.file.get."""
    return _addressed(call, _object(call, "file"))


@method("disk.attachedObject.get", scope="disk")
def show_attached(call: Call) -> Row:
    """disk.attachedObject.get: a file by the number of its binding, with an address that carries the caller's token."""
    row = _found(call, attached_of(call.portal).get(str(_id(call))))
    if row.get("_closed"):
        raise Refusal("ACCESS_DENIED", "Access denied")
    path = f"/bitrix/tools/disk/uf.php?attachedId={row['ID']}&auth[auth]={call.token}&action=download&ncc=1"
    return {name: value for name, value in row.items() if not name.startswith("_")} | {
        "DOWNLOAD_URL": f"{call.portal.url}{path}"
    }


@method("disk.file.delete", scope="disk")
def delete_file(call: Call) -> bool:
    """disk.file.delete: for good, not into the bin."""
    return call.portal.tables["disk_object"].delete(_object(call, "file")["ID"])


def _storage(call: Call) -> Row:
    return _found(call, call.portal.tables["storage"].get(_id(call)))


def _object(call: Call, kind: str) -> Row:
    row = call.portal.tables["disk_object"].get(_id(call))
    return _found(call, row if row and row["TYPE"] == kind else None)


def _id(call: Call) -> Any:
    if not str(call.get("id") or "").isdigit():
        raise Refusal("ERROR_ARGUMENT", "Invalid value of parameter {Parameter #0}")
    return call.get("id")


def _found(call: Call, row: Row | None) -> Row:
    if row is None:
        raise Refusal("ERROR_NOT_FOUND", f"Could not find entity with id `{call.get('id')}`")
    return row


def _children(call: Call, parent: str) -> Listing:
    listing = list_rows(
        call.portal.tables["disk_object"],
        filter=_like(call.get("filter")) | {"PARENT_ID": parent},
        order=call.get("order"),
        start=call.start(),
    )
    rows = [_addressed(call, row) if row["TYPE"] == "file" else row for row in listing.rows]
    return Listing(rows, listing.total, None, listing.start)


def _like(given: Any) -> dict[str, Any]:
    """A percent sign inside a value makes the disk search by pattern (disk-storage-get-list.md)."""
    wanted = as_map(given)
    return {
        (f"=%{name}" if "%" in str(value) and name.isidentifier() else name): value
        for name, value in wanted.items()
    }


def _addressed(call: Call, row: Row) -> Row:
    return row | {
        "DOWNLOAD_URL": f"{call.portal.url}/rest/download.json?auth={call.token}&token=disk%7C{row['ID']}"
    }


def _name(call: Call) -> str:
    name = as_map(call.get("data")).get("NAME")
    if not name:
        raise Refusal("DISK_BASE_SERVICE_22001", "Error: required parameter NAME (DISK_BASE_SERVICE_22001)")
    return str(name)


def _free_name(call: Call, parent: str, name: str) -> str:
    taken = {row["NAME"] for row in call.portal.tables["disk_object"] if row["PARENT_ID"] == parent}
    if name not in taken:
        return name
    if str(call.get("generateUniqueName")).lower() not in ("true", "1", "y"):
        raise Refusal("DISK_OBJ_22000", "Файл с таким именем уже есть")
    stem, dot, tail = name.rpartition(".")
    return next(
        one
        for n in range(1, 10_000)
        if (one := f"{stem or name} ({n}){dot}{tail if dot else ''}") not in taken
    )


def _add_folder(call: Call, storage: str, parent: str) -> Row:
    table, now = call.portal.tables["disk_object"], call.portal.now()
    name = _name(call)
    if any(row["PARENT_ID"] == parent and row["NAME"] == name for row in table):
        raise Refusal("DISK_OBJ_22000", "Папка с таким именем уже есть")
    row = folder_row(DiskObject(_next(call), name, storage, parent, call.user.id, now, call.portal.host))
    table.add(row)
    return _as_made(row) | {"REAL_OBJECT_ID": int(row["ID"])}


def _add_file(call: Call, storage: str, parent: str) -> Row:
    name = _free_name(call, parent, _name(call))
    content = as_list(call.get("fileContent"))
    try:
        body = base64.b64decode(str(content[-1]), validate=True) if content else b""
    except binascii.Error as failure:
        raise Refusal("ERROR_COULD_NOT_SAVE_FILE", "Could not save file") from failure
    if not content or call.portal.extra.get("disk_full"):
        raise Refusal("ERROR_COULD_NOT_SAVE_FILE", "Could not save file")
    number, now = _next(call), call.portal.now()
    row = file_row(DiskObject(number, name, storage, parent, call.user.id, now, call.portal.host), len(body))
    call.portal.tables["disk_object"].add(row)
    call.portal.extra.setdefault("files", {})[number] = body
    return _as_made(_addressed(call, row)) | {"FILE_ID": int(row["FILE_ID"]), "GLOBAL_CONTENT_VERSION": 1}


def _as_made(row: Row) -> Row:
    """A new object has numbers where a stored one has strings (disk-folder-upload-file.md)."""
    return row | {"ID": int(row["ID"]), "DELETED_TYPE": 0, "DELETED_BY": None}


def _next(call: Call) -> int:
    with call.world.lock:
        last = (
            max(call.portal.extra.get("last_object", 0), call.portal.tables["disk_object"].next_id() - 1) + 1
        )
        call.portal.extra["last_object"] = last
    return int(last)
