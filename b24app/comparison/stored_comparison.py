"""The comparison of stored runs, with what people accepted, as the page after activation shows it."""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, cast, delete, select

from b24app.checklist.engine.baselines import chosen_baseline
from b24app.checklist.engine.runs import facts_of_run, get_run, latest_run
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import AcceptedChange, FactRow, Run, RunState
from b24app.comparison.compare import Change, Comparison, Difference, Mismatch, compare
from b24app.database import current_portal_id, db, read_once
from b24app.errors import BadInput, NotFound
from b24app.services import services
from b24app.text.messages import N_

REASONS: Mapping[str, str] = {
    "on_purpose": N_("Changed on purpose"),
    "not_needed": N_("Not needed any more"),
    "replaced": N_("Replaced by something else"),
    "other": N_("Another reason"),
}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who explained a difference, when and how."""

    reason: str
    explanation: str
    user_name: str
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the comparison; an accepted one does not count as open."""

    change: Change
    accepted: Acceptance | None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.accepted is None and self.change.level in {Level.FAIL, Level.WARN, Level.UNKNOWN}


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """The page: two moments, the lines by difference, and what stayed as it was."""

    before: Run
    after: Run
    lines: tuple[LineView, ...]
    unchanged: Mapping[str, int]
    mismatches: tuple[Mismatch, ...]

    def of(self, difference: Difference) -> tuple[LineView, ...]:
        """The lines of one kind of difference."""
        return tuple(line for line in self.lines if line.change.difference is difference)

    @property
    def to_restore(self) -> int:
        """How many lost, switched off or altered things still stop work."""
        return sum(line.is_open and line.change.level is Level.FAIL for line in self.lines)

    @property
    def is_restored(self) -> bool:
        """Whether every line is fine, accepted or explained."""
        return not any(line.is_open for line in self.lines)

    @property
    def unchanged_total(self) -> int:
        """How many objects are as they were."""
        return sum(self.unchanged.values())


def compare_runs(before_id: int, after_id: int) -> Comparison:
    """Compare the facts of two runs; what was compared before is not parsed again while its rows are the same."""
    return _compare_stored(before_id, after_id, _digest_of((before_id, after_id)))


@functools.lru_cache(maxsize=64)
def _compare_stored(before_id: int, after_id: int, _digest: str) -> Comparison:
    return compare(facts_of_run(before_id), facts_of_run(after_id))


def _digest_of(run_ids: tuple[int, int]) -> str:
    """What the stored facts of two runs are known by: their text, which is not parsed for it."""
    texts = cast(FactRow.value, Text), cast(FactRow.refusal, Text)
    query = select(FactRow.run_id, FactRow.name, *texts).where(FactRow.run_id.in_(run_ids))
    rows = db.session.execute(query.order_by(FactRow.run_id, FactRow.name))
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()


@read_once
def compare_with_baseline(run_id: int | None = None) -> ComparisonView | None:
    """The given or newest finished run against the baseline; None while there is nothing, or only a part, to compare."""
    choice, after = chosen_baseline(), get_run(run_id) if run_id else latest_run(finished=True)
    if choice is None or after is None or choice.run_id == after.id or after.state != RunState.DONE:
        return None
    found = compare_runs(choice.run_id, after.id)
    accepted = _accepted()
    lines = tuple(LineView(change, accepted.get(change.fingerprint)) for change in found.changes)
    return ComparisonView(get_run(choice.run_id), after, lines, found.unchanged, found.mismatches)


def accept_change(
    run_id: int, kind: str, key: str, *, reason: str, explanation: str, user_id: int, user_name: str
) -> AcceptedChange:
    """Explain a difference; exactly this one does not come back in later comparisons."""
    if reason not in REASONS:
        raise BadInput(N_("Choose why you accept it."), "reason")
    view = compare_with_baseline(run_id)
    lines = view.lines if view else ()
    change = next(
        (line.change for line in lines if (line.change.kind.code, line.change.key) == (kind, key)), None
    )
    if change is None:
        raise NotFound("change")
    row = AcceptedChange(
        portal_id=current_portal_id(),
        kind=kind,
        key=key[:255],
        fingerprint=change.fingerprint,
        reason=reason,
        explanation=explanation.strip(),
        user_id=user_id,
        user_name=user_name,
        accepted_at=services().clock.now(),
    )
    db.session.add(row)
    db.session.commit()
    return row


def return_change(kind: str, key: str) -> None:
    """Take an acceptance back: the difference counts again."""
    db.session.execute(
        delete(AcceptedChange).where(AcceptedChange.kind == kind, AcceptedChange.key == key[:255])
    )
    db.session.commit()


def _accepted() -> dict[str, Acceptance]:
    rows = db.session.scalars(select(AcceptedChange).order_by(AcceptedChange.id))
    return {
        row.fingerprint: Acceptance(row.reason, row.explanation, row.user_name, row.accepted_at)
        for row in rows
    }
