"""How many storages of the disk are visible to us."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import counted
from b24app.checklist.engine.fact import fact


@dataclass(frozen=True, slots=True)
class StorageTotal:
    count: int


@fact(Command("disk.storage.getList", {"start": 0}), rank=120, scopes=("disk",), second=True)
def storage_total(answer: Answer) -> StorageTotal:
    """Read the total of disk.storage.getList (api-reference/disk/storage/disk-storage-get-list.md)."""
    return StorageTotal(counted(answer))
