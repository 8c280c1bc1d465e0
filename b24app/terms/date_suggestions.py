"""Dates that the portal hints at: offered to a person or used to confirm, never taken as a fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from b24app.database import db
from b24app.errors import NotFound
from b24app.portal_rows import PortalRows
from b24app.terms import model
from b24app.terms.paid_terms import add_paid_term, change_paid_term, list_paid_terms
from b24app.terms.term import Author, Term, TermDraft, TermKind

APP_INFO, PAYMENT_EVENT = "app.info", "ONAPPPAYMENT"
OWN_TITLE = "Продление без простоя"


class SuggestionState(StrEnum):
    """Whether a hint waits, was answered by a person, or only confirms the written date."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    AGREES = "agrees"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A hinted end of a term and the method or event that hinted."""

    kind: str
    ends_on: date
    source: str


@dataclass(frozen=True, slots=True)
class OpenSuggestion:
    """A kept hint that waits for a person."""

    id: int
    kind: str
    ends_on: date
    source: str
    seen_at: datetime


def suggest_from_app(
    answer: Mapping[str, object], today: date, source: str = APP_INFO
) -> tuple[Suggestion, ...]:
    """The Marketplace subscription's end from STATUS and DAYS of `app.info` or of ONAPPPAYMENT.

    Source: the portal's source, rest/lib/app.php of rest 25.600: for STATUS S, DAYS counts to the end of the Market subscription; other statuses
    count the application's own paid period; null means nothing. DAYS is never about the plan.
    """
    days = _number(answer.get("DAYS"))
    if days is None or not -400 <= days <= 4000:
        return ()
    kind = {"S": TermKind.MARKETPLACE, "P": TermKind.APPLICATION, "T": TermKind.APPLICATION}.get(
        str(answer.get("STATUS", ""))
    )
    return (Suggestion(kind, today + timedelta(days=days), source),) if kind else ()


def keep_suggestions(found: tuple[Suggestion, ...], at: datetime) -> int:
    """Keep hints for a person; one that agrees with the written date only confirms it. Answers how many are new."""
    return sum(_keep(item, at) for item in found)


SUGGESTIONS = PortalRows(select(model.DateSuggestion).order_by(model.DateSuggestion.id))


def list_suggestions() -> tuple[OpenSuggestion, ...]:
    """Hints that wait for a person."""
    return tuple(
        OpenSuggestion(row.id, row.kind, row.ends_on, row.source, row.seen_at)
        for row in SUGGESTIONS.read()
        if row.state == SuggestionState.OPEN
    )


def accept_suggestion(suggestion_id: int, *, by: Author, at: datetime) -> Term:
    """A person takes the hint as the date; the term keeps both the portal and the person as its source."""
    row = _row(suggestion_id)
    row.state = SuggestionState.ACCEPTED
    term = _existing(row.kind)
    if term is not None:
        return change_paid_term(term.id, {"ends_on": row.ends_on}, by=by, at=at, source="portal")
    draft = TermDraft(row.kind, row.ends_on, title=OWN_TITLE if row.kind == TermKind.APPLICATION else "")
    return add_paid_term(draft, by=by, at=at, source="portal")


def dismiss_suggestion(suggestion_id: int) -> None:
    """A person answers that the hint is wrong."""
    _row(suggestion_id).state = SuggestionState.DISMISSED
    db.session.flush()


def _existing(kind: str) -> Term | None:
    """The written term of a kind; of all applications the portal hints only at ours."""
    return next(
        (
            t
            for t in list_paid_terms()
            if t.kind == kind and (kind != TermKind.APPLICATION or t.title == OWN_TITLE)
        ),
        None,
    )


def _agree_on(term: Term | None, ends_on: date) -> bool:
    """The portal rounds to whole days, so a day more or less is the same date."""
    return term is not None and term.ends_on is not None and abs((term.ends_on - ends_on).days) <= 1


def _keep(item: Suggestion, at: datetime) -> bool:
    term = _existing(item.kind)
    query = select(model.DateSuggestion).where(
        model.DateSuggestion.kind == item.kind, model.DateSuggestion.source == item.source
    )
    row = db.session.scalar(query)
    same = row is not None and row.ends_on == item.ends_on
    if row is None:
        row = model.DateSuggestion(kind=item.kind, source=item.source)
        db.session.add(row)
    row.ends_on, row.seen_at = item.ends_on, at
    if term is not None and _agree_on(term, item.ends_on):
        row.state = SuggestionState.AGREES
        _agree(term.id, item.source, at)
    elif not same or row.state == SuggestionState.AGREES:
        row.state = SuggestionState.OPEN
    db.session.flush()
    return row.state == SuggestionState.OPEN and not same


def _agree(term_id: int, source: str, at: datetime) -> None:
    row = db.session.scalar(select(model.PaidTerm).where(model.PaidTerm.id == term_id))
    if row is not None:
        row.confirmed_at, row.confirmed_by = at, source


def _row(suggestion_id: int) -> model.DateSuggestion:
    row = db.session.scalar(select(model.DateSuggestion).where(model.DateSuggestion.id == suggestion_id))
    if row is None:
        raise NotFound
    return row


def _number(value: object) -> int | None:
    text = str(value).strip()
    return int(text) if text.removeprefix("-").isdigit() else None
