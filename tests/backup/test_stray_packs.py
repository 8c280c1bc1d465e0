"""Packs that were put and never kept: they go a week after they were first seen, and nothing that any copy is made of goes with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from b24app.backup.backup_plan import plan_to_change
from b24app.backup.model import BackupCopy, CopyKind, CopyPack, CopyState
from b24app.backup.proofs.stray_packs import sweep_strays
from b24app.backup.reading import pack_keeper
from b24app.backup.reading.copy_verbs import pause_copy, start_copy
from b24app.backup.reading.entity_work import EntityWork
from b24app.backup.reading.steps import make_copy
from b24app.backup.targets.open_target import open_target
from b24app.database import db, portal_scope
from sandbox.world import World
from tests.backup.copies_of_a_shop import MARINA, Shop, settings, shop, storage, whole_shop

pytestmark = pytest.mark.once

__all__ = ["settings", "shop", "storage", "whole_shop"]
STRAY = f"packs/{'7' * 64}.jsonl.zst.age"


def put(shop: Shop, name: str, content: bytes = b"sealed") -> None:
    target = open_target(shop.portal_id)
    target.put(name, content)
    target.close()


def lying(shop: Shop) -> set[str]:
    return {f"packs/{path.name}" for path in shop.packs if path.parent.name == "packs"}


def known(shop: Shop) -> set[str]:
    with portal_scope(shop.portal_id):
        names = set(db.session.scalars(select(CopyPack.name)))
        db.session.commit()
    return names


def test_a_stray_goes_a_week_after_it_was_first_seen(shop: Shop, world: World) -> None:
    shop.copies()
    put(shop, STRAY)
    assert sweep_strays(shop.portal_id) == 0
    world.clock.advance(days=6)
    assert sweep_strays(shop.portal_id) == 0
    world.clock.advance(days=1)
    assert sweep_strays(shop.portal_id) == 1
    assert lying(shop) == known(shop)
    assert shop.copies().state == CopyState.DONE


class Killed(BaseException):
    """The worker is killed here."""


def test_what_killed_workers_put_goes_by_the_nights_alone(
    shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with portal_scope(shop.portal_id):
        number = start_copy(CopyKind.MANUAL, by=MARINA, at=shop.now).id
        db.session.commit()
    kills, keep = list[str](), pack_keeper.keep_place

    def die(work: EntityWork, **values: object) -> None:
        if len(kills) < 3 and work.cursor.get("packs") and work.entity.code in ("deal", "contact"):
            kills.append(work.entity.code)
            raise Killed
        keep(work, **values)

    with monkeypatch.context() as killing:
        killing.setattr(pack_keeper, "keep_place", die)
        for _ in range(3):
            with pytest.raises(Killed):
                make_copy(number)
            db.session.rollback()
    shop.run()
    assert len(lying(shop) - known(shop)) == 3
    for _ in range(9):
        world.clock.advance(hours=24)
        shop.copies(CopyKind.NIGHTLY)
    assert lying(shop) == known(shop)


def test_nothing_goes_while_a_copy_is_open(shop: Shop, world: World) -> None:
    shop.copies()
    put(shop, STRAY)
    sweep_strays(shop.portal_id)
    world.clock.advance(days=8)
    with portal_scope(shop.portal_id):
        start_copy(CopyKind.MANUAL, by=MARINA, at=shop.now)
        pause_copy(by=MARINA, at=shop.now)
        db.session.commit()
    assert sweep_strays(shop.portal_id) == 0
    assert STRAY in lying(shop)


def test_a_pack_that_a_manifest_names_stays_though_the_database_is_of_yesterday(
    shop: Shop, world: World
) -> None:
    first, second = shop.copies(), shop.copies(CopyKind.BEFORE_RENEWAL)
    before = lying(shop)
    with portal_scope(shop.portal_id):
        db.session.execute(delete(CopyPack).where(CopyPack.copy_id == second.id))
        db.session.execute(delete(BackupCopy).where(BackupCopy.id == second.id))
        db.session.commit()
    for _ in range(3):
        sweep_strays(shop.portal_id)
        world.clock.advance(days=8)
    assert lying(shop) == before > known(shop)
    assert first.state == CopyState.DONE


def test_a_manifest_that_cannot_be_read_lets_everything_stay(shop: Shop, world: World) -> None:
    shop.copies()
    put(shop, STRAY)
    put(shop, "copies/2026-01-01-9/manifest.json", b"{}")
    for _ in range(3):
        assert sweep_strays(shop.portal_id) == 0
        world.clock.advance(days=8)
    assert STRAY in lying(shop)


def test_what_is_noted_is_read_of_any_release_and_a_clock_put_back_hastens_nothing(shop: Shop) -> None:
    shop.copies()
    put(shop, STRAY)
    for noted in ("yesterday", "2026-11-29T10:00:00", (shop.now + timedelta(days=400)).isoformat(), 7):
        with portal_scope(shop.portal_id):
            plan_to_change().strays = {STRAY: noted}
            db.session.commit()
        assert sweep_strays(shop.portal_id) == 0
    with portal_scope(shop.portal_id):
        assert plan_to_change().strays == {STRAY: shop.now.isoformat()}
        db.session.rollback()


def test_names_that_are_not_ours_are_left_alone(shop: Shop, world: World) -> None:
    shop.copies()
    put(shop, "packs/notes.age")
    for _ in range(3):
        assert sweep_strays(shop.portal_id) == 0
        world.clock.advance(days=8)
    assert any(path.name == "notes.age" for path in shop.files)


def test_a_trial_file_of_a_check_that_was_killed_goes_too(shop: Shop, world: World) -> None:
    """Only by its own kind of name: what else lies below `trials/` is not ours."""
    shop.copies()
    for name in (f"trials/{'a' * 16}", "trials/mine.txt"):
        put(shop, name)
    sweep_strays(shop.portal_id)
    world.clock.advance(days=7)
    assert sweep_strays(shop.portal_id) == 1
    target = open_target(shop.portal_id)
    assert [one.name for one in target.names("trials/")] == ["trials/mine.txt"]
    target.close()
