"""Jobs of the checks: runs, repeats, test writes, the size of disks; people learn what got worse."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import select

from b24app.checklist.engine.plan_usage import count_disk, is_count_due
from b24app.checklist.engine.run_jobs import perform_rerun, perform_run, rejudge
from b24app.checklist.engine.run_results import levels_of_run
from b24app.checklist.engine.runs import chosen_baseline, end_run, get_run, latest_run, run_history, start_run
from b24app.checklist.engine.thinning import thin_runs
from b24app.checklist.engine.verdict import Level
from b24app.checklist.model import ACTIVE, Run, RunState, WriteRun
from b24app.checklist.test_writes.write_runs import fail_write_run, perform_write_run, sweep_portal
from b24app.comparison.after_activation import release_repeat, start_due_repeats
from b24app.comparison.baseline_keeping import settle_run
from b24app.comparison.worsening import Worse, found_losses, found_worse
from b24app.database import db, every_portal, portal_scope
from b24app.jobs.job import Ids, Job, Lane
from b24app.jobs.queue import is_asked
from b24app.placements import bind_portal
from b24app.portals.availability import get_availability, note_answer
from b24app.reminders.kinds.worsening_notice import describe_worse, warn_responsible
from b24app.renewal.renewal_stages import Holder, Role
from b24app.services import services
from b24app.terms.term import Author

NIGHT = timedelta(hours=6)  # what a portal that answers again has just begun is this night's run
NIGHT_STATES = {*ACTIVE, RunState.DONE}
DAY = timedelta(hours=20)  # the next night's run is nearer than this one was
OWN_EVENTS = "own_events_arrive"


def run_checks(run_id: int) -> None:
    """Carry a run out, compare it, and warn of what got worse; a daily one thins out first."""
    _thin_out(run_id)
    perform_run(run_id)
    run = _run_of_any_portal(run_id)
    if run is None:
        return
    portal_id, kind = run.portal_id, run.kind
    if run.state == RunState.UNANSWERED:
        with portal_scope(portal_id):
            release_repeat(run_id)
        ask_for_settings(portal_id, run)
        db.session.commit()
        return
    with portal_scope(portal_id):
        settle_run(run_id, at=services().clock.now())
        worse = found_worse(run_id)
        worse += found_losses(run_id, worse)
        _note_answer(run_id)
    ask_for_settings(portal_id, run)
    services().queue.later("review_rights", portal_id)
    db.session.commit()
    _warn(portal_id, f"worse:{run_id}", worse, after=kind.startswith("after_"))


def ask_for_settings(portal_id: int, run: Run) -> None:
    """Add an ended run to the list of changes; for one that became the baseline by day, have the settings kept too."""
    with portal_scope(portal_id):
        baseline = chosen_baseline()
    services().queue.later("list_changes", portal_id, run.id)
    if run.kind != "daily" and baseline is not None and baseline.run_id == run.id:
        services().queue.later("keep_settings_of_baseline", portal_id)


def _thin_out(run_id: int) -> None:
    """Thin the runs out before the portal is asked, so that a silent portal does not keep its runs for ever."""
    run = _run_of_any_portal(run_id)
    if run is not None and run.kind == "daily":
        with portal_scope(run.portal_id):
            thin_runs(services().clock.now())
    db.session.commit()


def _note_answer(run_id: int) -> None:
    """Note that the portal answers, as a run with answers proves; the end of a refusal is noticed elsewhere."""
    run = get_run(run_id)
    if (run.plan or run.seen_as is not None) and not get_availability().refused:
        note_answer(services().clock.now())


def judge_again(portal_id: int) -> None:
    """Judge the checks again, without asking the portal, after something that they use was read anew."""
    with portal_scope(portal_id):
        rejudge()


def judge_test_event(portal_id: int, _until: int = 0) -> None:
    """Judge the check of the test event when the event of the newest run came, or should have come by `_until`."""
    with portal_scope(portal_id):
        last = latest_run(finished=True)
        if last is None or levels_of_run(last.id).get(OWN_EVENTS) == Level.PASS:
            return
        run = rejudge(("event_echoes",)) or last
        worse = [one for one in found_worse(run.id) if one.code == OWN_EVENTS]
        key, after = f"echo:{run.id}", run.kind.startswith("after_")
    db.session.commit()
    _warn(portal_id, key, worse, after=after)


def restore_own(portal_id: int, run_id: int, code: str) -> None:
    """Bind our own parts anew, then do the check of them again."""
    bind_portal(portal_id)
    repeat_checks(run_id, code)


def repeat_checks(run_id: int, target: str) -> None:
    """Do checks of a run again, then compare it anew: its facts have changed."""
    perform_rerun(run_id, target)
    run = _run_of_any_portal(run_id)
    if run is not None:
        with portal_scope(run.portal_id):
            settle_run(run_id, at=services().clock.now())
        services().queue.later("list_changes", run.portal_id, run.id)
        db.session.commit()


def restore_and_run(run_id: int) -> None:
    """Bind our own parts anew, then carry the run out, whose checks also show that the portal refused them."""
    try:
        if (run := _run_of_any_portal(run_id)) is not None:
            bind_portal(run.portal_id)
    finally:
        run_checks(run_id)


def _run_of_any_portal(run_id: int) -> Run | None:
    with every_portal():
        return db.session.get(Run, run_id)


def _warn(portal_id: int, key: str, worse: Sequence[Worse], *, after: bool) -> None:
    lines = [describe_worse(one.title, one.line, blocking=one.now is Level.FAIL) for one in worse]
    if lines:
        owners = [Holder(Role.RESPONSIBLE, one.owner.user_id, one.owner.name) for one in worse if one.owner]
        warn_responsible(portal_id, key, lines, after=after, owners=owners)


def make_test_write(probe_id: int) -> None:
    """Carry a test write out, then judge the checks by what it found."""
    perform_write_run(probe_id)
    with every_portal():
        row = db.session.get(WriteRun, probe_id)
        portal_id = row.portal_id if row else None
    if portal_id is not None:
        judge_again(portal_id)


def start_daily_run(portal_id: int) -> None:
    """Collect everything once a night, so that it is stored before the plan can lapse; portals that refuse us are left out."""
    with portal_scope(portal_id):
        known, now, newest = get_availability(), services().clock.now(), latest_run()
        begun = newest is not None and newest.kind == "daily" and newest.state in NIGHT_STATES
        done = newest is not None and begun and abs(now - newest.created_at) < NIGHT
        if not (done or known.refused or known.is_left_alone(now)):
            start_run(kind="daily", at=now, lane=Lane.NIGHTLY)


def portal_answers(portal_id: int) -> None:
    """A portal that did not answer does again: the checks and the messages that its silence held up begin."""
    with portal_scope(portal_id):
        last, newest, now = latest_run(finished=True), run_history(2), services().clock.now()
        if newest and _is_worth_repeating(*newest):
            start_run(kind="manual", at=now, by=Author(newest[0].asked_by, newest[0].asked_by_name))
        elif last is None or last.created_at < now - DAY:
            start_run(kind="daily", at=now, lane=Lane.NIGHTLY)
        services().queue.later("access_back", portal_id)


def _is_worth_repeating(newest: Run, before: Run | None = None) -> bool:
    """Repeat a person's run that came to nothing, once: a portal that answers a light question alone is not asked for ever."""
    came_to_nothing = newest.state == RunState.UNANSWERED and newest.kind == "manual"
    return came_to_nothing and (before is None or before.state != RunState.UNANSWERED)


def measure_disk(portal_id: int) -> None:
    """Walk over one disk, then judge its check by the sum."""
    count_disk(portal_id)
    with portal_scope(portal_id):
        rejudge(("disk_use",))


def measure_disk_by_night(portal_id: int) -> None:
    """Walk over a disk whose sum is a week old."""
    with portal_scope(portal_id):
        wanted = is_count_due(services().clock.now())
    db.session.commit()
    if wanted:
        measure_disk(portal_id)


def fail_run(words: str, run_id: int, *_target: object) -> None:
    """Mark a run whose job was given up as failed; one that has ended, or was stopped, stays as it is."""
    run = _run_of_any_portal(run_id)
    if run is not None:
        with portal_scope(run.portal_id):
            end_run(run_id, RunState.FAILED, error=words)


def unfinished_runs() -> Iterator[Ids]:
    """The runs that wait or go on; what a lost job leaves is carried out again."""
    with every_portal():
        found = db.session.execute(select(Run.portal_id, Run.id).where(Run.state.in_(ACTIVE))).all()
    for portal_id, run_id in found:
        if not is_asked("restore_and_run", run_id):
            with portal_scope(portal_id):  # whose job it is
                yield (run_id,)


def unfinished_write_runs() -> Iterator[Ids]:
    """The test writes that wait or go on."""
    with every_portal():
        active = WriteRun.active.is_not(None)
        found = db.session.execute(select(WriteRun.portal_id, WriteRun.id).where(active)).all()
    for portal_id, row_id in found:
        with portal_scope(portal_id):
            yield (row_id,)


JOBS = (
    Job("perform_run", run_checks, lane=Lane.PEOPLE, heavy=True, failed=fail_run, unfinished=unfinished_runs),
    Job("perform_rerun", repeat_checks, lane=Lane.PEOPLE),
    Job("hear_echo", judge_test_event),
    Job("tell_checks", judge_again, lane=Lane.PEOPLE),
    Job("restore_own", restore_own, lane=Lane.PEOPLE),
    Job("restore_and_run", restore_and_run, lane=Lane.PEOPLE, heavy=True, failed=fail_run),
    Job(
        "perform_probe",
        make_test_write,
        lane=Lane.PEOPLE,
        heavy=True,
        failed=fail_write_run,
        unfinished=unfinished_write_runs,
    ),
    Job("sweep_test_writes", sweep_portal, heavy=True),
    Job("portal_answers", portal_answers),
    Job("count_disk", measure_disk, lane=Lane.NIGHTLY, heavy=True, deadline=900),
    Job("look_at_disk", measure_disk_by_night, lane=Lane.NIGHTLY, heavy=True, night=True, deadline=900),
    Job("start_daily_run", start_daily_run, lane=Lane.NIGHTLY, night=True),
    Job("start_due_repeats", start_due_repeats, hour="*", minute="*/5"),
)
