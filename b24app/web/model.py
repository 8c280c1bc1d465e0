"""Tables of the edge: numbers of errors that people were shown, and the operator's incidents of the application itself."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal


class ShownError(OfPortal, Base):
    """An error whose number somebody has read on a page of this portal: what support finds the moment and the calls by."""

    __tablename__ = "shown_error"
    __table_args__ = (Index("ix_shown_error_portal_number", "portal_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(80))
    """The name of its class."""
    endpoint: Mapped[str] = mapped_column(String(120))


class Incident(Base):
    """What the operator writes when something of ours is broken: for everybody who uses the application, about no portal."""

    __tablename__ = "incident"

    id: Mapped[int] = mapped_column(primary_key=True)
    russian: Mapped[str] = mapped_column(Text)
    english: Mapped[str] = mapped_column(Text)
    began_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
