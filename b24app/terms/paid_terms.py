"""Verbs over paid terms: list, write down, change, confirm, forget; each leaves a line of history.

All of them run inside `portal_scope`, flush and leave the commit to the request or job.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from b24app.database import current_portal_id, db, read_once
from b24app.errors import BadInput, NotFound
from b24app.portal_rows import PortalRows
from b24app.portals.model import day_at
from b24app.services import services
from b24app.stored_values import adapter
from b24app.terms import model
from b24app.terms.model import PlainValue
from b24app.terms.profile import own_currency
from b24app.terms.term import DRAFT_FIELDS, INTEGRATOR, SINGLE, Author, Term, TermDraft, TermKind, check_draft
from b24app.text.messages import N_

KNOWLEDGE = (
    "source",
    "said_by_id",
    "said_by",
    "said_at",
    "confirmed_by",
    "confirmed_at",
    "renewed_on",
    "pending_since",
)
"""The fields beside a date: its source, who wrote it and when. They change with the date, and are put back with it."""
TAKEN_BACK = "taken_back"
_ORDER = {kind: place for place, kind in enumerate(TermKind)}


@dataclass(frozen=True, slots=True)
class TermChange:
    """One line of the history of a term; `by_portal`: nobody wrote it, the portal returned it to the application."""

    id: int
    term_id: int
    kind: str
    title: str
    action: str
    changes: Mapping[str, list[PlainValue]]
    by: str
    at: datetime
    by_portal: bool = False


UNDONE = ("added", "changed", "confirmed", "pending")
"""The actions that can be taken back as long as nothing came after them."""


KEPT_AS_TEXT: Mapping[str, Callable[[str], object]] = {
    "ends_on": date.fromisoformat,
    "renewed_on": date.fromisoformat,
    "pending_since": date.fromisoformat,
    "said_at": datetime.fromisoformat,
    "confirmed_at": datetime.fromisoformat,
    "price": Decimal,
}


TERMS = PortalRows(select(model.PaidTerm))


@read_once
def list_paid_terms() -> tuple[Term, ...]:
    """All paid terms of this portal, the plan first, then by end."""
    terms = [_term(row) for row in TERMS.read()]
    return tuple(sorted(terms, key=lambda t: (_ORDER.get(TermKind(t.kind), 9), t.ends_on or date.max, t.id)))


def find_paid_term(kind: str) -> Term | None:
    """The term of a kind that exists once: plan, Marketplace subscription, on-premise licence."""
    of_kind = [term for term in list_paid_terms() if term.kind == kind]
    return min(of_kind, key=lambda term: term.id, default=None)


def get_paid_term(term_id: int) -> Term:
    """One term by id; raises NotFound."""
    found = next((term for term in list_paid_terms() if term.id == term_id), None)
    if found is None:
        raise NotFound
    return found


def set_paid_term(
    kind: str, ends_on: date | None, *, by: Author, at: datetime, source: str = "person", **values: object
) -> Term:
    """Write down the end of a term that exists once; a second call changes the same term.

    `values` are other fields of `Draft`: title, autopay, pays_by, price, currency, period_months, owner_id, owner_name, note.
    """
    row = _single(kind)
    if row is None:
        return add_paid_term(
            _draft({**values, "kind": kind, "ends_on": ends_on}), by=by, at=at, source=source
        )
    return change_paid_term(row.id, {**values, "ends_on": ends_on}, by=by, at=at, source=source)


def add_paid_term(draft: TermDraft, *, by: Author, at: datetime, source: str = "person") -> Term:
    """Write down a new term; a kind that exists once is changed instead of doubled."""
    draft = _in_currency(check_draft(draft))
    if draft.kind in SINGLE and (row := _single(draft.kind)) is not None:
        values = {name: getattr(draft, name) for name in DRAFT_FIELDS if name != "kind"}
        return change_paid_term(row.id, values, by=by, at=at, source=source)
    row = model.PaidTerm(**{name: getattr(draft, name) for name in DRAFT_FIELDS}, said_at=at)
    _set_source(row, by, at, source)
    db.session.add(row)
    db.session.flush()
    _record(row, "added", {"ends_on": [None, _plain(draft.ends_on)]}, by, at)
    return _term(row)


def change_paid_term(
    term_id: int, values: Mapping[str, object], *, by: Author, at: datetime, source: str = "person"
) -> Term:
    """Change some fields of a term; a later end date of a known term counts as its renewal."""
    row = _row(term_id)
    before, ended = _fields_of(row), row.ends_on
    draft = {name: before[name] for name in DRAFT_FIELDS} | {**values, "kind": row.kind}
    after = dataclasses.asdict(_in_currency(check_draft(_draft(draft))))
    changed = any(before[name] != after[name] for name in DRAFT_FIELDS)
    for name in DRAFT_FIELDS:
        setattr(row, name, after[name])
    if "ends_on" in values:
        if source != INTEGRATOR:  # a date from an integrator is no evidence that a renewal has arrived
            _note_renewal(row, ended, at)
        _set_source(row, by, at, source)
    if changed:
        _record(row, "changed", _moved(before, row), by, at)
    db.session.flush()
    return _term(row)


def confirm_paid_term(term_id: int, *, by: Author, at: datetime) -> Term:
    """A person looked again and confirms the date."""
    row = _row(term_id)
    before = _fields_of(row)
    row.confirmed_by, row.confirmed_at = by.name, at
    _record(row, "confirmed", {"ends_on": [_plain(row.ends_on)] * 2, **_moved(before, row)}, by, at)
    db.session.flush()
    return _term(row)


def mark_pending(term_id: int, since: date | None, *, by: Author, at: datetime) -> Term:
    """A renewal was bought ahead and starts when the old term ends; None takes it back."""
    row = _row(term_id)
    changes = {"pending_since": [_plain(row.pending_since), _plain(since)]}
    row.pending_since = since
    _record(row, "pending", changes, by, at)
    db.session.flush()
    return _term(row)


def take_back_change(change_id: int, *, by: Author, at: datetime) -> None:
    """Put a term back as it was before its last change; raises BadInput when it was changed again since."""
    line = db.session.scalar(select(model.PaidTermHistory).where(model.PaidTermHistory.id == change_id))
    if line is None:
        raise NotFound
    if change_id != max(found.id for found in paid_term_history(line.term_id)) or line.action not in UNDONE:
        raise BadInput(N_("This term was changed again since: look at it once more."))
    row = _row(line.term_id)
    if line.action == "added":
        delete_paid_term(row.id, by=by, at=at)
        return
    before = _fields_of(row)
    for name, (was, _) in line.changes.items():
        if name in before:
            reads = KEPT_AS_TEXT.get(name)
            setattr(row, name, reads(was) if reads and isinstance(was, str) else was)
    _record(row, TAKEN_BACK, _moved(before, row), by, at)


def delete_paid_term(term_id: int, *, by: Author, at: datetime) -> None:
    """Forget a term; its history stays."""
    row = _row(term_id)
    _record(row, "deleted", {"ends_on": [_plain(row.ends_on), None]}, by, at)
    db.session.delete(row)
    db.session.flush()


def note_decision(term_id: int, action: str, reason: str, *, by: Author, at: datetime) -> None:
    """Keep in the history of a term what people decided about it and why."""
    _record(_row(term_id), action, {"reason": ["", reason]}, by, at)
    db.session.flush()


def paid_term_history(term_id: int | None = None) -> tuple[TermChange, ...]:
    """The history of one term, or of all of them, newest first."""
    query = select(model.PaidTermHistory).order_by(
        model.PaidTermHistory.at.desc(), model.PaidTermHistory.id.desc()
    )
    if term_id is not None:
        query = query.where(model.PaidTermHistory.term_id == term_id)
    return tuple(
        TermChange(
            row.id,
            row.term_id,
            row.kind,
            row.title,
            row.action,
            row.changes,
            row.by,
            row.at,
            row.by_id is None and not row.by,
        )
        for row in db.session.scalars(query)
    )


def _fields_of(row: model.PaidTerm) -> dict[str, object]:
    return {name: getattr(row, name) for name in (*DRAFT_FIELDS, *KNOWLEDGE)}


def _moved(before: Mapping[str, object], row: model.PaidTerm) -> dict[str, list[PlainValue]]:
    """What has changed in a term, each value as it was and as it is."""
    now = _fields_of(row)
    return {name: [_plain(before[name]), _plain(now[name])] for name in before if before[name] != now[name]}


def _draft(values: Mapping[str, object]) -> TermDraft:
    draft: TermDraft = adapter(TermDraft).validate_python(values)
    return draft


def _in_currency(draft: TermDraft) -> TermDraft:
    return dataclasses.replace(draft, currency=draft.currency or own_currency())


def _row(term_id: int) -> model.PaidTerm:
    row = db.session.scalar(select(model.PaidTerm).where(model.PaidTerm.id == term_id))
    if row is None:
        raise NotFound
    return row


def _single(kind: str) -> model.PaidTerm | None:
    query = (
        select(model.PaidTerm).where(model.PaidTerm.kind == str(kind)).order_by(model.PaidTerm.id).limit(1)
    )
    return db.session.scalar(query)


def _term(row: model.PaidTerm) -> Term:
    return Term(**{field.name: getattr(row, field.name) for field in dataclasses.fields(Term)})


def _set_source(row: model.PaidTerm, by: Author, at: datetime, source: str) -> None:
    row.source, row.said_by_id, row.said_by, row.said_at = source, by.user_id, by.name, at
    row.confirmed_by, row.confirmed_at = (by.name, at) if source == "person" else ("", None)


def _note_renewal(row: model.PaidTerm, before: date | None, at: datetime) -> None:
    """A moved end means that the renewal has arrived, so nothing is pending any more."""
    if before is not None and row.ends_on is not None and row.ends_on > before:
        row.renewed_on, row.pending_since = day_at(at), None


def _record(
    row: model.PaidTerm, action: str, changes: Mapping[str, list[PlainValue]], by: Author, at: datetime
) -> None:
    line = model.PaidTermHistory(term_id=row.id, kind=row.kind, title=row.title, action=action, at=at)
    line.changes, line.by_id, line.by = dict(changes), by.user_id, by.name
    db.session.add(line)
    db.session.flush()
    services().queue.later("tell_checks", current_portal_id())


def _plain(value: object) -> PlainValue:
    """History is JSON: dates and sums as text."""
    if isinstance(value, date):  # a moment too
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | str) else str(value)
