"""The content of the pages of one restore: counts, lines of the journal, checks that are asked again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from b24app.backup.restore.came_back import CameBack, RestoreOutcome, what_came_back
from b24app.backup.restore.data.line_kinds import OF_DATA
from b24app.backup.restore.model import (
    OPEN_LINES,
    UNDER_WAY,
    Restore,
    RestoreLine,
    RestoreLineState,
    RestoreState,
)
from b24app.backup.restore.plan import Action, Operation, RestorePlan, RestoreSource, load_plan
from b24app.backup.restore.presses import RestorePermission, read_permission, restore_under_way, undo_begun
from b24app.backup.restore.undoing import DONE, lines_of, load_before
from b24app.checklist.engine.run_jobs import is_judged_since, is_unread_since
from b24app.comparison.stored_comparison import compare_with_baseline
from b24app.pages.restore.plan_rows import PlanRow, is_kept, plan_rows
from b24app.services import services
from b24app.web.filters import zone

LOOKS_AGAIN_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A line of the journal: the write, what came of it, and its operation where the plan still has it."""

    line: RestoreLine
    operation: Operation | None

    @property
    def is_removal(self) -> bool:
        """Whether it took something away."""
        return self.operation is not None and self.operation.action is Action.REMOVE


@dataclass(frozen=True, slots=True)
class LineCheck:
    """A line of the comparison that was put back: whether the comparison still shows it; None while nobody has looked again."""

    name: str
    differs: bool | None


@dataclass(frozen=True, slots=True)
class RestoreView:
    """One restore as its page shows it."""

    row: Restore
    plan: RestorePlan | None
    journal: tuple[JournalLine, ...]
    permission: RestorePermission
    other: Restore | None
    checks: tuple[LineCheck, ...]

    @property
    def undo(self) -> Restore | None:
        """Its undoing, when that was begun and has not come to its end."""
        return undo_begun(self.row.id)

    @property
    def state(self) -> str:
        """The stored state."""
        return str(self.row.state)

    @property
    def is_going(self) -> bool:
        """Whether the page waits for something by itself."""
        waits_for_key = self.row.state == RestoreState.NEEDS_KEY
        return (self.row.state in UNDER_WAY or self.row.state == RestoreState.READING) and not waits_for_key

    @property
    def is_undo(self) -> bool:
        """Whether it takes another one back."""
        return self.row.undoes_id is not None

    @property
    def from_copy(self) -> bool:
        """Whether it puts data back from a copy, or takes such a restore back."""
        kinds = {one.kind for one in self.plan.operations} if self.plan else set()
        return self.row.source == RestoreSource.COPY or (bool(kinds) and kinds <= OF_DATA)

    def rows(self, *actions: Action) -> tuple[PlanRow, ...]:
        """The rows of the preview with these actions."""
        return tuple(plan_rows(self.plan, actions)) if self.plan else ()

    def count(self, action: Action) -> int:
        """How many objects an action touches."""
        return self.plan.count(action) if self.plan else 0

    @property
    def kept_before(self) -> int:
        """How many objects exist in the portal already and are saved before they are written."""
        return sum(one.objects for one in self.plan.to_write if is_kept(one)) if self.plan else 0

    @property
    def saved(self) -> int:
        """How many objects were saved before the first write."""
        return len(load_before(self.row.before))

    @property
    def not_whole(self) -> tuple[PlanRow, ...]:
        """What came back without something of its own, by what it lacks."""
        return tuple(row for row in self.rows(Action.CREATE, Action.CHANGE) if row.first.why)

    @property
    def to_write(self) -> int:
        """How many objects are written."""
        return sum(one.objects for one in self.plan.to_write) if self.plan else 0

    @property
    def done(self) -> int:
        """How many lines are settled."""
        return sum(one.line.state not in OPEN_LINES for one in self.journal)

    def tally(self, *states: str) -> int:
        """How many lines ended in this state."""
        return sum(one.line.state in states for one in self.journal)

    @property
    def created(self) -> int:
        """How many objects were made."""
        return self.tally(RestoreLineState.CREATED)

    @property
    def removed(self) -> int:
        """How many objects were taken away."""
        return sum(one.line.state == RestoreLineState.CHANGED and one.is_removal for one in self.journal)

    @property
    def changed(self) -> int:
        """How many objects were changed."""
        return self.tally(RestoreLineState.CHANGED) - self.removed

    @property
    def left(self) -> int:
        """How many objects were left as they are, or refused."""
        return self.tally(RestoreLineState.UNTOUCHED, RestoreLineState.REFUSED, RestoreLineState.SAME)

    @property
    def by_hand(self) -> tuple[PlanRow, ...]:
        """The part that is left for a person."""
        return tuple(row for row in self.rows(Action.CANNOT) if row.first.steps)

    @property
    def came_back(self) -> CameBack:
        """How much of what was chosen is back, by the definition that the list of restores has, too."""
        return what_came_back((one.line.state for one in self.journal), self.plan)

    @property
    def is_partial(self) -> bool:
        """Whether something that was chosen has not come back."""
        return self.came_back.outcome is not RestoreOutcome.WHOLE

    @property
    def still_differs(self) -> bool:
        """Whether the comparison was made anew and still shows something that was put back."""
        return any(one.differs for one in self.checks)

    @property
    def is_looking_again(self) -> bool:
        """Whether the checks concerned have been asked for and are not judged yet."""
        return self._ended_lately and any(one.differs is None for one in self.checks)

    @property
    def polls(self) -> bool:
        """Whether the answer may still change by itself: new verdicts come a moment before the comparison with them."""
        return self._ended_lately and any(one.differs is not False for one in self.checks)

    @property
    def _ended_lately(self) -> bool:
        ended = self.row.ended_at
        return ended is not None and services().clock.now() - ended < LOOKS_AGAIN_FOR

    @property
    def kept_later(self) -> tuple[tuple[datetime, str], ...]:
        """Moments of the versions that were taken where none was of the moment itself, with the names of their objects."""
        found: dict[datetime, dict[str, None]] = {}
        for one in self.plan.choices if self.plan else ():
            if one.kept_at is not None:
                found.setdefault(one.kept_at, {})[one.name or one.key] = None
        return tuple((moment, ", ".join(names)) for moment, names in found.items())

    @property
    def may_undo(self) -> bool:
        """Whether undoing is possible now."""
        row = self.row
        if (
            self.is_undo
            or row.undone_at is not None
            or not any(one.line.state in DONE for one in self.journal)
        ):
            return False
        open_until = row.undo_until is not None and row.undo_until >= services().clock.now()
        return row.state == RestoreState.STOPPED or (row.state == RestoreState.DONE and open_until)

    @property
    def undo_day(self) -> date | None:
        """The last day on which it can be taken back."""
        until = self.row.undo_until
        return until.astimezone(zone()).date() if until is not None else None

    @property
    def names(self) -> tuple[str, ...]:
        """The chosen objects by a name or a number, each once."""
        chosen = self.plan.choices if self.plan else ()
        return tuple(dict.fromkeys(name for one in chosen if (name := one.name or one.key)))

    @property
    def place(self) -> str:
        """The place of its objects, when all of them are in one place."""
        places = {one.place for one in self.plan.choices} if self.plan else set()
        return next(iter(places)) if len(places) == 1 else ""


def view_of(row: Restore) -> RestoreView:
    """The page of a restore, from what is stored."""
    plan = load_plan(row.plan)
    by_number = {one.number: one for one in plan.operations} if plan else {}
    journal = tuple(JournalLine(line, by_number.get(line.number)) for line in lines_of(row.id))
    other = restore_under_way()
    return RestoreView(
        row, plan, journal, read_permission(), other if other is not None and other.id != row.id else None,
        tuple(_checks(row, plan)) if plan is not None and row.state == RestoreState.DONE else (),
    )  # fmt: skip


def _checks(row: Restore, plan: RestorePlan) -> Iterator[LineCheck]:
    """Whether the comparison still shows the lines that were put back; empty until it was made anew."""
    if plan.source is RestoreSource.COPY:
        return
    chosen = {one.line: one.name or one.key for one in plan.choices if one.line[0]}
    view = compare_with_baseline() if chosen else None
    if view is None:
        return
    judged = _is_judged(row, plan, view.after.id)
    lines = {(line.change.kind.code, line.change.key): line for line in view.lines}
    for key, name in chosen.items():
        found = lines.get(key)
        yield LineCheck(name, (found is not None and found.is_open) if judged else None)


def _is_judged(row: Restore, plan: RestorePlan, run_id: int) -> bool:
    """Whether the comparison has seen the portal after the restore: by a later run, or by every check that was asked again."""
    asked, since = row.checks_run_id or 0, row.ended_at
    if run_id > asked or since is None:
        return run_id >= asked
    told = (
        is_judged_since(asked, code, since) and not is_unread_since(asked, code, since)
        for code in plan.checks
    )
    return all(told)
