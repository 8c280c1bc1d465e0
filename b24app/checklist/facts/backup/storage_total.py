"""How many storages of the disk are visible to us."""

from collections.abc import Mapping
from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import counted
from b24app.checklist.engine.fact import Asking, facts_of


@dataclass(frozen=True, slots=True)
class StorageTotal:
    count: int


def _calls(_asking: Asking) -> dict[str, Command]:
    return {"": Command("disk.storage.getList", {"start": 0})}


@facts_of(_calls, rank=120, scopes=("disk",))
def storage_total(answers: Mapping[str, Answer], _asking: Asking) -> StorageTotal:
    """Read the total of disk.storage.getList (api-reference/disk/storage/disk-storage-get-list.md)."""
    return StorageTotal(counted(answers[""]))
