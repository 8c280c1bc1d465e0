"""A CLEAN uninstall erases keys and index at ours, and people outside the portal learn what stays in their storage."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from b24app.backup.archive.packs import open_pack
from b24app.backup.backup_plan import plan_to_change
from b24app.backup.model import BackupCopy, BackupPlan, CopyPack, CopyState, ItemIndex
from b24app.backup.proofs.copies_left_behind import LeftCopies, read_left_copies
from b24app.backup.proofs.stored_packs import CHANGED
from b24app.backup.targets.target_check import forget_target
from b24app.database import Base, db, every_portal, portal_scope
from b24app.portals.model import Portal
from b24app.portals.uninstall import erase_due
from b24app.reminders.channels.email import MailServer
from b24app.reminders.kinds.left_copies import say_what_stays
from b24app.reminders.reminder_settings import Digest, set_channel, set_schedule
from b24app.settings import Settings
from sandbox.application import ApplicationCard
from sandbox.world import World
from tests.backup.copies_of_a_shop import Shop, shop, storage, whole_shop
from tests.renewal.postman import Postman, post_offices, postman

pytestmark = pytest.mark.once

__all__ = ["post_offices", "postman", "shop", "storage", "whole_shop"]
Post = tuple[Postman, MailServer]


@pytest.fixture
def settings(settings: Settings, storage: Path, postman: Post) -> Settings:
    url = SecretStr(f"smtp://127.0.0.1:{postman[1].port}")
    return settings.model_copy(
        update={"backup_folder": storage, "smtp_url": url, "mail_from": "renewal@renewal.example"}
    )


@pytest.fixture
def told(shop: Shop) -> Shop:
    """A shop with a mailbox outside of the portal."""
    with portal_scope(shop.portal_id):
        set_channel("email", enabled=True, address="owner@shop.example")
        set_schedule((30, 14, 7, 3, 1, 0), digest=Digest(on=False))
        db.session.commit()
    return shop


@pytest.fixture
def card(world: World) -> ApplicationCard:
    return next(iter(world.applications.values()))


def letters(postman: Post) -> list[str]:
    return [one.get_body(("plain",)).get_content() for one in postman[0].taken]


def left_rows() -> int:
    """All rows of portals, in any table."""
    db.session.expire_all()
    with every_portal():
        tables = [one for one in Base.metadata.sorted_tables if "portal_id" in one.c]
        return sum(db.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables)


def test_keys_and_index_go_and_the_storage_is_told_and_left(
    told: Shop, card: ApplicationCard, postman: Post, run_jobs: Callable[[], int]
):
    told.copies()
    before = told.files
    told.portal.uninstall(card, clean=True)
    run_jobs()
    assert left_rows() == 0
    assert db.session.scalars(select(Portal)).all() == []
    text = letters(postman)[-1]
    assert "renewal-copy/" in text
    assert told.files == before
    assert list(open_pack(told.packs[0].read_bytes(), told.identity))


def test_without_a_copy_everything_is_erased_at_once_and_nobody_is_written_to(
    told: Shop, card: ApplicationCard, postman: Post, run_jobs: Callable[[], int]
):
    written = len(letters(postman))
    told.portal.uninstall(card, clean=True)
    run_jobs()
    assert left_rows() == 0
    assert len(letters(postman)) == written


def test_a_mail_server_that_is_away_keeps_nothing_of_ours(
    told: Shop, card: ApplicationCard, postman: Post, run_jobs: Callable[[], int]
):
    told.copies()
    postman[1].close() if hasattr(postman[1], "close") else None
    told.portal.uninstall(card, clean=True)
    run_jobs()
    assert left_rows() == 0


def test_after_the_stated_period_it_is_told_too(
    told: Shop, card: ApplicationCard, postman: Post, run_jobs: Callable[[], int], world: World
):
    told.copies()
    told.portal.uninstall(card, clean=False)
    run_jobs()
    with portal_scope(told.portal_id):
        assert db.session.scalar(select(func.count(ItemIndex.id)))
        say_what_stays(told.portal_id)  # a job that was left from another time
        assert db.session.scalar(select(func.count(BackupPlan.id))) == 1
        db.session.commit()
    world.clock.advance(days=200)
    erase_due()
    run_jobs()
    assert left_rows() == 0
    assert "renewal-copy/" in letters(postman)[-1]


def left_of(shop: Shop) -> LeftCopies | None:
    with portal_scope(shop.portal_id):
        return read_left_copies(shop.portal_id)


def test_what_lies_in_a_storage_that_was_given_up_is_not_told_of_the_one_in_use(told: Shop, world: World):
    told.copies()
    world.clock.advance(hours=1)
    with portal_scope(told.portal_id):
        plan_to_change().target_since = told.now
        db.session.commit()
    former, left = set(told.packs), left_of(told)
    assert left is not None
    assert (left.copies, left.size, left.newest, left.elsewhere) == (0, 0, None, 1)
    world.clock.advance(hours=1)
    second, left = told.copies(), left_of(told)
    assert left is not None
    assert (left.copies, left.newest, left.elsewhere) == (1, second.read_at, 1)
    assert left.size == sum(path.stat().st_size for path in told.packs if path not in former)


def test_copies_in_a_storage_that_was_forgotten_are_told_of_all_the_same(
    told: Shop, card: ApplicationCard, postman: Post, run_jobs: Callable[[], int]
):
    told.copies()
    with portal_scope(told.portal_id):
        forget_target()
        db.session.commit()
    told.portal.uninstall(card, clean=True)
    run_jobs()
    text = letters(postman)[-1]
    assert "В прежнем хранилище" in text or "In a storage that you used before" in text
    assert left_rows() == 0


def test_packs_of_a_copy_that_never_ended_are_told_without_a_day(
    told: Shop, card: ApplicationCard, postman: Post, run_jobs: Callable[[], int]
):
    made = told.copies()
    with portal_scope(told.portal_id):
        db.session.get_one(BackupCopy, made.id).state = CopyState.STOPPED
        db.session.commit()
    told.portal.uninstall(card, clean=True)
    run_jobs()
    text = letters(postman)[-1]
    assert "части незаконченной копии" in text or "Parts of an unfinished copy" in text
    assert left_rows() == 0


def test_a_damaged_copy_is_told_outside_the_portal_once(told: Shop, postman: Post, world: World):
    made = told.copies()
    content = bytearray(told.packs[0].read_bytes())
    content[100] ^= 4
    told.packs[0].write_bytes(bytes(content))
    written = len(letters(postman))
    world.clock.advance(days=31)
    for _ in range(2):
        with portal_scope(told.portal_id):
            from b24app.backup.proofs.proving import prove_again

            prove_again(made.id, "reread", at=told.now)
            db.session.commit()
        told.run()
    with portal_scope(told.portal_id):
        row = db.session.scalars(select(CopyPack).where(CopyPack.damaged != "")).one()
        assert row.damaged == CHANGED
        assert db.session.get_one(BackupCopy, made.id).state == "unproven"
        db.session.commit()
    damage = [
        one
        for one in letters(postman)[written:]
        if "owner" in one or "копи" in one.lower() or "copy" in one.lower()
    ]
    assert len([one for one in damage if "прочитанные обратно" in one or "read back" in one]) == 1
    assert timedelta(days=31)
