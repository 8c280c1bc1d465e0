"""A copy that was read whole, as its page shows it: the answer, six proofs, how long copies are kept, what people decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from b24app.backup.backup_plan import CopyChoices
from b24app.backup.guided_exports import list_exports
from b24app.backup.model import BackupCopy
from b24app.backup.not_in_copy import NOT_IN_COPY
from b24app.backup.proofs.copy_state import CopyStanding, ProofStanding
from b24app.backup.proofs.left_out_parts import words_of_parts
from b24app.backup.proofs.missed_nights import MissedNights, find_missed_nights
from b24app.backup.proofs.model import MassLoss
from b24app.backup.proofs.open_losses import ClosedHow, LossView, get_loss
from b24app.backup.proofs.proof_words import PROOF_TITLES, parts_as_before, proof_line
from b24app.backup.proofs.retention import kept_copies
from b24app.backup.proofs.thinning_rules import DAILY, MONTHLY, WEEKLY, filled_slots
from b24app.backup.proofs.triggers import OFFERED_FROM, copies_before_renewal
from b24app.backup.reading.chain import chain_of
from b24app.database import db
from b24app.errors import ScopeMissing
from b24app.pages.copy.copy_answer import CopyAnswer
from b24app.pages.copy.lost_objects import gone_words
from b24app.pages.copy.next_copy import next_copy_at
from b24app.pages.copy.progress_view import left_out_kinds, list_missing_files
from b24app.pages.copy.target_part import target_name, waiting_link
from b24app.pages.copy.watch_line import watch_lines
from b24app.portals.model import day_at
from b24app.renewal.case import Situation
from b24app.renewal.situation_reading import main_situation
from b24app.text.formats import size_text
from b24app.text.messages import N_, NN_, NOTHING, Sentence, Value, sentence
from b24app.web.filters import moment, today

DECIDED_FOR = timedelta(days=30)
"""How long a decided loss is shown with its undo."""
HOW = {
    ClosedHow.INTENDED: N_("it was meant to be so"),
    ClosedHow.BIN: N_("came back from the recycle bin"),
    ClosedHow.SUPPORT: N_("came back by the support"),
    ClosedHow.RESTORED: N_("came back from the copy"),
}


@dataclass(frozen=True, slots=True)
class ProofLine:
    """One proof in words; one that failed differs from one that was not made."""

    code: str
    title: str
    line: Sentence
    passed: bool
    failed: bool


@dataclass(frozen=True, slots=True)
class KeptRow:
    """How many of the days, weeks or months have a copy, of how many at most."""

    title: str
    kept: int
    most: int


@dataclass(frozen=True, slots=True)
class KeptSquares:
    """The squares, and the day of the copy that is kept for the renewal."""

    rows: Sequence[KeptRow]
    renewal_on: date | None


@dataclass(frozen=True, slots=True)
class DecidedLoss:
    """A mass loss that people have decided: what, how, why, who."""

    id: int
    what: Sentence
    how: str
    reason: str
    by: str
    at: datetime


def whole_copy_values(standing: CopyStanding, choices: CopyChoices) -> Mapping[str, object]:
    """The values of the page of a whole copy."""
    copy = standing.copy
    row = db.session.get(BackupCopy, copy.id) if copy else None
    chain = chain_of(row) if row else ()
    made = [one.made_at for one in standing.proofs if one.made_at is not None and one.code != "fresh"]
    wanted = full_copy_wanted(main_situation(standing.at, today()))
    return {
        "standing": standing,
        "proofs": proof_lines(standing),
        "as_before": parts_as_before(standing.parts_as_of),
        "proved_at": max(made) if made else None,
        "kept": kept_squares(),
        "target_name": target_name(choices),
        "target_link": waiting_link(choices),
        "watch": watch_lines() if choices.has_target else (),
        "full_wanted": wanted,
        "made_by": row.asked_by_name if row else "",
        "left_out": left_out_kinds(copy.id) if copy else (),
        "missing_files": list_missing_files(copy.id) if copy else (),
        "no_permission": ScopeMissing.public,
        "exports": list_exports(),
        "decided": decided_losses(standing.at),
        "not_in_copy": NOT_IN_COPY,
        "answer": write_whole_answer(standing, choices, wanted, sum(one.sealed_bytes for one in chain)),
        "missed": write_missed(find_missed_nights(), standing.at),
    }


def write_missed(missed: MissedNights | None, at: datetime) -> Sentence:
    """Why the copy after this one did not come to its end; nothing when it did."""
    if missed is None or not missed.is_over(at):
        return NOTHING
    text = (
        N_("The last night brought no copy: %(reason)s")
        if missed.by_night
        else N_("The last copy did not come to its end: %(reason)s")
    )
    return sentence(text, reason=sentence(missed.reason))


def write_whole_answer(
    standing: CopyStanding, choices: CopyChoices, full_wanted: date | None, size: int
) -> CopyAnswer:
    """«Копия от 29 ноября, проверена» by six proofs alone; else how many are missing. `size` is that of all its packs."""
    copy, title = standing.copy, write_whole_title(standing)
    values: dict[str, Value] = {
        "rows": sentence(NN_("%(count)s record", "%(count)s records"), count=copy.rows if copy else 0),
        "size": size_text(size),
        "when": moment(next_copy_at(standing.at)),
        "day": full_wanted,
    }
    by_night = choices.nightly and choices.with_data and choices.is_ready
    if by_night and full_wanted is not None:
        text = N_(
            "%(rows)s, %(size)s compressed. The next one %(when)s. "
            "Before paying, by %(day)s, one more: everything anew."
        )
    elif by_night:
        text = N_("%(rows)s, %(size)s compressed. The next one %(when)s.")
    else:
        text = N_("%(rows)s, %(size)s compressed.")
    return CopyAnswer(title, sentence(text, **values))


def write_whole_title(standing: CopyStanding) -> Sentence:
    """The headline; the tab «Renewal» has the same one."""
    made = standing.copy.made_at if standing.copy else standing.at
    if standing.forgotten:
        return sentence(N_("Copy of %(day)s, in a storage that was forgotten"), day=made)
    if standing.former_key:
        text = N_("Copy of %(day)s, sealed with the former key (code %(code)s)")
        return sentence(text, day=made, code=standing.former_key)
    if standing.verified:
        return _write_verified(standing, made)
    missing = NN_(
        "Copy of %(day)s, %(count)s check is missing", "Copy of %(day)s, %(count)s checks are missing"
    )
    return sentence(missing, day=made, count=len(standing.missing))


def _write_verified(standing: CopyStanding, made: datetime) -> Sentence:
    """The headline of a verified copy: what is not in it, and until when it waits to be downloaded."""
    without = words_of_parts(standing.without)
    title = sentence(N_("Copy of %(day)s, verified"), day=made)
    if without:
        text = N_("Copy of %(day)s, verified, without: %(without)s")
        title = sentence(text, day=made, without=without)
    if standing.take_until is None:
        return title
    return sentence(
        N_("%(title)s. Download the parts until %(until)s"), title=title, until=moment(standing.take_until)
    )


def full_copy_wanted(s: Situation | None) -> date | None:
    """By which day a full copy is wanted before paying: the day to pay by, in every place where it is named.

    None when it was made within two weeks, when the day is over, or when nothing is to be paid.
    """
    if s is None or s.paid or s.given_up or s.pay_by is None or s.pay_by < s.today:
        return None
    begin = s.pay_by - OFFERED_FROM
    return None if any(day_at(one) >= begin for one in copies_before_renewal()) else s.pay_by


def proof_lines(standing: CopyStanding) -> Sequence[ProofLine]:
    """The six proofs; missing ones first, the gravest before the others."""
    passed = [one for one in standing.proofs if one.passed]
    return [_line(one, standing.parts_as_of) for one in (*standing.missing, *passed)]


def _line(proof: ProofStanding, parts_as_of: datetime | None) -> ProofLine:
    return ProofLine(
        proof.code,
        PROOF_TITLES[proof.code],
        proof_line(proof, parts_as_of),
        proof.passed,
        failed=proof.made and not proof.passed,
    )


def kept_squares() -> KeptSquares:
    """Days, weeks and months that have a copy, as retention counts them."""
    copies = kept_copies()
    slots = filled_slots(copies)
    found = {kind: sum(slot.kind == kind for slot in slots) for kind in ("day", "week", "month")}
    rows = (
        KeptRow(N_("By days"), found["day"], DAILY),
        KeptRow(N_("By weeks"), found["week"], WEEKLY),
        KeptRow(N_("By months"), found["month"], MONTHLY),
    )
    renewal = [one.made_on for one in copies if one.before_renewal]
    return KeptSquares(rows, max(renewal) if renewal else None)


def decided_losses(now: datetime) -> Sequence[DecidedLoss]:
    """What people decided of mass losses within the last month, the newest first."""
    query = select(MassLoss.id).where(MassLoss.closed_at.is_not(None), MassLoss.closed_at > now - DECIDED_FOR)
    return [
        _decided(get_loss(loss_id))
        for loss_id in db.session.scalars(query.order_by(MassLoss.closed_at.desc()))
    ]


def _decided(loss: LossView) -> DecidedLoss:
    how = HOW[ClosedHow(loss.closed_how)] if loss.closed_how in set(ClosedHow) else ""
    return DecidedLoss(
        loss.id, gone_words([loss]), how, loss.reason, loss.closed_by_name, loss.closed_at or loss.found_at
    )
