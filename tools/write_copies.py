"""Writes copies and losses into the application of a picture story, so that every state of «Копия» can be photographed."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import select

from b24app.backup.backup_plan import plan_to_change
from b24app.backup.model import (
    BackupCopy,
    CopyEntity,
    CopyKind,
    CopyState,
    EntityState,
    GuidedExport,
    TargetKind,
)
from b24app.backup.proofs.copy_state import ProofCode
from b24app.backup.proofs.model import MassLoss
from b24app.backup.settings_versions.model import SettingsVersion
from b24app.database import db, every_portal, portal_scope
from b24app.portals.model import Portal
from tools.picture_story import Story

KINDS = (
    ("crm_status", 1_316, EntityState.DONE),
    ("company", 2_960, EntityState.DONE),
    ("contact", 41_300, EntityState.DONE),
    ("deal", 18_240, EntityState.DONE),
    ("order", 20_115, EntityState.DONE),
    ("activity", 96_400, EntityState.READING),
    ("deal.comments", 22_700, EntityState.WAITING),
    ("product", 6_120, EntityState.WAITING),
    ("task", 6_765, EntityState.WAITING),
)
READ = 45_785
NUMBERS = {
    ProofCode.TOTALS: 214_600,
    ProofCode.HASHES: 38,
    ProofCode.REREAD: 38,
    ProofCode.SAMPLE: 200,
    ProofCode.TRIAL: 4,
}
MARINA = "Марина Ковалёва"


@contextmanager
def inside(story: Story) -> Iterator[datetime]:
    """The scope of the story's portal, kept when it ends; gives its moment."""
    with story.stage.app.app_context():
        with every_portal():
            portal_id = db.session.scalars(select(Portal.id)).one()
        with portal_scope(portal_id):
            yield story.stage.world.clock.now()
            db.session.commit()


def get_ready(story: Story) -> None:
    """A storage that was tried and a key that was put away."""
    with inside(story) as now:
        row, since = plan_to_change(), now - timedelta(days=30)
        row.recipient, row.key_at, row.key_kept_at, row.key_by_name = "age1" + "q" * 58, since, since, MARINA
        row.target_kind, row.target, row.target_country = TargetKind.S3, "{}", "ru"
        row.target_title, row.target_checked_at = "Яндекс Облако, teply-dom-copy", now


def begin(story: Story) -> None:
    """A copy of which the half is read."""
    get_ready(story)
    with inside(story) as now:
        at = now - timedelta(minutes=7)
        copy = BackupCopy(
            kind=CopyKind.MANUAL, state=CopyState.READING, created_at=at, begun_at=at, asked_by_name=MARINA
        )
        db.session.add(copy)
        db.session.flush()
        for place, (entity, present, state) in enumerate(KINDS):
            rows = {EntityState.DONE: present, EntityState.READING: READ}.get(state, 0)
            db.session.add(
                CopyEntity(
                    copy_id=copy.id, entity=entity, place=place, state=state, present=present, rows=rows
                )
            )


def rest(story: Story) -> None:
    """The storage is silent; the next try is in a quarter of an hour."""
    with inside(story) as now:
        copy = db.session.scalars(select(BackupCopy)).one()
        copy.state, copy.rests_until = CopyState.RESTING, now + timedelta(minutes=16)
        copy.error = "The storage does not answer. The copy goes on by itself when it does."


def finish(story: Story, *, without: tuple[str, ...] = ()) -> None:
    """Copies of a week, the newest of today, and an exported preset that is older than the stages."""
    get_ready(story)
    with inside(story) as now:
        for days in range(8, 0, -1):
            db.session.add(_whole(now - timedelta(days=days), CopyKind.NIGHTLY, ""))
        newest = _whole(now - timedelta(hours=10), CopyKind.MANUAL, MARINA)
        newest.proofs = {code: one for code, one in newest.proofs.items() if code not in without}
        newest.state = CopyState.UNPROVEN if without else CopyState.DONE
        db.session.add(newest)
        db.session.add(_preset(now - timedelta(days=2)))
        for days in (3, 1):
            at = now - timedelta(days=days)
            db.session.add(
                SettingsVersion(
                    entity="crm_status", taken_at=at, seen_at=at, digest=str(days), rows=1, content=b"{}"
                )
            )


def _whole(at: datetime, kind: CopyKind, by: str) -> BackupCopy:
    proofs = {
        code: {"passed": True, "at": at.isoformat(), "count": count, "reread": count}
        for code, count in NUMBERS.items()
    }
    return BackupCopy(
        kind=kind, state=CopyState.DONE, created_at=at, begun_at=at, read_at=at, ended_at=at, folder=f"{at:%Y-%m-%d}",
        rows=214_600, sealed_bytes=63 * 1024 * 1024, requests=412, asked_by_name=by, proofs=proofs,
        manifest_sha256=hashlib.sha256(f"{at}".encode()).hexdigest(),
    )  # fmt: skip


def _preset(at: datetime) -> GuidedExport:
    return GuidedExport(
        kind="preset", file_name="crm.zip", size=48_000, sha256="", added_at=at, added_by=1, added_by_name=MARINA,
        stored_at=at,
    )  # fmt: skip


def lose(story: Story, *, pipeline: bool = True) -> None:
    """Deals are gone since the night, and a pipeline unless only deals are."""
    with inside(story) as now:
        since, found = now - timedelta(hours=9), now - timedelta(hours=7)
        if pipeline:
            db.session.add(
                MassLoss(
                    kind="pipeline", entity="deal", key="3", name="Повторные заказы", lost=1, before=3, since=since,
                    found_at=found, content={},
                )
            )  # fmt: skip
        db.session.add(
            MassLoss(
                kind="items", entity="deal", lost=512, before=18_240, since=since, found_at=found, told_at=found,
                content={"ids": list(range(1_200, 1_712))},
            )
        )  # fmt: skip
