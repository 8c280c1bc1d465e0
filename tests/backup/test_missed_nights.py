"""Nights without a copy: told outside the portal once, with the reason, and on the page; a storage that answers again is told, too."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select, update

from b24app.backup.backup_plan import choose_contents, plan_to_change, read_choices
from b24app.backup.model import BackupCopy, CopyKind, CopyState
from b24app.backup.proofs.missed_nights import find_missed_nights
from b24app.backup.proofs.triggers import copies_after_activation, copy_by_night
from b24app.backup.reading.copy_verbs import NO_DATA, pause_copy
from b24app.backup.targets.folder import FolderTarget
from b24app.backup.targets.target import TargetRefused
from b24app.comparison.after_activation import schedule_after_activation
from b24app.database import db, portal_scope
from b24app.errors import BadInput
from b24app.reminders.kinds.mass_loss import MISSED, notify_missed_nights
from b24app.reminders.model import Reminder
from sandbox.world import World
from tests.backup.copies_of_a_shop import MARINA, Shop, shop, storage, whole_shop
from tests.backup.test_mass_loss import Post, post_offices, postman, settings, watched

__all__ = ["post_offices", "postman", "settings", "shop", "storage", "watched", "whole_shop"]

NO_ROOM = "There is no room left in the storage."


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Switches off, with `undo`, that the storage has no room."""

    def refuse(_self: FolderTarget, _name: str, _content: bytes) -> None:
        raise TargetRefused("no_room")

    monkeypatch.setattr(FolderTarget, "put", refuse)
    return monkeypatch


def night(shop: Shop, world: World, count: int = 1) -> None:
    """A day passes in which a deal changes, then the night's jobs come."""
    deals = shop.portal.tables["deal"]
    for _ in range(count):
        world.clock.advance(hours=24)
        moment = shop.portal.now().isoformat(timespec="seconds")
        deals.update(next(iter(deals.ids)), title=moment, updatedTime=moment)
        copy_by_night(shop.portal_id)
        notify_missed_nights(shop.portal_id)
        db.session.commit()
        shop.run()


def told(shop: Shop) -> list[str]:
    db.session.expire_all()
    with portal_scope(shop.portal_id):
        return list(db.session.scalars(select(Reminder.key).where(Reminder.key.startswith(f"{MISSED}:"))))


def storage_error(shop: Shop) -> str:
    db.session.expire_all()
    with portal_scope(shop.portal_id):
        return read_choices().target_error


def letters(postman: Post) -> list[str]:
    words = "две ночи", "two nights"
    found = [one for one in postman[0].taken if any(part in one["Subject"] for part in words)]
    return [one.get_body(("plain",)).get_content() for one in found]


def card(shop: Shop) -> str:
    text = shop.actor.opens(lang="en").get("/copy").text
    return " ".join(unescape(text).split())


def test_two_nights_without_a_copy_are_told_outside_the_portal_once_with_the_reason(
    watched: Shop, world: World, postman: Post, request: pytest.FixtureRequest
):
    watched.copies()
    request.getfixturevalue("full")
    night(watched, world, 2)
    assert told(watched) == []
    night(watched, world)
    assert len(told(watched)) == 1
    night(watched, world, 7)
    assert len(told(watched)) == 1
    assert len(letters(postman)) == 2  # the responsible person and the mailbox
    assert "В хранилище не осталось места" in letters(postman)[0]


def test_the_card_says_that_the_last_night_brought_no_copy_until_one_is_made(
    shop: Shop, world: World, request: pytest.FixtureRequest
):
    shop.copies()
    full = request.getfixturevalue("full")
    night(shop, world)
    assert storage_error(shop) == NO_ROOM
    world.clock.advance(hours=8)
    assert f"The last night brought no copy: {NO_ROOM}" in card(shop)
    full.undo()
    night(shop, world)
    assert storage_error(shop) == ""
    assert "The last night brought no copy" not in card(shop)
    assert told(shop) == []


def test_the_second_streak_of_nights_is_told_anew(
    shop: Shop, world: World, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
):
    shop.copies()
    full = request.getfixturevalue("full")
    refuse = FolderTarget.put
    night(shop, world, 3)
    full.undo()
    night(shop, world)
    assert len(told(shop)) == 1
    monkeypatch.setattr(FolderTarget, "put", refuse)
    night(shop, world, 3)
    assert len(set(told(shop))) == 2


def test_a_copy_that_is_given_up_keeps_why_the_storage_refused(shop: Shop, world: World, full: object):
    assert full
    night(shop, world)
    with portal_scope(shop.portal_id):
        db.session.execute(update(BackupCopy).values(failures=72))
        db.session.commit()
    world.clock.advance(hours=2)
    shop.run()
    with portal_scope(shop.portal_id):
        copy = db.session.scalars(select(BackupCopy)).one()
        missed = find_missed_nights()
    assert (copy.state, storage_error(shop)) == (CopyState.FAILED, NO_ROOM)
    assert missed is not None
    assert (missed.given_up, missed.reason) == (True, NO_ROOM)


def test_a_copy_that_people_forgot_on_pause_is_told(shop: Shop, world: World):
    shop.copies()
    world.clock.advance(hours=24)
    copy_by_night(shop.portal_id)
    with portal_scope(shop.portal_id):
        pause_copy(by=MARINA, at=shop.now)
        db.session.commit()
    night(shop, world, 2)
    assert len(told(shop)) == 1


@pytest.mark.parametrize("switch", ["nightly", "with_data"])
def test_where_nights_are_switched_off_nobody_waits_for_a_copy(
    shop: Shop, world: World, full: object, switch: str
):
    assert full
    night(shop, world)
    with portal_scope(shop.portal_id):
        setattr(plan_to_change(), switch, False)
        db.session.commit()
    night(shop, world, 4)
    assert told(shop) == []


def test_nights_that_bring_their_copies_and_a_clock_that_was_put_back_tell_nothing(shop: Shop, world: World):
    night(shop, world, 3)
    with portal_scope(shop.portal_id):
        assert find_missed_nights() is None
        ahead = shop.now + timedelta(days=30)
        db.session.add(
            BackupCopy(kind=CopyKind.NIGHTLY, state=CopyState.FAILED, created_at=ahead, error=NO_ROOM)
        )
        db.session.commit()
    notify_missed_nights(shop.portal_id)
    assert told(shop) == []


def test_without_data_a_copy_by_hand_reads_nothing_and_says_why(shop: Shop):
    with portal_scope(shop.portal_id):
        choose_contents(with_data=False)
        db.session.commit()
    with pytest.raises(BadInput, match="switched off"):
        shop.copies()
    db.session.rollback()
    answer = shop.actor.opens(lang="en").post("/copy/start")
    assert answer.status_code == 422
    assert NO_DATA.split("”")[1] in answer.text
    with portal_scope(shop.portal_id):
        assert db.session.scalars(select(BackupCopy)).all() == []


def test_without_data_an_activation_begins_no_copy(shop: Shop, world: World):
    shop.copies()
    with portal_scope(shop.portal_id):
        choose_contents(with_data=False)
        schedule_after_activation(shop.now)
        db.session.commit()
    world.clock.advance(minutes=20)
    copies_after_activation()
    with portal_scope(shop.portal_id):
        assert len(db.session.scalars(select(BackupCopy)).all()) == 1
