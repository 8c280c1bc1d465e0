"""The queue against what goes wrong around it: a rolled back savepoint, a lost answer of the database, ids that come again."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, event, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from b24app.bitrix24.no_answer import PortalRests
from b24app.database import db, portal_scope
from b24app.jobs import queue
from b24app.jobs.execution import carry_out
from b24app.jobs.job import Job, Lane
from b24app.jobs.model import FAILED, RUNNING, JobRow, WorkerRow
from b24app.jobs.upkeep import keep_queue
from b24app.jobs.worker import Worker, WorkerTimes
from b24app.portals.model import Portal
from b24app.services import services
from sandbox.world import World
from tests.actors import Actor
from tests.databases import POSTGRESQL
from tests.jobs import a_queue, ask, claim_next, jobs_of

pytestmark = pytest.mark.dialect

LEASE = WorkerTimes().lease


class Away(Exception):
    """The database went away."""


@pytest.fixture
def after_commit() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Do something once when the next commit has happened, as the line to the database breaks right after it."""
    waiting: list[Callable[[], None]] = []

    def committed(connection: object) -> None:
        if waiting:
            connection.connection.dbapi_connection.commit()  # type: ignore[attr-defined]
            waiting.pop()()

    event.listen(Engine, "commit", committed)
    yield waiting.append
    event.remove(Engine, "commit", committed)


def lose_line() -> None:
    raise OperationalError("COMMIT", {}, Away())


def hire(app: Flask, *jobs: Job, seconds: list[float] | None = None) -> Worker:
    now = seconds if seconds is not None else [1000.0]
    one = Worker(app, a_queue(app, *jobs).jobs, monotonic=lambda: now[0], scheduled=False)
    one.enter()
    return one


def turn(one: Worker, app: Flask) -> None:
    with app.app_context():
        one.turn()
    one.wait_for_threads()


def test_a_job_of_a_rolled_back_request_never_existed_whatever_savepoints_it_had(app: Flask):
    done: list[object] = []
    a_queue(app, Job("note", done.append))
    db.session.scalar(select(Portal.id))
    with db.session.begin_nested():
        services().queue.later("note", 7)
    db.session.rollback()
    assert jobs_of("note") == []


def test_a_claim_whose_answer_is_lost_is_not_held_for_ever(
    app: Flask, after_commit: Callable[[Callable[[], None]], None]
):
    """The database commits the claim, and its line breaks before it says so: nobody has the job in hand."""
    done: list[object] = []
    seconds = [1000.0]
    one = hire(app, Job("note", done.append, lane=Lane.PEOPLE), seconds=seconds)
    turn(one, app)
    ask("note", 7)
    after_commit(lose_line)
    turn(one, app)
    assert [row.state for row in jobs_of("note")] == [RUNNING]
    seconds[0] += 11
    turn(one, app)
    turn(one, app)
    assert (done, jobs_of("note")) == ([7], [])


def test_a_job_that_leaves_by_the_interpreters_exit_is_not_held_for_ever(app: Flask):
    seconds, told = [1000.0], []

    def leave() -> None:
        raise SystemExit

    one = hire(app, Job("leave", leave, failed=lambda *words: told.append(words)), seconds=seconds)
    turn(one, app)
    ask("leave")
    turn(one, app)
    for _ in range(8):
        seconds[0] += 400
        app.extensions["services"].clock.advance(seconds=1000)
        turn(one, app)
    assert (len(told), [row.state for row in jobs_of("leave")]) == (1, [FAILED])


def test_a_hung_job_whose_end_was_not_kept_is_ended_by_the_next_turn(
    app: Flask, after_commit: Callable[[Callable[[], None]], None]
):
    """The database is away at the very moment of the deadline."""
    go_on, told, seconds = threading.Event(), [], [1000.0]
    one = hire(
        app, Job("hang", lambda: go_on.wait(5), deadline=5, failed=lambda *w: told.append(w)), seconds=seconds
    )
    with app.app_context():
        one.turn()
    ask("hang")
    with app.app_context():
        one.turn()
    seconds[0] += 6

    def refuse(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE job SET"):
            raise OperationalError(statement, {}, Away())

    event.listen(Engine, "before_cursor_execute", refuse)
    with app.app_context():
        one.turn()
    event.remove(Engine, "before_cursor_execute", refuse)
    seconds[0] += 11
    with app.app_context():
        one.turn()
    go_on.set()
    one.wait_for_threads()
    assert (len(told), [row.state for row in jobs_of("hang")]) == (1, [FAILED])


def test_a_watcher_that_was_away_itself_buries_nobody(app: Flask):
    """A minute without the database, or a paused machine: nobody's heart could be seen to beat."""
    seconds = [1000.0]
    one = hire(app, Job("note", print), seconds=seconds)
    other = Worker(app, one.jobs, monotonic=lambda: seconds[0], scheduled=False)
    other.enter()
    turn(other, app)
    turn(one, app)
    seconds[0] += 60
    turn(one, app)
    assert db.session.get(WorkerRow, other.owner) is not None
    for _ in range(8):
        seconds[0] += 10
        turn(one, app)
    db.session.expire_all()
    assert db.session.get(WorkerRow, other.owner) is None, "the dead are still found"


def test_a_job_that_rests_keeps_how_many_workers_it_took_down(app: Flask, world: World):
    def rest() -> None:
        raise PortalRests

    kill = a_queue(app, Job("kill", rest))
    ask("kill")
    db.session.execute(update(JobRow).values(lost=2))
    db.session.commit()
    carry_out(kill.jobs, claim_next())
    assert [row.lost for row in jobs_of("kill")] == [2]


def test_the_end_of_an_erased_portals_job_is_not_the_end_of_another(north: Actor, app: Flask):
    """SQLite gives the id of an erased row to the next one."""
    done: list[object] = []
    jobs = a_queue(app, Job("note", done.append), Job("walk", done.append)).jobs
    db.session.execute(delete(JobRow))
    ask("note", 7)
    old = claim_next("one")
    db.session.execute(delete(JobRow))
    db.session.commit()
    ask("walk", 8)
    new = claim_next("one")
    with app.app_context():
        carry_out(jobs, old)
    assert [row.name for row in jobs_of("walk")] == ["walk"]
    assert new is not None


def test_work_that_is_asked_for_again_belongs_to_its_portal(first_checks: Actor):
    """It is alone among the heavy ones there, and goes with the portal."""
    from b24app.checklist.engine.runs import start_run
    from b24app.checklist.test_writes.write_runs import start_write_run, turn_switch
    from b24app.terms.term import Author

    with portal_scope(first_checks.portal_id):
        at = services().clock.now()
        start_run(at=at)
        turn_switch(on=True, by=Author(1, "Марина"), at=at)
        start_write_run(by=Author(1, "Марина"), at=at)
    db.session.execute(delete(JobRow))
    db.session.commit()
    keep_queue()
    rows = [*jobs_of("perform_run"), *jobs_of("perform_probe")]
    expected = (first_checks.portal_id, first_checks.portal_id)
    assert [(row.portal_id, row.heavy_portal) for row in rows] == [expected] * 2


def test_looking_for_a_job_asks_the_indexes(app: Flask):
    """Upkeep asks for each of thousands of rows; a look through the whole queue would make that quadratic."""
    if POSTGRESQL:
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
    statement = select(queue.is_open("note")).compile(db.engine, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN " if POSTGRESQL else "EXPLAIN QUERY PLAN "
    plan = "\n".join(str(row) for row in db.session.execute(text(explain + str(statement))))
    assert ("uq_job_waiting" in plan, "uq_job_running" in plan) == (True, True), plan


def test_an_event_that_waits_for_its_next_question_is_not_asked_about_anew(
    first_checks: Actor, world: World, run_jobs: Callable[[], int]
):
    first_checks.portal.uninstall(next(iter(world.applications.values())), clean=False)
    event_id = jobs_of("take_event")[0].ids[0]
    db.session.execute(delete(JobRow))
    services().queue.later("take_event", event_id, 1, delay=60)
    db.session.commit()
    keep_queue()
    assert [row.ids for row in jobs_of("take_event")] == [[event_id, 1]]


@pytest.mark.skipif(not POSTGRESQL, reason="SQLite has one lock, which a stopped writer holds whatever we do")
def test_a_stopped_process_that_holds_a_row_stops_no_worker(app: Flask, world: World):
    """A web process froze between its asking and its commit: the schedule of the same job waits for that row."""
    done: list[object] = []
    jobs = a_queue(app, Job("hourly", print, hour="*", minute="30"), Job("note", done.append)).jobs
    seconds = [1000.0]
    one = Worker(app, jobs, monotonic=lambda: seconds[0])
    one.enter()
    turn(one, app)
    seconds[0] += 20
    with Session(db.engine) as frozen:
        services().queue.later("hourly", session=frozen)
        frozen.flush()
        world.clock.advance(hours=1)
        ask("note", 7)
        began = time.monotonic()
        turn(one, app)
        assert (done, time.monotonic() - began < 20) == ([7], True)
        frozen.rollback()
