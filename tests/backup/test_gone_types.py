"""A smart process that is deleted with all its items is a mass loss; one that the portal does not tell of is none."""

from dataclasses import replace
from datetime import timedelta

import pytest

from b24app.backup.model import CopyKind
from b24app.backup.proofs.counted_portal import Counted
from b24app.backup.proofs.loss_watch import look_at_deletions, look_by_night
from b24app.backup.proofs.loss_words import loss_title
from b24app.backup.proofs.open_losses import WHOLE_TYPE, LossKind
from b24app.jobs.copy_losses import notify_losses
from b24app.pages.copy.lost_objects import one_gone
from sandbox.rest.registry import METHODS, Refusal
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
KIND = 177


@pytest.fixture
def purchases(watched: Shop) -> Shop:
    """Three hundred purchases in a smart process, counted by a look of the night."""
    table = watched.portal.tables["purchase"]
    first = dict(table.get(table.ids[0]))
    for number in range(290):
        table.add({**first, "id": 5000 + number})
    assert look_by_night(watched.portal_id) == []
    return watched


def remove_type(shop: Shop) -> None:
    types = shop.portal.tables["crm_type"]
    row = next(row for row in types if row["entityTypeId"] == KIND)
    types.delete(row[types.key])


def test_a_smart_process_that_is_deleted_with_its_items_is_told_by_the_night(purchases: Shop, world: World):
    purchases.copies()
    world.clock.advance(hours=24)
    remove(purchases.portal, "purchase", 300)
    remove_type(purchases)
    purchases.copies(CopyKind.NIGHTLY)
    look_by_night(purchases.portal_id)
    whole, items = sorted(losses(purchases), key=lambda one: one.kind, reverse=True)
    assert (whole.kind, whole.entity, whole.key) == (LossKind.PIPELINE, "item_177", WHOLE_TYPE)
    assert (items.kind, items.entity, items.lost, items.before) == (LossKind.ITEMS, "item_177", 300, 300)
    assert whole.name == items.name != ""
    assert whole.name in str(loss_title(whole).values)
    assert whole.name in str(one_gone(whole).values)
    world.clock.advance(hours=24)
    purchases.copies(CopyKind.NIGHTLY)
    assert look_by_night(purchases.portal_id) == []


def test_a_smart_process_with_two_items_is_told_too(watched: Shop, world: World):
    world.clock.advance(hours=24)
    remove(watched.portal, "purchase", 300)
    for _ in range(2):
        world.clock.advance(hours=24)
        look_by_night(watched.portal_id)
    assert [one.kind for one in losses(watched)] == [LossKind.ITEMS]
    remove_type(watched)
    look_by_night(watched.portal_id)
    assert {(one.kind, one.key) for one in losses(watched)} == {
        (LossKind.ITEMS, ""),
        (LossKind.PIPELINE, WHOLE_TYPE),
    }


def test_events_of_its_items_tell_it_within_five_minutes(purchases: Shop, postman: Post, world: World):
    began = world.clock.now()
    delete_by_rest(purchases, KIND, [int(one) for one in list(purchases.portal.tables["purchase"].ids)])
    remove_type(purchases)
    look_at_deletions(purchases.portal_id)
    notify_losses(purchases.portal_id)
    assert world.clock.now() - began < timedelta(minutes=5)
    assert {(one.kind, one.lost) for one in losses(purchases)} == {
        (LossKind.ITEMS, 300),
        (LossKind.PIPELINE, 1),
    }
    assert len(letters(postman)) == 4


@pytest.mark.parametrize("code", ["ACCESS_DENIED", "ERROR_METHOD_NOT_FOUND"])
def test_a_list_of_types_that_is_refused_is_no_loss(
    purchases: Shop, monkeypatch: pytest.MonkeyPatch, code: str
):
    def refuse(_call: object) -> None:
        raise Refusal(code, "no")

    known = METHODS["crm.type.list"]
    monkeypatch.setitem(METHODS, "crm.type.list", replace(known, answer=refuse))
    assert look_by_night(purchases.portal_id) == []
    assert losses(purchases) == ()


def test_a_type_that_is_not_named_but_whose_items_are_listed_is_not_gone():
    before = Counted(items={"item_177": 300, "deal": 5}, titles={"item_177": "Закупки"}, complete_rights=True)
    now = Counted(items={"item_177": 299, "deal": 5}, complete_rights=True, knows_types=True)
    assert before.gone_types(now) == []
    gone = Counted(items={"deal": 5}, complete_rights=True, knows_types=True)
    assert before.gone_types(gone) == ["item_177"]
    assert before.gone_types(replace(gone, knows_types=False)) == []
    assert before.gone_types(replace(gone, complete_rights=False)) == []
    assert gone.after(before).items == {"deal": 5}
    assert replace(gone, knows_types=False).after(before).items == {"item_177": 300, "deal": 5}
