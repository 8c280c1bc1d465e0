"""Files that a person exports from the portal by hand: uploaded, sealed at once to the customer's key, stored beside the copy by a job."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import pyrage
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import defer

from b24app.backup.archive.keys import check_recipients
from b24app.backup.backup_plan import read_choices
from b24app.backup.model import GuidedExport
from b24app.backup.settings_versions.model import SettingsVersion
from b24app.backup.targets.open_target import open_target
from b24app.database import before_network, db, every_portal, portal_scope
from b24app.errors import BadInput, NotFound
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import N_

LARGEST = 6 * 1024 * 1024
MOST_WAITING = 20
STAGES = ("crm_status", "pipeline_")
"""Prefixes of the codes of settings that hold robots and triggers."""


class ExportKind(StrEnum):
    """What a person can export."""

    PRESET = "preset"
    BPT = "bpt"


BPT_ENDING = ".bpt"


@dataclass(frozen=True, slots=True)
class ExportView:
    """One exported file: who added it and when, whether it is in the storage, how often the stages changed since."""

    id: int
    kind: ExportKind
    file_name: str
    size: int
    added_at: datetime
    added_by: str
    stored_at: datetime | None
    changes_since: int
    former_key: bool = False
    """Whether it is from before the present key: no copy for this key names it."""

    @property
    def is_old(self) -> bool:
        """Whether it should be exported anew."""
        return self.former_key or self.changes_since > 0


def keep_export(kind: str, name: str, content: bytes, *, by: Author, at: datetime) -> GuidedExport:
    """Take a file, seal it to the customer's keys and queue its upload to the storage; its plain bytes are kept nowhere."""
    wanted = find_kind(kind)
    _check_file(wanted, name, content)
    choices = read_choices()
    if not choices.has_key:
        raise BadInput(N_("First create a key: the file is sealed to it at once."), "file")
    waiting = select(func.count()).select_from(GuidedExport).where(GuidedExport.stored_at.is_(None))
    if (db.session.scalar(waiting) or 0) >= MOST_WAITING:
        raise BadInput(N_("Too many files wait for the storage already. Check it first."), "file")
    sealed = seal_file(content, (choices.recipient, choices.second_recipient))
    row = GuidedExport(
        kind=wanted,
        file_name=plain_name(name),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        pack_name=f"exports/{hashlib.sha256(sealed).hexdigest()}.age",
        added_at=at,
        added_by=by.user_id or 0,
        added_by_name=by.name,
        waiting=sealed,
    )
    db.session.add(row)
    db.session.flush()
    services().queue.later("store_exports", row.portal_id)
    return row


def find_kind(kind: str) -> ExportKind:
    """The kind of this code; raises NotFound for another."""
    if kind not in set(ExportKind):
        raise NotFound
    return ExportKind(kind)


def _check_file(kind: ExportKind, name: str, content: bytes) -> None:
    if not content:
        raise BadInput(N_("Choose the file."), "file")
    if len(content) > LARGEST:
        raise BadInput(N_("The file is larger than 6 MB. Keep it yourself, we do not take it."), "file")
    if kind is ExportKind.BPT and not name.lower().endswith(BPT_ENDING):
        raise BadInput(N_("This is not an exported template: the name of its file ends with .bpt."), "file")


def plain_name(name: str) -> str:
    """The name of a file without folders and control characters; as long as a column holds."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return " ".join("".join(sign if sign.isprintable() else " " for sign in last).split())[-255:] or "file"


def seal_file(content: bytes, recipients: Sequence[str]) -> bytes:
    """The bytes of a file sealed to these public keys; empty ones are left out."""
    keys = [pyrage.x25519.Recipient.from_str(one) for one in check_recipients(recipients)]
    return pyrage.encrypt(content, keys)


def _of_stages() -> ColumnElement[bool]:
    return or_(*(SettingsVersion.entity.startswith(one, autoescape=True) for one in STAGES))


def list_exports() -> Sequence[ExportView]:
    """The newest file of each kind and name, newest first."""
    rows = db.session.scalars(
        select(GuidedExport).options(defer(GuidedExport.waiting)).order_by(GuidedExport.id.desc())
    )
    newest: dict[tuple[str, str], ExportView] = {}
    for row in rows:
        kind = ExportKind(row.kind) if row.kind in set(ExportKind) else None
        if kind is not None and (kind, _name_of(kind, row.file_name)) not in newest:
            newest[kind, _name_of(kind, row.file_name)] = _view(kind, row)
    return list(newest.values())


def _name_of(kind: ExportKind, name: str) -> str:
    """The name of a template, which identifies it; empty for a preset, of which a portal has one."""
    return "" if kind is ExportKind.PRESET else name


def _view(kind: ExportKind, row: GuidedExport) -> ExportView:
    changed = changes_since(row.added_at) if kind is ExportKind.PRESET else 0
    since = read_choices().key_kept_at
    return ExportView(
        row.id, kind, row.file_name, row.size, row.added_at, row.added_by_name, row.stored_at, changed,
        former_key=since is not None and row.added_at < since,
    )  # fmt: skip


def changes_since(moment: datetime) -> int:
    """How often stages and pipelines changed after this moment: versions that followed an earlier one of the same entity."""
    first = (
        select(SettingsVersion.entity, func.min(SettingsVersion.id).label("id"))
        .where(_of_stages())
        .group_by(SettingsVersion.entity)
        .subquery()
    )
    later = (
        select(func.count())
        .select_from(SettingsVersion)
        .join(first, first.c.entity == SettingsVersion.entity)
        .where(SettingsVersion.taken_at > moment, SettingsVersion.id > first.c.id)
    )
    return db.session.scalar(later) or 0


def forget_export(export_id: int) -> None:
    """Remove a file from the list; what the customer's storage holds stays there, it is his."""
    row = db.session.scalar(select(GuidedExport).where(GuidedExport.id == export_id))
    if row is None:
        raise NotFound
    db.session.delete(row)
    db.session.flush()


def waiting_portals() -> Iterator[tuple[int]]:
    """The portals whose files wait for the storage: a job that was lost or given up is asked for again."""
    with every_portal():
        found = db.session.scalars(
            select(GuidedExport.portal_id).where(GuidedExport.stored_at.is_(None)).distinct()
        ).all()
    for portal_id in found:
        with portal_scope(portal_id):
            if read_choices().has_target:
                yield (portal_id,)


def store_exports(portal_id: int) -> int:
    """Put the waiting files into the portal's storage, one after the other; one that is there already is not sent again."""
    with portal_scope(portal_id):
        if not read_choices().has_target:
            return 0
        waiting = list(db.session.scalars(select(GuidedExport.id).where(GuidedExport.stored_at.is_(None))))
    return sum(_store(portal_id, export_id) for export_id in waiting)


def _store(portal_id: int, export_id: int) -> bool:
    with portal_scope(portal_id):
        row = db.session.get(GuidedExport, export_id)
        if row is None or row.stored_at is not None or row.waiting is None:
            return False
        name, content = row.pack_name, bytes(row.waiting)
    target = open_target(portal_id)
    try:
        before_network()
        target.put(name, content)
    finally:
        target.close()
    with portal_scope(portal_id):
        row = db.session.get(GuidedExport, export_id)
        if row is not None:
            row.stored_at, row.waiting = services().clock.now(), None
        db.session.commit()
    return True
