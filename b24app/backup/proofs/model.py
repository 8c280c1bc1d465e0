"""Tables of losses: mass losses until people decide, what the look for them counted last, deletions reported by events."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from b24app.backup.model import Values
from b24app.database import Base, OfPortal, Sealed, SealedBytes
from b24app.stored_values import Kept, TypedText


class MassLoss(OfPortal, Base):
    """Many objects of one kind lost at once, until people decide what it was."""

    __tablename__ = "mass_loss"
    __table_args__ = (Index("ix_mass_loss_portal_id_closed_at", "portal_id", "closed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    """`items`, `pipeline` or `column`."""
    entity: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(255), default="")
    name: Mapped[str | None] = mapped_column(Sealed)
    lost: Mapped[int]
    before: Mapped[int]
    since: Mapped[datetime]
    found_at: Mapped[datetime]
    content: Mapped[Values] = mapped_column(Kept(Values, dict), default=dict)
    """Ids of lost items, at most a thousand, and further numbers."""
    told_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_how: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(TypedText, default="")
    closed_by: Mapped[int] = mapped_column(default=0)
    closed_by_name: Mapped[str] = mapped_column(String(255), default="")


class WatchedCounts(OfPortal, Base):
    """What the look for losses counted last: filled columns by entity, pipelines by type; one row a portal."""

    __tablename__ = "watched_counts"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    counted_at: Mapped[datetime]
    content: Mapped[bytes] = mapped_column(SealedBytes)


class DeletedItem(OfPortal, Base):
    """An item whose deletion an event reported: evidence, which the portal's own list confirms or not."""

    __tablename__ = "deleted_item"
    __table_args__ = (UniqueConstraint("portal_id", "entity", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entity: Mapped[str] = mapped_column(String(64))
    item_id: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[datetime]
