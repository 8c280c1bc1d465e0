"""The queue of reports as a person sees it: of clients whose access lives and that he sees, with the obstacles to sending each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.board import ClientRow, groups_of, read_chosen
from b24app.integrators.board_conditions import BoardConditions, BoardView
from b24app.integrators.board_query import BoardAt
from b24app.integrators.client_reports.model import ClientReport, ReportState
from b24app.integrators.client_reports.report_content import ReportContent, narrowed
from b24app.integrators.client_reports.report_drafts import read_content
from b24app.integrators.client_reports.report_readers import ReaderView, readers_of
from b24app.integrators.client_reports.report_reading import basis_of
from b24app.integrators.consents import consents_of
from b24app.integrators.model import ClientSummary
from b24app.integrators.rights import Right, whole

SHOWN_FOR = timedelta(days=120)
OLD = timedelta(days=7)
BASIS = ("ends_on", "state", "pay_by", "date_state")


@dataclass(frozen=True, slots=True)
class QueuedReport:
    """One report of the queue: the client by the name of the board, the obstacles to sending it, where it goes."""

    row: ClientReport
    client: str
    groups: tuple[str, ...]
    content: ReportContent | None
    reader: ReaderView | None
    stale: bool

    @property
    def may_go_unread(self) -> bool:
        """Whether «approve all» includes it: nothing bad or open in it, up to date, and with a confirmed reader."""
        plain = self.content is not None and not self.content.attention and not self.row.error
        return self.is_draft and plain and not self.stale and self.has_reader

    @property
    def is_draft(self) -> bool:
        """Whether it waits to be approved."""
        return self.row.state == ReportState.DRAFT

    @property
    def has_reader(self) -> bool:
        """Whether its reader has agreed."""
        return self.reader is not None and self.reader.confirmed_at is not None


def list_reports(at: BoardAt, conditions: BoardConditions | None = None) -> tuple[QueuedReport, ...]:
    """The reports of the last months that this person sees now, what he has to do first; under the conditions of the board."""
    clients = _clients(at, conditions)
    codes = {one.code: one for one in clients.values()}
    with portal_scope(at.seat.portal_id):
        wanted = ClientReport.made_at > at.now - SHOWN_FOR, ClientReport.consent_code.in_(codes)
        query = select(ClientReport).where(*wanted, ClientReport.state != ReportState.LEFT_OUT)
        rows = db.session.scalars(query.order_by(ClientReport.made_at.desc(), ClientReport.id.desc())).all()
        readers = readers_of([row.client_id for row in rows])
    given = {one.code: whole(one.rights) for one in consents_of(at.seat.portal_id, at.now)}
    rights = {code: whole(one & at.seat.rights) for code, one in given.items()}
    basis = _present_basis({codes[code].client_id: one for code, one in given.items() if code in codes})
    groups = groups_of(at.seat.portal_id, list(clients))
    found = []
    for row in rows:
        content, reader = read_content(row), readers.get(row.client_id)
        found.append(
            QueuedReport(
                row,
                codes[row.consent_code].name,
                tuple(groups.get(row.client_id, ())),
                narrowed(content, rights[row.consent_code]) if content else None,
                reader if reader and reader.consent_code == row.consent_code else None,
                is_stale(row, basis.get(row.client_id), at.now),
            )
        )
    return tuple(sorted(found, key=_order))


def _order(one: QueuedReport) -> tuple[int, int]:
    """Drafts that have to be read, other drafts, then what has failed, leaves, was sent."""
    places = [
        ReportState.DRAFT,
        ReportState.FAILED,
        ReportState.APPROVED,
        ReportState.LEAVING,
        ReportState.SENT,
    ]
    return places.index(ReportState(one.row.state)), int(one.may_go_unread)


def _clients(at: BoardAt, conditions: BoardConditions | None) -> Mapping[int, ClientRow]:
    chosen = (conditions or BoardConditions()).with_view(BoardView.ALL)
    return {row.client_id: row for row in read_chosen(at, chosen)}


def is_stale(row: ClientReport, present: str | None, now: datetime) -> bool:
    """Whether a draft is out of date: its facts have changed, or it is a week old. Facts that were not counted change nothing."""
    if row.state != ReportState.DRAFT:
        return False
    differs = present is not None and row.basis != present
    return differs or abs(now - row.made_at) > OLD


def _present_basis(given: Mapping[int, frozenset[Right]]) -> dict[int, str]:
    """The present facts of the drafts of these clients, by their summaries; only those that each client gives."""
    with every_portal():
        rows = db.session.scalars(select(ClientSummary).where(ClientSummary.portal_id.in_(given))).all()
    found = {}
    for row in rows:
        terms = tuple(str(getattr(row, name) or "") for name in BASIS)
        rights = given[row.portal_id]
        found[row.portal_id] = basis_of(
            terms if Right.TERMS in rights else (), row.blockers if Right.CHECKS in rights else None
        )
    return found
