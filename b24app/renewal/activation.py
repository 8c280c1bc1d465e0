"""Activation noticed by itself: another plan, or REST answering after refusals; offered to a person, never assumed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.each_portal import for_each_portal
from b24app.portals.availability import note_answer
from b24app.portals.client_factory import open_client
from b24app.portals.model import active_portals, day_at
from b24app.renewal import model
from b24app.renewal.case import CaseView
from b24app.renewal.case_stages import case_of, get_case, open_case, settle_case
from b24app.renewal.renewal_stages import Stage, is_reached
from b24app.services import services
from b24app.terms.date_suggestions import keep_suggestions, suggest_from_app
from b24app.terms.paid_terms import find_paid_term
from b24app.terms.profile import note_license
from b24app.terms.term import Term, TermKind

PLAN_CHANGED, ANSWERS_AGAIN, DATE_MOVED = "plan_changed", "answers_again", "date_moved"


@dataclass(frozen=True, slots=True)
class Offer:
    """An activation that was noticed and waits for a person's answer; `reason` is what it was noticed by."""

    case: CaseView
    reason: str
    noticed_at: datetime


def notice_activation(reason: str, at: datetime) -> Offer | None:
    """Keep that something speaks for a renewal; None when nothing is being renewed."""
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
    """A person says that it was not a renewal."""
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
    """A plan that changes in the middle of its term was upgraded, not renewed."""
    return term.ends_on is not None and (term.ends_on - day_at(at)).days <= 30


def recognise_activations() -> None:
    """Ask each portal once a day which plan it has and what it hints about dates."""
    for_each_portal(active_portals(), lambda portal_id: services().queue.later("learn_portal", portal_id))


def recognise_activation(portal_id: int) -> None:
    """Ask `app.info`: keep the plan, hints of dates, and whether the portal answers at all."""
    now = services().clock.now()
    with portal_scope(portal_id):
        client = open_client(portal_id, background=True)
        db.session.commit()  # no transaction is open while the network is asked
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
