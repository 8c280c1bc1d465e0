"""Proves a copy that was read: one proof after another, in steps of a minute; only all of them make it DONE.

What was proven is stored at once, so that a worker that is killed loses one proof at most. A portal or a storage that is
silent raises its error after that: the copy rests and the proofs continue later.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from b24app.backup.model import BackupCopy, CopyState
from b24app.backup.proofs.copy_state import ProofCode, standing
from b24app.backup.proofs.sample import compare_sample, draw_sample, judge_sample
from b24app.backup.proofs.stored_packs import (
    KnownPack,
    changed_files,
    due_to_reread,
    judge_reread,
    known_packs,
    prove_hashes,
    reread,
)
from b24app.backup.proofs.total_proof import prove_totals
from b24app.backup.proofs.trial import newest_trial, prove_by_sample
from b24app.backup.targets.open_target import open_target
from b24app.backup.targets.target_check import note_storage
from b24app.database import before_network, db, every_portal, portal_scope
from b24app.errors import BadInput, NotFound
from b24app.json_values import Json, is_array, is_object
from b24app.portals.client_factory import open_client, pace
from b24app.services import services
from b24app.text.messages import N_

STEP_SECONDS = 60.0
REREADING = "rereading"
"""In `BackupCopy.proofs`: the packs that are still to be read back, and those that were."""
MADE = (ProofCode.TOTALS, ProofCode.HASHES, ProofCode.REREAD, ProofCode.SAMPLE, ProofCode.TRIAL)


@dataclass(frozen=True, slots=True)
class Proving:
    """One step of proving one copy."""

    copy_id: int
    portal_id: int
    over: Callable[[], bool]

    @property
    def copy(self) -> BackupCopy:
        """The row, as it is now."""
        return db.session.get_one(BackupCopy, self.copy_id, populate_existing=True)


def prove_step(copy_id: int) -> bool:
    """Continue the proofs for a minute at most; True when all were made and the copy is DONE or UNPROVEN. Commits."""
    with every_portal():
        copy = db.session.get(BackupCopy, copy_id)
        if copy is None or copy.state != CopyState.PROVING:
            return True
        portal_id = copy.portal_id
    steady = pace().steady
    until = steady() + STEP_SECONDS
    with portal_scope(portal_id):
        step = Proving(copy_id, portal_id, lambda: steady() >= until)
        for code, prove in PROOFS.items():
            if code in step.copy.proofs:
                continue
            if step.over():
                return False
            found = prove(step)
            if found is None:
                return False
            _keep(step, code, found)
        _finish(step)
    return True


def prove_again(copy_id: int, *codes: str, at: datetime) -> None:  # noqa: ARG001 - the same for every verb
    """Make these proofs of a whole copy again; raises NotFound where there is no whole copy, BadInput for an unknown proof."""
    if not codes or not set(codes) <= set(MADE):
        raise BadInput(N_("This check cannot be repeated alone. Make a new copy."), "code")
    copy = db.session.get(BackupCopy, copy_id)
    if copy is None or copy.forgotten_at is not None:
        raise NotFound("copy")
    if copy.state == CopyState.PROVING:
        return
    if copy.state not in (CopyState.DONE, CopyState.UNPROVEN):
        raise NotFound("copy")
    copy.proofs = {name: value for name, value in copy.proofs.items() if name not in (*codes, REREADING)}
    copy.state = CopyState.PROVING
    services().queue.later("make_copy", copy_id)


def _totals(step: Proving) -> dict[str, Json]:
    return prove_totals(step.copy_id)


def _hashes(step: Proving) -> dict[str, Json]:
    copy = step.copy
    folder, sha256, packs = copy.folder, copy.manifest_sha256, known_packs(copy)
    target = open_target(step.portal_id)
    try:
        return prove_hashes(folder, sha256, packs, target)
    finally:
        target.close()


def _reread(step: Proving) -> dict[str, Json] | None:
    """Read packs back; None while some are left."""
    packs = {pack.id: pack for pack in known_packs(step.copy)}
    left, read = _rereading(step.copy, packs)
    folder = step.copy.folder
    before_network()
    target = open_target(step.portal_id)
    try:
        done = reread([packs[one] for one in left], target, services().clock.now, step.over)
        files = changed_files(folder, target) if len(done) == len(left) else []
    finally:
        target.close()
    read, left = [*read, *done], [one for one in left if one not in set(done)]
    copy = step.copy
    copy.proofs = {**copy.proofs, REREADING: {"left": left, "read": read}}
    before_network()
    return None if left else judge_reread(known_packs(step.copy), set(read), files)


def _rereading(copy: BackupCopy, packs: Mapping[int, KnownPack]) -> tuple[list[int], list[int]]:
    """The packs to be read back and those that were; chosen once, so that no change of the clock can prolong it."""
    kept = copy.proofs.get(REREADING)
    if not isinstance(kept, dict):
        return due_to_reread(copy.kind, packs.values(), services().clock.now()), []
    left, read = kept.get("left"), kept.get("read")
    return _numbers(left, packs), _numbers(read, packs)


def _numbers(value: Json, packs: Mapping[int, KnownPack]) -> list[int]:
    return [one for one in value if isinstance(one, int) and one in packs] if is_array(value) else []


def _sample(step: Proving) -> dict[str, Json]:
    drawn = draw_sample(step.copy)
    client = open_client(step.portal_id, background=True)
    try:
        return judge_sample(compare_sample(client, drawn))
    finally:
        client.close()


def _trial(step: Proving) -> dict[str, Json]:
    """The trial of this week's reading; where nothing was packed, items of the portal are sealed and opened now."""
    found = newest_trial(step.copy, services().clock.now())
    if found is not None:
        return found
    drawn = draw_sample(step.copy)
    client = open_client(step.portal_id, background=True)
    try:
        return prove_by_sample(client, drawn)
    finally:
        client.close()


PROOFS: Mapping[ProofCode, Callable[[Proving], dict[str, Json] | None]] = {
    ProofCode.TOTALS: _totals,
    ProofCode.HASHES: _hashes,
    ProofCode.REREAD: _reread,
    ProofCode.SAMPLE: _sample,
    ProofCode.TRIAL: _trial,
}


def _keep(step: Proving, code: ProofCode, found: dict[str, Json]) -> None:
    copy = step.copy
    at = services().clock.now().isoformat()
    copy.proofs = {**copy.proofs, code.value: {"at": at, **found}}
    before_network()


def proven_state(proofs: Mapping[str, Json]) -> CopyState:
    """Whether every proof that is made holds."""
    passed = all(is_object(one := proofs.get(code)) and one.get("passed") is True for code in MADE)
    return CopyState.DONE if passed else CopyState.UNPROVEN


def _finish(step: Proving) -> None:
    """End the copy, unless another worker did, and queue the look for losses, the thinning and the checks."""
    now = services().clock.now()
    state = proven_state(step.copy.proofs)
    mine = BackupCopy.id == step.copy_id, BackupCopy.state == CopyState.PROVING
    ended = update(BackupCopy).where(*mine).values(state=state, ended_at=now)
    db.session.execute(ended.execution_options(synchronize_session=False))
    note_storage(None)
    db.session.commit()
    for name in ("look_for_losses", "thin_copies", "tell_checks"):
        services().queue.later(name, step.portal_id)
    if standing(now).damaged:
        services().queue.later("tell_copy_damaged", step.portal_id)
    db.session.commit()
