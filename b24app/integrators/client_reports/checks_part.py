"""The part of a client's report from its checks: what is in order now, what broke and was mended in its days, what blocks."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from b24app.backup.model import BackupCopy, CopyState
from b24app.checklist.engine.check_numbers import CountedPlace
from b24app.checklist.engine.checklist_view import AreaView, ChecklistView, checklist_view
from b24app.checklist.engine.run_results import levels_of_run
from b24app.checklist.engine.runs import latest_run, verdicts_of_run
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import Run, RunState
from b24app.database import db
from b24app.integrators.client_reports.report_content import SheetDecision, SheetLine, SheetNumber
from b24app.integrators.client_reports.report_speech import Speech
from b24app.integrators.rights import Right
from b24app.text.messages import N_, NN_, sentence

MOST_LINES = 7
MOST_RUNS = 70
HELD = frozenset({Level.PASS, Level.WARN})
AREA_FINE = NN_("%(area)s: %(count)s check passed", "%(area)s: %(count)s checks passed")
AREA_PARTLY = N_("%(area)s: nothing blocks, %(passed)s of %(total)s checks passed")
RUNS = NN_("look at the shop", "looks at the shop")
BROKE = NN_("thing broke", "things broke")
MENDED = NN_("of them works again", "of them work again")
COPIES = NN_("copy with all its proofs", "copies with all their proofs")


@dataclass(frozen=True, slots=True)
class ChecksPart:
    """The part of the report from the checks; without a look it claims nothing."""

    checked_at: datetime | None
    well: tuple[SheetLine, ...]
    counts: tuple[SheetNumber, ...]
    done: tuple[SheetLine, ...]
    blocking: tuple[SheetDecision, ...]
    blocks: int


def read_checks_part(speech: Speech) -> ChecksPart:
    """Read it of the portal in scope."""
    run = latest_run(finished=True)
    view = checklist_view(run) if run is not None else None
    counts, done = _count_days(speech)
    return ChecksPart(
        checked_at=run.finished_at if run is not None else None,
        well=_well(speech, view.areas) if view else (),
        counts=counts,
        done=done,
        blocking=_blocking(speech, view) if view else (),
        blocks=view.numbers.blockers if view else 0,
    )


def _well(speech: Speech, areas: Sequence[AreaView]) -> tuple[SheetLine, ...]:
    """The areas in which nothing blocks: first those in which nothing is open, then by how many checks passed."""
    fine = [one for one in areas if one.passed and not _blocks(one)]
    fine.sort(key=lambda one: (not one.is_all_good, -one.passed))
    return tuple(_area_line(speech, one) for one in fine[:MOST_LINES])


def _blocks(area: AreaView) -> bool:
    return any(row.counted_in is CountedPlace.BLOCKING for row in area.checks)


def _area_line(speech: Speech, area: AreaView) -> SheetLine:
    title = sentence(area.title)
    if area.is_all_good:
        return speech.tell(Right.CHECKS, AREA_FINE, area=title, count=area.passed)
    return speech.tell(Right.CHECKS, AREA_PARTLY, area=title, passed=area.passed, total=area.total)


def _blocking(speech: Speech, view: ChecklistView) -> tuple[SheetDecision, ...]:
    return tuple(
        SheetDecision(speech.say(row.title), speech.say(row.remedy), None, Right.CHECKS)
        for row in view.of(CountedPlace.BLOCKING)
    )


def _count_days(speech: Speech) -> tuple[tuple[SheetNumber, ...], tuple[SheetLine, ...]]:
    """The lines about changes from one look to the next in the days of the report."""
    runs = _runs_of(speech)
    inside = [run for run in runs if speech.holds(run.finished_at)]
    broke, mended = set[str](), list[tuple[Run, str]]()
    for run, fell, rose in _steps(runs):
        broke |= fell
        mended += [(run, code) for code in sorted(rose)]
    repaired = broke & {code for _, code in mended}
    counts = [_number(speech, len(inside), RUNS), _number(speech, len(broke), BROKE)]
    if broke:
        counts.append(_number(speech, len(repaired), MENDED))
    return (*counts, _copies(speech)), tuple(_mended_lines(speech, mended))


def _steps(runs: Sequence[Run]) -> Iterator[tuple[Run, set[str], set[str]]]:
    """Each look with the checks that fell and rose in it; what could not be seen is neither."""
    before: dict[str, str] = {}
    for run in runs:
        levels = levels_of_run(run.id)
        known = before
        fell = {code for code, one in levels.items() if one == Level.FAIL and known.get(code) in HELD}
        rose = {code for code, one in levels.items() if one in HELD and known.get(code) == Level.FAIL}
        yield run, fell, rose
        before = before | {code: one for code, one in levels.items() if one in HELD or one == Level.FAIL}


def _mended_lines(speech: Speech, mended: Collection[tuple[Run, str]]) -> Iterator[SheetLine]:
    for run, code in list(mended)[-MOST_LINES:]:
        verdict = verdicts_of_run(run.id, [code]).get(code)
        if verdict is not None and run.finished_at is not None:
            day = speech.day_of(run.finished_at)
            yield speech.tell(Right.CHECKS, N_("No longer blocks: %(what)s"), on=day, what=verdict.sentence)


def _runs_of(speech: Speech) -> list[Run]:
    """The finished looks of the report's days, and the last one before them, the oldest first."""
    done = select(Run).where(Run.state == RunState.DONE, Run.finished_at.is_not(None))
    begins, ends = moments_of(speech)
    before = db.session.scalar(done.where(Run.finished_at < begins).order_by(Run.id.desc()).limit(1))
    mine = done.where(Run.finished_at >= begins, Run.finished_at < ends).order_by(Run.id.desc())
    found = list(db.session.scalars(mine.limit(MOST_RUNS)))
    return [*([before] if before else []), *reversed(found)]


def moments_of(speech: Speech) -> tuple[datetime, datetime]:
    """The first and the last moment of the days of a report."""
    zone = ZoneInfo(speech.zone)
    return _midnight(speech.first, zone), _midnight(speech.last + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _copies(speech: Speech) -> SheetNumber:
    begins, ends = moments_of(speech)
    made = BackupCopy.state == CopyState.DONE, BackupCopy.read_at >= begins, BackupCopy.read_at < ends
    number = db.session.scalar(select(func.count(BackupCopy.id)).where(*made)) or 0
    return _number(speech, number, COPIES)


def _number(speech: Speech, number: int, words: tuple[str, str]) -> SheetNumber:
    return SheetNumber(number, speech.say(sentence(words, count=number)), Right.CHECKS)
