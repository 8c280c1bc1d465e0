"""The digests of a client's states at one look, and the events that follow from new ones."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from b24app.checklist.engine.check_numbers import CountedPlace
from b24app.checklist.engine.checklist_view import CheckView, checklist_view
from b24app.checklist.engine.runs import latest_run
from b24app.checklist.model import ACTIVE, Run
from b24app.database import db
from b24app.integrators.rights import Right
from b24app.integrators.webhooks import event_kinds as kinds
from b24app.renewal.case_changes import list_cases
from b24app.terms.paid_terms import list_paid_terms

BROKEN = frozenset({CountedPlace.BLOCKING, CountedPlace.NOTED})
MENDED = frozenset({CountedPlace.FINE, CountedPlace.UNUSED})
"""A check that is unknown, or set aside by somebody, is neither: the mark of before stays."""

MOST_RUNS = 20


@dataclass(frozen=True, slots=True)
class ClientMark:
    """One state of a client, the right that shows it, and the event that it means when it is new."""

    text: str
    right: Right
    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class LookedAt:
    """The digests to keep, and the events that follow."""

    marks: tuple[str, ...]
    events: tuple[tuple[str, str], ...]


def look_at_marks(
    code: str, rights: frozenset[Right], seen: frozenset[str], known: frozenset[Right]
) -> LookedAt:
    """Look at the client in scope by the access of this code; of what was not given before (`known`) nothing is new."""
    rows, kept, events = _rows(rights), set(), []
    judged = digest_of_mark(code, "judged")
    if rows:
        kept.add(judged)
    for mark in _marks(rights, rows):
        digest = digest_of_mark(code, mark.text)
        kept.add(digest)
        if mark.kind == kinds.FINDING_OPENED and judged not in seen:
            continue  # the first run finds what was never in order: nothing broke
        if mark.right in known and digest not in seen:
            events.append((mark.kind, mark.subject))
    for row in rows:
        digest = digest_of_mark(code, f"broken:{row.code}")
        if digest not in seen or row.counted_in in BROKEN:
            continue
        if row.counted_in in MENDED:
            events.append((kinds.FINDING_CLOSED, row.code))
        else:
            kept.add(digest)
    return LookedAt(tuple(sorted(kept)), tuple(events))


def digest_of_mark(code: str, text: str) -> str:
    """The stored digest of a mark: it reveals nothing, and differs for another access."""
    return hashlib.sha256(f"{code}:{text}".encode()).hexdigest()[:16]


def _rows(rights: frozenset[Right]) -> tuple[CheckView, ...]:
    """The checks of the newest run, as far as they are given."""
    run = latest_run(finished=True) if Right.CHECKS in rights else None
    return checklist_view(run).rows if run else ()


def _marks(rights: frozenset[Right], rows: Iterable[CheckView]) -> Iterator[ClientMark]:
    if Right.TERMS in rights:
        yield from _term_marks()
        yield from _case_marks()
    if Right.CHECKS in rights:
        yield from _run_marks()
        for row in rows:
            if row.counted_in in BROKEN:
                yield ClientMark(f"broken:{row.code}", Right.CHECKS, kinds.FINDING_OPENED, row.code)


def _term_marks() -> Iterator[ClientMark]:
    for term in list_paid_terms():
        if term.ends_on is not None:
            yield ClientMark(f"term:{term.id}:{term.ends_on}", Right.TERMS, kinds.TERM_CHANGED, str(term.id))
        if term.confirmed_at is not None:
            text = f"confirmed:{term.id}:{term.ends_on}:{term.confirmed_at.isoformat()}"
            yield ClientMark(text, Right.TERMS, kinds.TERM_CONFIRMED, str(term.id))


def _case_marks() -> Iterator[ClientMark]:
    for case in list_cases():
        text = f"case:{case.id}:{case.stage}:{case.outcome}:{case.closed_at is not None}"
        yield ClientMark(text, Right.TERMS, kinds.CASE_STAGE, str(case.id))


def _run_marks() -> Iterator[ClientMark]:
    ended = select(Run.id, Run.state).where(Run.state.not_in(ACTIVE)).order_by(Run.id.desc())
    for number, state in db.session.execute(ended.limit(MOST_RUNS)):
        yield ClientMark(f"run:{number}:{state}", Right.CHECKS, kinds.RUN_FINISHED, str(number))
