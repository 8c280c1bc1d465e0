"""Tables of restores: what is to be written, the progress, and the outcome of each write."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal, Sealed, SealedBytes
from b24app.stored_values import Code, among


class RestoreState(StrEnum):
    """The state of a restore: the portal is read for the preview, the preview waits for a press, and so on."""

    READING = "reading"
    PREVIEW = "preview"
    WAITING = "waiting"
    RUNNING = "running"
    NEEDS_KEY = "needs_key"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"


UNDER_WAY = frozenset({RestoreState.WAITING, RestoreState.RUNNING, RestoreState.NEEDS_KEY})
"""States of a restore that writes, or is about to."""


class Restore(OfPortal, Base):
    """One restore: its source, its author, its progress; its undo is a restore of its own that names it in `undoes_id`."""

    __tablename__ = "restore"
    __table_args__ = (
        Index("ix_restore_portal_id_state", "portal_id", "state"),
        UniqueConstraint("portal_id", "active"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(Code(12, among(RestoreState), RestoreState.FAILED))
    active: Mapped[bool | None]
    """True while it writes or is about to: one at a time in a portal; NULL at all other times."""
    stopping: Mapped[bool] = mapped_column(default=False)
    """Whether it was asked to stop after the present batch."""
    source: Mapped[str] = mapped_column(String(20))
    """`comparison`, `changes`, `copy` or `undo`."""
    undoes_id: Mapped[int | None]
    copy_id: Mapped[int | None]
    loss_id: Mapped[int | None]
    """The mass loss whose alarm it was begun from."""
    title: Mapped[str] = mapped_column(Sealed)
    asked_by: Mapped[int]
    asked_by_name: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    undo_until: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    plan: Mapped[bytes] = mapped_column(SealedBytes)
    """What is to be written, as `restore/plan.py` writes it."""
    before: Mapped[bytes | None] = mapped_column(SealedBytes)
    """The present state of what is touched, saved before the first write."""
    checks_run_id: Mapped[int | None]
    by_hand_at: Mapped[datetime | None]
    """When what was left for a person was marked as done."""
    by_hand_name: Mapped[str] = mapped_column(String(255), default="")
    error: Mapped[str] = mapped_column(String(300), default="")


class RestoreLineState(StrEnum):
    """The outcome of one write."""

    WAITING = "waiting"
    SENT = "sent"
    CREATED = "created"
    CHANGED = "changed"
    SAME = "same"
    UNTOUCHED = "untouched"
    REFUSED = "refused"


OPEN_LINES = frozenset({RestoreLineState.WAITING, RestoreLineState.SENT})
"""States of a line that is still to be written."""


class RestoreLine(OfPortal, Base):
    """One write of a restore and its outcome; by `mark` a repeat finds what was already written."""

    __tablename__ = "restore_line"
    __table_args__ = (UniqueConstraint("restore_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    restore_id: Mapped[int] = mapped_column(index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(64))
    entity: Mapped[str] = mapped_column(String(64), default="")
    key: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(Sealed)
    mark: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(Code(12, among(RestoreLineState), RestoreLineState.WAITING))
    new_key: Mapped[str] = mapped_column(String(255), default="")
    why: Mapped[str] = mapped_column(String(300), default="")
    """A message id: why it was refused, or left as it is."""
    words: Mapped[str | None] = mapped_column(Sealed)
    """The portal's own words of a refusal."""
    at: Mapped[datetime | None]
