"""What an alarm offers is true: where the copy lies, a pipeline before what stood in it; a storage is forgotten after a question."""

import re
from datetime import timedelta

import pytest

from b24app.backup.backup_plan import plan_to_change
from b24app.backup.model import BackupCopy, CopyEntity, EntityState, TargetKind
from b24app.backup.proofs.open_losses import get_loss
from b24app.backup.restore.lost_pipelines import prepare_pipeline
from b24app.backup.restore.model import Restore, RestoreState
from b24app.backup.restore.plan import RestorePlan, RestoreSource, dump_plan, load_plan
from b24app.backup.settings_versions.versions import keep_version
from b24app.database import db, portal_scope
from b24app.errors import BadInput
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor
from tests.web.copies import add_loss, add_whole_copy

PIPELINE = "Повторные заказы"


def way_of_copy(actor: Actor) -> str:
    """The card of the way back from the copy, as one line."""
    text = actor.opens(lang="en").get("/copy").text
    found = re.search(r'aria-labelledby="way-copy".*?</section>', text, re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def give_up_storage(actor: Actor, world: World) -> None:
    """Another storage is chosen: the copies made so far lie in the one before."""
    with portal_scope(actor.portal_id):
        plan_to_change().target_since = world.clock.now() - timedelta(minutes=1)
        db.session.commit()


def test_a_copy_in_the_storage_in_use_is_kept(north: Actor, world: World) -> None:
    add_whole_copy(north, world.clock.now() - timedelta(hours=5))
    add_loss(north, world.clock.now())
    assert "it is kept until you decide" in way_of_copy(north)


def test_a_copy_in_a_storage_that_was_given_up_is_not_called_kept(north: Actor, world: World) -> None:
    add_whole_copy(north, world.clock.now() - timedelta(hours=5))
    add_loss(north, world.clock.now())
    give_up_storage(north, world)
    text = way_of_copy(north)
    assert "out of reach" in text
    assert "in a storage that was given up" in text
    assert "Put back" not in text


def test_after_the_storage_was_forgotten_nothing_is_called_kept(north: Actor, world: World) -> None:
    add_whole_copy(north, world.clock.now() - timedelta(hours=5))
    add_loss(north, world.clock.now())
    north.opens().post("/copy/target/forget")
    assert "in a storage that was given up" in way_of_copy(north)


def test_an_older_copy_within_reach_is_offered_before_a_newer_one_that_is_not(
    north: Actor, world: World
) -> None:
    now = world.clock.now()
    kept = add_whole_copy(north, now - timedelta(hours=30))
    add_whole_copy(north, now - timedelta(hours=5))
    add_loss(north, now)
    with portal_scope(north.portal_id):
        plan_to_change().target_since = now - timedelta(hours=1)
        db.session.get_one(BackupCopy, kept).created_at = now - timedelta(minutes=30)
        db.session.commit()
    assert "it is kept" in way_of_copy(north)


@pytest.mark.parametrize(("taken", "words"), [(True, "you have it"), (False, "no copy was made")])
def test_parts_that_were_downloaded_lie_with_those_who_have_them(
    north: Actor, world: World, taken: bool, words: str
) -> None:
    now = world.clock.now()
    copy_id = add_whole_copy(north, now - timedelta(hours=40))
    add_loss(north, now)
    with portal_scope(north.portal_id):
        plan_to_change().target_kind = TargetKind.DOWNLOAD
        db.session.get_one(BackupCopy, copy_id).taken_at = now - timedelta(hours=39) if taken else None
        db.session.commit()
    assert words in way_of_copy(north)


def test_a_storage_is_forgotten_after_a_question_that_says_what_follows(north: Actor, world: World) -> None:
    add_whole_copy(north, world.clock.now())
    text = north.opens(lang="en").get("/copy/setup").text
    question = text.index('id="forget-storage"')
    assert question < text.index("/copy/target/forget") < question + 3_000
    assert 'aria-controls="forget-storage"' in text
    asked = text[question : question + 3_000]
    for words in ("stay where they are", "nothing is put back", "Nightly copies", "Cancel"):
        assert words in asked
    assert "Забыть это хранилище?" in north.opens().get("/copy/setup").text


def keep_pipeline(north: Actor, world: World) -> int:
    """A pipeline and its stages as they were kept before it was lost; answers its loss."""
    now = world.clock.now()
    with portal_scope(north.portal_id):
        keep_version("pipeline_2", [{"id": 3, "name": PIPELINE, "sort": 300}], now - timedelta(hours=9))
        stage = {
            "ID": "91",
            "ENTITY_ID": "DEAL_STAGE_3",
            "STATUS_ID": "C3:CALL",
            "NAME": "Звонок",
            "SORT": "20",
        }
        keep_version("crm_status", [stage], now - timedelta(hours=9))
        db.session.commit()
    return add_loss(north, now, kind="pipeline", name=PIPELINE, lost=1)


def test_a_lost_pipeline_is_one_way_first_itself_then_what_stood_in_it(north: Actor, world: World) -> None:
    now = world.clock.now()
    add_whole_copy(north, now - timedelta(hours=5))
    loss_id, items = keep_pipeline(north, world), add_loss(north, now)
    admin = north.opens(lang="en")
    text = admin.get("/copy").text
    assert text.index("1. Put the pipeline back") < text.index("2. Then the rest of it")
    assert f"/restore/copy?loss={items}" in text
    assert admin.post("/copy/alarm/pipeline", loss=loss_id).status_code == 200
    with portal_scope(north.portal_id):
        row = db.session.query(Restore).one()
        plan = load_plan(row.plan)
        assert plan is not None
        (choice,) = plan.choices
        assert (choice.kind, choice.key, choice.name, choice.whole) == ("pipeline", "2:3", PIPELINE, True)
        assert [one["NAME"] for one in (choice.row or {})["_stages"]] == ["Звонок"]
        row.state, row.loss_id = RestoreState.DONE, loss_id
        row.begun_at = row.ended_at = now
        db.session.commit()
    text = admin.get("/copy").text
    assert "Put the pipeline back" not in text
    assert "Put back from the copy" in text


def test_a_loss_that_is_no_pipeline_has_no_pipeline_to_make(north: Actor, world: World) -> None:
    loss_id = add_loss(north, world.clock.now())
    assert north.opens().post("/copy/alarm/pipeline", loss=loss_id).status_code == 422
    with portal_scope(north.portal_id), pytest.raises(BadInput):
        prepare_pipeline(get_loss(loss_id), by=Author(1, "Anna"), at=world.clock.now())


def test_a_restore_under_way_is_named_and_nothing_else_is_offered(north: Actor, world: World) -> None:
    now = world.clock.now()
    add_whole_copy(north, now - timedelta(hours=5))
    add_loss(north, now)
    with portal_scope(north.portal_id):
        row = Restore(
            state=RestoreState.RUNNING, source=RestoreSource.COPY, title="500 deals", asked_by=1, asked_by_name="Anna", created_at=now, begun_at=now, active=True, plan=dump_plan(RestorePlan(RestoreSource.COPY, ()))
        )  # fmt: skip
        db.session.add(row)
        db.session.commit()
        number = row.id
    text = north.opens(lang="en").get("/copy").text
    assert "Being put back: 500 deals" in text
    assert f"/restore/{number}" in text
    assert "/restore/copy" not in text
    assert "First the recycle bin" not in text


def test_a_copy_whose_storage_was_forgotten_is_not_called_verified(north: Actor, world: World) -> None:
    add_whole_copy(north, world.clock.now() - timedelta(hours=5))
    admin = north.opens(lang="en")
    admin.post("/copy/target/forget")
    text = admin.get("/copy").text
    assert "in a storage that was forgotten" in text
    for words in ("verified", "All packs are in the storage", "Renew now", "/restore/copy"):
        assert words not in text


def test_a_copy_in_the_storage_before_is_told_of_until_there_is_one_in_the_new(
    north: Actor, world: World
) -> None:
    add_whole_copy(north, world.clock.now() - timedelta(hours=5))
    give_up_storage(north, world)
    text = north.opens(lang="en").get("/copy").text
    assert "There is no copy in this storage yet" in text
    assert "lies in the storage before this one" in text
    assert "/copy/all" in text


def test_a_decision_is_taken_back_by_a_button_that_says_so(north: Actor, world: World) -> None:
    now = world.clock.now()
    add_whole_copy(north, now - timedelta(hours=5))
    loss_id, admin = add_loss(north, now), north.opens(lang="en")
    text = admin.post("/copy/alarm/close", loss=loss_id, how="intended", reason="Doubles").text
    assert "Open the alarm again" in text


def test_smart_processes_are_chosen_by_their_names(north: Actor, world: World) -> None:
    copy_id = add_whole_copy(north, world.clock.now() - timedelta(hours=5))
    with portal_scope(north.portal_id):
        db.session.get_one(BackupCopy, copy_id).shape = {"smart_processes": {"177": "Закупка"}}
        db.session.add(CopyEntity(copy_id=copy_id, entity="item_177", state=EntityState.DONE))
        db.session.commit()
    assert "Smart process “Закупка”" in north.opens(lang="en").get("/restore/copy").text
