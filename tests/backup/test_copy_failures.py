"""What stops a copy, what lets it rest, and that nothing is lost or doubled by it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from b24app.backup.model import BackupCopy, CopyEntity, CopyKind, CopyPack, CopyState, EntityState
from b24app.backup.reading import pack_keeper
from b24app.backup.reading.copy_verbs import pause_copy, resume_copy, start_copy, stop_copy
from b24app.backup.reading.resting import LONGEST_REST
from b24app.backup.reading.steps import make_copy
from b24app.database import db, portal_scope
from b24app.errors import BadInput, NotFound
from b24app.jobs.job import load_jobs
from b24app.portals.model import InstallStatus, Portal
from b24app.services import services
from tests.actors import Actor
from tests.backup.copying import MARINA, CopyStage
from tests.jobs import jobs_of

pytestmark = pytest.mark.cases


class Killed(BaseException):
    """A worker that ends here, as by SIGKILL: nothing behind this place is done."""


def kill_at(stage: CopyStage, monkeypatch: pytest.MonkeyPatch, place: str, number: int) -> None:
    """Let the worker die at a place: before a pack is stored, after it, or after its rows were written and not committed."""
    seen = [0]
    whole = getattr(pack_keeper, place) if place == "keep_changes" else None
    put = type(stage.target()).put

    def dying(*given: Any, **named: Any) -> Any:
        seen[0] += 1
        if seen[0] == number and place != "after put":
            raise Killed
        done = whole(*given, **named) if whole else put(*given, **named)
        if seen[0] == number:
            raise Killed
        return done

    if place == "keep_changes":
        monkeypatch.setattr(pack_keeper, "keep_changes", dying)
    else:
        monkeypatch.setattr(type(stage.target()), "put", dying)


def assert_whole(stage: CopyStage, copy: BackupCopy) -> None:
    """Every row once."""
    for code, table in (("deal", "deal"), ("contact", "contact"), ("activity", "activity")):
        assert sorted(stage.rows(copy, code)) == stage.tables[table].ids
        assert stage.doubled(copy, code) == []
    for code, table in (("deal.product_rows", "product_row"), ("deal.comments", "comment")):
        kept = [
            int(row.get("id") or row["ID"]) for one in stage.rows(copy, code).values() for row in one["rows"]
        ]
        assert sorted(kept) == stage.tables[table].ids
        assert stage.doubled(copy, code) == []


@pytest.mark.parametrize("number", [1, 3, 5])
@pytest.mark.parametrize("place", ["before put", "after put", "keep_changes"])
def test_a_worker_that_dies_anywhere_loses_and_doubles_nothing(
    stage: CopyStage, monkeypatch: pytest.MonkeyPatch, place: str, number: int
) -> None:
    copy_id = stage.begin()
    with monkeypatch.context() as patch:
        kill_at(stage, patch, place, number)
        with pytest.raises(Killed):
            stage.read(copy_id)
    db.session.rollback()
    copy = stage.read(copy_id)
    assert copy.state == CopyState.PROVING
    assert_whole(stage, copy)


def test_two_workers_at_one_copy_keep_every_row_once(
    stage: CopyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one does a whole step while this one holds a pack: this one's pack is not kept, and it leaves."""
    copy_id = stage.begin()
    put = type(stage.target()).put
    inside: list[int] = []

    def put_late(self: Any, name: str, content: bytes) -> None:
        put(self, name, content)
        if not inside:
            inside.append(1)
            with stage.app.app_context():
                make_copy(copy_id)

    with monkeypatch.context() as patch:
        patch.setattr(type(stage.target()), "put", put_late)
        make_copy(copy_id)
    copy = stage.read(copy_id)
    assert copy.state == CopyState.PROVING
    assert_whole(stage, copy)


def test_a_paused_copy_stands_and_goes_on_where_it_was(stage: CopyStage) -> None:
    copy_id = stage.begin()
    make_copy(copy_id)
    pause_copy(by=MARINA, at=services().clock.now())
    db.session.commit()
    before = stage.copy(copy_id).requests
    make_copy(copy_id)
    assert (stage.copy(copy_id).state, stage.copy(copy_id).requests) == (CopyState.PAUSED, before)
    resume_copy(by=MARINA, at=services().clock.now())
    db.session.commit()
    assert_whole(stage, stage.read(copy_id))


def test_a_pause_in_the_middle_of_a_step_is_met_at_the_next_pack(
    stage: CopyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_id = stage.begin()
    put, done = type(stage.target()).put, []

    def pause_meanwhile(self: Any, name: str, content: bytes) -> None:
        put(self, name, content)
        if not done:
            done.append(1)
            with stage.app.app_context(), portal_scope(stage.actor.portal_id):
                pause_copy(by=MARINA, at=services().clock.now())
                db.session.commit()

    monkeypatch.setattr(type(stage.target()), "put", pause_meanwhile)
    make_copy(copy_id)
    assert stage.copy(copy_id).state == CopyState.PAUSED
    packs = db.session.scalars(select(CopyPack).where(CopyPack.copy_id == copy_id)).all()
    assert len(packs) == 1, "what was read is kept"


def test_a_stopped_copy_is_gone_on_from_by_the_next_one(stage: CopyStage) -> None:
    copy_id = stage.begin()
    make_copy(copy_id)
    stop_copy(by=MARINA, at=services().clock.now())
    db.session.commit()
    stage.world.clock.advance(hours=2)
    second = stage.whole(CopyKind.NIGHTLY)
    assert second.base_id == copy_id
    assert_whole(stage, second)


def test_what_is_stopped_cannot_be_paused_or_resumed(stage: CopyStage) -> None:
    stage.begin()
    stop_copy(by=MARINA, at=services().clock.now())
    for verb in (pause_copy, resume_copy, stop_copy):
        with pytest.raises(NotFound):
            verb(by=MARINA, at=services().clock.now())


def test_a_second_press_begins_no_second_copy(stage: CopyStage) -> None:
    assert stage.begin() == stage.begin()
    assert len(jobs_of("make_copy")) == 1


def test_without_a_kept_key_no_copy_begins(stage: CopyStage) -> None:
    from b24app.backup.model import BackupPlan

    db.session.execute(update(BackupPlan).values(key_kept_at=None))
    with pytest.raises(BadInput) as refused:
        start_copy(CopyKind.MANUAL, by=MARINA, at=services().clock.now())
    assert refused.value.field == "key"


def test_a_silent_portal_lets_the_copy_rest_and_is_asked_later(stage: CopyStage) -> None:
    copy_id = stage.begin()
    make_copy(copy_id)
    stage.actor.portal.faults.answer_next("silent", times=50)
    make_copy(copy_id)
    copy = stage.copy(copy_id)
    assert copy.state == CopyState.RESTING
    assert copy.rests_until is not None
    assert copy.rests_until > services().clock.now()
    assert copy.error
    stage.actor.portal.faults.forgive()
    assert_whole(stage, stage.read(copy_id))


def test_a_rest_that_a_clock_which_ran_ahead_has_named_holds_nothing(stage: CopyStage) -> None:
    copy_id = stage.begin()
    make_copy(copy_id)
    stage.world.clock.advance(days=30)
    stage.actor.portal.faults.answer_next("silent", times=50)
    make_copy(copy_id)
    assert stage.copy(copy_id).state == CopyState.RESTING
    stage.actor.portal.faults.forgive()
    stage.world.clock.advance(days=-30)
    make_copy(copy_id)
    until, now = stage.copy(copy_id).rests_until, services().clock.now()
    assert until is None or until <= now + LONGEST_REST
    assert_whole(stage, stage.read(copy_id))


def test_a_lapsed_plan_lets_the_copy_rest_in_words(stage: CopyStage) -> None:
    copy_id = stage.begin()
    make_copy(copy_id)
    stage.actor.portal.lapse_to_free()
    make_copy(copy_id)
    copy = stage.copy(copy_id)
    assert copy.state == CopyState.RESTING
    assert "plan has ended" in copy.error
    stage.actor.portal.renew()
    assert stage.read(copy_id).state == CopyState.PROVING


def test_an_access_that_is_no_administrators_any_more_copies_nothing(stage: CopyStage) -> None:
    """What such a person may not see would be taken for gone."""
    first = stage.whole()
    portal = stage.actor.portal
    portal.admin.admin = False
    second = stage.copy(stage.begin(CopyKind.NIGHTLY))
    make_copy(second.id)
    second = stage.copy(second.id)
    assert (second.state, second.begun_at) == (CopyState.RESTING, None)
    assert "not an administrator" in second.error
    portal.admin.admin = True
    whole = stage.read(second.id)
    assert whole.base_id == first.id
    assert sorted(stage.rows(whole, "deal")) == stage.tables["deal"].ids


def test_an_operating_limit_is_waited_for_without_the_worker(stage: CopyStage) -> None:
    copy_id = stage.begin()
    make_copy(copy_id)
    before = services().clock.now()
    stage.actor.portal.faults.refuse_next("OPERATION_TIME_LIMIT", times=1)
    make_copy(copy_id)
    copy = stage.copy(copy_id)
    assert copy.state == CopyState.RESTING
    assert services().clock.now() - before < timedelta(seconds=90), "nobody slept until the limit ended"
    assert copy.rests_until is not None
    assert copy.rests_until > services().clock.now()
    assert stage.read(copy_id).state == CopyState.PROVING


def test_a_silent_storage_lets_the_copy_rest(stage: CopyStage) -> None:
    copy_id = stage.begin()
    stage.folder.rename(stage.folder.with_name("away"))
    stage.folder.write_text("no folder")
    make_copy(copy_id)
    copy = stage.copy(copy_id)
    assert (copy.state, bool(copy.error)) == (CopyState.RESTING, True)
    stage.folder.unlink()
    stage.folder.with_name("away").rename(stage.folder)
    assert_whole(stage, stage.read(copy_id))


def test_the_copy_of_a_portal_that_removed_the_application_ends(stage: CopyStage) -> None:
    copy_id = stage.begin()
    make_copy(copy_id)
    db.session.get_one(Portal, stage.actor.portal_id).status = InstallStatus.DELETED
    db.session.commit()
    make_copy(copy_id)
    assert stage.copy(copy_id).state == CopyState.FAILED


def test_a_key_that_changes_meanwhile_ends_the_copy(stage: CopyStage) -> None:
    from b24app.backup.model import BackupPlan

    copy_id = stage.begin()
    make_copy(copy_id)
    db.session.execute(update(BackupPlan).values(target_title="elsewhere"))
    db.session.commit()
    make_copy(copy_id)
    assert stage.copy(copy_id).state == CopyState.FAILED


def test_a_copy_whose_job_is_lost_is_found(stage: CopyStage) -> None:
    copy_id = stage.begin()
    found = load_jobs()["make_copy"].unfinished
    assert found is not None
    assert list(found()) == [(copy_id,)]


def test_an_entity_that_this_release_does_not_know_is_left_out(stage: CopyStage) -> None:
    copy_id = stage.begin()
    make_copy(copy_id)
    db.session.add(
        CopyEntity(copy_id=copy_id, entity="of_tomorrow", place=0, state=EntityState.WAITING, cursor={})
    )
    db.session.commit()
    assert stage.read(copy_id).state == CopyState.PROVING
    assert stage.entity(copy_id, "of_tomorrow").state == EntityState.LEFT_OUT


def test_an_index_that_cannot_be_read_costs_packs_and_no_rows(stage: CopyStage) -> None:
    from b24app.backup.model import ItemIndex

    stage.whole()
    db.session.execute(
        update(ItemIndex).where(ItemIndex.entity == "deal").values(content=b"of another release")
    )
    db.session.commit()
    stage.world.clock.advance(hours=2)
    assert_rows = stage.whole(CopyKind.NIGHTLY)
    assert sorted(stage.rows(assert_rows, "deal")) == stage.tables["deal"].ids


def test_another_portal_sees_nothing_of_it(stage: CopyStage, north: Actor) -> None:
    from b24app.backup.reading.item_index import index_count

    stage.whole()
    assert index_count("deal") > 0
    with portal_scope(north.portal_id):
        assert index_count("deal") == 0
