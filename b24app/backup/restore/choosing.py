"""Turns lines of the comparison into choices of a restore: the rows of that moment, or the comparison's own values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from b24app.backup.restore.plan import RestoreChoice, RestoreSource
from b24app.backup.restore.planning import prepare
from b24app.backup.restore.writer import Line, Writer, writers_of_line
from b24app.backup.restore.writers.by_hand import KIND as BY_HAND
from b24app.backup.settings_versions.listed_changes import ListedChange
from b24app.backup.settings_versions.versions import moments_kept, rows_at
from b24app.checklist.engine.run_results import levels_of_run
from b24app.checklist.engine.runs import latest_run
from b24app.comparison.compare import Change, Difference
from b24app.comparison.muted_lines import checks_telling
from b24app.comparison.snapshot_details import came_after, check_of, counted, former_fields
from b24app.comparison.stored_comparison import ComparisonView
from b24app.errors import BadInput
from b24app.json_values import JsonObject
from b24app.terms.term import Author
from b24app.text.messages import N_

RETURNED = frozenset({Difference.LOST, Difference.OFF, Difference.ALTERED})
NOTHING_TO_RETURN = N_("There is nothing to put back in this line.")


@dataclass(frozen=True, slots=True)
class VersionMoments:
    """The moments at which a version of the rows is looked for: at the snapshot, else before the change, else before it was seen."""

    snapshot: datetime
    unchanged: datetime
    seen: datetime

    def of(self, difference: Difference) -> Iterator[datetime]:
        """The moments, best first. A version kept after the change is used for a lost object only: one that holds it is from before the loss."""
        yield from dict.fromkeys((self.snapshot, self.unchanged))
        if difference is Difference.LOST:
            yield from moments_kept(self.snapshot, self.seen)


def may_be_returned(change: Change) -> bool:
    """Whether the application may write a line back; where only a person can, its steps are shown instead."""
    return change.difference in RETURNED and not change.refusal and bool(writers_of_line(change.kind.code))


def prepare_lines(
    view: ComparisonView, changes: Sequence[Change], *, title: str, by: Author, at: datetime
) -> int:
    """Make the preview that restores these lines of the comparison; returns its id."""
    snapshot = view.before.finished_at or view.before.created_at
    seen = view.after.finished_at or view.after.created_at
    came = came_after(view)
    levels = levels_of_run(view.after.id)
    choices: list[RestoreChoice] = []
    checks: list[str] = []
    for change in changes:
        if change.difference not in RETURNED:
            raise BadInput(NOTHING_TO_RETURN)
        moments = VersionMoments(snapshot, came.get(change.fingerprint, snapshot), seen)
        before = {one.field: one.before for one in former_fields(view, change)}
        choices += choices_of(change, before, moments)
        checks += [check_of(change.kind), *checks_telling(change, levels)]
    return prepare(
        choices, source=RestoreSource.COMPARISON, title=title, by=by, at=at, as_of=snapshot, checks=tuple(dict.fromkeys(checks))
    )  # fmt: skip


def prepare_change(listed: ListedChange, *, title: str, by: Author, at: datetime) -> int:
    """Make the preview that undoes one change of the year's list; returns its id."""
    change = listed.change
    if change is None or not listed.is_last or change.difference not in RETURNED:
        raise BadInput(NOTHING_TO_RETURN)
    former = {name: counted(name, value) for name, value in listed.former.items()}
    choices = choices_of(change, former, VersionMoments(listed.since, listed.since, listed.seen_at))
    run = latest_run(finished=True)
    told = checks_telling(change, levels_of_run(run.id)) if run is not None else ()
    checks = tuple(dict.fromkeys((check_of(change.kind), *told)))
    return prepare(
        tuple(choices), source=RestoreSource.CHANGES, title=title, by=by, at=at, as_of=listed.since, checks=checks
    )  # fmt: skip


def choices_of(change: Change, before: Mapping[str, str], moments: VersionMoments) -> Iterable[RestoreChoice]:
    """The choices for one line."""
    line = Line(
        change.kind.code, change.key, change.name, change.place, change.difference,
        before, tuple(one.field for one in change.fields), RowsAt(moments.snapshot), moments.snapshot,
    )  # fmt: skip
    found = [one for writer in writers_of_line(change.kind.code) for one in chosen_by(writer, line, moments)]
    return found or by_hand(line, change)


def chosen_by(writer: Writer, line: Line, moments: VersionMoments) -> list[RestoreChoice]:
    """A writer's choices for a line, by the first version that holds its object; else by the values of the comparison."""
    known: list[RestoreChoice] = []
    for moment in moments.of(line.difference):
        found = list(writer.choose(replace(line, rows=RowsAt(moment))))
        if found and all(one.whole for one in found):
            told = moment if moment != moments.snapshot else None
            return [replace(one, kept_at=told) for one in found]
        known = known or found
    return known


@dataclass(frozen=True, slots=True)
class RowsAt:
    """Reads versions of the settings as they were at one moment."""

    moment: datetime

    def __call__(self, entity: str) -> Sequence[JsonObject] | None:
        """The rows, None where no version is as old."""
        return rows_at(entity, self.moment)


def by_hand(line: Line, change: Change) -> Iterator[RestoreChoice]:
    """What only a person can put back: the values by the titles of their fields."""
    titles = {name: one.title for name, one in change.kind.fields.items()}
    row = {titles[name]: value for name, value in line.fields.items() if name in titles}
    more: dict[str, str] = {"place": change.kind.place, "remedy": change.remedy or change.kind.remedy}
    yield RestoreChoice(
        BY_HAND, "", line.key, line.name, {"title": change.title or change.kind.title, "fields": row, **more},
        line=(line.kind, line.key), place=line.place,
    )  # fmt: skip
