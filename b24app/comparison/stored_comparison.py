"""The comparison of stored runs, with what people accepted, as the page after activation shows it."""

import functools
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from b24app.checklist.engine.run_results import numbers_of_facts
from b24app.checklist.engine.runs import chosen_baseline, facts_of_run, get_run, latest_run
from b24app.checklist.engine.verdict import Level
from b24app.checklist.facts.delivery.recent_orders import RecentOrders
from b24app.checklist.model import AcceptedChange, Run, RunState
from b24app.comparison.compare import Change, Comparison, Difference, Mismatch, compare
from b24app.comparison.resource import names_of_resources
from b24app.database import db, read_once
from b24app.errors import BadInput, NotFound
from b24app.terms.term import Author
from b24app.text.messages import N_

GONE = (Difference.LOST, Difference.OFF)
REASONS: Mapping[str, str] = {
    "on_purpose": N_("Changed on purpose"),
    "not_needed": N_("Not needed any more"),
    "replaced": N_("Replaced by something else"),
    "other": N_("Another reason"),
}


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the comparison; an accepted one does not count as open."""

    change: Change
    accepted: AcceptedChange | None

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
        """How many lost, switched off or altered objects still stop work."""
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
    """Compare the facts of two runs; what was compared before is not read again while the facts are the same."""
    known_by = tuple(frozenset(numbers_of_facts(run_id).items()) for run_id in (before_id, after_id))
    return _compare_stored(before_id, after_id, known_by)


@functools.lru_cache(maxsize=64)
def _compare_stored(before_id: int, after_id: int, _known_by: Hashable) -> Comparison:
    return compare(facts_of_run(before_id), facts_of_run(after_id))


def has_losses(before_id: int, after_id: int) -> bool:
    """Whether something is lost or switched off; only resources with another fact than before are read for it."""
    then, now = numbers_of_facts(before_id), numbers_of_facts(after_id)
    changed = {name for name in {*then, *now} if then.get(name) != now.get(name)}
    names = names_of_resources(changed)
    found = compare(facts_of_run(before_id, names), facts_of_run(after_id, names)) if names else None
    return found is not None and any(change.difference in GONE for change in found.changes)


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
    run_id: int, kind: str, key: str, *, reason: str, explanation: str, by: Author, at: datetime
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
        kind=kind, key=key[:255], fingerprint=change.fingerprint,
        reason=reason, explanation=explanation.strip(), user_id=by.user_id, user_name=by.name, accepted_at=at,
    )  # fmt: skip
    db.session.add(row)
    return row


def return_change(kind: str, key: str) -> None:
    """Take an acceptance back: the difference counts again."""
    db.session.execute(
        delete(AcceptedChange).where(AcceptedChange.kind == kind, AcceptedChange.key == key[:255])
    )


def _accepted() -> dict[str, AcceptedChange]:
    rows = db.session.scalars(select(AcceptedChange).order_by(AcceptedChange.id))
    return {row.fingerprint: row for row in rows}


@dataclass(frozen=True, slots=True)
class OrdersOfWindow:
    """How many orders came and how many of them are paid; `at_least` when the list may hold only the newest ones."""

    since: datetime
    until: datetime
    count: int
    paid: int
    at_least: bool


def orders_of_window(view: ComparisonView) -> OrdersOfWindow | None:
    """Count the orders between the baseline and the present run; None while the orders were not seen."""
    since, until = view.before.finished_at, view.after.finished_at
    orders = facts_of_run(view.after.id).of(RecentOrders)
    if since is None or until is None or orders is None:
        return None
    return count_orders(orders, since, until)


def count_orders(orders: RecentOrders, since: datetime, until: datetime) -> OrdersOfWindow:
    """Count among the newest orders; when all of them came within the window there may be more."""
    dated = [row for row in orders.rows if row.date_insert]
    inside = [row for row in dated if row.date_insert and since <= row.date_insert <= until]
    return OrdersOfWindow(
        since=since,
        until=until,
        count=len(inside),
        paid=sum(row.payed for row in inside),
        at_least=bool(dated) and all(row.date_insert and row.date_insert >= since for row in dated),
    )
