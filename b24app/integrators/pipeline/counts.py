"""What the page of the pipeline counts: deals by stage now or to come, clients that wait and why; read in few statements for all clients."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from b24app.clock import today
from b24app.database import db, every_portal, portal_scope
from b24app.integrators.pipeline.deal_stages import SAME_END, DealStage, is_due, stage_of
from b24app.integrators.pipeline.given_clients import GivenClient, given_clients
from b24app.integrators.pipeline.model import PipelineClient, PipelineDeal
from b24app.integrators.pipeline.states import CompanyMatch, DealState
from b24app.renewal.case import CaseView
from b24app.renewal.model import Case, StageMark
from b24app.renewal.renewal_stages import Mark, Stage
from b24app.services import services
from b24app.terms.model import PaidTerm


@dataclass(frozen=True, slots=True)
class DealCard:
    """One deal as the page shows it: its client and the end of the term."""

    client_id: int
    name: str
    ends_on: date
    stage: DealStage


@dataclass(frozen=True, slots=True)
class WaitingClient:
    """A client whose company a person has to name."""

    client_id: int
    name: str
    inn: str
    domain: str


@dataclass(frozen=True, slots=True)
class PipelineCounts:
    """All numbers of the page; of clients whose consent has ended nothing is counted."""

    clients: int
    dated: int
    cards: tuple[DealCard, ...]
    matches: Mapping[CompanyMatch, int]
    waiting: tuple[WaitingClient, ...]
    lost: int
    refused: int = 0
    columns: Mapping[DealStage, tuple[DealCard, ...]] = field(default_factory=dict)

    @property
    def undated(self) -> int:
        """Clients without a known end of a term."""
        return self.clients - self.dated

    @property
    def without_deal(self) -> int:
        """Clients that wait for a person: for a company or for a date."""
        return len(self.waiting) + self.undated


def count_pipeline(portal_id: int, now: datetime, *, planned: bool) -> PipelineCounts:
    """The numbers of the portal in scope; of a pipeline that is only `planned` the deals that would be made."""
    given = given_clients(portal_id, now)
    with portal_scope(portal_id):
        deals = [row for row in db.session.scalars(select(PipelineDeal)) if row.client_id in given]
        companies = {row.client_id: row for row in db.session.scalars(select(PipelineClient))}
    ends = _ends(given)
    cards = _planned_cards(given, ends) if planned else _made_cards(given, deals)
    matches = Counter(CompanyMatch(companies[one].match) for one in given if one in companies)
    unmatched = [one for one in given if one in companies and companies[one].match == CompanyMatch.NOT_FOUND]
    return PipelineCounts(
        clients=len(given),
        dated=len({client_id for (client_id, _), ends_on in ends.items() if ends_on}),
        cards=cards,
        matches=matches,
        waiting=tuple(
            WaitingClient(one, given[one].name, given[one].inn, given[one].domain) for one in unmatched
        ),
        lost=sum(row.state in (DealState.GONE, DealState.TAKEN_OUT) for row in deals),
        refused=sum(bool(row.problem) for row in companies.values() if row.client_id in given),
        columns={stage: tuple(one for one in cards if one.stage is stage) for stage in DealStage},
    )


def _ends(given: Mapping[int, GivenClient]) -> dict[tuple[int, int], date | None]:
    """The end of each term, by client and term."""
    query = select(PaidTerm.portal_id, PaidTerm.id, PaidTerm.ends_on).where(PaidTerm.portal_id.in_(given))
    with every_portal():
        return {(row.portal_id, row.id): row.ends_on for row in db.session.execute(query)}


def _made_cards(given: Mapping[int, GivenClient], deals: Sequence[PipelineDeal]) -> tuple[DealCard, ...]:
    """The deals that exist, at their stages."""
    return _in_order(
        DealCard(row.client_id, given[row.client_id].name, row.ends_on, DealStage(row.stage))
        for row in deals
        if row.state == DealState.OPEN
    )


def _planned_cards(
    given: Mapping[int, GivenClient], ends: Mapping[tuple[int, int], date | None]
) -> tuple[DealCard, ...]:
    """The deals that are due now, at the stages they would have."""
    day, cases, found = today(services().clock), _cases(given), list[DealCard]()
    for key, ends_on in ends.items():
        case = _case_of(cases.get(key, ()), ends_on) if ends_on else None
        begun = case is not None and case.closed_at is None and bool(case.marks)
        if ends_on is not None and is_due(ends_on, day, begun=begun):
            found.append(DealCard(key[0], given[key[0]].name, ends_on, stage_of(ends_on, case, ends_on)))
    return _in_order(found)


def _in_order(cards: Iterable[DealCard]) -> tuple[DealCard, ...]:
    return tuple(sorted(cards, key=lambda one: (one.ends_on, one.name)))


def _case_of(cases: Sequence[CaseView], ends_on: date) -> CaseView | None:
    return next((case for case in cases if abs(case.ends_on - ends_on) <= SAME_END), None)


def _cases(given: Collection[int]) -> dict[tuple[int, int], list[CaseView]]:
    """The renewals of all these clients with their marks, newest first."""
    names = [name for name in CaseView.__dataclass_fields__ if name != "marks"]
    with every_portal():
        rows = db.session.scalars(
            select(Case).where(Case.portal_id.in_(given)).order_by(Case.id.desc())
        ).all()
        marks: dict[int, list[Mark]] = {}
        for line in db.session.scalars(select(StageMark).where(StageMark.portal_id.in_(given))):
            if line.stage in set(Stage):
                mark = Mark(Stage(line.stage), line.on, line.by, line.at, line.note)
                marks.setdefault(line.case_id, []).append(mark)
    found: dict[tuple[int, int], list[CaseView]] = {}
    for row in rows:
        view = CaseView(**{name: getattr(row, name) for name in names}, marks=tuple(marks.get(row.id, ())))
        found.setdefault((row.portal_id, row.term_id), []).append(view)
    return found
