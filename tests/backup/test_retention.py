"""Thinning in a real storage: what a kept manifest names stays, a storage that refuses is no failure, a mass loss stops it."""

import errno
import hashlib
import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from b24app.backup.archive.archive_manifest import (
    ArchiveManifest,
    ManifestEntity,
    ManifestPack,
    manifest_name,
    write_manifest,
)
from b24app.backup.archive.packs import pack_name
from b24app.backup.backup_plan import plan_to_change
from b24app.backup.model import BackupCopy, CopyKind, CopyPack, CopyState
from b24app.backup.proofs.model import MassLoss
from b24app.backup.proofs.retention import Thinned, thin_copies
from b24app.backup.targets.open_target import open_target
from b24app.backup.targets.target import TargetFailed
from b24app.database import db, portal_scope
from tests.actors import Actor
from tests.at_once import at_once
from tests.backup.copies_of_a_shop import Shop, settings, shop, storage, whole_shop

__all__ = ["settings", "shop", "storage", "whole_shop"]


def add_copy(
    shop: Shop,
    at: datetime,
    base: int | None = None,
    kind: CopyKind = CopyKind.NIGHTLY,
    state: CopyState = CopyState.DONE,
) -> int:
    """A copy as it lies there: its row, one pack of its own, and a manifest that names all packs of its chain."""
    with portal_scope(shop.portal_id):
        row = BackupCopy(
            kind=kind, state=state, base_id=base, created_at=at, begun_at=at, read_at=at, ended_at=at,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        row.folder = f"{at:%Y-%m-%d}-{row.id}"
        content = f"pack of copy {row.id}".encode()
        digest = hashlib.sha256(content).hexdigest()
        db.session.add(CopyPack(
            copy_id=row.id, entity="deal", number=0, name=pack_name(digest), sha256=digest, plain_sha256=digest,
            size=len(content), rows=1, stored_at=at,
        ))  # fmt: skip
        db.session.flush()
        chain = [row.id, *([base] if base else [])]
        packs = db.session.scalars(
            select(CopyPack).where(CopyPack.copy_id.in_(chain)).order_by(CopyPack.id)
        ).all()
        named = tuple(
            ManifestPack(
                name=one.name, sha256=one.sha256, plain_sha256=one.plain_sha256, size=one.size, rows=1, gone=0,
                first_id="1", last_id="1", copy_folder=row.folder,
            )
            for one in packs
        )  # fmt: skip
        entity = ManifestEntity(
            code="deal", title="Сделки", tier="data", rows=1, gone=0, present=1, packs=named
        )
        manifest = ArchiveManifest(
            made_at=at, portal="0" * 32, folder=row.folder, kind=kind, base=None, recipients=("age1",), entities=(entity,),
            tools={},
        )  # fmt: skip
        name, folder = pack_name(digest), row.folder
        number = row.id
        db.session.commit()
        target = open_target(shop.portal_id)
        target.put(name, content)
        target.put(manifest_name(folder), write_manifest(manifest))
        target.close()
    return number


def nights(shop: Shop, count: int, *, chain: int = 1) -> list[int]:
    """Copies of the last nights, the newest today; each `chain` of them begins with a full one."""
    made: list[int] = []
    for number in range(count):
        base = made[number - number % chain] if number % chain else None
        made.append(add_copy(shop, shop.now - timedelta(days=count - 1 - number), base))
    return made


def kept(shop: Shop) -> list[int]:
    db.session.expire_all()
    with portal_scope(shop.portal_id):
        mine = select(BackupCopy.id).where(BackupCopy.forgotten_at.is_(None)).order_by(BackupCopy.id)
        return list(db.session.scalars(mine))


def manifests(shop: Shop) -> int:
    return sum(path.name == "manifest.json" for path in shop.files)


def packs_noted(shop: Shop) -> int:
    with portal_scope(shop.portal_id):
        count = db.session.scalar(select(func.count(CopyPack.id))) or 0
        db.session.commit()
    return count


def test_old_nights_go_from_our_rows_and_from_the_storage(shop: Shop):
    made = nights(shop, 30)
    done = thin_copies(shop.portal_id)
    assert done.copies == 30 - len(kept(shop))
    assert made[-7:] == kept(shop)[-7:]
    assert manifests(shop) == len(shop.packs) == len(kept(shop)) < 15
    assert thin_copies(shop.portal_id).copies == 0


def test_a_pack_stays_as_long_as_a_kept_copy_is_made_of_it(shop: Shop):
    """The full copy of a chain goes, and its pack stays for the increments that are kept."""
    made = nights(shop, 30, chain=7)
    thin_copies(shop.portal_id)
    left = set(kept(shop))
    bases = {made[number - number % 7] for number in range(30) if made[number] in left}
    with portal_scope(shop.portal_id):
        packs = set(db.session.scalars(select(CopyPack.copy_id)))
        db.session.commit()
    assert packs == left | bases
    assert len(shop.packs) == len(packs)


def test_what_a_kept_manifest_names_stays_whatever_our_rows_say(shop: Shop):
    """The database is of yesterday's backup: it does not know that a kept copy goes on from an old one."""
    made = nights(shop, 30)
    old = shop.copy(made[0])
    add_copy(shop, shop.now, base=made[0])
    with portal_scope(shop.portal_id):
        db.session.get_one(BackupCopy, max(kept(shop))).base_id = None
        db.session.commit()
    thin_copies(shop.portal_id)
    assert made[0] not in kept(shop)
    names = {path.name for path in shop.packs}
    assert (
        pack_name(hashlib.sha256(f"pack of copy {old.id}".encode()).hexdigest()).removeprefix("packs/")
        in names
    )


def test_nothing_is_thinned_while_a_mass_loss_waits(shop: Shop):
    nights(shop, 30)
    with portal_scope(shop.portal_id):
        loss = MassLoss(
            kind="items",
            entity="deal",
            key="",
            lost=500,
            before=2000,
            since=shop.now,
            found_at=shop.now,
            content={},
        )
        db.session.add(loss)
        db.session.commit()
        assert thin_copies(shop.portal_id).copies == 0
        assert len(kept(shop)) == manifests(shop) == 30
        loss.closed_at = shop.now
        db.session.commit()
    assert thin_copies(shop.portal_id).copies > 10


def test_a_storage_that_keeps_objects_locked_is_no_failure(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """The file system refuses to remove files, as one with a lock on its objects does."""
    nights(shop, 30)
    with monkeypatch.context() as locked:
        locked.setattr(Path, "unlink", refusing(errno.EPERM, after=0))
        done = thin_copies(shop.portal_id)
    assert (done.copies > 10, done.packs, done.more) == (True, 0, False)
    assert manifests(shop) == len(shop.packs) == 30
    assert thin_copies(shop.portal_id).packs == done.copies
    assert manifests(shop) == len(shop.packs) == len(kept(shop))


def test_a_storage_that_falls_silent_is_tried_again_and_nothing_is_lost(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    nights(shop, 30)
    with monkeypatch.context() as cut:
        cut.setattr(Path, "unlink", refusing(errno.EIO, after=5))
        with pytest.raises(TargetFailed):
            thin_copies(shop.portal_id)
    db.session.rollback()
    thin_copies(shop.portal_id)
    assert manifests(shop) == len(shop.packs) == len(kept(shop))


def refusing(code: int, after: int) -> Callable[..., None]:
    """The disk removes some files, then answers with an error."""
    unlink, done = Path.unlink, []

    def remove(path: Path, *, missing_ok: bool = False) -> None:
        done.append(path)
        if len(done) > after:
            raise OSError(code, os.strerror(code))
        unlink(path, missing_ok=missing_ok)

    return remove


@pytest.mark.dialect
def test_two_workers_thin_as_one(shop: Shop, app: Flask, monkeypatch: pytest.MonkeyPatch):
    """Both have read what is to go before either of them deletes anything."""
    made = nights(shop, 30)
    done = list[Thinned]()
    monkeypatch.setattr(Path, "unlink", together(2))
    work = [lambda: done.append(thin_copies(shop.portal_id))] * 2
    assert at_once(app, *work) == []
    gone = len(made) - len(kept(shop))
    assert gone > 10
    assert (sum(one.copies for one in done), sum(one.packs for one in done)) == (gone, gone)
    assert manifests(shop) == len(shop.packs) == len(kept(shop))
    assert packs_noted(shop) == len(kept(shop))


def together(workers: int) -> Callable[..., None]:
    """The disk removes the first file of each worker only when all of them have come to remove one."""
    unlink, met, came = Path.unlink, threading.Barrier(workers), threading.local()

    def remove(path: Path, *, missing_ok: bool = False) -> None:
        if not getattr(came, "once", False):
            came.once = True
            met.wait(20)
        unlink(path, missing_ok=missing_ok)

    return remove


def test_the_chain_that_goes_on_is_not_touched(shop: Shop):
    root = add_copy(shop, shop.now - timedelta(days=6))
    for number in range(12):
        add_copy(shop, shop.now - timedelta(hours=11 - number), base=root, kind=CopyKind.MANUAL)
    thin_copies(shop.portal_id)
    assert root in kept(shop)


def test_copies_that_failed_are_cleared_away_after_two_days(shop: Shop):
    failed = add_copy(shop, shop.now - timedelta(days=3), state=CopyState.FAILED)
    lately = add_copy(shop, shop.now - timedelta(days=1), state=CopyState.STOPPED)
    add_copy(shop, shop.now)
    thin_copies(shop.portal_id)
    assert failed not in kept(shop)
    assert lately in kept(shop)


def test_another_portals_copies_are_not_seen(shop: Shop, south: Actor):
    nights(shop, 30)
    assert thin_copies(south.portal_id).copies == 0
    assert len(kept(shop)) == 30


def test_rows_of_packs_go_with_the_packs(shop: Shop):
    nights(shop, 30)
    thin_copies(shop.portal_id)
    assert packs_noted(shop) == len(kept(shop))


def test_copies_of_a_storage_that_was_given_up_are_left_alone(shop: Shop):
    """Another storage was chosen: nothing of the former one is deleted, and none of its copies is called the newest."""
    old = nights(shop, 30)
    with portal_scope(shop.portal_id):
        plan_to_change().target_since = shop.now + timedelta(minutes=1)
        db.session.commit()
    assert thin_copies(shop.portal_id).copies == 0
    assert kept(shop) == old
    assert manifests(shop) == 30
    assert shop.stands().copy is None
