"""Activation noticed by itself, offered to a person and never assumed; then the reconciliation of what was missed meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from b24app.bitrix24.responses import Answer, Command
from b24app.database import db, portal_scope
from b24app.errors import BadInput, NotFound, PortalError
from b24app.json_values import JsonObject
from b24app.portal_rows import PortalRows
from b24app.portals.availability import Availability, note_answer
from b24app.portals.client_factory import open_client
from b24app.portals.model import day_at
from b24app.renewal import model
from b24app.renewal.case import CaseView
from b24app.renewal.case_changes import case_of, get_case, open_case, settle_case
from b24app.renewal.failure_explanations import describe
from b24app.renewal.renewal_stages import Stage, is_reached
from b24app.services import services
from b24app.terms.date_suggestions import keep_suggestions, suggest_from_app
from b24app.terms.paid_terms import find_paid_term
from b24app.terms.profile import note_license
from b24app.terms.term import Author, Term, TermKind
from b24app.text.messages import N_

PLAN_CHANGED, ANSWERS_AGAIN, DATE_MOVED = "plan_changed", "answers_again", "date_moved"


@dataclass(frozen=True, slots=True)
class Offer:
    """An activation that was noticed and waits for a person's answer; `reason` is what it was noticed by."""

    case: CaseView
    reason: str
    noticed_at: datetime


def notice_activation(reason: str, at: datetime) -> Offer | None:
    """Keep a sign of a renewal; None when nothing is being renewed."""
    term = _main_term()
    if term is None:
        return None
    case = settle_case(term, at)
    if case is None and _ends_soon(term, at):
        case = open_case(term, at)
    if case is None or case.closed_at is not None or is_reached(case.marks, Stage.VERIFIED):
        return None
    row = db.session.scalar(select(model.Case).where(model.Case.id == case.id))
    if row is not None and row.noticed_at is None:
        row.noticed_at, row.noticed_by = at, reason
        db.session.flush()
    return _offer(get_case(case.id))


def open_offer() -> Offer | None:
    """The noticed activation that nobody has answered yet: its new date is not written down."""
    term = _main_term()
    case = case_of(term) if term else None
    return _offer(case) if case else None


def dismiss_offer(case_id: int) -> None:
    """Dismiss the offer: a person answers that it was not a renewal."""
    row = db.session.scalar(select(model.Case).where(model.Case.id == case_id))
    if row is not None:
        row.noticed_at, row.noticed_by = None, ""
        db.session.flush()


def _offer(case: CaseView) -> Offer | None:
    answered = case.closed_at is not None or is_reached(case.marks, Stage.ACTIVE)
    if case.noticed_at is None or answered:
        return None
    return Offer(case, case.noticed_by, case.noticed_at)


def _main_term() -> Term | None:
    return find_paid_term(TermKind.PLAN) or find_paid_term(TermKind.ON_PREMISE)


def _ends_soon(term: Term, at: datetime) -> bool:
    """Whether the term ends within 30 days: a plan that changes in the middle of its term was upgraded, not renewed."""
    return term.ends_on is not None and (term.ends_on - day_at(at)).days <= 30


def recognise_activation(portal_id: int, *, person: bool = False) -> None:
    """Ask `app.info`: keep the plan, hints of dates, and whether the portal answers at all. `person`: somebody waits for it."""
    now = services().clock.now()
    with portal_scope(portal_id):
        client = open_client(portal_id, background=True, person=person)
        db.session.commit()  # no transaction is open while the network is asked
        with client.within(LEARN_SECONDS):
            answer = client.call("app.info").result
        learn(answer if isinstance(answer, Mapping) else {}, now, day_at(now))
        db.session.flush()


def learn(answer: Mapping[str, object], now: datetime, today: date) -> None:
    """Keep what an answer of `app.info` holds."""
    if note_answer(now):
        notice_activation(ANSWERS_AGAIN, now)
    code = str(answer.get("LICENSE") or "")
    if code and note_license(code, now):
        notice_activation(PLAN_CHANGED, now)
    keep_suggestions(suggest_from_app(answer, today), now)


LEARN_SECONDS, COUNT_SECONDS = 30.0, 90.0
LONGEST = timedelta(days=120)
TITLES = {
    "orders_new": N_("Orders created"),
    "orders_changed": N_("Orders changed"),
    "deals_new": N_("Deals created"),
    "deals_changed": N_("Deals changed"),
    "leads_new": N_("Leads created"),
    "contacts_new": N_("Contacts created"),
}
ADVICE = {
    "orders_new": N_("Compare with the shop by number; what is only in the shop, send again."),
    "orders_changed": N_("Read their statuses and payments anew into accounting."),
    "deals_new": N_("Send them to the exchange again: their events are lost."),
    "deals_changed": N_("Read their stages and sums anew."),
    "leads_new": N_("See that each has a responsible person: robots did not run."),
    "contacts_new": N_("Send them to mailings and accounting again."),
}
_CRM = {"deals_new": (2, "createdTime"), "deals_changed": (2, "updatedTime"), "leads_new": (1, "createdTime"), "contacts_new": (3, "createdTime")}  # fmt: skip
_ORDERS = {"orders_new": "dateInsert", "orders_changed": "dateUpdate"}


@dataclass(frozen=True, slots=True)
class CountRow:
    """One kind of record: how many in the window, how many in an equal time before; None when the portal did not return a count."""

    code: str
    count: int | None
    before: int | None


@dataclass(frozen=True, slots=True)
class View:
    """One reconciliation as a page shows it."""

    id: int
    since: datetime
    until: datetime
    state: str
    error: str
    rows: tuple[CountRow, ...]
    asked_by: str
    done_at: datetime | None


def usual_window(availability: Availability, now: datetime) -> tuple[datetime, datetime]:
    """The time to look at: since applications were refused until they were let in again; a day when that is unknown."""
    if availability.refused_since is not None:
        return availability.refused_since, now
    if availability.refused_from is not None and availability.back_at is not None:
        return availability.refused_from, availability.back_at
    return now - timedelta(days=1), now


def start_reconciliation(since: datetime, until: datetime, *, by: Author, at: datetime) -> int:
    """Queue the counting of a window; raises BadInput for one that makes no sense."""
    if until <= since:
        raise BadInput(N_("The end must be later than the beginning."), "until")
    if since > at or until - since > LONGEST:
        raise BadInput(N_("Choose at most 120 days that have passed."), "since")
    row = model.Reconciliation(since=since, until=min(until, at), asked_by=by.name, asked_at=at, counts={})
    db.session.add(row)
    db.session.flush()
    services().queue.later("reconcile", row.portal_id, row.id)
    return row.id


def reconcile(portal_id: int, row_id: int) -> None:
    """Ask the portal for the counts: the job behind `start_reconciliation`; a second delivery changes nothing."""
    with portal_scope(portal_id):
        row = _row(row_id)
        if row.state != "waiting":
            return
        since, until, client = row.since, row.until, open_client(portal_id, background=True, person=True)
        db.session.commit()  # no transaction is open while the network is asked
        try:
            with client.within(COUNT_SECONDS):
                answers = client.batch(commands(since, until))
        except PortalError as error:
            _finish(row_id, state="failed", error=describe(error))
            return
        _finish(row_id, state="done", counts=totals_of(answers))


def fail_reconciliation(words: str, portal_id: int, row_id: int) -> None:
    """Mark a counting whose job was given up as failed."""
    with portal_scope(portal_id):
        if _row(row_id).state == "waiting":
            _finish(row_id, state="failed", error=words)


def commands(since: datetime, until: datetime) -> dict[str, Command]:
    """The calls: each kind in the window and in an equal time before it.

    Source: api-reference/sale/order/sale-order-list.md and api-reference/crm/universal/crm-item-list.md, `total`.
    """
    windows = {"now": (since, until), "before": (since - (until - since), since)}
    return {f"{code}.{name}": _command(code, *window) for name, window in windows.items() for code in TITLES}


def _command(code: str, since: datetime, until: datetime) -> Command:
    first, last = (moment.isoformat(timespec="seconds") for moment in (since, until))
    if code in _ORDERS:
        field = _ORDERS[code]
        query: JsonObject = {"select": ["id"], "filter": {f">={field}": first, f"<{field}": last}, "start": 0}
        return Command("sale.order.list", query)
    kind, field = _CRM[code]
    window = {f">={field}": first, f"<{field}": last}
    return Command("crm.item.list", {"entityTypeId": kind, "select": ["id"], "filter": window, "start": 0})


def totals_of(answers: Mapping[str, Answer | PortalError]) -> dict[str, int | None]:
    """The counts that the portal answered; None where it refused or did not count."""
    return {name: answer.total if isinstance(answer, Answer) else None for name, answer in answers.items()}


NEWEST_RECONCILIATION = PortalRows(
    select(model.Reconciliation).order_by(model.Reconciliation.id.desc()).limit(1)
)


def latest_reconciliation() -> View | None:
    """The newest one of this portal."""
    row = NEWEST_RECONCILIATION.first()
    return _view(row) if row else None


def _view(row: model.Reconciliation) -> View:
    rows = tuple(
        CountRow(code, row.counts.get(f"{code}.now"), row.counts.get(f"{code}.before")) for code in TITLES
    )
    return View(row.id, row.since, row.until, row.state, row.error, rows, row.asked_by, row.done_at)


def _row(row_id: int) -> model.Reconciliation:
    row = db.session.scalar(select(model.Reconciliation).where(model.Reconciliation.id == row_id))
    if row is None:
        raise NotFound
    return row


def _finish(
    row_id: int, *, state: str, counts: Mapping[str, int | None] | None = None, error: str = ""
) -> None:
    row = _row(row_id)
    row.state, row.error, row.done_at = state, error, services().clock.now()
    row.counts = dict(counts or {})
    db.session.flush()
