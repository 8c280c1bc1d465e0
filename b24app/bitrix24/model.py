"""Tables of the REST client: the shared rate limit, what was learned about list methods, and the call log."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from b24app.bitrix24.call_log import MOST_ERROR
from b24app.bitrix24.call_texts import CallTexts, texts_of
from b24app.bitrix24.list_methods import Mode
from b24app.database import Base, OfPortal
from b24app.stored_values import Code, among

FAILED = "error != ''"  # few calls fail: what counts and searches failures looks at those alone


class WireBucket(Base):
    """The leaky bucket of one portal as all our processes fill it; `name` is the portal and our source address."""

    __tablename__ = "wire_bucket"

    name: Mapped[str] = mapped_column(String(160), primary_key=True)
    level: Mapped[float]
    moment: Mapped[float]


class WirePause(Base):
    """A method that nobody may call before a moment, in unix seconds."""

    __tablename__ = "wire_pause"

    name: Mapped[str] = mapped_column(String(160), primary_key=True)
    method: Mapped[str] = mapped_column(String(120), primary_key=True)
    until: Mapped[float]


class PagingHabit(OfPortal, Base):
    """The mode of reading that works for one list method of one portal."""

    __tablename__ = "paging_habit"
    __table_args__ = (UniqueConstraint("portal_id", "method"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    method: Mapped[str] = mapped_column(String(120))
    mode: Mapped[str] = mapped_column(Code(16, among(Mode), Mode.PROBE))


class CallLogEntry(OfPortal, Base):
    """One request to a portal and its answer, without secrets.

    Both texts are whole in `packed`, last in the row, so that whoever looks through the other columns does not read them.
    Rows of releases before have the beginnings of theirs in the two columns of text, which are empty since.
    """

    __tablename__ = "call_log"
    __table_args__ = (
        Index("ix_call_log_portal_at", "portal_id", "at"),
        Index("ix_call_log_error", "error", postgresql_where=text(FAILED), sqlite_where=text(FAILED)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    method: Mapped[str] = mapped_column(String(120))
    seconds: Mapped[float]
    http: Mapped[int]
    error: Mapped[str] = mapped_column(String(MOST_ERROR), default="")
    size: Mapped[int]
    old_request: Mapped[str] = mapped_column("request", Text, default="")
    old_answer: Mapped[str] = mapped_column("answer", Text, default="")
    commands: Mapped[str] = mapped_column(Text, default="", server_default="")
    refused: Mapped[str] = mapped_column(Text, default="", server_default="")
    packed: Mapped[bytes | None] = mapped_column(LargeBinary)

    @property
    def texts(self) -> CallTexts:
        """The request and the answer, as far as they are kept."""
        return texts_of(self.packed, self.old_request, self.old_answer)
