"""A portal has one copy that reads, whoever presses and however many transactions press at once."""

from __future__ import annotations

import functools
import threading

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from b24app.backup.model import BackupCopy, CopyKind, CopyState
from b24app.backup.reading.copy_verbs import pause_copy, start_copy
from b24app.database import db, portal_scope
from b24app.services import services
from tests.actors import Actor
from tests.at_once import at_once
from tests.backup.copies_of_a_shop import MARINA, Shop, settings, shop, storage, whole_shop

pytestmark = pytest.mark.dialect

__all__ = ["settings", "shop", "storage", "whole_shop"]


def press_at_once(app: Flask, shop: Shop, *kinds: CopyKind) -> tuple[list[int], list[BaseException]]:
    """Begin a copy in as many transactions, each before any of the others has committed."""
    started, looked = list[int](), threading.Barrier(len(kinds))

    def press(kind: CopyKind) -> None:
        with portal_scope(shop.portal_id):
            db.session.scalars(select(BackupCopy)).all()
            looked.wait(20)
            started.append(start_copy(kind, by=MARINA, at=services().clock.now()).id)

    db.session.commit()
    db.session.remove()
    return started, at_once(app, *(functools.partial(press, kind) for kind in kinds))


def copies(shop: Shop) -> list[tuple[int, str]]:
    with portal_scope(shop.portal_id):
        rows = db.session.execute(select(BackupCopy.id, BackupCopy.state).order_by(BackupCopy.id))
        return [(row.id, str(row.state)) for row in rows]


def test_presses_at_the_same_moment_begin_one_copy_and_are_answered_with_it(app: Flask, shop: Shop) -> None:
    started, raised = press_at_once(app, shop, CopyKind.NIGHTLY, CopyKind.MANUAL, CopyKind.BEFORE_RENEWAL)
    assert raised == []
    assert len(started) == 3
    assert copies(shop) == [(started[0], "waiting")]
    assert set(started) == {started[0]}
    shop.run()
    assert shop.copy(started[0]).state == CopyState.DONE


@pytest.mark.parametrize("state", ["waiting", "reading", "resting", "paused"])
def test_the_database_itself_holds_no_second_copy_that_reads(shop: Shop, state: str) -> None:
    with portal_scope(shop.portal_id):
        start_copy(CopyKind.MANUAL, by=MARINA, at=shop.now)
        pause_copy(by=MARINA, at=shop.now)
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.add(BackupCopy(kind=CopyKind.NIGHTLY, state=state, created_at=shop.now))
        db.session.rollback()


def test_a_copy_of_another_portal_and_one_that_ended_hold_nobody_up(shop: Shop, south: Actor) -> None:
    shop.copies()
    with portal_scope(south.portal_id):
        db.session.add(BackupCopy(kind=CopyKind.MANUAL, state=CopyState.PAUSED, created_at=shop.now))
        db.session.commit()
    assert shop.copies().state == CopyState.DONE


def test_a_copy_that_is_proven_again_lets_the_next_one_read(shop: Shop) -> None:
    """Proving writes no packs: a row in this state is none of those that would miss something."""
    first = shop.copies()
    with portal_scope(shop.portal_id):
        db.session.add(BackupCopy(kind=CopyKind.NIGHTLY, state=CopyState.WAITING, created_at=shop.now))
        db.session.get_one(BackupCopy, first.id).state = CopyState.PROVING
        db.session.commit()
    assert [state for _, state in copies(shop)] == ["proving", "waiting"]
