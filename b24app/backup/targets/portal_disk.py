"""Keeps objects on the portal's own Disk, in the application's storage; it does not help when the portal is not available.

Source: api-reference/disk/storage/disk-storage-get-for-app.md, disk-storage-get-children.md, disk-storage-add-folder.md,
disk/folder/disk-folder-{add-subfolder,upload-file,get-children}.md, disk/file/disk-file-delete.md.
A file's address holds a token: it is used at once and written nowhere.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from b24app.backup.targets.object_names import parents
from b24app.backup.targets.storage_requests import StorageRequests
from b24app.backup.targets.target import (
    ObjectMissing,
    StoredObject,
    TargetFailed,
    TargetRefused,
    listed_below,
)
from b24app.errors import PortalError, RightMissing, ScopeMissing
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.rest_client import RestClient

NAME_TAKEN = "DISK_OBJ_22000"
NOT_FOUND = "ERROR_NOT_FOUND"
NOT_SAVED = "ERROR_COULD_NOT_SAVE_FILE"
DEEPEST = 8


@contextmanager
def _as_target_failures() -> Iterator[None]:
    """Convert refusals of the portal to failures of a target; its own messages stay in the call log."""
    try:
        yield
    except PortalError as error:
        raise explain(error) from None


def explain(error: PortalError) -> TargetFailed:
    """The failure of a target for a portal's refusal."""
    if isinstance(error, RightMissing | ScopeMissing):
        return TargetRefused("portal_right")
    if error.code == NOT_SAVED:
        return TargetRefused("portal")
    return TargetFailed("portal_silent") if error.retryable else TargetRefused("portal")


@dataclass
class PortalDiskTarget:
    """Objects as files of the application's storage; `files` fetches their bytes."""

    client: RestClient
    files: StorageRequests
    _folders: dict[str, str] = field(default_factory=dict, init=False)

    def put(self, name: str, content: bytes) -> None:
        """Upload a file; when the name is taken, it must hold the same bytes."""
        leaf = name.rpartition("/")[2]
        with _as_target_failures():
            folder = self._folder(name.rpartition("/")[0], make=True)
            params: JsonObject = {
                "id": folder,
                "data": {"NAME": leaf},
                "fileContent": [leaf, base64.b64encode(content).decode()],
                "generateUniqueName": False,
            }
            try:
                made = self.client.call("disk.folder.uploadFile", params, write=True).result
            except PortalError as error:
                if error.code != NAME_TAKEN:
                    raise
                made = None
        if made is None:
            self._compare(name, content)
        elif not is_object(made) or str(made.get("SIZE")) != str(len(content)):
            raise TargetFailed("broken_off")

    def get(self, name: str) -> bytes:
        """The bytes of a file."""
        with _as_target_failures():
            row = self._find(name)
        url = row.get("DOWNLOAD_URL")
        if not isinstance(url, str) or not url:
            raise TargetFailed("portal_silent")
        reply = self.files.ask("GET", url, {})
        if reply.status != 200:
            raise TargetFailed("portal_silent")
        return reply.content

    def delete(self, name: str) -> None:
        """Remove a file for good, not into the bin."""
        with _as_target_failures():
            try:
                self.client.call("disk.file.delete", {"id": self._find(name)["ID"]}, write=True)
            except ObjectMissing:
                return
            except PortalError as error:
                if error.code != NOT_FOUND:
                    raise

    def names(self, prefix: str = "") -> Iterator[StoredObject]:
        """Files below the folder of the prefix, folder by folder."""
        start = prefix.rpartition("/")[0]
        with _as_target_failures():
            folder = self._folder(start)
        return listed_below(prefix, self._walk(folder, start, DEEPEST) if folder else ())

    def close(self) -> None:
        """Close connections."""
        self.client.close()
        self.files.close()

    def _walk(self, folder: str, path: str, depth: int) -> Iterator[StoredObject]:
        with _as_target_failures():
            rows = sorted(self.client.rows("disk.folder.getChildren", {"id": folder}), key=_name)
        for row in rows:
            name = f"{path}/{_name(row)}" if path else _name(row)
            if row.get("TYPE") == "file":
                yield StoredObject(name, int(str(row.get("SIZE") or 0)))
            elif depth:
                yield from self._walk(str(row.get("ID")), name, depth - 1)

    def _compare(self, name: str, content: bytes) -> None:
        if self.get(name) != content:
            raise TargetRefused("other_bytes")

    def _find(self, name: str) -> JsonObject:
        path, _, leaf = name.rpartition("/")
        folder = self._folder(path)
        row = self._child(folder, leaf, "file") if folder else None
        if row is None:
            raise ObjectMissing
        return row

    def _folder(self, path: str, *, make: bool = False) -> str:
        """The number of a folder below the root; empty when it does not exist, unless `make` is set."""
        number = ""
        for step in parents(f"{path}/x"):
            if step not in self._folders:
                leaf = step.rpartition("/")[2]
                row = self._child(number, leaf, "folder") or (self._make(number, leaf) if make else None)
                if row is None:
                    return ""
                self._folders[step] = str(row.get("ID"))
            number = self._folders[step]
        return number

    @cached_property
    def _storage(self) -> str:
        """The number of the application's storage, which the portal makes when it is first asked for."""
        storage = self.client.call("disk.storage.getForApp").result
        if not is_object(storage):
            raise TargetFailed("portal_silent")
        return str(storage.get("ID", ""))

    def _child(self, folder: str, name: str, kind: str) -> JsonObject | None:
        method = "disk.folder.getChildren" if folder else "disk.storage.getChildren"
        asked: JsonObject = {"id": folder or self._storage, "filter": {"NAME": name}}
        rows: Json = self.client.call(method, asked).result
        found = [row for row in rows if is_object(row)] if is_array(rows) else []
        return next((row for row in found if row.get("TYPE") == kind and row.get("NAME") == name), None)

    def _make(self, folder: str, name: str) -> JsonObject | None:
        method = "disk.folder.addSubFolder" if folder else "disk.storage.addFolder"
        made = self.client.call(method, {"id": folder or self._storage, "data": {"NAME": name}}, write=True)
        return made.result if is_object(made.result) else None


def _name(row: JsonObject) -> str:
    return str(row.get("NAME", ""))
