"""Common storages of the company's disk."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Text, records
from b24app.checklist.engine.fact import fact


@dataclass(frozen=True, slots=True)
class Storage:
    __pydantic_config__ = UPPER

    id: Text
    name: Text = ""
    entity_type: Text = ""


@dataclass(frozen=True, slots=True)
class Storages:
    rows: tuple[Storage, ...]


@fact(
    Command(
        "disk.storage.getList", {"filter": {"ENTITY_TYPE": "common"}, "order": {"ID": "ASC"}, "start": 0}
    ),
    rank=39,
    scopes=("disk",),
)
def storages(answer: Answer) -> Storages:
    """Read disk.storage.getList (api-reference/disk/storage/disk-storage-get-list.md)."""
    return Storages(records(Storage, answer.result))
