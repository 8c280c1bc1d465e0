"""The weekly trial: packs are rebuilt from their items before sealing, sealed for a throw-away key, and opened by the reader.

We cannot open what the storage holds. So once a week the same items go through the same writer with a throw-away key, and
what the reader returns must be the items, line by line.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from b24app.backup.archive.keys import public_key_of, throw_away_identity
from b24app.backup.archive.packs import PackRow, open_pack, write_line, write_packs
from b24app.backup.model import BackupCopy
from b24app.backup.proofs.copy_state import ProofCode
from b24app.backup.proofs.sample import Drawn
from b24app.backup.reading.reread import read_rows_again
from b24app.bitrix24.responses import read_moment
from b24app.database import db
from b24app.errors import AppError
from b24app.json_values import Json, is_object
from b24app.rest_client import RestClient
from b24app.services import services
from b24app.text.messages import N_

Trial = Callable[[str, Iterable[PackRow]], object]
EVERY = timedelta(days=6)
HOLDS = timedelta(days=8)
MOST_PACKS = 20
NOT_THE_SAME = N_(
    "A pack that was opened on trial did not give back what was put in. Tell the support of the application."
)
NOTHING_TO_TRY = N_("There was nothing to seal and open on trial.")
LOOKED_BACK = 60
PER_KIND = 20


def trial_of(copy_id: int) -> Trial | None:
    """The function that gets the rows of each pack before it is stored; None when no trial is due for this copy."""
    copy = db.session.get(BackupCopy, copy_id)
    if copy is None or not _is_due(copy):
        return None

    def try_one(entity: str, rows: Iterable[PackRow]) -> bool:
        return try_pack(copy_id, entity, rows)

    return try_one


def try_pack(copy_id: int, entity: str, rows: Iterable[PackRow]) -> bool:
    """Try one pack and store the result, in the caller's transaction; a few packs of a copy are enough."""
    copy = db.session.get_one(BackupCopy, copy_id)
    kept = copy.proofs.get(ProofCode.TRIAL)
    found: dict[str, Json] = dict(kept) if is_object(kept) else {"passed": True, "count": 0, "rows": 0}
    if _number(found.get("count")) >= MOST_PACKS:
        return found.get("passed") is True
    same, count = opens_again(rows)
    found |= {
        "passed": found.get("passed") is True and same,
        "at": services().clock.now().isoformat(),
        "count": _number(found.get("count")) + 1,
        "rows": _number(found.get("rows")) + count,
    }
    if not same:
        found |= {"problem": NOT_THE_SAME, "entity": entity}
    copy.proofs = {**copy.proofs, ProofCode.TRIAL.value: found}
    return same


def opens_again(rows: Iterable[PackRow]) -> tuple[bool, int]:
    """Seal rows for a throw-away key and open them with the reader; whether every line came back, and how many there were."""
    identity = throw_away_identity()
    put_in, counted = hashlib.sha256(), [0]

    def watched() -> Iterator[PackRow]:
        for row in rows:
            put_in.update(write_line(row))
            counted[0] += 1
            yield row

    came_back, opened = hashlib.sha256(), 0
    try:
        for pack in write_packs(watched(), [public_key_of(identity)]):
            for row in open_pack(pack.content, identity, pack.sha256):
                came_back.update(write_line(row))
                opened += 1
    except AppError:
        return False, counted[0]
    return opened == counted[0] and came_back.digest() == put_in.digest(), counted[0]


def newest_trial(copy: BackupCopy, now: datetime) -> dict[str, Json] | None:
    """The trial of this copy, else the newest valid one of the portal, with its own date."""
    for row in _recent(copy):
        found = row.proofs.get(ProofCode.TRIAL)
        if not is_object(found):
            continue
        if row.id == copy.id or (found.get("passed") is True and now - _moment(found, now) <= HOLDS):
            return dict(found)
    return None


def _is_due(copy: BackupCopy) -> bool:
    """Whether a trial is due: once a week, in every full copy, and in a copy whose trial has begun."""
    if copy.base_id is None or ProofCode.TRIAL in copy.proofs:
        return True
    now = services().clock.now()
    passed = (row.proofs.get(ProofCode.TRIAL) for row in _recent(copy))
    moments = [_moment(one, now) for one in passed if is_object(one) and one.get("passed") is True]
    return not moments or not timedelta(0) <= now - max(moments) < EVERY


def _recent(copy: BackupCopy) -> list[BackupCopy]:
    mine = select(BackupCopy).where(BackupCopy.id <= copy.id).order_by(BackupCopy.id.desc())
    return list(db.session.scalars(mine.limit(LOOKED_BACK)))


def _moment(found: Json, otherwise: datetime) -> datetime:
    at = read_moment(found.get("at")) if is_object(found) else None
    return at if at is not None else otherwise - HOLDS * 2


def _number(value: Json) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def prove_by_sample(client: RestClient, drawn: Sequence[Drawn]) -> dict[str, Json]:
    """A trial with items that are read now: for a copy that packed nothing new while a trial is due."""
    count = rows = 0
    same = True
    for one in drawn[:MOST_PACKS]:
        ids = [str(item) for item in one.ids[:PER_KIND]]
        found = read_rows_again(client, one.entity, ids)
        lines = [PackRow(item_id, services().clock.now(), row) for item_id, row in found.items()]
        if lines:
            opened, _ = opens_again(lines)
            same, count, rows = same and opened, count + 1, rows + len(lines)
    return {
        "passed": same and count > 0,
        "problem": "" if same and count else NOT_THE_SAME if count else NOTHING_TO_TRY,
        "count": count,
        "rows": rows,
    }
