"""A copy never goes on from packs that are damaged or missing: the next one is a full one, and it is whole."""

import pytest
from sqlalchemy import select

from b24app.backup.model import BackupCopy, CopyPack, CopyState
from b24app.database import db, portal_scope
from sandbox.world import World
from tests.backup.copies_of_a_shop import Shop, settings, shop, storage, whole_shop

pytestmark = pytest.mark.once

__all__ = ["settings", "shop", "storage", "whole_shop"]


@pytest.mark.parametrize("how", ["lost", "cut", "one bit"])
def test_the_copy_after_a_damaged_one_is_full_and_whole(shop: Shop, world: World, how: str) -> None:
    shop.copies()
    pack = max(shop.packs, key=lambda path: path.stat().st_size)
    content = pack.read_bytes()
    if how == "lost":
        pack.unlink()
    elif how == "cut":
        pack.write_bytes(content[:-100])
    else:
        pack.write_bytes(bytes([*content[:-1], content[-1] ^ 1]))
    world.clock.advance(hours=20)
    second = shop.copies()
    assert second.state == CopyState.UNPROVEN
    world.clock.advance(hours=20)
    third = shop.copies()
    assert third.base_id is None
    world.clock.advance(hours=20)
    fourth = shop.copies()
    assert (third.state, fourth.state, fourth.base_id) == (CopyState.DONE, CopyState.DONE, third.id)


def test_what_the_nightly_look_found_counts_before_the_next_copy(shop: Shop, world: World) -> None:
    """Another look than a copy's own proofs may have found a damaged pack: its mark alone is enough."""
    first = shop.copies()
    with portal_scope(shop.portal_id):
        db.session.scalars(select(CopyPack).where(CopyPack.copy_id == first.id)).all()[0].damaged = "gone"
        db.session.commit()
    world.clock.advance(hours=20)
    assert shop.copies().base_id is None
    db.session.expire_all()
    with portal_scope(shop.portal_id):
        assert db.session.get_one(BackupCopy, first.id).base_id is None
