"""A customer's key for one job: sealed in his browser to one worker, opened in that worker's memory, and nowhere else.

The worker that needs a key makes a one-time pair and publishes its public half. The browser seals the key to it, so the
web process and the database see what opens in that memory alone. After a kill the pair is lost, and the key is asked for anew.
"""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyrage
from sqlalchemy import ColumnElement, Table, delete, or_, select, update

from b24app.backup.archive.key_memory import KeyMemory, key_memory
from b24app.backup.archive.keys import (
    SECRET,
    Identity,
    SecretKeyPasted,
    key_code,
    public_key_of,
    read_identity,
)
from b24app.backup.archive.model import HeldKey
from b24app.database import Base, current_portal_id, db
from b24app.errors import AppError, BadInput, NotFound
from b24app.services import services
from b24app.text.messages import N_

LAPSES = timedelta(minutes=10)
ALIVE = timedelta(seconds=60)
FORGOTTEN = timedelta(days=1)
MOST_SEALED_KEY = 4096
AGE_START = b"age-encryption.org/v1\n"
TABLE: Table = Base.metadata.tables[HeldKey.__tablename__]


class KeyNeeded(AppError):
    """The key of the copy is not in this worker's memory; a person has been asked for it."""

    status = 409
    public = N_("The key of the copy is needed. We do not keep it, so enter it once more.")


class KeyElsewhere(AppError):
    """Another living worker holds the key or has asked for it: the job must be tried again in a moment."""

    retryable = True
    status = 409
    public = N_("The key of the copy is with another worker. The work goes on by itself.")


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """A key that a worker waits for: to which public key the browser seals it, and which keys would fit."""

    purpose: str
    public_key: str
    wanted: tuple[str, ...]
    posted: bool
    mistaken: bool

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes on the printed pages of the keys that fit."""
        return tuple(map(key_code, self.wanted))


def held_identity(purpose: str, wanted: Sequence[str], *, job: str, job_id: int) -> Identity:
    """The key for this job, from this process's memory; raises KeyNeeded when a person has to enter it.

    For steps of jobs. What was written before KeyNeeded must be committed, so the step catches it and ends normally. The job
    is queued again when the key has come.
    """
    now, memory = services().clock.now(), key_memory()
    row, work = _row(purpose), (current_portal_id(), purpose)
    if row is None or row.holder != memory.holder:
        memory.forget(work)  # it was let go of, or another worker took this one for dead
    elif identity := memory.identity_for(work, now):
        _settle(row, now)
        return identity
    if row is not None and row.holder == memory.holder and (found := _take(row, memory, wanted, now)):
        return found
    if row is not None and row.holder != memory.holder and abs(now - row.seen_at) < ALIVE:
        raise KeyElsewhere
    if row is None or row.holder != memory.holder or memory.pair_of(row.public_key) is None or row.taken_at:
        _ask(row, memory, HeldKey(purpose=purpose, job=job, job_id=job_id, wanted=" ".join(wanted)), now)
    db.session.flush()
    raise KeyNeeded


def forget_key(purpose: str) -> None:
    """Forget the key of a finished job, in memory and in its row."""
    key_memory().forget((current_portal_id(), purpose))
    db.session.execute(delete(HeldKey).where(HeldKey.purpose == purpose))


def _row(purpose: str) -> HeldKey | None:
    found: HeldKey | None = db.session.scalar(select(HeldKey).where(HeldKey.purpose == purpose))
    return found


def _settle(row: HeldKey, now: datetime) -> None:
    """A step whose end could not be kept has left the sealed text behind."""
    row.sealed, row.seen_at = None, now
    row.taken_at = row.taken_at or now


def _take(row: HeldKey, memory: KeyMemory, wanted: Sequence[str], now: datetime) -> Identity | None:
    """Open what was posted, erase it, and hold it when it is a key of the copy."""
    pair, sealed, posted_at = memory.pair_of(row.public_key), row.sealed, row.posted_at
    row.sealed, row.posted_at, row.seen_at = None, None, now
    if pair is None or sealed is None or posted_at is None or abs(now - posted_at) > LAPSES:
        return None
    identity = _open(sealed, pair)
    if identity is None or public_key_of(identity) not in wanted:
        row.mistaken = True
        return None
    memory.hold((current_portal_id(), row.purpose), identity, now)
    memory.forget_pair(row.public_key)
    row.taken_at, row.mistaken = now, False
    return identity


def _open(sealed: bytes, pair: Identity) -> Identity | None:
    try:
        return read_identity(pyrage.decrypt(sealed, [pair]).decode("ascii"))
    except (pyrage.DecryptError, UnicodeDecodeError, AppError):
        return None


def _ask(row: HeldKey | None, memory: KeyMemory, fresh: HeldKey, now: datetime) -> None:
    """Publish a new one-time key in the row of this purpose."""
    if row is None:
        row = fresh
        db.session.add(row)
    memory.forget_pair(row.public_key or "")
    row.holder, row.public_key, row.wanted = memory.holder, memory.new_pair(now), fresh.wanted
    row.job, row.job_id, row.asked_at, row.seen_at = fresh.job, fresh.job_id, now, now
    row.sealed = row.posted_at = row.taken_at = None


def find_request(purpose: str) -> KeyRequest | None:
    """The request for a page of its own: None when the key has been taken; raises NotFound where no key is asked for."""
    if _row(purpose) is None:
        raise NotFound
    return key_request(purpose)


def key_request(purpose: str) -> KeyRequest | None:
    """The request for a key as a page shows it; None when no key is waited for."""
    row = _row(purpose)
    if row is None or row.taken_at is not None:
        return None
    return KeyRequest(
        row.purpose, row.public_key, tuple(row.wanted.split()), row.sealed is not None, row.mistaken
    )


def hand_over(purpose: str, public_key: str, sealed: str) -> bool:
    """Store a key that a browser has sealed to a worker, and queue its job; False when that worker does not wait any more."""
    content = _read_sealed(sealed)
    row = _row(purpose)
    if row is None:
        raise NotFound
    if row.public_key != public_key or row.taken_at is not None:
        return False
    row.sealed, row.posted_at, row.mistaken = content, services().clock.now(), False
    try:
        services().queue.later(row.job, row.job_id)
    except LookupError:  # a job of another release: no worker would take the key
        raise NotFound from None
    db.session.flush()
    return True


def _read_sealed(text: str) -> bytes:
    """Decode what a browser sends: age in base64. Raises SecretKeyPasted for a key that comes unsealed: it is no secret any more."""
    if SECRET.search(text):
        raise SecretKeyPasted(
            N_("The key came to us open, so we have not taken it. Reload the page and enter it again."),
            "sealed",
        )
    try:
        content = b64decode(text, validate=True) if len(text) <= MOST_SEALED_KEY else b""
    except ValueError:
        content = b""
    if not content.startswith(AGE_START):
        raise BadInput(
            N_("The key was not sealed in this browser. Reload the page and enter it again."), "sealed"
        )
    return content


def show_alive() -> None:
    """Called with a worker's heartbeat: renews the rows of its one-time keys, and forgets keys without a use."""
    memory, now = key_memory(), services().clock.now()
    if memory.is_empty:
        return
    mine = TABLE.c.holder == memory.holder
    with db.engine.begin() as connection:
        rows = connection.execute(
            select(TABLE.c.portal_id, TABLE.c.purpose, TABLE.c.public_key).where(mine)
        ).all()
        if rows:
            connection.execute(update(TABLE).where(mine).values(seen_at=now))
    memory.keep_only({(row.portal_id, row.purpose) for row in rows}, {row.public_key for row in rows}, now)


def forget_lapsed() -> None:
    """Erase what was posted and not taken within ten minutes, and requests that were not looked at within a day."""
    posted, seen = _is_over(TABLE.c.posted_at, LAPSES), _is_over(TABLE.c.seen_at, FORGOTTEN)
    with db.engine.begin() as connection:
        connection.execute(update(TABLE).where(posted).values(sealed=None, posted_at=None))
        connection.execute(delete(TABLE).where(seen))


def _is_over(moment: ColumnElement[datetime | None], span: timedelta) -> ColumnElement[bool]:
    """The condition that a moment is longer ago than that, or that far in the future by a clock that ran ahead."""
    now = services().clock.now()
    return or_(moment < now - span, moment > now + span)
