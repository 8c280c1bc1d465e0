"""Tables of the comparison: the differences of each run, and what a portal is expected to hold."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal
from b24app.stored_values import Code, Kept, Packed, among

Hint = dict[str, str | int]


class Why(StrEnum):
    """Why a run became the baseline automatically, or did not; empty until it is decided."""

    NOT_DECIDED = ""
    TAKEN = "taken"
    CHOSEN = "chosen"
    RENEWAL = "renewal"
    ACTIVATION = "activation"
    UNSEEN = "unseen"
    DIFFERENCE = "difference"
    CHECK = "check"


class RunComparison(OfPortal, Base):
    """The comparison of one run as pages read it: with which run, by which rules, over which facts, and the result.

    `about` details `why`: the difference or the check that is not explained, or since when a renewal is under way.
    """

    __tablename__ = "run_comparison"

    run_id: Mapped[int] = mapped_column(
        ForeignKey("run.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    before_id: Mapped[int]
    stands_on: Mapped[str] = mapped_column(String(32))
    content: Mapped[bytes] = mapped_column(Packed)
    why: Mapped[str] = mapped_column(Code(12, among(Why), Why.NOT_DECIDED), default=Why.NOT_DECIDED)
    about: Mapped[Hint] = mapped_column(Kept(Hint, dict), default=dict)


class ExpectedObjects(OfPortal, Base):
    """What a portal is expected to hold, of every kind: the objects of the baseline, and those added since."""

    __tablename__ = "expected_objects"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    choice_id: Mapped[int]
    content: Mapped[bytes] = mapped_column(Packed)
