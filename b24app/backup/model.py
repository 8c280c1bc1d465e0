"""Tables of the copy: what a portal chose, its copies and their progress, packs, the index of items, guided exports."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal, Sealed
from b24app.stored_values import Code, Kept, Packed, among

Values = dict[str, Any]


class TargetKind(StrEnum):
    """Where the packs of a portal go."""

    NONE = ""
    S3 = "s3"
    WEBDAV = "webdav"
    SFTP = "sftp"
    FOLDER = "folder"
    PORTAL_DISK = "portal_disk"
    DOWNLOAD = "download"


class CopyKind(StrEnum):
    """Why a copy was made; those around a renewal are kept until the next one."""

    NIGHTLY = "nightly"
    MANUAL = "manual"
    BEFORE_RENEWAL = "before_renewal"
    AFTER_ACTIVATION = "after_activation"


class CopyState(StrEnum):
    """The state of a copy. Paused by a person, resting at a limit or while one side is silent; `done` needs all six proofs."""

    WAITING = "waiting"
    READING = "reading"
    RESTING = "resting"
    PAUSED = "paused"
    PROVING = "proving"
    DONE = "done"
    UNPROVEN = "unproven"
    STOPPED = "stopped"
    FAILED = "failed"


UNDER_WAY = frozenset({CopyState.WAITING, CopyState.READING, CopyState.RESTING, CopyState.PROVING})
OPEN = UNDER_WAY | {CopyState.PAUSED}
"""Not ended: under way, or paused by a person."""
ONLY_ONE = text("state IN ('waiting', 'reading', 'resting', 'paused')")
"""A portal has one copy that reads: a second one upon the same base would miss what the first one packs."""


class EntityState(StrEnum):
    """The state of one entity of a copy; `left_out` with a reason: a scope is missing, or the portal refused."""

    WAITING = "waiting"
    READING = "reading"
    DONE = "done"
    LEFT_OUT = "left_out"


class BackupPlan(OfPortal, Base):
    """What a portal has chosen for its copy: keys, target, what goes in, and whether anything may be put back.

    Only public keys are kept. `target` holds the credentials of the storage (JSON of the target's own settings class).
    """

    __tablename__ = "backup_plan"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(80), default="")
    second_recipient: Mapped[str] = mapped_column(String(80), default="")
    key_at: Mapped[datetime | None]
    key_kept_at: Mapped[datetime | None]
    key_by: Mapped[int] = mapped_column(default=0)
    key_by_name: Mapped[str] = mapped_column(String(255), default="")
    target_kind: Mapped[str] = mapped_column(
        Code(12, among(TargetKind), TargetKind.NONE), default=TargetKind.NONE
    )
    target: Mapped[str | None] = mapped_column(Sealed)
    target_title: Mapped[str] = mapped_column(String(255), default="")
    target_country: Mapped[str] = mapped_column(String(2), default="")
    country_accepted_at: Mapped[datetime | None]
    target_checked_at: Mapped[datetime | None]
    target_since: Mapped[datetime | None]
    """Since when copies go to this storage: an earlier copy is in another one and is no base any more."""
    target_error: Mapped[str] = mapped_column(String(300), default="")
    target_notes: Mapped[Values] = mapped_column(Kept(Values, dict), default=dict)
    """What the check of the target found: versioning, object lock."""
    with_data: Mapped[bool] = mapped_column(default=True)
    with_files: Mapped[bool] = mapped_column(default=False)
    nightly: Mapped[bool] = mapped_column(default=True)
    estimate: Mapped[Values] = mapped_column(Kept(Values, dict), default=dict)
    """What a full copy is expected to take: `{"at", "rows", "seconds", "size"}`, or `{"at", "error"}`."""
    strays: Mapped[Values] = mapped_column(Kept(Values, dict), default=dict)
    """Packs in the storage that belong to no copy, each with the moment when it was first seen (`proofs/stray_packs.py`)."""
    restore_allowed_at: Mapped[datetime | None]
    restore_allowed_by: Mapped[int] = mapped_column(default=0)
    restore_allowed_name: Mapped[str] = mapped_column(String(255), default="")


class BackupCopy(OfPortal, Base):
    """One copy. `base_id` names its base, whose packs it continues; a copy without it read everything anew."""

    __tablename__ = "backup_copy"
    __table_args__ = (
        Index("ix_backup_copy_portal_id_state", "portal_id", "state"),
        Index(
            "uq_backup_copy_reading",
            "portal_id",
            unique=True,
            sqlite_where=ONLY_ONE,
            postgresql_where=ONLY_ONE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Code(20, among(CopyKind), CopyKind.MANUAL))
    state: Mapped[str] = mapped_column(Code(12, among(CopyState), CopyState.FAILED))
    base_id: Mapped[int | None]
    folder: Mapped[str] = mapped_column(String(80), default="")
    """The folder of its manifest below the target's own folder."""
    with_files: Mapped[bool] = mapped_column(default=False)
    asked_by: Mapped[int] = mapped_column(default=0)
    asked_by_name: Mapped[str] = mapped_column(String(255), default="")
    created_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    """When everything was read, before the proofs."""
    ended_at: Mapped[datetime | None]
    rests_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(300), default="")
    """A message id of the reason why it stopped or rests."""
    requests: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(BigInteger, default=0)
    sealed_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    proofs: Mapped[Values] = mapped_column(Kept(Values, dict), default=dict)
    """Each proof by its code: `{"passed": bool, "at": moment, ...numbers}`; one that is missing was not made."""
    forgotten_at: Mapped[datetime | None]
    """When retention deleted it from the target."""
    chain_mark: Mapped[str] = mapped_column(String(64), default="")
    """The digest of keys and target: packs for other keys, or in another storage, cannot be continued by an increment."""
    sealed_for: Mapped[str] = mapped_column(String(170), default="")
    """The public keys it is sealed to, with a space between them."""
    manifest_sha256: Mapped[str] = mapped_column(String(64), default="")
    """The hash of the manifest that was written: one with another hash in the storage was not written by us."""
    taken: Mapped[Values] = mapped_column(Kept(Values, dict), default=dict)
    """Of a copy that is downloaded: how many bytes of each file were sent from its beginning on, by the file's mark."""
    taken_at: Mapped[datetime | None]
    """When all files of it had been given whole."""
    portal_at: Mapped[datetime | None]
    """The portal's own time when the reading began; later changes belong to the next copy."""
    shape: Mapped[Values] = mapped_column(Kept(Values, dict), default=dict)
    """The properties of the portal that determined its entities (`reading/portal_shape.py`)."""
    failures: Mapped[int] = mapped_column(default=0)
    """How often it had to rest since it last made progress."""


class CopyEntity(OfPortal, Base):
    """The progress of one entity of a copy: after which id it continues, how many rows, how many the portal counts."""

    __tablename__ = "backup_entity"
    __table_args__ = (UniqueConstraint("copy_id", "entity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    copy_id: Mapped[int] = mapped_column(index=True)
    entity: Mapped[str] = mapped_column(String(64))
    place: Mapped[int] = mapped_column(default=0)
    """Its place in the order of reading."""
    state: Mapped[str] = mapped_column(Code(12, among(EntityState), EntityState.WAITING))
    last_id: Mapped[int] = mapped_column(BigInteger, default=0)
    cursor: Mapped[Values] = mapped_column(Kept(Values, dict), default=dict)
    rows: Mapped[int] = mapped_column(BigInteger, default=0)
    gone: Mapped[int] = mapped_column(BigInteger, default=0)
    present: Mapped[int | None] = mapped_column(BigInteger)
    """How many rows the portal has after the last pass, by its own count."""
    changed_from: Mapped[datetime | None]
    """An increment reads what was changed since then; None reads everything."""
    error: Mapped[str] = mapped_column(String(300), default="")
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0)
    """The version of the row: of two workers the one with an old version keeps nothing."""


class CopyPack(OfPortal, Base):
    """A sealed pack in the target: its name is the hash of its sealed bytes."""

    __tablename__ = "backup_pack"
    __table_args__ = (UniqueConstraint("copy_id", "entity", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    copy_id: Mapped[int] = mapped_column(index=True)
    entity: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    plain_sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int]
    gone: Mapped[int] = mapped_column(default=0)
    first_id: Mapped[str] = mapped_column(String(64), default="")
    last_id: Mapped[str] = mapped_column(String(64), default="")
    stored_at: Mapped[datetime]
    reread_at: Mapped[datetime | None]
    damaged: Mapped[str] = mapped_column(String(300), default="")


class ItemIndex(OfPortal, Base):
    """Ids of one entity with the hash of each row in the copy: a stretch of 65,536 ids a row, nothing personal."""

    __tablename__ = "backup_item_index"
    __table_args__ = (UniqueConstraint("portal_id", "entity", "stretch"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entity: Mapped[str] = mapped_column(String(64))
    stretch: Mapped[int]
    count: Mapped[int] = mapped_column(default=0)
    content: Mapped[bytes] = mapped_column(Packed)


class GuidedExport(OfPortal, Base):
    """A file that only a person can export from the portal, kept sealed with the copies: a solution preset or a `.bpt`."""

    __tablename__ = "guided_export"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    file_name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    pack_name: Mapped[str] = mapped_column(String(100), default="")
    added_at: Mapped[datetime]
    added_by: Mapped[int]
    added_by_name: Mapped[str] = mapped_column(String(255))
    stored_at: Mapped[datetime | None]
    waiting: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Its sealed bytes until they are stored in the target."""
