"""Files of a portal's Disk: made there with their bytes, and put together from the lines of a copy."""

import base64

from sandbox.shop.disk_storages import DiskObject, file_row, folder_row
from tests.backup.copying import CopyStage

BIG = bytes(range(256)) * 900


def add(stage: CopyStage, number: int, name: str, parent: str, body: bytes | None) -> None:
    portal = stage.actor.portal
    made = DiskObject(number, name, "3", parent, 1, portal.now(), portal.host)
    table = portal.tables["disk_object"]
    table.add(folder_row(made) if body is None else file_row(made, len(body)))
    if body is not None:
        portal.extra.setdefault("files", {})[number] = body


def bytes_of(stage: CopyStage, copy_id: int, number: int) -> bytes:
    """A file as its last lines have it."""
    last = dict(stage.lines(stage.copy(copy_id), "disk"))
    row = last[str(number)]
    parts = [key for key in last if key.startswith(f"{number}/{row['FILE_ID']}/")]
    found = sorted(parts, key=lambda key: int(key.rpartition("/")[2]))
    return b"".join(base64.b64decode(last[key]["content"]) for key in found)
