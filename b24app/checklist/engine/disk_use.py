"""How much of the disk is in use: added up by a job, or stated by a person; a lower bound, kept and read back."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation

from sqlalchemy import select

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import listed
from b24app.checklist.engine.gather import BatchClient
from b24app.checklist.engine.own_facts import DiskUse
from b24app.checklist.engine.runs import step
from b24app.checklist.model import DiskCount
from b24app.checklist.questions.answers import current_answers
from b24app.database import db, portal_scope
from b24app.json_values import Json, JsonObject, is_array
from b24app.plans.usage_records import list_usage
from b24app.portals.model import Portal
from b24app.services import services
from b24app.terms.corrections import current_plan

BATCH = 50
MOST_REQUESTS = 100
STORAGES = Command("disk.storage.getList", {"order": {"ID": "ASC"}, "start": 0}, write=False)
GB = 1024**3
Stated = tuple[float, str, datetime]


@dataclass(slots=True)
class Walk:
    """What has been added up so far; `whole` is lost when something was refused or left out."""

    size: int = 0
    folders: int = 0
    whole: bool = True
    seen: set[str] = field(default_factory=set)

    @property
    def files(self) -> int:
        """How many files were counted, each once however often it is linked."""
        return len(self.seen)

    def add(self, rows: object) -> Iterator[Command]:
        """Count the files of one page and yield what lies deeper."""
        for row in listed(rows) if is_array(rows) else ():
            if str(row.get("DELETED_TYPE") or "0") != "0":
                continue
            if row.get("TYPE") == "file":
                self._add_file(row)
            elif row.get("TYPE") == "folder" and row.get("REAL_OBJECT_ID", row.get("ID")) == row.get("ID"):
                self.folders += 1
                yield children("disk.folder.getChildren", row["ID"])

    def _add_file(self, row: JsonObject) -> None:
        key, size = str(row.get("FILE_ID") or f"object {row.get('ID')}"), str(row.get("SIZE") or "")
        if key not in self.seen and size.isdecimal():
            self.seen.add(key)
            self.size += int(size)


def children(method: str, number: Json, start: int = 0) -> Command:
    """One page of what lies in a storage or a folder (api-reference/disk/folder/disk-folder-get-children.md)."""
    return Command(method, {"id": number, "order": {"ID": "ASC"}, "start": start}, write=False)


def walk_disk(client: BatchClient) -> Walk:
    """Add up every file that may be read, fifty pages a request; a disk too large is left unfinished."""
    walk, waiting = Walk(), deque([STORAGES])
    for _ in range(MOST_REQUESTS):
        if not waiting:
            return walk
        commands = {str(place): waiting.popleft() for place in range(min(BATCH, len(waiting)))}
        for key, outcome in client.batch(commands).items():
            if isinstance(outcome, Answer):
                waiting.extend(_further(walk, commands[key], outcome))
            elif commands[key] is STORAGES:
                raise outcome
            else:
                walk.whole = False
    walk.whole = walk.whole and not waiting
    return walk


def _further(walk: Walk, asked: Command, answer: Answer) -> Iterator[Command]:
    """What an answer leads to: its next page and what lies inside."""
    if answer.next is not None:
        yield Command(asked.method, {**asked.params, "start": answer.next}, write=False)
    if asked.method == STORAGES.method:
        yield from (children("disk.storage.getChildren", row["ID"]) for row in listed(answer.result))
    else:
        yield from walk.add(answer.result)


def count_disk(portal_id: int) -> None:
    """Walk over the disk of a portal and keep the sum: a job that only reads."""
    from b24app.portals.client_factory import open_client

    portal = db.session.get(Portal, portal_id)
    if portal is None or "disk" not in portal.scopes:
        return
    with portal_scope(portal_id):
        with step():
            client = open_client(portal_id, background=True)
        walk = walk_disk(client)
        row = DiskCount(counted_at=services().clock.now())
        row.size, row.files, row.folders, row.whole = walk.size, walk.files, walk.folders, walk.whole
        with step():
            db.session.add(row)


def latest_count() -> DiskCount | None:
    """The newest sum of this portal."""
    return db.session.scalar(select(DiskCount).order_by(DiskCount.id.desc()).limit(1))


def read_disk_use(license_code: str) -> DiskUse:
    """What is known of the disk: our sum, what a person stated last, the limit of the plan."""
    row, stated = latest_count(), max((_answered(), _measured()), key=_moment)
    value, who, at = stated or (None, "", None)
    return DiskUse(
        counted=round(row.size / GB, 2) if row else None,
        counted_at=row.counted_at if row else None,
        whole=bool(row and row.whole),
        told=value,
        told_by=who,
        told_at=at,
        limit=_limit(license_code),
    )


def _moment(stated: Stated | None) -> datetime:
    return stated[2] if stated else datetime.min.replace(tzinfo=UTC)


def _answered() -> Stated | None:
    """The gigabytes in the answer about the quota; a text that is no number is None."""
    answer = current_answers().get("ask_plan_quota")
    try:
        value = Decimal(answer.value.strip().replace(",", ".")) if answer else None
    except InvalidOperation:
        return None
    if answer is None or value is None or not value.is_finite() or value <= 0:
        return None
    return float(value), answer.user_name, answer.answered_at


def _measured() -> Stated | None:
    """The measure that a person wrote down on the page of the plan."""
    points = [point for point in list_usage().get("disk_gb", ()) if point.source == "person"]
    if not points:
        return None
    last = points[-1]
    return float(last.value), last.said_by, datetime.combine(last.day, time(), UTC)


def _limit(license_code: str) -> int | None:
    plan = current_plan(license_code)
    return plan.limit("disk_gb") if plan else None
