"""One portal never stops the others' job, and every log line says which portal, which job, which request."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import LargeBinary, bindparam, event, func, select, text, update
from sqlalchemy.engine import Engine

from b24app.backup.backup_plan import plan_to_change
from b24app.backup.model import BackupCopy, CopyKind, CopyState, TargetKind
from b24app.backup.proofs.triggers import copies_after_activation
from b24app.bitrix24.model import CallLogEntry
from b24app.checklist.model import Run
from b24app.comparison.after_activation import schedule_after_activation
from b24app.database import db, every_portal, portal_scope
from b24app.jobs.job import load_jobs
from b24app.portals.model import Access, AvailabilityRecord, EventIn, InstallStatus, Portal, refusing_portals
from b24app.services import services
from sandbox.world import World
from tests.actors import Actor
from tests.jobs import ask, jobs_of

pytestmark = pytest.mark.cases

RunJobs = Callable[[], int]
Pair = tuple[Actor, Actor]


@pytest.fixture
def pair(north: Actor, south: Actor, run_jobs: RunJobs) -> Pair:
    """Two installed portals with nothing left to do; in every job the first one comes before the second."""
    run_jobs()
    assert north.portal_id < south.portal_id
    return north, south


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, Any]]]:
    """The log lines of this application so far, as the handler gets them."""
    caplog.set_level(logging.INFO)
    return lambda: [dict(record.msg) for record in caplog.records if isinstance(record.msg, dict)]


def break_row(portal_id: int) -> None:
    """A row that no key opens, as after a restored copy with other keys: reading it fails in a way of its own."""
    junk = text("UPDATE portal SET application_token = :junk WHERE id = :id")
    db.session.execute(junk.bindparams(bindparam("junk", b"junk", LargeBinary)), {"id": portal_id})
    db.session.commit()
    db.session.expire_all()


@pytest.fixture
def refuse_statements() -> Iterator[Callable[[str, int], None]]:
    """Let the database really refuse one portal's statements of a kind: on PostgreSQL the transaction is lost too."""
    wanted: list[tuple[str, int]] = []

    def refuse(_connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        values = parameters.values() if isinstance(parameters, dict) else parameters
        for words, number in wanted:
            if statement.startswith(words) and number in tuple(values):
                cursor.execute("SELECT no_such_column_in_any_table")

    event.listen(Engine, "before_cursor_execute", refuse)
    yield lambda words, number: wanted.append((words, number))
    event.remove(Engine, "before_cursor_execute", refuse)


def failure(lines: list[dict[str, Any]], actor: Actor) -> dict[str, Any]:
    return next(
        one for one in lines if one["event"] == "work in one portal failed" and one["portal"] == actor.host
    )


def work(name: str, run_jobs: RunJobs) -> None:
    """Do a daily job as the worker would."""
    ask(name)
    run_jobs()


def test_tokens_of_the_others_are_renewed(pair: Pair, world: World, run_jobs: RunJobs, lines: Any):
    world.clock.advance(days=160)
    break_row(pair[0].portal_id)
    work("refresh_dormant", run_jobs)
    with every_portal():
        renewed = db.session.scalars(
            select(Access.portal_id).where(Access.refreshed_at >= world.clock.now())
        ).all()
    assert renewed == [pair[1].portal_id]
    assert failure(lines(), pair[0])["job"] == "refresh_dormant"


def test_the_other_blocked_portals_are_looked_at(pair: Pair, run_jobs: RunJobs, lines: Any):
    with every_portal():
        db.session.execute(update(AvailabilityRecord).values(refused_since=AvailabilityRecord.answered_at))
        db.session.commit()
    assert list(refusing_portals()) == [actor.portal_id for actor in pair]
    break_row(pair[0].portal_id)
    work("probe_blocked", run_jobs)
    assert list(refusing_portals()) == [pair[0].portal_id]
    assert "probe_portal" in {
        line.get("job") for line in lines() if line.get("portal") == pair[0].host and line["level"] == "error"
    }


def test_the_others_are_erased_in_time(pair: Pair, world: World, run_jobs: RunJobs, lines: Any):
    over = update(Portal).values(status=InstallStatus.DELETED, erase_at=world.clock.now())
    db.session.execute(over)
    db.session.commit()
    break_row(pair[0].portal_id)
    work("erase_due", run_jobs)
    assert db.session.scalars(select(Portal.id)).all() == [pair[0].portal_id]
    assert failure(lines(), pair[0])["job"] == "erase_due"


def test_the_log_of_calls_of_the_others_is_pruned(
    pair: Pair, world: World, run_jobs: RunJobs, refuse_statements: Any, lines: Any
):
    world.clock.advance(days=30)
    refuse_statements("DELETE FROM call_log", pair[0].portal_id)
    work("prune_calls", run_jobs)
    with every_portal():
        kept = db.session.scalars(select(CallLogEntry.portal_id).distinct()).all()
    assert kept == [pair[0].portal_id]
    assert failure(lines(), pair[0])["job"] == "prune_calls"


def test_echoes_of_the_others_are_pruned(pair: Pair, world: World, run_jobs: RunJobs, refuse_statements: Any):
    for portal in db.session.scalars(select(Portal)).all():
        past = world.clock.now()
        db.session.add(
            EventIn(digest=portal.member_id, member_id=portal.member_id, name="ONAPPTEST", received_at=past)
        )
    db.session.commit()
    world.clock.advance(days=30)
    refuse_statements("DELETE FROM event_in", pair[0].portal.member_id)
    work("prune_test_events", run_jobs)
    kept = db.session.scalars(select(EventIn.member_id).where(EventIn.name == "ONAPPTEST").distinct()).all()
    assert kept == [pair[0].portal.member_id]


def test_a_night_that_fails_in_one_portal_runs_in_the_others(
    pair: Pair, run_jobs: RunJobs, refuse_statements: Any
):
    refuse_statements("INSERT INTO run", pair[0].portal_id)
    for actor in pair:
        ask("start_daily_run", actor.portal_id)
    run_jobs()
    with every_portal():
        daily = db.session.scalars(select(Run.portal_id).where(Run.kind == "daily")).all()
    assert daily == [pair[1].portal_id]
    assert [row.portal_id for row in jobs_of("start_daily_run")] == [pair[0].portal_id], "it is tried again"


def test_repeats_of_the_others_start(pair: Pair, world: World, run_jobs: RunJobs, refuse_statements: Any):
    for actor in pair:
        with portal_scope(actor.portal_id):
            schedule_after_activation(world.clock.now())
            db.session.commit()
    refuse_statements("INSERT INTO run", pair[0].portal_id)
    work("start_due_repeats", run_jobs)
    with every_portal():
        started = select(func.count(Run.id)).where(
            Run.kind == "after_at_once", Run.portal_id == pair[1].portal_id
        )
        assert db.session.scalar(started) == 1


def test_copies_after_an_activation_begin_in_the_others(
    pair: Pair, run_jobs: RunJobs, refuse_statements: Any
):
    for actor in pair:
        with portal_scope(actor.portal_id):
            now = services().clock.now()
            schedule_after_activation(now)
            plan = plan_to_change()
            plan.recipient, plan.key_kept_at, plan.target_checked_at = "age1", now, now
            plan.target_kind = TargetKind.FOLDER
            db.session.add(
                BackupCopy(
                    kind=CopyKind.MANUAL, state=CopyState.DONE, created_at=now, read_at=now, ended_at=now
                )
            )
            db.session.commit()
    refuse_statements("INSERT INTO backup_copy", pair[0].portal_id)
    copies_after_activation()
    with every_portal():
        after = select(BackupCopy.portal_id).where(BackupCopy.kind == CopyKind.AFTER_ACTIVATION)
        assert db.session.scalars(after).all() == [pair[1].portal_id]


def test_every_daily_job_has_been_thought_of():
    alone = {
        "refresh_dormant",
        "probe_blocked",
        "erase_due",
        "prune_calls",
        "prune_test_events",
        "prune_reports",
        "prune_data_files",
        "forget_download_parts",
        "forget_lapsed_keys",
        "remake_summaries",
        "look_after_consents",  # tests/integrators/test_consent_ends.py
        "remind_date_requests",  # tests/integrators/test_asked_dates.py
        "send_client_reports",  # tests/integrators/test_report_turns.py
        "write_client_digests",  # tests/integrators/test_client_digest.py
    }
    daily = {job.name for job in load_jobs().values() if job.hour}
    assert daily == alone | {
        "copies_after_activation",
        "begin_reports",
        "follow_pipelines",
        "look_at_clients",
        "start_due_repeats",
        "remind_everyone",
        "send_due",
        "keep_queue",
        "poll_telegram",
        "watch_webhooks",
        "prune_webhooks",
    }


def test_a_line_of_a_request_carries_the_request_and_the_portal(north: Actor, lines: Any):
    opened = north.opens()
    answer = opened.get("/no/such/page")
    refused = next(one for one in lines() if one["event"] == "request refused")
    assert refused["request"] in answer.text
    north.opens(user=north.portal.employee).post("/install/what")
    refused = [one for one in lines() if one["event"] == "request refused"][-1]
    assert (refused["portal"], len(refused["request"])) == (north.host, 8)


def test_a_line_of_an_event_names_its_portal(north: Actor, visitor: FlaskClient, lines: Any):
    form = {"event": "ONAPPTEST", "auth[member_id]": north.portal.member_id, "auth[application_token]": "x"}
    visitor.post("/events", data=form)
    assert next(one for one in lines() if one["event"] == "request refused")["portal"] == north.host


def test_requests_do_not_share_their_numbers(north: Actor, visitor: FlaskClient, lines: Any):
    for _ in range(3):
        visitor.get("/no/such/page")
    assert len({one["request"] for one in lines() if one["event"] == "request refused"}) == 3
    assert not any("portal" in one for one in lines() if one["event"] == "request refused")


def test_a_failing_job_names_itself_and_its_portal(pair: Pair, run_jobs: RunJobs, lines: Any):
    break_row(pair[0].portal_id)
    ask("remind_portal", pair[0].portal_id)
    run_jobs()
    failed = next(one for one in lines() if one["event"] == "job failed")
    assert (failed["job"], failed["portal"], failed["error"]) == (
        "remind_portal",
        pair[0].host,
        "InvalidToken",
    )
