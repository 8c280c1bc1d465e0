"""A copy leaves most of the portal's bucket to others, says how long it takes, and needs few requests."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from b24app.backup.model import CopyEntity, CopyState, EntityState
from b24app.backup.reading.estimate import estimate
from b24app.backup.reading.planning_copy import begin_copy
from b24app.backup.reading.progress import time_left
from b24app.backup.reading.shares import DAY_SHARE, NIGHT_SHARE, is_night, share_at
from b24app.backup.reading.steps import make_copy
from b24app.bitrix24.rate_limit import OWN_LIMIT, Bucket, LocalStore
from b24app.bitrix24.retries import Pace
from b24app.bitrix24.share_limit import ShareLimit
from b24app.checklist.engine.runs import start_run
from b24app.clock import SetClock
from b24app.database import db, portal_scope
from b24app.errors import LimitReached
from b24app.portals.client_factory import open_client
from b24app.services import services
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copying import MARINA, CopyStage
from tests.jobs import jobs_of

pytestmark = pytest.mark.cases
MOSCOW = "Europe/Moscow"


@pytest.mark.parametrize(
    ("hour", "night"), [(0, True), (3, True), (4, False), (9, False), (18, False), (19, True), (23, True)]
)
def test_the_night_is_the_portals_own(hour: int, night: bool) -> None:
    at = datetime(2026, 11, 29, hour, 0, tzinfo=UTC)
    assert is_night(at, MOSCOW) is night
    assert share_at(at, MOSCOW) == (NIGHT_SHARE if night else DAY_SHARE)


def a_limit(clock: SetClock, share: float, patience: float = 20) -> ShareLimit:
    pace = Pace(now=lambda: clock.now().timestamp(), sleep=lambda seconds: clock.advance(seconds=seconds))
    return ShareLimit((LocalStore(), LocalStore()), Bucket(), pace, share=share, patience=patience)


@pytest.mark.parametrize("share", [DAY_SHARE, NIGHT_SHARE])
def test_in_an_idle_portal_too_only_the_share_is_taken(clock: SetClock, share: float) -> None:
    limit, begun = a_limit(clock, share), clock.now()
    for _ in range(200):
        limit.wait_turn()
    seconds = (clock.now() - begun).total_seconds()
    bucket = Bucket()
    assert share * (bucket.size + bucket.drain * seconds) + 1 >= 200
    assert seconds < 1.2 * (200 - share * bucket.size) / (share * bucket.drain)


def test_a_bucket_that_others_filled_is_waited_for_no_longer_than_the_patience(clock: SetClock) -> None:
    limit = a_limit(clock, DAY_SHARE, patience=2)
    limit.store.fill(clock.now().timestamp(), Bucket())
    before = limit.own.pauses()
    with pytest.raises(LimitReached) as refused:
        limit.wait_turn()
    assert refused.value.code == OWN_LIMIT
    assert before == {}


def test_the_time_that_is_left_is_told_after_three_minutes_of_measuring(stage: CopyStage) -> None:
    copy_id = stage.begin()
    make_copy(copy_id)
    copy = stage.copy(copy_id)
    assert time_left(copy) is None
    copy.seconds = 200.0
    left = time_left(copy)
    assert left is not None
    assert left.total_seconds() > 0


def test_what_is_read_is_counted_down(stage: CopyStage) -> None:
    stage.only("crm", "sale", "catalog", "task")
    copy_id = stage.begin()
    make_copy(copy_id)
    copy = stage.copy(copy_id)
    copy.seconds, copy.requests = copy.seconds + 18_000, copy.requests + 10_800
    db.session.commit()
    seen: list[float] = []
    while stage.copy(copy_id).state in (CopyState.WAITING, CopyState.READING):
        make_copy(copy_id)
        copy = stage.copy(copy_id)
        if copy.seconds >= 180 and (left := time_left(copy)) is not None:
            seen.append(left.total_seconds())
    assert len(seen) >= 2
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] == 0


def test_an_estimate_before_is_near_what_it_takes(stage: CopyStage) -> None:
    db.session.commit()
    expected = estimate()
    copy = stage.whole()
    assert expected.rows > 800
    assert 0.5 < copy.requests / expected.requests < 2
    assert 0.5 < copy.seconds / expected.seconds < 2


def test_a_check_that_waits_ends_the_step_early(stage: CopyStage) -> None:
    """A check is heavy work as a copy is, and the two are never done at once: people come first."""
    stage.only("crm", "sale")
    copy_id = stage.begin()
    run_id = start_run(at=services().clock.now(), by=MARINA)
    db.session.commit()
    begun = services().clock.now()
    make_copy(copy_id)
    assert (services().clock.now() - begun).total_seconds() < 40
    assert stage.copy(copy_id).state == CopyState.READING
    assert next(row for row in jobs_of("perform_run") if row.ids == [run_id]).state == "waiting"


def test_twenty_thousand_rows_take_ten_requests_at_most(
    visitor: FlaskClient, app: Flask, world: World, tmp_path: Path
) -> None:
    large = Actor(visitor, world.add_portal("large.bitrix24.example", rows=20_000)).installs()
    with portal_scope(large.portal_id):
        stage = CopyStage(app, large, world, tmp_path)
        stage.only("crm")
        copy_id = stage.begin()
        begin_copy(copy_id, open_client(large.portal_id, background=True, share=1.0))
        others = update(CopyEntity).where(CopyEntity.copy_id == copy_id, CopyEntity.entity != "deal")
        db.session.execute(others.values(state=EntityState.DONE))
        db.session.commit()
        before = stage.copy(copy_id).requests
        copy = stage.read(copy_id)
        deal = stage.entity(copy_id, "deal")
        assert (deal.state, deal.rows) == (EntityState.DONE, 20_000)
        assert copy.requests - before <= 10, (
            "with what changed meanwhile and the portal's count, which come in one"
        )
