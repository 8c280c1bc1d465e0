"""The keys that a portal has chosen: public ones alone, with who chose them; and whether older copies open with another."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from b24app.backup.archive.keys import check_recipient, key_code
from b24app.backup.backup_plan import PLANS, plan_to_change
from b24app.backup.model import OPEN, BackupCopy, CopyPack
from b24app.database import db
from b24app.errors import BadInput
from b24app.terms.term import Author
from b24app.text.messages import N_


@dataclass(frozen=True, slots=True)
class ChosenKeys:
    """What a page shows of the keys: their codes, since when and by whom; `has_copies` when a new key would not open all."""

    code: str = ""
    second: str = ""
    kept_at: datetime | None = None
    by_name: str = ""
    has_copies: bool = False
    is_copying: bool = False


def read_chosen_keys() -> ChosenKeys:
    """The keys of this portal."""
    row, has_copies, is_copying = PLANS.first(), _has_copies(), _is_copying()
    if row is None:
        return ChosenKeys(has_copies=has_copies, is_copying=is_copying)
    first, second = key_code(row.recipient), key_code(row.second_recipient)
    return ChosenKeys(first, second, row.key_kept_at, row.key_by_name, has_copies, is_copying)


def _has_copies() -> bool:
    """Whether the target holds anything sealed."""
    kept = exists().where(CopyPack.copy_id == BackupCopy.id, BackupCopy.forgotten_at.is_(None))
    return bool(db.session.scalar(select(kept)))


def _is_copying() -> bool:
    """Whether a copy has begun and has not ended: all of it must be sealed with the same keys."""
    return bool(db.session.scalar(select(exists().where(BackupCopy.state.in_(OPEN)))))


def _refuse_while_copying(field: str) -> None:
    if _is_copying():
        raise BadInput(
            N_(
                "A copy is under way, and all of it is sealed with the same keys. Stop it or wait for its end."
            ),
            field,
        )


def choose_key(typed: str, *, kept: bool, by: Author, at: datetime) -> None:
    """Seal the next copies to this public key; who chooses it confirms that he keeps the secret half."""
    recipient = check_recipient(typed)
    if not kept:
        raise BadInput(
            N_("First print the key or save it, then put the tick: nobody can show it again."), "kept"
        )
    _refuse_while_copying("recipient")
    row = plan_to_change()
    if row.recipient != recipient or row.key_kept_at is None:
        row.recipient, row.key_at, row.key_kept_at = recipient, at, at
    row.key_by, row.key_by_name = by.user_id or 0, by.name
    row.second_recipient = "" if row.second_recipient == recipient else row.second_recipient
    db.session.flush()


def choose_second_key(typed: str) -> None:
    """Let a second key, that of the integrator, open the next copies too; an empty one removes it."""
    row = plan_to_change()
    second = check_recipient(typed, "second_recipient") if typed.strip() else ""
    if second and second == row.recipient:
        raise BadInput(
            N_("This is the first key. The integrator makes a key of his own."), "second_recipient"
        )
    _refuse_while_copying("second_recipient")
    row.second_recipient = second
    db.session.flush()
