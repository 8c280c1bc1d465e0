"""Tables of targets: sealed parts that wait for their download, and a storage that was entered and is being checked."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal, Sealed
from b24app.stored_values import Code, among


class DownloadPart(OfPortal, Base):
    """One object of a copy; its bytes are sealed with the customer's own key before they come here."""

    __tablename__ = "download_part"
    __table_args__ = (UniqueConstraint("portal_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(400))
    size: Mapped[int] = mapped_column(BigInteger)
    checksum: Mapped[int] = mapped_column(BigInteger)
    """CRC-32, which a ZIP file wants before the bytes."""
    stored_at: Mapped[datetime]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class TrialState(StrEnum):
    """The state of an entered storage: it waits for its check, or its check or its fields were wrong."""

    DRAFT = "draft"
    WAITING = "waiting"
    FAILED = "failed"


class TargetTrial(OfPortal, Base):
    """An entered storage, until its check passes and the plan takes it over; the one in use stays meanwhile."""

    __tablename__ = "target_trial"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32))
    """A new one for each request, by which its job checks that it is still the current one."""
    typed: Mapped[str] = mapped_column(Sealed)
    """The fields as JSON, with the secrets."""
    state: Mapped[str] = mapped_column(Code(8, among(TrialState), TrialState.FAILED))
    asked_at: Mapped[datetime]
    asked_by: Mapped[int]
    asked_by_name: Mapped[str] = mapped_column(String(255))
    error: Mapped[str] = mapped_column(String(300), default="")
    """A message id of why the check did not pass."""
    reason: Mapped[str] = mapped_column(String(20), default="")
