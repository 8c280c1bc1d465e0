"""Copies, losses and choices as tests of pages write them down."""

from datetime import datetime, timedelta

from b24app.backup.backup_plan import plan_to_change
from b24app.backup.model import BackupCopy, CopyEntity, CopyKind, CopyState, EntityState, TargetKind
from b24app.backup.proofs.copy_state import ProofCode
from b24app.backup.proofs.model import MassLoss
from b24app.database import db, portal_scope
from tests.actors import Actor


def get_ready(actor: Actor, at: datetime) -> None:
    """Storage and key of this portal were chosen and tried."""
    with portal_scope(actor.portal_id):
        row = plan_to_change()
        row.recipient, row.key_kept_at = "age1" + "q" * 58, at
        row.target_kind, row.target, row.target_title = TargetKind.FOLDER, "{}", "Folder"
        row.target_checked_at = at
        db.session.commit()


def add_whole_copy(actor: Actor, read_at: datetime, *, without: tuple[str, ...] = ()) -> int:
    """A copy that was read whole, with all proofs but those left out."""
    get_ready(actor, read_at)
    passed = {"passed": True, "at": read_at.isoformat(), "count": 20, "reread": 20}
    proofs = {code.value: passed for code in ProofCode if code.value not in (*without, "fresh")}
    with portal_scope(actor.portal_id):
        copy = BackupCopy(
            kind=CopyKind.MANUAL,
            state=CopyState.UNPROVEN if without else CopyState.DONE,
            created_at=read_at,
            begun_at=read_at,
            read_at=read_at,
            ended_at=read_at,
            folder=f"c{read_at:%d%H%M}",
            manifest_sha256="0" * 64,
            rows=2_000,
            sealed_bytes=3 * 1024 * 1024,
            asked_by_name="Марина Ковалёва",
            proofs=proofs,
        )
        db.session.add(copy)
        db.session.commit()
        return copy.id


def add_going_copy(actor: Actor, at: datetime, state: str = CopyState.READING, **more: object) -> int:
    """A copy under way: companies are read, contacts are being read, deals wait."""
    get_ready(actor, at)
    with portal_scope(actor.portal_id):
        copy = BackupCopy(
            kind=CopyKind.MANUAL,
            state=state,
            created_at=at,
            begun_at=at - timedelta(minutes=1),
            asked_by_name="Марина Ковалёва",
            **more,
        )
        db.session.add(copy)
        db.session.flush()
        for place, (code, how, rows) in enumerate(
            (
                ("company", EntityState.DONE, 300),
                ("contact", EntityState.READING, 120),
                ("deal", EntityState.WAITING, 0),
            )
        ):
            db.session.add(
                CopyEntity(copy_id=copy.id, entity=code, place=place, state=how, rows=rows, present=300)
            )
        db.session.commit()
        return copy.id


def add_loss(
    actor: Actor, at: datetime, *, kind: str = "items", entity: str = "deal", name: str = "", lost: int = 512
) -> int:
    """A mass loss that nobody has decided."""
    with portal_scope(actor.portal_id):
        row = MassLoss(
            kind=kind,
            entity=entity,
            key="3" if kind != "items" else "",
            name=name,
            lost=lost,
            before=18_240,
            since=at - timedelta(hours=3),
            found_at=at,
            content={"ids": [11, 12, 13]} if kind == "items" else {},
        )
        db.session.add(row)
        db.session.commit()
        return row.id
