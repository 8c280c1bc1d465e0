"""Work whose job was lost, or whose worker died in the middle, begins again by itself; what is given up says so in words."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from b24app.checklist.engine.runs import OVERTAKEN, start_run
from b24app.checklist.model import Run, RunState, WriteRun
from b24app.checklist.test_writes.write_runs import CUT_SHORT, SWEPT, start_write_run, turn_switch
from b24app.database import db, every_portal, portal_scope
from b24app.jobs.execution import INTERRUPTED, give_up
from b24app.jobs.job import Job
from b24app.jobs.model import JobRow, NightRow
from b24app.jobs.night import ask_nightly
from b24app.jobs.upkeep import ask_unfinished, keep_queue
from b24app.portals.model import EventIn, Portal
from b24app.reminders.check_tasks import give_task
from b24app.reminders.kinds.employee_messages import report_to_administrator
from b24app.reminders.model import CheckTask, EmployeeReport, TaskState
from b24app.renewal.activation import start_reconciliation
from b24app.renewal.model import Reconciliation
from b24app.services import services
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor
from tests.installation import all_jobs
from tests.jobs import a_queue, claim_next, jobs_of

pytestmark = pytest.mark.dialect

RunJobs = Callable[[], int]
MARINA = Author(1, "Марина")


def lose_jobs() -> None:
    """As an earlier release left them: the rows wait, and no queue knows of them."""
    db.session.execute(delete(JobRow))
    db.session.commit()


def only_row(table: type, actor: Actor) -> object:
    db.session.expire_all()
    with portal_scope(actor.portal_id):
        return db.session.scalars(select(table).order_by(table.id.desc())).first()


def begin_run(actor: Actor) -> None:
    with portal_scope(actor.portal_id):
        start_run(by=MARINA, at=services().clock.now())


def begin_reconciliation(actor: Actor) -> None:
    now = services().clock.now()
    with portal_scope(actor.portal_id):
        start_reconciliation(now.replace(hour=0), now, by=MARINA, at=now)


def begin_report(actor: Actor) -> None:
    with portal_scope(actor.portal_id):
        report_to_administrator(
            "other", "ничего не работает", by=Author(2, "Олег"), at=services().clock.now()
        )


@pytest.mark.parametrize(
    ("start", "table", "ended"),
    [
        (begin_run, Run, lambda row: row.state == RunState.DONE),
        (begin_reconciliation, Reconciliation, lambda row: row.state == "done"),
        (begin_report, EmployeeReport, lambda row: row.passed_at is not None),
    ],
)
def test_a_row_whose_job_was_lost_is_worked_on(
    first_checks: Actor,
    run_jobs: RunJobs,
    start: Callable[[Actor], None],
    table: type,
    ended: Callable[..., bool],
):
    start(first_checks)
    lose_jobs()
    assert not ended(only_row(table, first_checks))
    keep_queue()
    run_jobs()
    assert ended(only_row(table, first_checks))


def test_first_checks_that_were_lost_begin(north: Actor, run_jobs: RunJobs):
    lose_jobs()
    keep_queue()
    run_jobs()
    assert only_row(Run, north).kind == "first"


def test_an_event_that_was_lost_is_worked_on(first_checks: Actor, world: World, run_jobs: RunJobs):
    first_checks.portal.uninstall(next(iter(world.applications.values())), clean=False)
    lose_jobs()
    keep_queue()
    run_jobs()
    assert db.session.scalars(select(EventIn).where(EventIn.done_at.is_(None))).all() == []
    assert db.session.scalar(select(Portal.status)) == "deleted"


def test_a_row_whose_job_ends_while_we_look_is_not_lost(app: Flask):
    """It waited when the rows were read; when its job was looked for, both were done."""
    looks = iter(([(7,), (8,)], [(8,)]))
    queue = a_queue(app, Job("note", print, unfinished=lambda: next(looks)))
    assert ask_unfinished() == 1
    assert [row.ids for row in jobs_of("note")] == [[8]]
    assert queue.waiting() == 1


def test_what_waits_already_is_not_asked_for_twice(first_checks: Actor, run_jobs: RunJobs):
    begin_run(first_checks)
    db.session.commit()
    keep_queue()
    assert len(jobs_of("perform_run")) == 1


def test_a_run_in_the_hands_of_a_dead_worker_begins_anew_and_ends(
    first_checks: Actor, run_jobs: RunJobs, app: Flask
):
    begin_run(first_checks)
    db.session.commit()
    with every_portal():
        db.session.execute(update(Run).where(Run.state == RunState.QUEUED).values(state=RunState.RUNNING))
        db.session.commit()
    run_jobs()
    assert only_row(Run, first_checks).state == RunState.DONE


def test_a_run_that_is_given_up_says_so(first_checks: Actor, app: Flask):
    begin_run(first_checks)
    db.session.commit()
    claim = claim_next()
    give_up(all_jobs()["perform_run"], claim, INTERRUPTED, "interrupted")
    row = only_row(Run, first_checks)
    assert (row.state, row.error) == (RunState.FAILED, INTERRUPTED)


def begin_test_write(actor: Actor) -> int:
    """A worker has made a deal for it, and is dead."""
    with portal_scope(actor.portal_id):
        turn_switch(on=True, by=MARINA, at=services().clock.now())
        row_id = start_write_run(by=MARINA, at=services().clock.now())
        row = db.session.get(WriteRun, row_id)
        row.state, row.phase, mark = RunState.RUNNING, "deal.made", row.mark
        db.session.commit()
    deals = actor.portal.tables["deal"]
    deals.add({"title": f"[B24-CHECK] {mark}", "originatorId": "b24check", "originId": mark})
    return len(deals.all())


def test_a_test_write_that_was_killed_is_swept_by_itself(
    first_checks: Actor, run_jobs: RunJobs, world: World
):
    """The worker died after it had made a deal: nothing more is made, the deal goes, the row says why."""
    before, deals = begin_test_write(first_checks), first_checks.portal.tables["deal"]
    run_jobs()
    assert len(deals.all()) == before, "the portal may be working on it still"
    world.clock.advance(seconds=62)
    run_jobs()
    row = only_row(WriteRun, first_checks)
    assert (row.state, row.active, row.error) == (RunState.FAILED, None, SWEPT)
    assert len(deals.all()) == before - 1


def test_a_test_write_that_is_given_up_is_swept_by_itself(
    first_checks: Actor, run_jobs: RunJobs, world: World
):
    """It took three workers down: it ends in words, and what it has left goes by a job of its own."""
    before, deals = begin_test_write(first_checks), first_checks.portal.tables["deal"]
    give_up(all_jobs()["perform_probe"], claim_next(), INTERRUPTED, "interrupted")
    row = only_row(WriteRun, first_checks)
    assert (row.state, row.active, row.error) == (RunState.FAILED, None, CUT_SHORT)
    run_jobs()
    assert len(deals.all()) == before, "the portal may be working on it still"
    world.clock.advance(seconds=62)
    run_jobs()
    assert len(deals.all()) == before - 1


def test_every_active_portal_has_its_nights_an_hour_after_the_upgrade(north: Actor, south: Actor):
    keep_queue()
    keep_queue()
    with every_portal():
        rows = db.session.execute(select(NightRow.portal_id, NightRow.name)).all()
    nights = {name for name, job in all_jobs().items() if job.night}
    assert sorted(rows) == sorted((actor.portal_id, name) for actor in (north, south) for name in nights)


def test_a_clock_that_was_put_back_begins_no_night_at_once(north: Actor, world: World, run_jobs: RunJobs):
    """It ran ahead and had its night there; put back to just before another night, it lives half a day first."""
    keep_queue()
    world.clock.advance(days=3)
    ask_nightly(all_jobs())
    db.session.commit()
    with every_portal():
        due = db.session.scalars(select(NightRow.due_at)).first()
    world.clock.advance(seconds=(due - world.clock.now()).total_seconds() - 3 * 86_400 - 60)
    ask_nightly(all_jobs())
    world.clock.advance(hours=2)
    assert ask_nightly(all_jobs()) == 0
    world.clock.advance(hours=24)
    assert ask_nightly(all_jobs()) > 0


def test_a_run_of_days_ago_does_not_show_todays_answers_as_its_own(
    first_checks: Actor, run_jobs: RunJobs, world: World
):
    """An earlier release left it going; newer results came since."""
    begin_run(first_checks)
    lose_jobs()
    old = only_row(Run, first_checks).id
    world.clock.advance(days=40)
    begin_run(first_checks)
    run_jobs()
    keep_queue()
    run_jobs()
    with portal_scope(first_checks.portal_id):
        row = db.session.get(Run, old)
    assert (row.state, row.error, row.started_at) == (RunState.FAILED, OVERTAKEN, None)


def test_a_task_of_a_check_whose_job_was_lost_is_set(first_checks: Actor, run_jobs: RunJobs):
    with portal_scope(first_checks.portal_id):
        person, due = (first_checks.portal.admin.id, "Марина"), services().clock.now().date()
        give_task("pay_system_for_orders", person, due, by=MARINA, at=services().clock.now())
    lose_jobs()
    ask_unfinished()
    run_jobs()
    row = only_row(CheckTask, first_checks)
    assert (row.state, bool(row.task_id)) == (TaskState.SET, True)
