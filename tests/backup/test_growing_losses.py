"""A mass loss that is open already is told again when another one of its kind comes on top; small ones stay silent."""

from datetime import timedelta

from b24app.backup.proofs.loss_keeping import GoneItems, note_gone
from b24app.backup.proofs.loss_watch import look_at_deletions, look_by_night
from b24app.backup.proofs.open_losses import untold_losses
from b24app.database import db, portal_scope
from b24app.jobs.copy_losses import notify_losses
from sandbox.world import World
from tests.backup.copies_of_a_shop import Shop, shop, storage, whole_shop
from tests.backup.test_mass_loss import (
    Post,
    delete_by_rest,
    letters,
    losses,
    post_offices,
    postman,
    remove,
    settings,
    watched,
)

__all__ = ["post_offices", "postman", "settings", "shop", "storage", "watched", "whole_shop"]


def look_and_tell(shop: Shop) -> None:
    look_by_night(shop.portal_id)
    notify_losses(shop.portal_id)
    shop.run()


def test_twelve_deals_that_a_holiday_left_open_hide_no_two_hundred_and_fifty(
    watched: Shop, postman: Post, world: World
):
    remove(watched.portal, "deal", 12)
    look_and_tell(watched)
    assert len(letters(postman)) == 2
    world.clock.advance(hours=24)
    remove(watched.portal, "deal", 250)
    look_and_tell(watched)
    (loss,) = losses(watched)
    assert loss.lost == 300 - len(watched.portal.tables["deal"].ids) > 240
    assert len(letters(postman)) == 4
    last = [one for one in postman[0].taken if one["Subject"] == letters(postman)[-1]][-1]
    body = last.get_body(("plain",)).get_content()
    assert str(loss.lost) in body
    assert "12" in body
    look_and_tell(watched)
    assert len(letters(postman)) == 4


def test_nine_a_night_on_top_of_an_open_loss_are_told_to_nobody(watched: Shop, postman: Post, world: World):
    remove(watched.portal, "deal", 30)
    look_and_tell(watched)
    for _ in range(3):
        world.clock.advance(hours=24)
        remove(watched.portal, "deal", 9)
        look_and_tell(watched)
    assert len(letters(postman)) == 2


def test_what_goes_while_a_loss_is_open_is_told_within_minutes_too(
    watched: Shop, postman: Post, world: World
):
    ids = [int(one) for one in list(watched.portal.tables["deal"].ids)]
    delete_by_rest(watched, 2, ids[:12])
    look_at_deletions(watched.portal_id)
    notify_losses(watched.portal_id)
    world.clock.advance(hours=30)
    delete_by_rest(watched, 2, ids[12:23])
    assert look_at_deletions(watched.portal_id)[0] == []
    notify_losses(watched.portal_id)
    assert (losses(watched)[0].lost, len(letters(postman))) == (23, 4)


def test_one_burst_of_deletions_is_told_when_it_doubles_and_once_when_it_is_over(watched: Shop, world: World):
    def told(lost: int) -> bool:
        with portal_scope(watched.portal_id):
            note_gone(GoneItems("deal", lost, 20_000, world.clock.now() - timedelta(minutes=1)), watched.now)
            waiting = bool(untold_losses())
            db.session.commit()
        notify_losses(watched.portal_id)
        world.clock.advance(minutes=2)
        return waiting

    assert [told(300), told(250), told(40), told(30)] == [True, False, False, True]
    assert [told(250) for _ in range(3)] == [False, False, True]
    world.clock.advance(hours=2)
    assert told(250)


def test_the_rest_of_a_burst_is_told_by_the_night(watched: Shop, postman: Post, world: World):
    ids = [int(one) for one in list(watched.portal.tables["deal"].ids)]
    for some in (ids[:100], ids[100:150]):
        delete_by_rest(watched, 2, some)
        look_at_deletions(watched.portal_id)
        notify_losses(watched.portal_id)
        world.clock.advance(minutes=2)
    assert (losses(watched)[0].lost, len(letters(postman))) == (150, 2)
    world.clock.advance(hours=6)
    look_and_tell(watched)
    assert (losses(watched)[0].lost, len(letters(postman))) == (150, 4)


def test_a_column_that_is_emptied_in_two_nights_is_told_twice(watched: Shop, postman: Post, world: World):
    contacts = watched.portal.tables["contact"]
    ids = list(contacts.ids)
    for some in (ids[:20], ids[20:200]):
        for item_id in some:
            contacts.update(item_id, lastName="")
        world.clock.advance(hours=24)
        look_and_tell(watched)
    assert len(letters(postman)) in {0, 4}
    with portal_scope(watched.portal_id):
        assert untold_losses() == []
        db.session.commit()
    (loss,) = losses(watched)
    assert (loss.key, loss.lost) == ("last_name", 200)
    assert loss.numbers["told"] == 200
