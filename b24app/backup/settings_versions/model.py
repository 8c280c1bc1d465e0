"""Tables of the settings by night: versions of their rows, the newest reading, and the list of changes of a year."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from b24app.backup.model import Values
from b24app.database import Base, OfPortal, Sealed, SealedBytes
from b24app.stored_values import Kept, Packed


class SettingsVersion(OfPortal, Base):
    """The rows of one settings entity as they were from `taken_at` on, sealed under our own keys; a night without a change adds none."""

    __tablename__ = "settings_version"
    __table_args__ = (Index("ix_settings_version_portal_id_entity", "portal_id", "entity", "taken_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entity: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """The last time it was still so."""
    digest: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int] = mapped_column(default=0)
    content: Mapped[bytes] = mapped_column(SealedBytes)


class SettingsChange(OfPortal, Base):
    """One change between two readings, as the list of a year shows it, with its author where the portal's journal names one.

    A run whose checks ran again has read the portal more than once: an object may have several changes in it.
    """

    __tablename__ = "settings_change"
    __table_args__ = (
        Index("ix_settings_change_portal_id_run_id", "portal_id", "run_id"),
        Index("ix_settings_change_portal_id_seen_at", "portal_id", "seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int]
    before_run_id: Mapped[int]
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
    """It happened after `since` and was seen then."""
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(255))
    difference: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(Sealed)
    content: Mapped[bytes] = mapped_column(SealedBytes)
    """The change as the comparison writes it (comparison_format)."""
    user_id: Mapped[int | None]
    user_name: Mapped[str] = mapped_column(String(255), default="")
    happened_at: Mapped[datetime | None]


class SettingsNight(OfPortal, Base):
    """The newest reading of the settings: when, what it cost, and which entities were left out and why."""

    __tablename__ = "settings_night"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    """The last reading that was answered."""
    requests: Mapped[int] = mapped_column(default=0)
    entities: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[Values] = mapped_column(Kept(Values, dict), default=dict)
    """Reasons by entity."""
    error: Mapped[str] = mapped_column(String(300), default="")
    """A message id of why the portal was not read."""


class ChangeListState(OfPortal, Base):
    """The state of the list of changes: the newest run in it, what was seen last, and which nights brought no answer."""

    __tablename__ = "change_list_state"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
    run_id: Mapped[int]
    run_at: Mapped[datetime]
    before_run_id: Mapped[int] = mapped_column(default=0)
    before_at: Mapped[datetime | None]
    seen_by_admin: Mapped[bool] = mapped_column(default=True)
    content: Mapped[bytes] = mapped_column(Packed)
    """The objects as that run has read them last; what it could not see is kept as it was seen before."""
    unanswered: Mapped[Values] = mapped_column(Kept(Values, dict), default=dict)
    """Days without an answer, by run."""
