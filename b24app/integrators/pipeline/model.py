"""Tables of the pipeline: the pipeline itself, its companies and deals in the integrator's CRM, and proposals in clients' renewals."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from b24app.database import Base, OfPortal
from b24app.integrators.pipeline.deal_stages import DealStage
from b24app.integrators.pipeline.states import CompanyMatch, DealState, PipelineState, ProposalState
from b24app.stored_values import Code, Kept, among


class RenewalPipeline(OfPortal, Base):
    """The pipeline of an integrator's portal: what was made, under which numbers, and what goes wrong."""

    __tablename__ = "renewal_pipeline"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(
        Code(12, among(PipelineState), PipelineState.FAILED), default=PipelineState.WAITING
    )
    category_id: Mapped[int | None]
    stages: Mapped[dict[str, str]] = mapped_column(Kept(dict[str, str], dict), default=dict)
    """The code of each of our stages in the CRM."""
    by_hand: Mapped[list[str]] = mapped_column(Kept(list[str], list), default=list)
    """Stages to which a deal may be moved by hand."""
    before: Mapped[list[int]] = mapped_column(Kept(list[int], list), default=list)
    """The pipelines that were there when ours was asked for: a new one of our name is ours."""
    adding_since: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(20), default="")
    asked_by: Mapped[str] = mapped_column(String(255))
    asked_by_id: Mapped[int]
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    moved_at: Mapped[datetime | None]
    tasks: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether what breaks at a client becomes a task in the integrator's own portal."""


class PipelineClient(OfPortal, Base):
    """A client in the pipeline: its company in the integrator's CRM, and the state of its portal that was looked at last."""

    __tablename__ = "pipeline_client"
    __table_args__ = (UniqueConstraint("portal_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)
    company_id: Mapped[int | None]
    match: Mapped[str] = mapped_column(
        Code(12, among(CompanyMatch), CompanyMatch.UNKNOWN), default=CompanyMatch.UNKNOWN
    )
    looked_version: Mapped[str] = mapped_column(String(16), default="")
    looked_on: Mapped[date | None]
    problem: Mapped[str] = mapped_column(String(20), default="")


class PipelineDeal(OfPortal, Base):
    """One deal: of which term's end it is, its stage as stored here, and what is under way with it."""

    __tablename__ = "pipeline_deal"
    __table_args__ = (
        UniqueConstraint("portal_id", "origin"),
        Index("ix_pipeline_deal_deal", "portal_id", "deal_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)
    term_id: Mapped[int]
    origin: Mapped[str] = mapped_column(String(120))
    """The originId of the deal, by which it is found again; its originatorId is ours."""
    ends_on: Mapped[date]
    deal_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(Code(12, among(DealState), DealState.GONE), default=DealState.WAITING)
    stage: Mapped[str] = mapped_column(Code(12, among(DealStage), DealStage.WINDOW), default=DealStage.WINDOW)
    """The stage of the deal: written by us, or moved by a person and answered."""
    wanted: Mapped[str] = mapped_column(
        Code(12, among(DealStage), DealStage.WINDOW), default=DealStage.WINDOW
    )
    """The stage it is being moved to: kept before the CRM is asked, so that an event about it is recognized as our own."""
    case_stage: Mapped[str] = mapped_column(
        Code(12, among(DealStage), DealStage.WINDOW), default=DealStage.WINDOW
    )
    """The stage of the renewal when the deal was last brought in step with it."""
    fields: Mapped[str] = mapped_column(String(64), default="")
    adding_since: Mapped[datetime | None]
    back: Mapped[str] = mapped_column(String(12), default="")
    back_by: Mapped[str] = mapped_column(String(255), default="")
    comment_key: Mapped[str] = mapped_column(String(20), default="")
    commenting_since: Mapped[datetime | None]
    moved_at: Mapped[datetime | None]


class CaseProposal(OfPortal, Base):
    """A stage that somebody of an integrator proposed in his CRM, in the client's renewal until it is answered."""

    __tablename__ = "case_proposal"
    __table_args__ = (
        Index(
            "uq_case_proposal_open",
            "portal_id",
            "integrator_id",
            "term_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    integrator_id: Mapped[int] = mapped_column(ForeignKey("portal.id", ondelete="CASCADE"), index=True)
    integrator: Mapped[str] = mapped_column(String(255))
    term_id: Mapped[int]
    ends_on: Mapped[date]
    stage: Mapped[str] = mapped_column(String(12))
    person: Mapped[str] = mapped_column(String(255))
    person_id: Mapped[int]
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(
        Code(12, among(ProposalState), ProposalState.OVERTAKEN), default=ProposalState.OPEN
    )
    answered_by: Mapped[str] = mapped_column(String(255), default="")
    answered_at: Mapped[datetime | None]
    told: Mapped[bool] = mapped_column(default=False)
    """Whether the deal has followed the answer."""
