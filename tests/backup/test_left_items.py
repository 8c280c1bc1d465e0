"""What copies saw leave: told whatever became of the copy, dated by the last reading that saw all of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from b24app.backup.model import CopyEntity, CopyKind, CopyState
from b24app.backup.proofs.loss_keeping import GoneItems, note_gone
from b24app.backup.proofs.loss_watch import look_by_night
from b24app.backup.proofs.open_losses import close_loss
from b24app.backup.reading.copy_verbs import start_copy, stop_copy
from b24app.backup.reading.pack_keeper import PackKeeper
from b24app.backup.reading.steps import Reading
from b24app.database import db, portal_scope
from sandbox.world import World
from tests.backup.copies_of_a_shop import MARINA, Shop, shop, storage, whole_shop
from tests.backup.test_mass_loss import losses, post_offices, postman, remove, settings, watched

__all__ = ["post_offices", "postman", "settings", "shop", "storage", "watched", "whole_shop"]


@pytest.fixture
def goods(whole_shop: Shop) -> Shop:
    """A shop whose application sees the catalogue only, copied once and looked at."""
    whole_shop.actor.grants("catalog")
    whole_shop.copies()
    look_by_night(whole_shop.portal_id)
    return whole_shop


def reading(shop: Shop, copy_id: int, entity: str) -> CopyEntity:
    db.session.expire_all()
    with portal_scope(shop.portal_id):
        found = select(CopyEntity).where(CopyEntity.copy_id == copy_id, CopyEntity.entity == entity)
        row = db.session.scalars(found).one()
        db.session.expunge(row)
        return row


def stopped_copy(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, cls: type, name: str, when: Callable[[], bool]
) -> int:
    """A copy that a person stops at a place of its reading."""
    with portal_scope(shop.portal_id):
        number = start_copy(CopyKind.NIGHTLY, by=MARINA, at=shop.now).id
        db.session.commit()
    whole = getattr(cls, name)

    def and_stop(*args: object) -> object:
        found = whole(*args)
        if when():
            stop_copy(by=MARINA, at=shop.now)
            db.session.commit()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(cls, name, and_stop)
        shop.run()
    assert shop.copy(number).state == CopyState.STOPPED
    return number


def test_goods_that_a_stopped_copy_missed_are_told(
    goods: Shop, world: World, monkeypatch: pytest.MonkeyPatch
):
    gone = remove(goods.portal, "product", 160)
    world.clock.advance(hours=24)

    def read() -> bool:
        about = select(CopyEntity.state).where(CopyEntity.entity == "product").order_by(CopyEntity.id.desc())
        return db.session.scalars(about).first() == "done"

    stopped_copy(goods, monkeypatch, Reading, "go_on", read)
    look_by_night(goods.portal_id)
    (loss,) = losses(goods)
    assert (loss.entity, loss.lost, loss.ids) == ("product", 160, tuple(gone))
    goods.copies(CopyKind.NIGHTLY)
    look_by_night(goods.portal_id)
    assert [one.lost for one in losses(goods)] == [160]


def cut_off_copy(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that is stopped after it has taken a part of the goods that are gone out of the index."""
    dropped = [0]

    def some() -> bool:
        dropped[0] += 1
        return dropped[0] == 100

    with monkeypatch.context() as patch:
        patch.setattr(PackKeeper, "reach", _flushing(PackKeeper.reach))
        number = stopped_copy(shop, monkeypatch, PackKeeper, "drop", some)
    assert 0 < reading(shop, number, "product").gone < 160


def test_a_reading_that_was_cut_off_counts_when_a_later_one_came_to_the_end(
    goods: Shop, world: World, monkeypatch: pytest.MonkeyPatch
):
    """The portal does not count that night, so only what was read could tell, and it was not read to its end."""
    gone = remove(goods.portal, "product", 160)
    world.clock.advance(hours=24)
    cut_off_copy(goods, monkeypatch)
    goods.portal.faults.refuse_next("ACCESS_DENIED", times=None, method="batch")
    look_by_night(goods.portal_id)
    goods.portal.faults.forgive()
    assert losses(goods) == ()
    goods.copies(CopyKind.NIGHTLY)
    look_by_night(goods.portal_id)
    (loss,) = losses(goods)
    assert (loss.lost, loss.ids) == (160, tuple(gone))


def test_the_portal_counts_all_that_is_gone_where_a_reading_was_cut_off(
    goods: Shop, world: World, monkeypatch: pytest.MonkeyPatch
):
    """It is told that night, by the portal's own count and not by the part that was read; the next copy adds the names alone."""
    gone = remove(goods.portal, "product", 160)
    world.clock.advance(hours=24)
    cut_off_copy(goods, monkeypatch)
    look_by_night(goods.portal_id)
    assert [(one.lost, one.ids) for one in losses(goods)] == [(160, ())]
    goods.copies(CopyKind.NIGHTLY)
    look_by_night(goods.portal_id)
    (loss,) = losses(goods)
    assert (loss.lost, loss.ids) == (160, tuple(gone))


def _flushing(reach: Callable[[PackKeeper, int], None]) -> Callable[[PackKeeper, int], None]:
    def reach_and_keep(keeper: PackKeeper, item_id: int) -> None:
        reach(keeper, item_id)
        if keeper.work.gone and keeper._unsaved:
            keeper.flush()

    return reach_and_keep


def test_the_clocks_of_a_full_copy_begin_when_all_was_seen_last(shop: Shop, world: World):
    shop.copies()
    seen = shop.now
    remove(shop.portal, "deal", 50)
    world.clock.advance(hours=24 * 20)
    assert shop.copies(CopyKind.BEFORE_RENEWAL).base_id is None
    (loss,) = losses(shop)
    assert seen - timedelta(minutes=5) < loss.since <= seen
    assert loss.clocks.bin_until == (seen + timedelta(days=30)).date()
    assert loss.clocks.support_until == (seen + timedelta(days=7)).date()


def test_a_stopped_copy_that_saw_all_deals_dates_what_went_later(
    shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch
):
    shop.copies()
    world.clock.advance(hours=48)

    def read() -> bool:
        about = select(CopyEntity.state).where(CopyEntity.entity == "deal").order_by(CopyEntity.id.desc())
        return db.session.scalars(about).first() == "done"

    stopped_copy(shop, monkeypatch, Reading, "go_on", read)
    seen = shop.now
    remove(shop.portal, "deal", 50)
    world.clock.advance(hours=48)
    shop.copies(CopyKind.BEFORE_RENEWAL)
    (loss,) = losses(shop)
    assert seen - timedelta(minutes=5) < loss.since <= seen


def test_what_came_back_into_a_copy_is_not_gone(shop: Shop, world: World):
    """A reading that saw nothing, as an account without rights does, is no loss once the items are read again."""
    shop.copies()
    rows = [dict(row) for row in list(shop.portal.tables["deal"])[:60]]
    remove(shop.portal, "deal", 60)
    world.clock.advance(hours=24)
    made = shop.copies(CopyKind.NIGHTLY)
    (loss,) = losses(shop)
    with portal_scope(shop.portal_id):
        close_loss(loss.id, "bin", "", by=MARINA, at=shop.now)
        db.session.commit()
    for row in rows:
        shop.portal.tables["deal"].add(row)
    world.clock.advance(hours=24)
    shop.copies(CopyKind.NIGHTLY)
    assert losses(shop) == ()
    assert reading(shop, made.id, "deal").gone == 60
    remove(shop.portal, "deal", 60)
    world.clock.advance(hours=24)
    shop.copies(CopyKind.NIGHTLY)
    assert [one.lost for one in losses(shop)] == [60]


def test_two_large_losses_in_two_nights_are_both_counted(watched: Shop, world: World):
    """More than the thousand ids that a reading names."""
    with portal_scope(watched.portal_id):
        at = watched.now
        first = GoneItems("deal", 2000, 9000, at - timedelta(hours=24), tuple(range(1000)), seen_at=at)
        note_gone(first, at + timedelta(hours=1))
        second = GoneItems("deal", 500, 7000, at, (), seen_at=at + timedelta(hours=24))
        note_gone(second, at + timedelta(hours=25))
        for one in (first, second):
            note_gone(one, at + timedelta(hours=49))
        db.session.commit()
    assert [one.lost for one in losses(watched)] == [2500]


@pytest.mark.parametrize(("unseen", "told"), [(0, [149]), (3, [146]), (140, []), (194, [])])
def test_a_list_that_was_cut_short_is_no_alarm_as_far_as_the_portal_counts_more(
    shop: Shop, unseen: int, told: list[int]
):
    """The portal's own total says that items are there which its list did not show."""
    made = shop.copies()
    with portal_scope(shop.portal_id):
        about = select(CopyEntity).where(CopyEntity.copy_id == made.id, CopyEntity.entity == "deal")
        row = db.session.scalars(about).one()
        gone: list[int] = list(range(900_000, 900_149))
        row.gone, row.cursor = 149, {**row.cursor, "swept": True, "present_before": 300, "gone_ids": gone}
        row.rows, row.present = 151, 151 + unseen
        db.session.commit()
    look_by_night(shop.portal_id)
    assert [one.lost for one in losses(shop)] == told


def test_goods_that_came_back_from_the_bin_and_are_deleted_again_are_an_alarm(goods: Shop, world: World):
    """Items that an earlier loss has named already are named again when they are gone again."""
    rows = [dict(row) for row in list(goods.portal.tables["product"])[:30]]
    for closed in (True, False):
        remove(goods.portal, "product", 30)
        world.clock.advance(hours=24)
        goods.copies(CopyKind.NIGHTLY)
        (loss,) = losses(goods)
        assert (loss.entity, loss.lost) == ("product", 30)
        if closed:
            with portal_scope(goods.portal_id):
                close_loss(loss.id, "bin", "", by=MARINA, at=goods.now)
                db.session.commit()
            for row in rows:
                goods.portal.tables["product"].add(row)
            world.clock.advance(hours=24)
            goods.copies(CopyKind.NIGHTLY)
            assert losses(goods) == ()
