"""A paper of the renewal that goes with a task: it is put into the application's own storage of Disk and named in the task."""

import base64
from dataclasses import dataclass, field

import structlog

from b24app.errors import NotFound, PortalError
from b24app.json_values import JsonObject, is_object
from b24app.renewal.documents import give_paper
from b24app.rest_client import RestClient

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AttachedPaper:
    """The name and content of a paper."""

    name: str
    content: bytes = field(repr=False)


def find_paper(paper_id: int) -> AttachedPaper | None:
    """The paper of a number; None for no number, or when somebody has removed it meanwhile."""
    if not paper_id:
        return None
    try:
        paper, content = give_paper(paper_id)
    except NotFound:
        return None
    return AttachedPaper(paper.name, content)


def upload_paper(client: RestClient, paper: AttachedPaper) -> str:
    """Put a paper into the application's storage; its number in Disk, or nothing when the portal does not take it.

    Source: api-reference/disk/storage/disk-storage-get-for-app.md, disk-storage-upload-file.md; tasks-task-add.md, UF_TASK_WEBDAV_FILES.
    A task without its paper is better than no task.
    """
    content = base64.b64encode(paper.content).decode()
    try:
        storage = client.call("disk.storage.getForApp").result
        number = str(storage.get("ID", "")) if is_object(storage) else ""
        params: JsonObject = {
            "id": number,
            "data": {"NAME": paper.name},
            "fileContent": [paper.name, content],
            "generateUniqueName": True,
        }
        file = client.call("disk.storage.uploadFile", params, write=True).result if number else None
    except PortalError as error:
        log.warning("the paper of a task was not taken", error=type(error).__name__)
        return ""
    return str(file.get("ID", "")) if is_object(file) else ""
