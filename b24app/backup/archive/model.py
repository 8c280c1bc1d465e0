"""The table of asked keys: a worker's one-time public key, and for minutes the customer's key sealed to it."""

from datetime import datetime

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal


class HeldKey(OfPortal, Base):
    """Which worker waits for a key, or holds it in its memory; `sealed` opens in that memory only, and is erased when taken."""

    __tablename__ = "held_key"
    __table_args__ = (UniqueConstraint("portal_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(60))
    holder: Mapped[str] = mapped_column(String(40), index=True)
    """The process that made the pair, by a name that no other start of a process has."""
    public_key: Mapped[str] = mapped_column(String(80))
    wanted: Mapped[str] = mapped_column(String(170))
    """The public keys of the copy, one of whose secret halves is asked for."""
    job: Mapped[str] = mapped_column(String(40))
    job_id: Mapped[int]
    asked_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """When the holder last showed that it lives."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    posted_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    mistaken: Mapped[bool] = mapped_column(default=False)
    """The last key that was given was not one of those wanted."""
