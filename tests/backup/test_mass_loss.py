"""A mass loss is found within a night, within minutes where the portal tells of deletions, once; what is none stays silent."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import select

from b24app.backup.backup_plan import plan_to_change
from b24app.backup.model import CopyKind, TargetKind
from b24app.backup.proofs.copy_fact import read_copy_fact
from b24app.backup.proofs.deletion_events import kept_deletions
from b24app.backup.proofs.emptied_items import EMPTIED, emptied_of
from b24app.backup.proofs.loss_keeping import _add
from b24app.backup.proofs.loss_watch import look_at_deletions, look_by_night
from b24app.backup.proofs.model import DeletedItem, MassLoss, WatchedCounts
from b24app.backup.proofs.open_losses import (
    LossKind,
    LossView,
    close_loss,
    has_open_loss,
    open_losses,
    reopen_loss,
)
from b24app.backup.proofs.watched_events import EVENTS
from b24app.database import db, portal_scope
from b24app.errors import BadInput, NotFound, RightMissing
from b24app.jobs.upkeep import ask_unfinished
from b24app.portals.client_factory import open_client
from b24app.reminders.channels.email import MailServer
from b24app.reminders.reminder_settings import Digest, set_channel, set_schedule
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import set_role
from b24app.services import services
from b24app.settings import Settings
from b24app.terms.paid_terms import set_paid_term
from sandbox.faults import Fault, Faults
from sandbox.portal import Portal
from sandbox.rest.registry import METHODS, Call, Refusal
from sandbox.world import World
from tests.actors import Actor
from tests.at_once import at_once
from tests.backup import copies_of_a_shop
from tests.backup.copies_of_a_shop import MARINA, Shop, shop, storage, whole_shop
from tests.renewal.postman import Postman, post_offices, postman

__all__ = ["post_offices", "postman", "shop", "storage", "whole_shop"]
Post = tuple[Postman, MailServer]


@pytest.fixture
def settings(settings: Settings, storage, postman: Post) -> Settings:
    url = SecretStr(f"smtp://127.0.0.1:{postman[1].port}")
    return settings.model_copy(
        update={"backup_folder": storage, "smtp_url": url, "mail_from": "renewal@renewal.example"}
    )


@pytest.fixture
def watched(shop: Shop) -> Iterator[Shop]:
    """A shop that was looked at once, with people outside of it."""
    with portal_scope(shop.portal_id):
        set_role(Role.RESPONSIBLE, user_id=1, name="Марина Ковалёва", email="marina@north.example")
        set_channel("email", enabled=True, address="owner@shop.example")
        set_schedule((30, 14, 7, 3, 1, 0), digest=Digest(on=False))
        db.session.commit()
    assert look_by_night(shop.portal_id) == []
    yield shop
    db.session.rollback()


def losses(shop: Shop) -> tuple[LossView, ...]:
    db.session.expire_all()
    with portal_scope(shop.portal_id):
        found = open_losses()
        db.session.commit()
    return found


def remove(portal: Portal, table: str, count: int) -> list[int]:
    """Somebody deletes items in the portal's own pages, a minute after what was before."""
    portal.world.clock.advance(minutes=1)
    ids = [int(one) for one in list(portal.tables[table].ids)[:count]]
    for item_id in ids:
        portal.tables[table].delete(item_id)
    return ids


def delete_by_rest(shop: Shop, kind: int, ids: list[int]) -> None:
    """Another application deletes items a little later: the portal's events fire."""
    shop.portal.world.clock.advance(seconds=20)
    client = open_client(shop.portal_id)
    for item_id in ids:
        client.call("crm.item.delete", {"entityTypeId": kind, "id": item_id})


def letters(postman: Post) -> list[str]:
    return [
        one["Subject"] for one in postman[0].taken if "пропал" in one["Subject"] or "gone" in one["Subject"]
    ]


def test_ten_of_three_hundred_deals_are_an_alarm_and_nine_are_none(watched: Shop):
    remove(watched.portal, "deal", 9)
    assert look_by_night(watched.portal_id) == []
    remove(watched.portal, "deal", 10)
    look_by_night(watched.portal_id)
    (loss,) = losses(watched)
    assert (loss.kind, loss.entity, loss.lost, loss.before) == (LossKind.ITEMS, "deal", 10, 291)


def test_the_copy_of_the_night_names_the_items_that_are_gone_and_the_counts_do_not_tell_it_twice(
    watched: Shop,
):
    watched.copies()
    ids = remove(watched.portal, "deal", 25)
    watched.copies(CopyKind.NIGHTLY)
    look_by_night(watched.portal_id)
    (loss,) = losses(watched)
    assert (loss.lost, loss.before, loss.ids) == (25, 300, tuple(ids))


def test_the_counts_tell_it_first_and_the_copy_adds_the_names(watched: Shop):
    watched.copies()
    ids = remove(watched.portal, "deal", 25)
    look_by_night(watched.portal_id)
    assert losses(watched)[0].ids == ()
    watched.copies(CopyKind.NIGHTLY)
    (loss,) = losses(watched)
    assert (loss.lost, loss.ids) == (25, tuple(ids))


def test_it_is_told_outside_the_portal_once(watched: Shop, postman: Post):
    remove(watched.portal, "contact", 50)
    watched.copies()
    watched.run()
    assert len(letters(postman)) == 2  # the responsible person and the mailbox
    assert "People were told outside the portal" in watched.actor.opens(lang="en").get("/copy").text
    look_by_night(watched.portal_id)
    watched.run()
    assert len(letters(postman)) == 2
    text = next(one for one in postman[0].taken if one["Subject"] == letters(postman)[0])
    body = text.get_body(("plain",)).get_content()
    assert "50" in body
    assert "30\xa0декабря" in body


def test_deals_that_moved_to_another_pipeline_are_not_gone(watched: Shop):
    deals = watched.portal.tables["deal"]
    for item_id in list(deals.ids)[:200]:
        deals.update(item_id, categoryId=1)
    assert look_by_night(watched.portal_id) == []


def test_a_portal_that_refuses_is_no_loss(watched: Shop):
    remove(watched.portal, "deal", 100)
    watched.portal.lapse_to_free()
    assert look_by_night(watched.portal_id) == []
    assert losses(watched) == ()


def test_an_account_without_rights_sees_nothing_and_tells_nothing(watched: Shop):
    watched.portal.admin.admin = False
    watched.portal.withhold_right(watched.portal.admin, "crm_read")
    look_by_night(watched.portal_id)
    assert losses(watched) == ()


def test_a_sweep_that_was_cut_short_is_no_alarm(watched: Shop):
    made = watched.copies()
    from b24app.backup.model import CopyEntity

    with portal_scope(watched.portal_id):
        row = db.session.scalars(
            select(CopyEntity).where(CopyEntity.copy_id == made.id, CopyEntity.entity == "deal")
        ).one()
        row.gone, row.cursor = 200, {**row.cursor, "swept": False, "gone_ids": list(range(200))}
        db.session.commit()
    assert look_by_night(watched.portal_id) == []


@pytest.mark.parametrize(
    ("table", "code", "empty"),
    [
        ("contact", "phone", {"hasPhone": "N"}), ("contact", "email", {"hasEmail": "N"}), ("contact", "last_name", {"lastName": ""}),
        ("deal", "contact", {"contactId": 0, "contactIds": []}), ("deal", "opportunity", {"opportunity": 0}),
    ],
)  # fmt: skip
def test_an_emptied_column_is_found_though_every_item_is_there(
    watched: Shop, table: str, code: str, empty: dict[str, object]
):
    rows = watched.portal.tables[table]
    for item_id in list(rows.ids):
        rows.update(item_id, **empty)
    look_by_night(watched.portal_id)
    (loss,) = losses(watched)
    assert (loss.kind, loss.entity, loss.key) == (LossKind.COLUMN, table, code)
    assert loss.lost == loss.before > 10


def test_items_whose_column_was_emptied_are_named_by_their_numbers(watched: Shop):
    """Others that were changed since keep what stands in them, and are not named."""
    rows, now = watched.portal.tables["contact"], watched.portal.now().isoformat(timespec="seconds")
    emptied, changed = list(rows.ids)[:40], list(rows.ids)[40:60]
    for item_id in (*emptied, *changed):
        rows.update(item_id, updatedTime=now)
    for item_id in emptied:
        rows.update(item_id, lastName="")
    look_by_night(watched.portal_id)
    (loss,) = losses(watched)
    assert emptied_of(loss.numbers[EMPTIED]) == tuple(emptied)
    assert (loss.lost, loss.ids) == (40, ())
    page = watched.actor.opens(lang="en").get("/copy").text
    assert f"the field is empty now; some may have been so before. Numbers: {emptied[0]}, " in page
    assert "the field “Last name” (40 contacts)" in page


def test_a_portal_that_names_no_emptied_items_is_told_by_the_count_alone(
    watched: Shop, monkeypatch: pytest.MonkeyPatch
):
    rows = watched.portal.tables["deal"]
    for item_id in list(rows.ids)[:60]:
        rows.update(item_id, opportunity=0)
    known = METHODS["crm.item.list"]

    def refuse(call: Call) -> object:
        if ">=updatedTime" in (call.get("filter") or {}):
            raise Refusal("ACCESS_DENIED", "Access denied")
        return known.answer(call)

    monkeypatch.setitem(METHODS, "crm.item.list", replace(known, answer=refuse))
    assert len(look_by_night(watched.portal_id)) == 1
    (loss,) = losses(watched)
    assert (loss.lost, EMPTIED in loss.numbers) == (60, False)


def test_a_pipeline_that_is_gone_is_told_by_its_name(watched: Shop):
    categories = watched.portal.tables["category"]
    row = next(row for row in categories if row["entityTypeId"] == 2 and int(row["id"]))
    categories.delete(row[categories.key])
    look_by_night(watched.portal_id)
    found = [one for one in losses(watched) if one.kind is LossKind.PIPELINE]
    assert [one.name for one in found] == [row["name"]]
    assert look_by_night(watched.portal_id) == []


def test_what_people_called_intended_is_not_found_again(watched: Shop):
    remove(watched.portal, "deal", 30)
    look_by_night(watched.portal_id)
    (loss,) = losses(watched)
    with portal_scope(watched.portal_id):
        with pytest.raises(BadInput):
            close_loss(loss.id, "intended", "  ", by=MARINA, at=watched.now)
        with pytest.raises(BadInput):
            close_loss(loss.id, "forgotten", "why", by=MARINA, at=watched.now)
        closed = close_loss(loss.id, "intended", "Убрали тестовые сделки", by=MARINA, at=watched.now)
        assert (closed.closed_by_name, has_open_loss()) == ("Марина Ковалёва", False)
        db.session.commit()
    watched.copies()
    assert look_by_night(watched.portal_id) == []
    remove(watched.portal, "deal", 12)
    assert len(look_by_night(watched.portal_id)) == 1


def test_a_decision_can_be_taken_back_where_it_was_made(watched: Shop, south: Actor):
    remove(watched.portal, "deal", 30)
    look_by_night(watched.portal_id)
    (loss,) = losses(watched)
    with portal_scope(south.portal_id), pytest.raises(NotFound):
        close_loss(loss.id, "bin", "", by=MARINA, at=watched.now)
    with portal_scope(watched.portal_id):
        close_loss(loss.id, "bin", "", by=MARINA, at=watched.now)
        assert open_losses() == ()
        reopen_loss(loss.id, by=MARINA, at=watched.now)
        assert [one.id for one in open_losses()] == [loss.id]
        db.session.commit()


def test_the_bin_is_cut_to_the_last_counted_day_of_grace(watched: Shop):
    with portal_scope(watched.portal_id):
        set_paid_term("plan", date(2026, 12, 5), by=MARINA, at=watched.now)
        db.session.commit()
    remove(watched.portal, "deal", 30)
    look_by_night(watched.portal_id)
    (loss,) = losses(watched)
    assert loss.clocks.cut_by_grace
    assert loss.clocks.bin_until < date(2026, 12, 30)
    assert loss.clocks.support_until == date(2026, 12, 7)


def test_delete_events_tell_it_within_five_minutes(
    watched: Shop, postman: Post, world: World, run_jobs: Callable[[], int]
):
    began = world.clock.now()
    ids = [int(one) for one in list(watched.portal.tables["deal"].ids)[:120]]
    delete_by_rest(watched, 2, ids)
    found = 0
    while not letters(postman) and world.clock.now() - began < timedelta(minutes=5):
        world.clock.advance(seconds=30)
        run_jobs()
        found += 1
    assert world.clock.now() - began < timedelta(minutes=5)
    (loss,) = losses(watched)
    assert (loss.lost, loss.ids) == (120, tuple(sorted(ids)))
    assert len(letters(postman)) == 2
    world.clock.advance(minutes=10)
    run_jobs()
    assert len(losses(watched)) == 1
    assert look_by_night(watched.portal_id) == []


def test_five_hundred_deletions_are_a_handful_of_messages_and_requests(watched: Shop, world: World):
    before = len(world.deliveries)
    delete_by_rest(watched, 2, [int(one) for one in list(watched.portal.tables["deal"].ids)])
    told = [one for one in world.deliveries[before:] if one.form.get("event") == "ONOFFLINEEVENT"]
    assert 1 <= len(told) <= 6
    with portal_scope(watched.portal_id):
        new, more = look_at_deletions(watched.portal_id)
    assert (len(new), more) == (1, True)
    assert look_at_deletions(watched.portal_id) == ([], False)


class RefusesOnce(Faults):
    """The portal gives one page of its queue and refuses the next one, once."""

    asked = 0

    def take(self, method: str) -> Fault | None:
        self.asked += method == "event.offline.get"
        if method == "event.offline.get" and self.asked == 2:
            self.refuse_next("ACCESS_DENIED", method=method)
        return Faults.take(self, method)


def test_deletions_that_the_portal_has_given_are_kept_when_it_then_refuses(watched: Shop):
    """It forgets a page as it gives it: nobody tells of these items again."""
    ids = [int(one) for one in list(watched.portal.tables["deal"].ids)[:120]]
    delete_by_rest(watched, 2, ids)
    watched.portal.faults = RefusesOnce()
    with pytest.raises(RightMissing):
        look_at_deletions(watched.portal_id)
    db.session.rollback()
    assert len(look_at_deletions(watched.portal_id)[0]) == 1
    (loss,) = losses(watched)
    assert (loss.lost, loss.ids) == (120, tuple(sorted(ids)))


def test_events_are_evidence_and_the_list_decides(watched: Shop):
    """What was deleted and is back from the bin is not gone."""
    deals = watched.portal.tables["deal"]
    rows = [dict(row) for row in list(deals)[:50]]
    delete_by_rest(watched, 2, [int(row["id"]) for row in rows])
    for row in rows:
        deals.add(row)
    assert look_at_deletions(watched.portal_id) == ([], True)
    assert losses(watched) == ()


def test_a_few_deletions_ask_the_lists_nothing(watched: Shop):
    delete_by_rest(watched, 2, [int(one) for one in list(watched.portal.tables["deal"].ids)[:9]])
    assert look_at_deletions(watched.portal_id) == ([], True)
    assert losses(watched) == ()


def test_deletions_of_a_day_belong_together_and_older_ones_are_forgotten(watched: Shop, world: World):
    ids = [int(one) for one in list(watched.portal.tables["deal"].ids)]
    delete_by_rest(watched, 2, ids[:8])
    look_at_deletions(watched.portal_id)
    world.clock.advance(hours=30)
    delete_by_rest(watched, 2, ids[8:14])
    assert look_at_deletions(watched.portal_id)[0] == []
    with portal_scope(watched.portal_id):
        assert {len(found) for found in kept_deletions(watched.now).values()} == {6}
        db.session.commit()
    delete_by_rest(watched, 2, ids[14:20])
    assert len(look_at_deletions(watched.portal_id)[0]) == 1


def test_deletions_are_bound_as_offline_events_with_one_bell(watched: Shop):
    installation = next(iter(watched.portal.installations.values()))
    offline = {one.event for one in installation.events if one.offline}
    bells = [one for one in installation.events if one.event == "ONOFFLINEEVENT"]
    assert offline == {one for one in EVENTS if one.startswith("ONCRM")}, "this portal grants the CRM alone"
    assert [(one.offline, int(one.options["minTimeout"])) for one in bells] == [(False, 60)]
    look_by_night(watched.portal_id)
    assert {one.event for one in installation.events if one.offline} == offline


def test_a_portal_without_a_storage_is_not_watched(south: Actor):
    assert look_by_night(south.portal_id) == []
    assert look_at_deletions(south.portal_id) == ([], False)
    with portal_scope(south.portal_id):
        assert db.session.scalars(select(MassLoss)).all() == []
        assert db.session.scalars(select(DeletedItem)).all() == []


def test_what_another_release_wrote_as_its_counts_is_not_compared(watched: Shop):
    with portal_scope(watched.portal_id):
        db.session.scalars(select(WatchedCounts)).one().content = b'{"items": 7}'
        db.session.commit()
    remove(watched.portal, "deal", 100)
    assert look_by_night(watched.portal_id) == []
    assert copies_of_a_shop.SIZES["deal"] == 300


def test_a_loss_that_a_killed_worker_has_found_is_told_all_the_same(watched: Shop, postman: Post):
    remove(watched.portal, "deal", 30)
    look_by_night(watched.portal_id)  # and the worker dies before it tells
    assert letters(postman) == []
    ask_unfinished()
    watched.run()
    assert len(letters(postman)) == 2


def a_loss(at: datetime) -> MassLoss:
    return MassLoss(
        kind="items", entity="deal", key="", name="", lost=30, before=300, since=at, found_at=at, content={}
    )  # fmt: skip


@pytest.mark.dialect
def test_two_workers_that_find_the_same_keep_one_loss(app: Flask, watched: Shop) -> None:
    """The second looks while the first has written and not yet committed."""
    kept, written = list[bool](), threading.Event()

    def find_first() -> None:
        with portal_scope(watched.portal_id):
            kept.append(_add(a_loss(services().clock.now())) is not None)
            written.set()
            time.sleep(0.3)

    def find_second() -> None:
        with portal_scope(watched.portal_id):
            assert written.wait(20)
            kept.append(_add(a_loss(services().clock.now())) is not None)

    db.session.commit()
    assert at_once(app, find_first, find_second) == []
    assert kept == [True, False]
    assert len(losses(watched)) == 1


def bound_offline(shop: Shop) -> set[str]:
    """The events that the portal keeps in its queue for us."""
    installation = next(iter(shop.portal.installations.values()))
    return {one.event for one in installation.events if one.offline}


def test_a_storage_that_was_given_up_ends_the_watching(whole_shop: Shop):
    """The portal keeps no queue that nobody reads; a new storage begins with new counts, and with every event that was bound."""
    shop = whole_shop
    copies_of_a_shop.make_small(shop.portal)
    assert look_by_night(shop.portal_id) == []
    before = bound_offline(shop)
    assert before == EVENTS, "this portal grants every scope"
    with portal_scope(shop.portal_id):
        plan_to_change().target_kind = TargetKind.NONE
        db.session.commit()
    remove(shop.portal, "deal", 100)
    assert look_by_night(shop.portal_id) == []
    assert bound_offline(shop) == set()
    with portal_scope(shop.portal_id):
        assert db.session.scalars(select(WatchedCounts)).all() == []
        plan_to_change().target_kind = TargetKind.FOLDER
        db.session.commit()
    assert look_by_night(shop.portal_id) == []
    assert bound_offline(shop) == before


def test_the_check_says_that_nothing_is_lost_only_where_somebody_looked_lately(watched: Shop, world: World):
    def unwatched(hours: int = 0) -> bool:
        with portal_scope(watched.portal_id):
            return read_copy_fact(watched.now + timedelta(hours=hours)).unwatched

    assert not unwatched()
    assert unwatched(hours=-3)  # a clock that ran ahead when it was counted
    world.clock.advance(hours=26)
    look_by_night(watched.portal_id)
    assert not unwatched()
    watched.portal.admin.admin = False
    for _ in range(2):
        world.clock.advance(hours=26)
        look_by_night(watched.portal_id)
    assert unwatched()
