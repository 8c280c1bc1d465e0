"""Table of report files: asked for, under way, made and kept for a day; their contents are sealed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal, SealedBytes
from b24app.stored_values import Code, among


class FileState(StrEnum):
    """How far a report file is."""

    WAITING = "waiting"
    COLLECTING = "collecting"
    DRAWING = "drawing"
    DONE = "done"
    FAILED = "failed"


class ReportFile(OfPortal, Base):
    """One form of the report in one language, for people inside the portal or for those outside it."""

    __tablename__ = "report_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(8))
    time_zone: Mapped[str] = mapped_column(String(64))
    outside: Mapped[bool]
    digest: Mapped[str] = mapped_column(String(64), index=True)
    """Of its whole content: the same result makes the same file."""
    state: Mapped[str] = mapped_column(Code(12, among(FileState), FileState.FAILED))
    asked_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    made_at: Mapped[datetime | None]
    name: Mapped[str] = mapped_column(String(80), default="")
    size: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(String(200), default="")
    """Why there is none, as a message id."""
    content: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)
