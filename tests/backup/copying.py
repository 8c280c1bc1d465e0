"""A portal whose copy goes into a folder: begins copies, does their steps, and opens what lies there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from b24app.backup.archive.keys import Identity, public_key_of, throw_away_identity
from b24app.backup.archive.packs import open_pack
from b24app.backup.model import BackupCopy, BackupPlan, CopyEntity, CopyKind, CopyState, TargetKind
from b24app.backup.reading.chain import packs_of
from b24app.backup.reading.copy_verbs import start_copy
from b24app.backup.reading.steps import make_copy
from b24app.backup.targets.open_target import open_target
from b24app.backup.targets.target import Target
from b24app.database import db
from b24app.services import services
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor

MARINA = Author(1, "Марина Ковалёва")
READS = frozenset({CopyState.WAITING, CopyState.READING, CopyState.RESTING})


@dataclass
class CopyStage:
    """What a test needs of one portal's copies."""

    app: Flask
    actor: Actor
    world: World
    folder: Path
    identity: Identity = field(default_factory=throw_away_identity)

    def __post_init__(self) -> None:
        settings = services().settings.model_copy(update={"backup_folder": self.folder})
        self.app.extensions["services"] = replace(services(), settings=settings)
        now = services().clock.now()
        db.session.add(
            BackupPlan(
                recipient=public_key_of(self.identity), key_at=now, key_kept_at=now, target_kind=TargetKind.FOLDER,
                target='{"kind": "folder"}', target_title="folder",
            )
        )  # fmt: skip
        db.session.commit()

    @property
    def tables(self) -> dict[str, Any]:
        return self.actor.portal.tables

    def only(self, *scopes: str) -> None:
        """Let the portal have granted these scopes alone."""
        self.actor.grants(*scopes)

    def begin(self, kind: CopyKind = CopyKind.MANUAL) -> int:
        proving = update(BackupCopy).where(BackupCopy.state == CopyState.PROVING)
        db.session.execute(proving.values(state=CopyState.DONE))
        copy = start_copy(kind, by=MARINA, at=services().clock.now())
        db.session.commit()
        return copy.id

    def target(self) -> Target:
        return open_target(self.actor.portal_id)

    def copy(self, copy_id: int) -> BackupCopy:
        db.session.expire_all()
        return db.session.get_one(BackupCopy, copy_id)

    def entity(self, copy_id: int, code: str) -> CopyEntity:
        db.session.expire_all()
        return db.session.scalars(
            select(CopyEntity).where(CopyEntity.copy_id == copy_id, CopyEntity.entity == code)
        ).one()

    def read(self, copy_id: int, most: int = 60) -> BackupCopy:
        """Do steps until everything is read; a rest is waited for."""
        for _ in range(most):
            copy = self.copy(copy_id)
            if copy.state not in READS:
                break
            if copy.state == CopyState.RESTING and copy.rests_until:
                left = (copy.rests_until - services().clock.now()).total_seconds()
                self.world.clock.advance(seconds=max(0.0, left) + 1)
            db.session.commit()
            make_copy(copy_id)
        return self.copy(copy_id)

    def whole(self, kind: CopyKind = CopyKind.MANUAL) -> BackupCopy:
        """A copy that was read to its end, before its proofs."""
        return self.read(self.begin(kind))

    def lines(self, copy: BackupCopy, entity: str) -> Iterator[tuple[str, Any]]:
        """Every line of the chain's packs of an entity, older first, as they lie in the storage."""
        packs = [(one.name, one.sha256) for one in packs_of(copy) if one.entity == entity]
        db.session.commit()
        target = open_target(self.actor.portal_id)
        for name, sha256 in packs:
            for line in open_pack(target.get(name), self.identity, sha256):
                yield line.id, line.row
        target.close()

    def rows(self, copy: BackupCopy, entity: str) -> dict[int, Any]:
        """What an entity holds at the end of the copy: the last line of an id wins."""
        last = dict(self.lines(copy, entity))
        return {int(key): row for key, row in last.items() if row is not None}

    def doubled(self, copy: BackupCopy, entity: str) -> list[str]:
        """Ids that were packed more than once."""
        counted = Counter(key for key, _ in self.lines(copy, entity))
        return [key for key, times in counted.items() if times > 1]
