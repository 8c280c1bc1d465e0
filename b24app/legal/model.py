"""Tables of law: accepted documents, a portal's data as a file and its parts, what was erased by whom it belonged to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal, SealedBytes
from b24app.stored_values import Code, Kept, among


class DataFileState(StrEnum):
    """The state of the file with a portal's data."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class DocumentAcceptance(OfPortal, Base):
    """One administrator accepted both documents in these versions; rows are added and never changed."""

    __tablename__ = "document_acceptance"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    licence_version: Mapped[str] = mapped_column(String(12))
    privacy_version: Mapped[str] = mapped_column(String(12))
    accepted_at: Mapped[datetime]
    language: Mapped[str] = mapped_column(String(8))


class DataFile(OfPortal, Base):
    """All that is stored about a portal, as one ZIP that waits for its administrator for a day."""

    __tablename__ = "data_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(Code(8, among(DataFileState), DataFileState.FAILED))
    asked_by: Mapped[int]
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    size: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(String(200), default="")
    """Why there is none, as a message id."""


class DataFilePart(OfPortal, Base):
    """A piece of that ZIP, in their order."""

    __tablename__ = "data_file_part"
    __table_args__ = (UniqueConstraint("file_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("data_file.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    content: Mapped[bytes] = mapped_column(SealedBytes)


class ErasureRecord(Base):
    """A portal's data were erased by its administrator: when, and how many rows of which tables; nobody's name or address.

    `digest` is that of the portal's permanent id: from the id the record can be found, from the record no portal.
    """

    __tablename__ = "erasure_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    erased_at: Mapped[datetime]
    rows: Mapped[dict[str, int]] = mapped_column(Kept(dict[str, int], dict))
