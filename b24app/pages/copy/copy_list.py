"""The list of copies: when, why, by whom, how large, and what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from b24app.backup.model import BackupCopy, CopyKind, CopyState
from b24app.backup.proofs.copy_state import ProofCode, held_rows
from b24app.backup.proofs.left_out_parts import read_left_out, words_of_parts
from b24app.backup.reading.chain import chain_of, goes_on_from_a_copy
from b24app.database import db
from b24app.text.messages import N_, Sentence, sentence

MOST = 60
KINDS: Mapping[str, str] = {
    CopyKind.NIGHTLY: N_("nightly"),
    CopyKind.MANUAL: N_("on request"),
    CopyKind.BEFORE_RENEWAL: N_("before the renewal"),
    CopyKind.AFTER_ACTIVATION: N_("after the activation"),
}
STATES: Mapping[str, tuple[str, str]] = {
    CopyState.WAITING: ("unknown", N_("waiting")),
    CopyState.READING: ("unknown", N_("reading")),
    CopyState.RESTING: ("warn", N_("waiting")),
    CopyState.PAUSED: ("warn", N_("paused")),
    CopyState.PROVING: ("unknown", N_("checking")),
    CopyState.DONE: ("pass", N_("verified")),
    CopyState.UNPROVEN: ("warn", N_("not all checks passed")),
    CopyState.STOPPED: ("na", N_("stopped")),
    CopyState.FAILED: ("fail", N_("did not come through")),
}
ERASED = ("na", N_("erased by age"))


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One copy in the list; an addition holds what changed since the one before it, and opens together with it."""

    at: datetime
    kind: str
    by: str
    state: str
    level: str
    word: Sentence
    rows: int
    sealed_bytes: int
    requests: int
    error: str
    folder: str
    is_addition: bool
    is_whole: bool
    """Whether it was read to its end; a copy that was not holds nothing that counts."""


def list_copies() -> Sequence[CopyRow]:
    """The newest copies first, those among them that were erased or did not come through."""
    query = select(BackupCopy).order_by(BackupCopy.id.desc()).limit(MOST)
    return [_row(one) for one in db.session.scalars(query)]


def _row(row: BackupCopy) -> CopyRow:
    adds = goes_on_from_a_copy(row)
    level, word = ERASED if row.forgotten_at is not None else STATES.get(row.state, STATES[CopyState.FAILED])
    return CopyRow(
        row.read_at or row.created_at,
        KINDS.get(row.kind, ""),
        row.asked_by_name,
        row.state if row.forgotten_at is None else "erased",
        level,
        _word(row, word),
        row.rows if adds else held_rows(row),
        row.sealed_bytes if adds else sum(one.sealed_bytes for one in chain_of(row)),
        row.requests,
        row.error,
        row.folder,
        adds,
        is_whole=row.read_at is not None,
    )


def _word(row: BackupCopy, word: str) -> Sentence:
    """The state in words; a verified copy names what it does not hold."""
    without = words_of_parts(read_left_out(row.proofs.get(ProofCode.TOTALS)))
    if row.state != CopyState.DONE or row.forgotten_at is not None or not without:
        return sentence(word)
    return sentence(N_("verified, without: %(without)s"), without=without)
