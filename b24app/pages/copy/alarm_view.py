"""The page of an alarm: what is lost, three ways to restore it with their clocks, and what each loss was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from b24app.backup.backup_plan import read_choices
from b24app.backup.model import BackupCopy, CopyState, TargetKind
from b24app.backup.proofs.copy_state import READ_WHOLE, ProofCode, waits_until
from b24app.backup.proofs.emptied_items import EMPTIED, emptied_of
from b24app.backup.proofs.left_out_parts import read_left_out, words_of_parts
from b24app.backup.proofs.loss_rules import LEAST
from b24app.backup.proofs.open_losses import LossKind, LossView
from b24app.backup.proofs.retention import in_present_storage
from b24app.backup.restore.data.copy_choice import comes_from_copy
from b24app.backup.restore.lost_pipelines import is_put_back, lost_pipelines
from b24app.backup.restore.presses import restore_under_way
from b24app.database import db
from b24app.pages.copy.copy_answer import CopyAnswer
from b24app.pages.copy.loss_ways import BIN_PATH, CopyOffered, CopyPlace, LostParts, WayBack, ways_back
from b24app.pages.copy.lost_objects import gone_words, one_gone, share_of, sorted_losses
from b24app.pages.restore.restore_list import put_back_since
from b24app.portals.model import day_at
from b24app.reminders.channels import load_channels
from b24app.reminders.kinds.mass_loss import LOSS
from b24app.reminders.model import Delivery, DeliveryState, Reminder
from b24app.services import services
from b24app.text.messages import NOTHING, Sentence
from b24app.web.filters import today

MOST_IDS = 200
"""How many ids a row names; the rest is counted."""


@dataclass(frozen=True, slots=True)
class LossRow:
    """One loss in the table «Что пропало»."""

    id: int
    what: Sentence
    share: float | None
    before: int
    ids: Sequence[int]
    more: int
    probably: bool = False
    """Whether some of the numbers may not be concerned: of a column it is only known what was changed since and is empty."""


@dataclass(frozen=True, slots=True)
class CopyBefore:
    """The newest whole copy that was read before a loss, and so still holds what was lost, and its place."""

    id: int
    made_at: datetime
    verified: bool
    place: CopyPlace
    without: tuple[Sentence, ...] = ()


def alarm_values(losses: Sequence[LossView]) -> Mapping[str, object]:
    """What the page of an alarm reads; `losses` are those that nobody has decided yet."""
    since, found = min(loss.since for loss in losses), max(loss.found_at for loss in losses)
    copy = copy_before(min(loss.found_at for loss in losses))
    ways, pipelines = find_ways(losses, copy), lost_pipelines(losses)
    return {
        "answer": CopyAnswer(gone_words(losses), NOTHING),
        "since": since,
        "found_at": found,
        "copy_before": copy,
        "ways": ways,
        "put_back": put_back_since(min(loss.found_at for loss in losses)),
        "whole_type": len(pipelines) < sum(loss.kind is LossKind.PIPELINE for loss in losses),
        "reported_at": reported_at([loss.id for loss in losses]),
        "restoring": restore_under_way(),
        "first_way": next((one for one in ways if one.first), None),
        "copied_loss": next((loss.id for loss in losses if comes_from_copy(loss)), None),
        "pipeline": next((loss for loss in pipelines if not is_put_back(loss)), None),
        "rows": [_row(loss) for loss in sorted_losses(losses)],
        "losses": losses,
        "least": LEAST,
        "bin_path": BIN_PATH,
    }


def reported_at(ids: Sequence[int]) -> datetime | None:
    """When a message about one of these losses last reached somebody outside the portal; None while none did."""
    outside = [code for code, one in load_channels().items() if one.outside]
    about = or_(*(Reminder.key.op("||")(":").startswith(f"{LOSS}:{one}:") for one in ids))
    sent = Delivery.state == DeliveryState.SENT, Delivery.channel.in_(outside), about
    asked = select(func.max(Delivery.sent_at)).join(Reminder, Reminder.id == Delivery.reminder_id)
    return db.session.scalar(asked.where(*sent))


def find_ways(losses: Sequence[LossView], copy: CopyBefore | None) -> Sequence[WayBack]:
    """The three ways to restore; the earliest clock of all losses counts: a day that is over for one loss is not offered."""
    offered = CopyOffered(day_at(copy.made_at), copy.verified, copy.place) if copy else None
    clocks = [loss.clocks for loss in losses]
    return ways_back(
        lost_parts(losses),
        offered,
        today(),
        bin_until=min(one.bin_until for one in clocks),
        support_until=min(one.support_until for one in clocks),
        cut_by_grace=any(one.cut_by_grace for one in clocks),
    )


def lost_parts(losses: Sequence[LossView]) -> LostParts:
    """The parts of the losses that decide how to restore them."""
    return LostParts(
        frozenset(loss.entity for loss in losses if loss.kind is LossKind.ITEMS),
        sum(loss.kind is LossKind.PIPELINE for loss in losses),
        sum(loss.kind is LossKind.COLUMN for loss in losses),
    )


def copy_before(moment: datetime) -> CopyBefore | None:
    """The newest whole copy that had been read when a loss was found; the copy that found it holds the versions before it.

    One in a storage that was given up is named only where there is none within reach.
    """
    whole = (
        BackupCopy.state.in_(READ_WHOLE),
        BackupCopy.forgotten_at.is_(None),
        BackupCopy.read_at.is_not(None),
        BackupCopy.read_at <= moment,
    )
    newest = select(BackupCopy).where(*whole).order_by(BackupCopy.id.desc()).limit(1)
    here = db.session.scalar(newest.where(*in_present_storage())) if read_choices().has_target else None
    if here is not None:
        return _offered(here, _place(here))
    elsewhere = db.session.scalar(newest)
    return None if elsewhere is None else _offered(elsewhere, CopyPlace.GIVEN_UP)


def _place(row: BackupCopy) -> CopyPlace | None:
    """Where a copy of the present storage is; None for parts that nobody took in time."""
    if read_choices().target_kind != TargetKind.DOWNLOAD:
        return CopyPlace.STORAGE
    until = waits_until(row)
    return CopyPlace.TAKEN if until is None else CopyPlace.STORAGE if services().clock.now() < until else None


def _offered(row: BackupCopy, place: CopyPlace | None) -> CopyBefore | None:
    if row.read_at is None or place is None:
        return None
    without = words_of_parts(read_left_out(row.proofs.get(ProofCode.TOTALS)))
    return CopyBefore(row.id, row.read_at, row.state == CopyState.DONE, place, without)


def _row(loss: LossView) -> LossRow:
    share = share_of(loss) if loss.kind is LossKind.ITEMS and loss.before else None
    probably = loss.kind is LossKind.COLUMN
    ids = emptied_of(loss.numbers.get(EMPTIED)) if probably else loss.ids
    return LossRow(
        loss.id, one_gone(loss), share, loss.before, ids[:MOST_IDS], max(0, len(ids) - MOST_IDS), probably
    )
