"""What begins a copy by itself: the night where it was chosen, an activation; and when one is offered."""

from datetime import date

import pytest
from sqlalchemy import select

from b24app.backup.backup_plan import plan_to_change
from b24app.backup.model import BackupCopy, CopyKind, CopyState
from b24app.backup.proofs.triggers import (
    copies_after_activation,
    copies_before_renewal,
    copy_by_night,
    is_copy_offered,
)
from b24app.backup.reading.copy_verbs import pause_copy, start_copy
from b24app.comparison.after_activation import schedule_after_activation
from b24app.database import db, portal_scope
from b24app.terms.paid_terms import set_paid_term
from sandbox.world import World
from tests.actors import Actor
from tests.backup.copies_of_a_shop import MARINA, Shop, settings, shop, storage, whole_shop

__all__ = ["settings", "shop", "storage", "whole_shop"]


def kinds(shop: Shop) -> list[str]:
    db.session.expire_all()
    with portal_scope(shop.portal_id):
        return list(db.session.scalars(select(BackupCopy.kind).order_by(BackupCopy.id)))


def choose(shop: Shop, **values: object) -> None:
    with portal_scope(shop.portal_id):
        plan = plan_to_change()
        for name, value in values.items():
            setattr(plan, name, value)
        db.session.commit()


def night(shop: Shop) -> None:
    copy_by_night(shop.portal_id)
    db.session.commit()


def activate(shop: Shop) -> None:
    with portal_scope(shop.portal_id):
        schedule_after_activation(shop.now)
        db.session.commit()


def test_a_night_begins_one_copy_and_a_second_worker_none(shop: Shop):
    night(shop)
    night(shop)
    assert kinds(shop) == ["nightly"]


@pytest.mark.parametrize(
    "missing",
    [{"recipient": ""}, {"key_kept_at": None}, {"target_kind": ""}, {"target_checked_at": None}, {"nightly": False},
     {"with_data": False}],
)  # fmt: skip
def test_a_night_without_key_storage_or_wish_begins_nothing(shop: Shop, missing: dict[str, object]):
    choose(shop, **missing)
    night(shop)
    assert kinds(shop) == []


def test_a_portal_that_chose_nothing_has_no_night(south: Actor):
    copy_by_night(south.portal_id)
    with portal_scope(south.portal_id):
        assert db.session.scalars(select(BackupCopy)).all() == []


def test_a_copy_that_people_have_paused_stays_paused(shop: Shop):
    with portal_scope(shop.portal_id):
        start_copy(CopyKind.MANUAL, by=MARINA, at=shop.now)
        pause_copy(by=MARINA, at=shop.now)
        db.session.commit()
    night(shop)
    with portal_scope(shop.portal_id):
        assert [row.state for row in db.session.scalars(select(BackupCopy))] == [CopyState.PAUSED]


def test_a_copy_of_this_night_is_not_made_twice_but_the_next_night_has_its_own(shop: Shop, world: World):
    shop.copies(CopyKind.NIGHTLY)
    night(shop)
    assert len(kinds(shop)) == 1
    world.clock.advance(hours=24)
    night(shop)
    assert len(kinds(shop)) == 2


def test_a_clock_that_was_put_back_does_not_cost_a_night(shop: Shop, world: World):
    world.clock.advance(days=30)
    shop.copies(CopyKind.NIGHTLY)
    world.clock.advance(days=-30)
    night(shop)
    assert len(kinds(shop)) == 2


def test_after_an_activation_a_copy_is_made_by_itself_once(shop: Shop, world: World):
    shop.copies()
    activate(shop)
    world.clock.advance(minutes=20)
    copies_after_activation()
    copies_after_activation()
    assert kinds(shop) == ["manual", "after_activation"]
    shop.run()
    copies_after_activation()
    assert kinds(shop) == ["manual", "after_activation"]


def test_without_a_copy_from_before_an_activation_begins_none(shop: Shop, world: World):
    activate(shop)
    world.clock.advance(minutes=20)
    copies_after_activation()
    assert kinds(shop) == []


def test_an_activation_of_last_week_is_no_reason_any_more(shop: Shop, world: World):
    shop.copies()
    activate(shop)
    world.clock.advance(days=4)
    copies_after_activation()
    assert kinds(shop) == ["manual"]


def offered(shop: Shop) -> bool:
    with portal_scope(shop.portal_id):
        return is_copy_offered(shop.stands(), copies_before_renewal())


def test_a_full_copy_is_offered_when_the_end_is_near(shop: Shop, world: World):
    with portal_scope(shop.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=shop.now)
        db.session.commit()
    assert not offered(shop)
    world.clock.advance(days=10)
    assert offered(shop)
    assert shop.copies(CopyKind.BEFORE_RENEWAL).base_id is None
    assert not offered(shop)
    world.clock.advance(days=8)
    assert offered(shop)


def test_nothing_is_offered_where_nothing_is_set_up_or_no_end_is_known(shop: Shop):
    assert not offered(shop)
    choose(shop, recipient="")
    assert not offered(shop)
