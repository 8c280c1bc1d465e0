"""The state of the newest copy: which of the six proofs hold with their numbers, its age, and what is missing first.

Only this view decides on «Копия от …, проверена»: the page of the copy, the renewal page, the checks and the report
read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from b24app.backup.archive.keys import key_code
from b24app.backup.backup_plan import read_choices
from b24app.backup.model import OPEN, BackupCopy, CopyKind, CopyState, TargetKind
from b24app.backup.proofs.copy_freshness import CopyFreshness, judge_freshness
from b24app.backup.proofs.left_out_parts import LeftOutPart, read_left_out
from b24app.backup.targets.download import KEPT_FOR
from b24app.bitrix24.responses import read_moment
from b24app.clock import CLOCKS_DIFFER
from b24app.database import db
from b24app.json_values import Json, is_object
from b24app.portal_rows import PortalRows
from b24app.portals.model import day_at
from b24app.services import services
from b24app.terms.paid_terms import find_paid_term
from b24app.terms.profile import get_profile
from b24app.terms.stored_terms import main_kind
from b24app.text.messages import N_

READ_WHOLE = (CopyState.DONE, CopyState.UNPROVEN)
"""A copy that was read to its end; proofs that are missing are listed."""


class ProofCode(StrEnum):
    """The six proofs, in the order of the page; stored in `BackupCopy.proofs`, except the last, which is counted anew."""

    TOTALS = "totals"
    HASHES = "hashes"
    REREAD = "reread"
    SAMPLE = "sample"
    TRIAL = "trial"
    FRESH = "fresh"


NOT_MADE = N_("This was not checked yet.")
LAPSED = N_("It is too long ago that this was checked: the storage may not hold it any more. Check it again.")
HOLDS: Mapping[ProofCode, timedelta] = {
    ProofCode.HASHES: timedelta(days=8),
    ProofCode.REREAD: timedelta(days=31),
}
"""How long a look at a storage counts as proof; the nightly look renews it."""
WORST_FIRST = (
    ProofCode.HASHES,
    ProofCode.REREAD,
    ProofCode.TOTALS,
    ProofCode.SAMPLE,
    ProofCode.TRIAL,
    ProofCode.FRESH,
)
PACKS_ALONE = "packs_alone"
"""Key among the numbers of the second proof where no hash of the manifest was kept to compare it with."""
PARTS_AS_OF = "parts_as_of"
"""Key of the first proof for the moment of the full copy: parts of unchanged items are as old as that."""


@dataclass(frozen=True, slots=True)
class ProofStanding:
    """One proof of a copy: whether it holds, when it was made, with which numbers; `problem` is a message id."""

    code: ProofCode
    passed: bool
    made_at: datetime | None
    numbers: Mapping[str, Json]
    problem: str = ""

    @property
    def made(self) -> bool:
        """Whether it was made at all."""
        return self.made_at is not None


@dataclass(frozen=True, slots=True)
class CopyView:
    """A copy that was read to its end; `made_at` is the moment whose state it holds, `rows` counts those of its chain too."""

    id: int
    kind: CopyKind
    made_at: datetime
    folder: str
    rows: int
    sealed_bytes: int


@dataclass(frozen=True, slots=True)
class CopyStanding:
    """The state of a portal's copy at a moment.

    `set_up`: key and storage were chosen and tried. `under_way` is the copy that is being made, or `is_paused`. `eve`: it is
    the last paid day but one or later, when a copy must not be older than a day. `without` are parts of the portal that it did not read:
    wherever it is called verified, they are named. `former_key` is the code of the key that opens it, where that is none of
    the keys in use. What is downloaded waits until `take_until`, unless all of it was taken.
    """

    at: datetime
    set_up: bool
    copy: CopyView | None = None
    proofs: tuple[ProofStanding, ...] = ()
    under_way: int | None = None
    ends_on: date | None = None
    eve: bool = False
    is_paused: bool = False
    without: tuple[LeftOutPart, ...] = ()
    former_key: str = ""
    take_until: datetime | None = None
    taken_at: datetime | None = None
    forgotten: bool = False
    """Whether the storage that holds it was forgotten, and no other is chosen."""
    elsewhere: datetime | None = None
    """The moment of the newest whole copy, where it is in the storage before this one."""

    @property
    def verified(self) -> bool:
        """Whether all six proofs hold and a key in use opens it: only then is it «проверена»."""
        return (
            not self.former_key
            and len(self.proofs) == len(ProofCode)
            and all(one.passed for one in self.proofs)
        )

    @property
    def parts_as_of(self) -> datetime | None:
        """Since when comments and product rows of items that did not change were not asked for; None when all were."""
        totals = next((one.numbers for one in self.proofs if one.code is ProofCode.TOTALS), {})
        return read_moment(totals.get(PARTS_AS_OF))

    @property
    def missing(self) -> tuple[ProofStanding, ...]:
        """The proofs that do not hold, gravest first; failed ones before those that were not made."""
        wanting = [one for one in self.proofs if not one.passed]
        return tuple(sorted(wanting, key=lambda one: (not one.made, WORST_FIRST.index(one.code))))

    @property
    def damaged(self) -> tuple[ProofStanding, ...]:
        """Failed proofs of what is stored: packs that are missing or changed."""
        stored = (ProofCode.HASHES, ProofCode.REREAD)
        return tuple(one for one in self.missing if one.code in stored and one.made)

    @property
    def age(self) -> timedelta | None:
        """The age of the copy; None without one, or when its moment is in the future."""
        if self.copy is None or self.copy.made_at - self.at > CLOCKS_DIFFER:
            return None
        return max(timedelta(0), self.at - self.copy.made_at)


def standing(at: datetime) -> CopyStanding:
    """The state of the copy of the portal of the scope."""
    ends_on = end_of_main_term()
    row, going, set_up = _present(newest_read(), at), _GOING.first(), read_choices().is_ready
    open_id = going.id if going else None
    is_paused = going is not None and going.state == CopyState.PAUSED
    fresh = judge_freshness(row.read_at if row else None, at, ends_on, day_at)
    if row is None or row.read_at is None:
        return CopyStanding(
            at, set_up, under_way=open_id, ends_on=ends_on, eve=fresh.eve, is_paused=is_paused, elsewhere=_elsewhere()
        )  # fmt: skip
    view = CopyView(row.id, CopyKind(row.kind), row.read_at, row.folder, held_rows(row), row.sealed_bytes)
    found = (_proof(row.proofs, code, fresh, row.read_at) for code in ProofCode)
    proofs = tuple(_lapse(_without_hash(one, row), at) for one in found)
    without = read_left_out(row.proofs.get(ProofCode.TOTALS))
    return CopyStanding(
        at, set_up, view, proofs, open_id, ends_on, fresh.eve, is_paused, without, _former_key(row), waits_until(row), row.taken_at,
        forgotten=not read_choices().has_target,
    )  # fmt: skip


_NEWEST_WHOLE = (
    select(BackupCopy)
    .where(
        BackupCopy.state.in_(READ_WHOLE), BackupCopy.forgotten_at.is_(None), BackupCopy.read_at.is_not(None)
    )
    .order_by(BackupCopy.id.desc())
    .limit(1)
)
_NEWEST_OPEN = select(BackupCopy).where(BackupCopy.state.in_(OPEN)).order_by(BackupCopy.id.desc()).limit(1)
_WHOLE, _GOING = PortalRows(_NEWEST_WHOLE), PortalRows(_NEWEST_OPEN)
"""Read by every page together with its other small sets, in one statement."""


def newest_read() -> BackupCopy | None:
    """The newest copy that was read to its end, in any storage."""
    return _WHOLE.first()


def _elsewhere() -> datetime | None:
    row, since = newest_read(), read_choices().target_since
    return row.read_at if row is not None and since is not None and row.created_at < since else None


def newest_whole() -> BackupCopy | None:
    """The newest copy that was read to its end and is still in the storage."""
    return _present(db.session.scalar(_NEWEST_WHOLE), services().clock.now())


def _present(row: BackupCopy | None, at: datetime) -> BackupCopy | None:
    """The copy, unless its storage was replaced by another one or its time for the download is over."""
    since = read_choices().target_since
    if row is None or (since is not None and row.created_at < since):
        return None
    until = waits_until(row)
    return row if until is None or at < until else None


def held_rows(row: BackupCopy) -> int:
    """How many records a copy holds with those of its chain: what the first proof found, else what it wrote itself."""
    found = row.proofs.get(ProofCode.TOTALS)
    names = ("count", "uncounted_rows")
    parts = [one for name in names if isinstance(one := found.get(name), int)] if is_object(found) else []
    return sum(parts) if len(parts) == len(names) else row.rows


def waits_until(row: BackupCopy) -> datetime | None:
    """Until when the parts of a copy wait to be downloaded; None when they are in a storage, or were all taken."""
    if read_choices().target_kind != TargetKind.DOWNLOAD or row.taken_at is not None:
        return None
    return (row.begun_at or row.created_at) + KEPT_FOR


def _former_key(row: BackupCopy) -> str:
    """The code of the key a copy is sealed to, when no key in use opens it."""
    choices, sealed_for = read_choices(), row.sealed_for.split()
    in_use = {choices.recipient, choices.second_recipient}
    return key_code(sealed_for[0]) if sealed_for and not in_use & set(sealed_for) else ""


def newest_open() -> int | None:
    """The copy that is being made, if any; a paused one counts."""
    return db.session.scalar(_NEWEST_OPEN.with_only_columns(BackupCopy.id))


def end_of_main_term() -> date | None:
    """When the term of the renewal ends; None while it is unknown."""
    term = find_paid_term(main_kind(get_profile()))
    return term.ends_on if term else None


def _proof(
    kept: Mapping[str, Json], code: ProofCode, fresh: CopyFreshness, read_at: datetime
) -> ProofStanding:
    if code is ProofCode.FRESH:
        return ProofStanding(
            code, fresh.passed, read_at, {"count": fresh.hours, "eve": fresh.eve}, fresh.problem
        )
    found = kept.get(code)
    if not is_object(found):
        return ProofStanding(code, passed=False, made_at=None, numbers={}, problem=NOT_MADE)
    made_at, problem = read_moment(found.get("at")), found.get("problem")
    numbers = {name: value for name, value in found.items() if name not in {"passed", "at", "problem"}}
    passed = found.get("passed") is True and made_at is not None
    words = problem if isinstance(problem, str) and problem else NOT_MADE
    return ProofStanding(code, passed, made_at, numbers, "" if passed else words)


def _without_hash(proof: ProofStanding, row: BackupCopy) -> ProofStanding:
    """Whether no hash of the manifest was kept, as by an earlier release: then only the packs it names were compared."""
    if proof.code is not ProofCode.HASHES or row.manifest_sha256:
        return proof
    return replace(proof, numbers={**proof.numbers, PACKS_ALONE: True})


def _lapse(proof: ProofStanding, at: datetime) -> ProofStanding:
    """A proof from long ago, or from a clock that ran ahead, counts as not made."""
    holds = HOLDS.get(proof.code)
    if not proof.passed or proof.made_at is None or holds is None:
        return proof
    if -CLOCKS_DIFFER <= at - proof.made_at <= holds:
        return proof
    return replace(proof, passed=False, made_at=None, problem=LAPSED)
