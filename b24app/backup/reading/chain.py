"""Chains of copies: a full one, and the increments on it. When a new chain begins, and which packs make a copy."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from b24app.backup.model import (
    BackupCopy,
    BackupPlan,
    CopyEntity,
    CopyKind,
    CopyPack,
    EntityState,
    TargetKind,
)
from b24app.database import db

CHAIN_LASTS = timedelta(days=7)
STORED = ("hashes", "reread")
"""The proofs that look at packs in the storage (`proofs/copy_state.py`)."""


def mark_of(plan: BackupPlan) -> str:
    """The digest of keys and storage: a copy packed for others cannot be a base."""
    since = plan.target_since.isoformat() if plan.target_since else ""
    parts = (plan.recipient, plan.second_recipient, plan.target_kind, plan.target_title, since)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def base_for(kind: str, plan: BackupPlan, at: datetime) -> BackupCopy | None:
    """The base of the next copy; None when everything is to be read anew.

    It is the newest one that began to read, finished or not: its packs are in the storage and the index counts them. What is
    downloaded does not stay with us, so there each copy is whole. A chain with a damaged or missing pack is never
    continued: its rows would be in no later copy either.
    """
    last = db.session.scalar(
        select(BackupCopy).where(BackupCopy.begun_at.is_not(None)).order_by(BackupCopy.id.desc()).limit(1)
    )
    parted = kind == CopyKind.BEFORE_RENEWAL or plan.target_kind == TargetKind.DOWNLOAD
    if last is None or parted or last.chain_mark != mark_of(plan):
        return None
    chain = chain_of(last)
    whole = chain[0].base_id is None and all(one.forgotten_at is None for one in chain)
    fresh = timedelta() <= at - chain[0].created_at < CHAIN_LASTS
    return last if whole and fresh and not _is_damaged(chain) else None


def _is_damaged(chain: Sequence[BackupCopy]) -> bool:
    """Whether a pack of a chain was found damaged or missing, by what the last look at each of its copies found."""
    found = [one.proofs.get(code) for one in chain for code in STORED]
    if any(isinstance(one, dict) and one.get("passed") is False for one in found):
        return True
    damaged = select(CopyPack.id).where(
        CopyPack.copy_id.in_([one.id for one in chain]), CopyPack.damaged != ""
    )
    return db.session.scalar(damaged.limit(1)) is not None


def chain_of(copy: BackupCopy) -> list[BackupCopy]:
    """The copies whose packs make this one, the full one first; a link that is missing ends it early."""
    chain = [copy]
    while (base_id := chain[0].base_id) is not None:
        base = db.session.get(BackupCopy, base_id)
        if base is None or base in chain:
            break
        chain.insert(0, base)
    return chain


def goes_on_from_a_copy(copy: BackupCopy) -> bool:
    """Whether an earlier copy of its chain was read to its end; one that was stopped has left packs, but is no copy."""
    return any(one.read_at is not None for one in chain_of(copy)[:-1])


def root_of(copy: BackupCopy) -> int:
    """The id of the full copy that a chain began with."""
    return chain_of(copy)[0].id


def packs_of(copy: BackupCopy) -> Sequence[CopyPack]:
    """All packs that make a copy, older first: the last line of an id wins."""
    ids = [one.id for one in chain_of(copy)]
    wanted = select(CopyPack).where(CopyPack.copy_id.in_(ids))
    return db.session.scalars(wanted.order_by(CopyPack.copy_id, CopyPack.entity, CopyPack.number)).all()


def last_done(copy: BackupCopy, entity: str) -> BackupCopy | None:
    """The newest copy before this one, of its chain, that read this entity to its end."""
    before = [one.id for one in chain_of(copy)[:-1]]
    wanted = select(CopyEntity.copy_id).where(
        CopyEntity.copy_id.in_(before), CopyEntity.entity == entity, CopyEntity.state == EntityState.DONE
    )
    found = db.session.scalar(wanted.order_by(CopyEntity.copy_id.desc()).limit(1))
    return db.session.get(BackupCopy, found) if found is not None else None
