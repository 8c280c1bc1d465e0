"""The comparison of stored runs, with what people accepted, as the page after activation shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import or_, select

from b24app.checklist.engine.fact import Facts
from b24app.checklist.engine.mutes_and_owners import mutes_in_force
from b24app.checklist.engine.run_results import levels_of_run
from b24app.checklist.engine.runs import choice_for, chosen_baseline, facts_of_run, get_run, latest_run
from b24app.checklist.engine.verdict import Level
from b24app.checklist.facts.delivery.recent_orders import RecentOrders
from b24app.checklist.model import AcceptedChange, Mute, Run, RunState
from b24app.comparison.baseline import against
from b24app.comparison.compare import (
    Change,
    Comparison,
    Difference,
    Mismatch,
    State,
    compare_objects,
    in_order_of_page,
)
from b24app.comparison.comparison_format import compared_facts, load_comparison, stands_on
from b24app.comparison.expected_objects import read_expected
from b24app.comparison.model import Hint, RunComparison, Why
from b24app.comparison.muted_lines import silence_of
from b24app.comparison.resource import resources_of
from b24app.database import db, read_once
from b24app.portals.model import day_at
from b24app.services import services


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the comparison; an accepted one does not count as open.

    `muted` is the mute of the checks that report it. It explains nothing: another object may have been lost since.
    """

    change: Change
    accepted: AcceptedChange | None
    muted: Mute | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still needs an action."""
        return self.accepted is None and self.change.level in {Level.FAIL, Level.WARN, Level.UNKNOWN}

    @property
    def stops_work(self) -> bool:
        """Whether it costs orders or stops work until it is put back or explained."""
        return self.is_open and self.change.level is Level.FAIL


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """The page: two moments, the lines by difference, how many lines are left out, and what stayed as it was.

    `why` and `about` are the reason why the later run became the baseline, or did not.
    """

    before: Run
    after: Run
    lines: tuple[LineView, ...]
    unchanged: Mapping[str, int]
    mismatches: tuple[Mismatch, ...]
    more: int = 0
    why: Why = Why.NOT_DECIDED
    about: Hint = field(default_factory=dict)

    def of(self, difference: Difference) -> tuple[LineView, ...]:
        """The lines of one kind of difference."""
        return tuple(line for line in self.lines if line.change.difference is difference)

    @property
    def to_restore(self) -> int:
        """How many lost, switched off or altered objects still stop work."""
        return len(self.must_return)

    @property
    def must_return(self) -> tuple[LineView, ...]:
        """The lines that still stop work; the headline counts exactly these."""
        return tuple(line for line in self.lines if line.stops_work)

    @property
    def records_gone(self) -> int:
        """How many records of CRM were deleted among what must be put back: they are no settings."""
        fields = (field for line in self.must_return for field in line.change.fields if _counts_records(line))
        return sum(int(field.before) - int(field.after) for field in fields)

    @property
    def settings_to_restore(self) -> int:
        """What must be put back, without the lines that count records."""
        return sum(not _counts_records(line) for line in self.must_return)

    @property
    def is_restored(self) -> bool:
        """Whether every line is fine, accepted or explained."""
        return not (self.more or any(line.is_open for line in self.lines))

    @property
    def open_lines(self) -> tuple[LineView, ...]:
        """The lines that still need an action."""
        return tuple(line for line in self.lines if line.is_open)

    @property
    def unchanged_total(self) -> int:
        """How many objects are unchanged."""
        return sum(self.unchanged.values())


def _counts_records(line: LineView) -> bool:
    return line.change.kind.code == "crm_total" and line.change.difference is Difference.ALTERED


@read_once
def compare_with_baseline(run_id: int | None = None) -> ComparisonView | None:
    """Compare the given or newest finished run with the baseline, or the run before it; None while there is only one run."""
    after, newest = (get_run(run_id) if run_id else latest_run(finished=True)), latest_run(finished=True)
    if after is None or newest is None or after.state != RunState.DONE:
        return None
    row = db.session.get(RunComparison, after.id)
    before_id = row.before_id if row is not None and after.id != newest.id else run_before(after.id)
    before = db.session.get(Run, before_id) if before_id else None
    if before is None and (before_id := _run_earlier(after.id)):
        before = db.session.get(Run, before_id)  # the snapshot of this run is not kept any more
    if before is None:
        return None
    found = _read(row, before.id, after.id) or compare_runs(before.id, after.id)
    view = view_of(before, after, found)
    return view if row is None else replace(view, why=Why(row.why), about=row.about)


def view_of(before: Run, after: Run, found: Comparison) -> ComparisonView:
    """The comparison with what people accepted and muted."""
    accepted, mutes = accepted_changes(), mutes_in_force()
    levels = levels_of_run(after.id) if mutes else {}
    lines = tuple(
        LineView(
            change, accepted.get(change.fingerprint), silence_of(change, levels, mutes) if mutes else None
        )
        for change in found.changes
    )
    return ComparisonView(before, after, lines, found.unchanged, found.mismatches, found.more)


def run_before(run_id: int) -> int | None:
    """The run with which this one is compared; while there was no baseline, the one carried through before it."""
    choice = choice_for(run_id)
    return choice.run_id if choice is not None else _run_earlier(run_id)


def _run_earlier(run_id: int) -> int | None:
    """The finished run before this one."""
    earlier = select(Run.id).where(Run.id < run_id, Run.state == RunState.DONE)
    return db.session.scalar(earlier.order_by(Run.id.desc()).limit(1))


def snapshot_moment() -> datetime | None:
    """When the run was taken with which the next one is compared; None before the first."""
    choice = chosen_baseline()
    run = db.session.get(Run, choice.run_id) if choice is not None else None
    return run.finished_at if run is not None else None


def _read(row: RunComparison | None, before_id: int, after_id: int) -> Comparison | None:
    """The stored comparison, if it is of these runs, these facts and these rules."""
    if row is None or (row.before_id, row.stands_on) != (before_id, stands_on(before_id, after_id)):
        return None
    return load_comparison(row.content)


def compare_runs(before_id: int, after_id: int) -> Comparison:
    """Compare the facts of two runs, and the newest one with everything that is expected by now."""
    choice, newest = chosen_baseline(), latest_run(finished=True)
    is_newest = newest is not None and newest.id == after_id
    expected = read_expected(choice) if choice is not None and is_newest else None
    names = compared_facts()
    return compare_facts(facts_of_run(before_id, names), facts_of_run(after_id, names), expected)


def compare_facts(before: Facts, after: Facts, expected: State | None) -> Comparison:
    """What is worse than expected, and what is new or better than in the baseline; without expectations only the latter."""
    new = resources_of(after)
    found = compare_objects(resources_of(before), new, before, after)
    if expected is None:
        return found
    worse = compare_objects(expected, new, before, after)
    return Comparison(
        in_order_of_page(against(worse.changes, found.changes)), worse.unchanged, found.mismatches
    )


def accepted_changes() -> dict[str, AcceptedChange]:
    """What people have explained, no run has seen settled since, and whose day has not passed, by fingerprint."""
    holds = or_(AcceptedChange.until.is_(None), AcceptedChange.until >= day_at(services().clock.now()))
    mine = select(AcceptedChange).where(AcceptedChange.settled_at.is_(None), holds)
    return {row.fingerprint: row for row in db.session.scalars(mine.order_by(AcceptedChange.id))}


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
