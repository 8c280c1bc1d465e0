"""The nightly look at the storage: whether it still holds the newest copy, also when no copy is made.

Names and sizes are listed, and a twentieth of the packs is read back; what is found takes the place of the earlier proof.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import update

from b24app.backup.backup_plan import read_choices
from b24app.backup.model import BackupCopy, CopyKind, TargetKind
from b24app.backup.proofs.copy_state import READ_WHOLE, ProofCode, newest_whole
from b24app.backup.proofs.proving import proven_state
from b24app.backup.proofs.stored_packs import (
    changed_files,
    due_to_reread,
    judge_reread,
    known_packs,
    prove_hashes,
    reread,
)
from b24app.backup.targets.open_target import open_target
from b24app.backup.targets.target import Target, TargetFailed
from b24app.backup.targets.target_check import note_storage
from b24app.bitrix24.responses import read_moment
from b24app.clock import CLOCKS_DIFFER
from b24app.database import before_network, db, portal_scope
from b24app.json_values import Json, is_object
from b24app.portals.client_factory import pace
from b24app.services import services

LATELY = timedelta(hours=20)
"""A copy of this night was looked at by its own proofs."""
LOOK_SECONDS = 60.0


def look_at_storage(portal_id: int) -> bool:
    """Look once; returns whether it was done. Commits; a storage that is silent is noted and looked at the next night."""
    with portal_scope(portal_id):
        copy, now = newest_whole(), services().clock.now()
        if copy is None or not _may_look() or _was_looked_at(copy, now):
            return False
        target = open_target(portal_id)
        try:
            found = _look(copy, target)
        except TargetFailed as failed:
            db.session.rollback()
            note_storage(failed)
            db.session.commit()
            return False
        finally:
            target.close()
        _keep(copy.id, found)
        note_storage(None)
        services().queue.later("tell_checks", portal_id)
        if not all(one["passed"] for one in found.values()):
            services().queue.later("tell_copy_damaged", portal_id)
        db.session.commit()
    return True


def _may_look() -> bool:
    """Whether there is a storage of the customer; downloaded copies are on his side."""
    choices = read_choices()
    return choices.has_target and choices.target_kind != TargetKind.DOWNLOAD


def _was_looked_at(copy: BackupCopy, now: datetime) -> bool:
    found = copy.proofs.get(ProofCode.HASHES)
    at = read_moment(found.get("at")) if is_object(found) else None
    return at is not None and -CLOCKS_DIFFER <= now - at < LATELY


def _look(copy: BackupCopy, target: Target) -> Mapping[ProofCode, dict[str, Json]]:
    """List, then read some packs back for a minute at most."""
    steady, clock = pace().steady, services().clock
    until = steady() + LOOK_SECONDS
    folder, sha256, packs = copy.folder, copy.manifest_sha256, known_packs(copy)
    before_network()
    hashes = prove_hashes(folder, sha256, packs, target)
    by_id = {one.id: one for one in packs}
    due = [by_id[number] for number in due_to_reread(CopyKind.NIGHTLY, packs, clock.now())]
    read = reread(due, target, clock.now, lambda: steady() >= until)
    files = changed_files(folder, target)
    again = known_packs(db.session.get_one(BackupCopy, copy.id))
    before_network()
    return {ProofCode.HASHES: hashes, ProofCode.REREAD: judge_reread(again, set(read), files)}


def _keep(copy_id: int, found: Mapping[ProofCode, dict[str, Json]]) -> None:
    """Store both proofs, unless another worker proves or thins the copy meanwhile."""
    copy = db.session.get(BackupCopy, copy_id, populate_existing=True)
    if copy is None or copy.state not in READ_WHOLE or copy.forgotten_at is not None:
        return
    at = services().clock.now().isoformat()
    proofs = copy.proofs | {code.value: {"at": at, **one} for code, one in found.items()}
    mine = BackupCopy.id == copy_id, BackupCopy.state == copy.state, BackupCopy.forgotten_at.is_(None)
    kept = update(BackupCopy).where(*mine).values(proofs=proofs, state=proven_state(proofs))
    db.session.execute(kept.execution_options(synchronize_session=False))
