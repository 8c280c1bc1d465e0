"""Tables of the checklist: runs, their results, answers of people, accepted changes, test writes."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from b24app.checklist.questions.question import AnswerOutcome
from b24app.database import Base, OfPortal, SealedBytes
from b24app.stored_values import Code, Kept, Packed, TypedText, among

REGISTER_KINDS = ("application", "incoming_webhook", "outgoing_webhook", "other")
REASON_CODES = ("on_purpose", "repaired", "for_now", "not_needed", "replaced", "other")


class RunState(StrEnum):
    """The state of a run; `refused`: the portal refused us altogether, `unanswered`: nothing answered, `stopped`: by a person."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    FAILED = "failed"
    STOPPED = "stopped"


class RunPhase(StrEnum):
    """The phase of a run; the second may take more than one request."""

    WAITING = "waiting"
    FIRST = "first"
    SECOND = "second"
    JUDGING = "judging"
    DONE = "done"


ACTIVE = frozenset({RunState.QUEUED, RunState.RUNNING})


class Run(OfPortal, Base):
    """One execution of the checks; `kind` is manual, daily, baseline, or a step after activation."""

    __tablename__ = "run"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), default="manual")
    state: Mapped[str] = mapped_column(
        Code(12, among(RunState), RunState.FAILED), default=RunState.QUEUED, index=True
    )
    phase: Mapped[str] = mapped_column(Code(20, among(RunPhase), RunPhase.DONE), default=RunPhase.WAITING)
    asked_by: Mapped[int | None]
    asked_by_name: Mapped[str] = mapped_column(String(255), default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    seen_as: Mapped[int | None]
    seen_by_admin: Mapped[bool] = mapped_column(default=False)
    scopes: Mapped[list[str]] = mapped_column(Kept(list[str], list), default=list)
    plan: Mapped[str] = mapped_column(String(40), default="")
    requests: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(Kept(dict[str, int], dict), default=dict)
    complete: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str] = mapped_column(Text, default="")
    stopped_by: Mapped[str] = mapped_column(String(255), default="")


class KeptFact(OfPortal, Base):
    """One answer of a portal, or why there is none: stored once for all runs with the same answer."""

    __tablename__ = "kept_fact"
    __table_args__ = (UniqueConstraint("portal_id", "digest"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    refused: Mapped[bool]
    content: Mapped[bytes] = mapped_column(Packed)


class RunResult(OfPortal, Base):
    """What one run found: the number of each fact in `kept_fact` by its name, and the verdicts by their codes."""

    __tablename__ = "run_result"

    run_id: Mapped[int] = mapped_column(
        ForeignKey("run.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    facts: Mapped[dict[str, int]] = mapped_column(Kept(dict[str, int], dict), default=dict)
    verdicts: Mapped[bytes | None] = mapped_column(Packed)


class BaselineChoice(OfPortal, Base):
    """Which run is the baseline; the newest row counts."""

    __tablename__ = "baseline_choice"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    automatic: Mapped[bool] = mapped_column(default=False)
    chosen_at: Mapped[datetime]
    chosen_by: Mapped[int | None]
    chosen_by_name: Mapped[str] = mapped_column(String(255), default="")


class QuestionAnswer(OfPortal, Base):
    """A person's answer to a question; older ones stay as history."""

    __tablename__ = "question_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), index=True)
    outcome: Mapped[str] = mapped_column(Code(12, among(AnswerOutcome), AnswerOutcome.LATER))
    value: Mapped[str] = mapped_column(String(255), default="")
    note: Mapped[str] = mapped_column(TypedText, default="")
    user_id: Mapped[int]
    user_name: Mapped[str] = mapped_column(String(255))
    answered_at: Mapped[datetime]
    valid_until: Mapped[datetime]


class AnswerFile(OfPortal, Base):
    """The file attached to an answer as evidence; its content is stored sealed."""

    __tablename__ = "answer_file"
    __table_args__ = (UniqueConstraint("answer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("question_answer.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    media: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(SealedBytes)


class CheckOwner(OfPortal, Base):
    """Who is responsible for a check or an area, and who named him."""

    __tablename__ = "check_owner"
    __table_args__ = (UniqueConstraint("portal_id", "target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(String(60))
    user_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(255))
    said_by: Mapped[int]
    said_by_name: Mapped[str] = mapped_column(String(255))
    said_at: Mapped[datetime]


class CheckOpening(OfPortal, Base):
    """The portal's page of a check was opened; whether it was put right there is not answered yet."""

    __tablename__ = "check_opening"
    __table_args__ = (UniqueConstraint("portal_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    by_id: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime]


class RegisterRow(OfPortal, Base):
    """An application or a webhook that the portal does not list, entered by the administrator."""

    __tablename__ = "register_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Code(20, among(REGISTER_KINDS), "other"))
    name: Mapped[str] = mapped_column(String(255))
    owner_id: Mapped[int | None]
    owner_name: Mapped[str] = mapped_column(String(255), default="")
    host: Mapped[str] = mapped_column(String(255), default="")
    purpose: Mapped[str] = mapped_column(TypedText, default="")
    expires_on: Mapped[date | None]
    said_by: Mapped[int]
    said_by_name: Mapped[str] = mapped_column(String(255))
    said_at: Mapped[datetime]


class AcceptedChange(OfPortal, Base):
    """A difference that a person explained; it does not come back while it stays the same.

    It is settled once a run sees that the difference does not exist any more: if it happens again later, it is reported again.
    """

    __tablename__ = "accepted_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(255))
    fingerprint: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Code(40, among(REASON_CODES), "other"))
    explanation: Mapped[str] = mapped_column(TypedText, default="")
    user_id: Mapped[int]
    user_name: Mapped[str] = mapped_column(String(255))
    accepted_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    until: Mapped[date | None]
    """The last day on which it counts as explained; NULL when it has no end."""


class Mute(OfPortal, Base):
    """A check or an area that is muted until a day."""

    __tablename__ = "mute"
    __table_args__ = (UniqueConstraint("portal_id", "target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(TypedText)
    until: Mapped[date]
    user_id: Mapped[int]
    user_name: Mapped[str] = mapped_column(String(255))
    muted_at: Mapped[datetime]


class AfterStep(OfPortal, Base):
    """A repeat after activation: when it is due, and the run that it became."""

    __tablename__ = "after_step"
    __table_args__ = (UniqueConstraint("portal_id", "activated_at", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activated_at: Mapped[datetime]
    step: Mapped[str] = mapped_column(String(12))
    due_at: Mapped[datetime]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id", ondelete="SET NULL"))


class WriteSwitch(OfPortal, Base):
    """Who allowed or forbade test writes, and when; the newest row counts, without one they are off."""

    __tablename__ = "probe_switch"

    id: Mapped[int] = mapped_column(primary_key=True)
    allowed: Mapped[bool]
    said_by: Mapped[int]
    said_by_name: Mapped[str] = mapped_column(String(255))
    said_at: Mapped[datetime]


class WriteRun(OfPortal, Base):
    """One test write; `active` is true or empty, so that the table itself allows one at a time."""

    __tablename__ = "probe_run"
    __table_args__ = (UniqueConstraint("portal_id", "active"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(Code(12, among(RunState), RunState.FAILED), default=RunState.QUEUED)
    active: Mapped[bool | None]
    phase: Mapped[str] = mapped_column(String(20), default="")
    mark: Mapped[str] = mapped_column(String(36))
    asked_by: Mapped[int]
    asked_by_name: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    steps: Mapped[list[object]] = mapped_column(Kept(list[object], list), default=list)
    error: Mapped[str] = mapped_column(Text, default="")


class DiskCount(OfPortal, Base):
    """The result of one walk over the disk: never more than there is, often less."""

    __tablename__ = "disk_count"

    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    files: Mapped[int]
    folders: Mapped[int]
    whole: Mapped[bool]
    counted_at: Mapped[datetime]
