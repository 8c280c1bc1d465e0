"""Events of deletions beyond those of the CRM: which kinds are told within five minutes, and how lost events are made up for."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from b24app.backup.proofs.counted_portal import last_count
from b24app.backup.proofs.custom_fields import MOST_COLUMNS, chosen_columns
from b24app.backup.proofs.loss_watch import look_at_deletions, look_by_night
from b24app.backup.proofs.model import DeletedItem, MassLoss, WatchedCounts
from b24app.backup.proofs.open_losses import LossKind, LossView
from b24app.backup.proofs.watched_events import EVENTS, named_item
from b24app.backup.proofs.watched_kinds import WatchedColumn
from b24app.database import db, portal_scope
from sandbox.shop.deletions import delete_row
from sandbox.shop.tasks import blank_task
from sandbox.world import World
from tests.backup.copies_of_a_shop import Shop, make_small, storage, whole_shop
from tests.backup.test_mass_loss import (
    Post,
    delete_by_rest,
    losses,
    post_offices,
    postman,
    settings,
    watched,
)

__all__ = ["post_offices", "postman", "settings", "shop", "storage", "watched", "whole_shop"]
OWN = "ufCrm_1700000001"


@pytest.fixture
def shop(whole_shop: Shop) -> Shop:
    """A small one that grants what its events of deletion need."""
    make_small(whole_shop.portal)
    whole_shop.actor.grants("crm", "task", "sale", "catalog", "placement", "user_brief")
    return whole_shop


def people_delete(shop: Shop, table: str, count: int) -> list[int]:
    """Somebody deletes rows in the portal's own pages, the newest first."""
    shop.portal.world.clock.advance(seconds=20)
    ids = list(shop.portal.tables[table].ids)[-count:]
    for row_id in ids:
        delete_row(shop.portal, table, row_id, shop.portal.employee)
    return [int(one) for one in ids]


def told(post: Post) -> list[str]:
    """The subjects of what was told of losses."""
    words = ("пропал", "опустело", "gone", "emptied")
    return [one["Subject"] for one in post[0].taken if any(word in one["Subject"] for word in words)]


def told_within_five_minutes(shop: Shop, post: Post, run_jobs: Callable[[], int]) -> Sequence[LossView]:
    """What is told outside the portal within five minutes of its own clock."""
    clock = shop.portal.world.clock
    began = clock.now()
    while not told(post) and clock.now() - began < timedelta(minutes=5):
        clock.advance(seconds=30)
        run_jobs()
    assert told(post)
    assert clock.now() - began < timedelta(minutes=5)
    return losses(shop)


def fill_tasks(shop: Shop, count: int) -> None:
    table = shop.portal.tables["task"]
    for _ in range(count):
        table.add(blank_task(shop.portal, table.next_id(), 1) | {"title": "Позвонить"})


def fill_own_field(shop: Shop) -> None:
    deals = shop.portal.tables["deal"]
    for item_id in list(deals.ids):
        deals.update(item_id, **{OWN: "Позвонить за час"})


@pytest.mark.parametrize(("table", "count"), [("task", 30), ("order", 400), ("product", 60), ("offer", 60)])
def test_tasks_orders_and_goods_are_told_within_five_minutes(
    watched: Shop, postman: Post, run_jobs: Callable[[], int], table: str, count: int
):
    fill_tasks(watched, 40)
    ids = people_delete(watched, table, count)
    (loss,) = told_within_five_minutes(watched, postman, run_jobs)
    assert (loss.kind, loss.entity, loss.lost) == (LossKind.ITEMS, table, count)
    assert loss.ids == tuple(sorted(ids))


def test_one_deletion_of_each_kind_is_told_to_nobody(
    watched: Shop, postman: Post, world: World, run_jobs: Callable[[], int]
):
    fill_tasks(watched, 1)
    for table in ("task", "order", "product"):
        people_delete(watched, table, 1)
    for _ in range(10):
        world.clock.advance(seconds=30)
        run_jobs()
    assert (losses(watched), told(postman)) == ((), [])


def test_a_field_that_is_deleted_with_its_values_is_told_within_five_minutes(
    watched: Shop, postman: Post, run_jobs: Callable[[], int]
):
    fill_own_field(watched)
    assert look_by_night(watched.portal_id) == []
    field = next(
        row for row in watched.portal.tables["user_field"] if row["FIELD_NAME"] == "UF_CRM_1700000001"
    )
    delete_row(watched.portal, "user_field", field["ID"], watched.portal.admin)
    (loss,) = told_within_five_minutes(watched, postman, run_jobs)
    assert (loss.kind, loss.entity, loss.key, loss.name) == (
        LossKind.COLUMN,
        "deal",
        OWN,
        "Комментарий курьеру",
    )
    assert loss.lost == loss.before == 300
    assert look_by_night(watched.portal_id) == []


def test_an_own_field_that_is_emptied_is_found_by_night_under_the_name_people_gave_it(watched: Shop):
    fill_own_field(watched)
    assert look_by_night(watched.portal_id) == []
    deals = watched.portal.tables["deal"]
    for item_id in list(deals.ids)[:50]:
        deals.update(item_id, **{OWN: ""})
    look_by_night(watched.portal_id)
    (loss,) = losses(watched)
    assert (loss.key, loss.lost, loss.before) == (OWN, 50, 300)
    assert "поле «Комментарий курьеру» (50" in watched.actor.opens().get("/copy").text


def test_a_smart_process_that_is_deleted_is_told_within_five_minutes(
    watched: Shop, postman: Post, run_jobs: Callable[[], int]
):
    kind = next(iter(watched.portal.tables["crm_type"]))
    delete_row(watched.portal, "crm_type", kind["id"], watched.portal.admin)
    found = told_within_five_minutes(watched, postman, run_jobs)
    assert [one.name for one in found if one.kind is LossKind.PIPELINE] == [kind["title"]]


def test_events_that_were_lost_are_made_up_for_by_night(watched: Shop, world: World):
    """The queue is gone as the portal was silent: what it counts tells of orders and tasks all the same."""
    fill_tasks(watched, 40)
    look_by_night(watched.portal_id)
    people_delete(watched, "task", 30)
    people_delete(watched, "order", 400)
    next(iter(watched.portal.installations.values())).offline.clear()
    assert look_at_deletions(watched.portal_id) == ([], False)
    world.clock.advance(hours=9)
    look_by_night(watched.portal_id)
    assert {one.entity for one in losses(watched)} == {"task", "order"}


def test_what_a_clock_that_ran_ahead_has_written_is_told_once(watched: Shop, world: World):
    """The moments of a worker whose clock was three hours ahead lie in the future of the next one."""
    ids = [int(one) for one in list(watched.portal.tables["deal"].ids)]
    delete_by_rest(watched, 2, ids[:60])
    assert len(look_at_deletions(watched.portal_id)[0]) == 1
    with portal_scope(watched.portal_id):
        for rows, name in ((DeletedItem, "seen_at"), (MassLoss, "found_at"), (WatchedCounts, "counted_at")):
            for row in db.session.scalars(select(rows)):
                setattr(row, name, getattr(row, name) + timedelta(hours=3))
        db.session.commit()
    delete_by_rest(watched, 2, ids[60:65])
    assert look_at_deletions(watched.portal_id)[0] == []
    world.clock.advance(hours=6)
    look_by_night(watched.portal_id)
    (loss,) = losses(watched)
    assert loss.ids == tuple(sorted(ids[:65]))


def test_a_clock_that_jumps_ahead_puts_no_deletions_of_other_days_together(watched: Shop, world: World):
    ids = [int(one) for one in list(watched.portal.tables["deal"].ids)]
    delete_by_rest(watched, 2, ids[:8])
    look_at_deletions(watched.portal_id)
    world.clock.advance(days=3)
    delete_by_rest(watched, 2, ids[8:16])
    assert (look_at_deletions(watched.portal_id)[0], losses(watched)) == ([], ())


def test_an_update_binds_the_events_again_at_once(watched: Shop, world: World):
    installation = update(watched, world)
    watched.run()
    assert {one.event for one in installation.events if one.offline} == EVENTS
    with portal_scope(watched.portal_id):
        known = last_count()
        db.session.commit()
    assert known is not None
    assert set(known[0].events) == EVENTS


def test_an_update_that_no_event_told_of_binds_them_at_the_next_opening(watched: Shop, world: World):
    next(iter(watched.portal.installations.values())).events.clear()
    installation = update(watched, world)
    watched.actor.opens()
    watched.run()
    assert {one.event for one in installation.events if one.offline} == EVENTS


def update(shop: Shop, world: World) -> Any:
    """The portal takes the next version of the application; its installer is open to an administrator."""
    shop.run()
    card = next(iter(world.applications.values()))
    shop.portal.update_application(card, 2)
    installation = shop.portal.installations[card.client_id]
    installation.installed = True
    assert installation.events == []
    return installation


@pytest.mark.parametrize(
    "data", [None, "", [], {"FIELDS": []}, {"FIELDS": {"ID": "0"}}, {"FIELDS": {"ID": "-5"}}]
)
@pytest.mark.parametrize("event", sorted(EVENTS))
def test_an_event_without_an_id_names_nothing(event: str, data: Any):
    assert named_item(event, data) is None


def test_a_hundred_own_fields_a_look_are_counted_and_those_that_are_filled_first():
    own = {"deal": [WatchedColumn(f"uf{number}", "", {}) for number in range(250)]}
    filled = {"deal": {"uf240": 500, "uf7": 9}}
    looks = [[one.code for one in chosen_columns(own, filled, look)["deal"]] for look in range(3)]
    assert [(one[0], len(one)) for one in looks] == [("uf240", MOST_COLUMNS)] * 3
    assert len({code for look in looks for code in look}) == 250
