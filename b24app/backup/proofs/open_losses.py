"""Mass losses that wait for people: those that are open, closing one with a reason, opening it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select

from b24app.backup.proofs.loss_rules import LossClocks, clocks
from b24app.backup.proofs.model import MassLoss
from b24app.clock import CLOCKS_DIFFER
from b24app.database import db
from b24app.errors import BadInput, NotFound
from b24app.input_limits import check_text
from b24app.json_values import Json, is_array
from b24app.portals.model import day_at
from b24app.services import services
from b24app.terms.corrections import corrected_policy
from b24app.terms.paid_terms import find_paid_term
from b24app.terms.profile import get_profile
from b24app.terms.stored_terms import main_kind
from b24app.terms.term import Author
from b24app.text.messages import N_

MOST_REASON = 500
WHOLE_TYPE = "type"
"""The key of a smart process that was deleted with all its pipelines."""


class LossKind(StrEnum):
    """What was lost: items of a kind, a pipeline, or the values of a column."""

    ITEMS = "items"
    PIPELINE = "pipeline"
    COLUMN = "column"


class ClosedHow(StrEnum):
    """How people have decided: it was intended, it was restored from the bin, by the vendor's support, or from our copy."""

    INTENDED = "intended"
    BIN = "bin"
    SUPPORT = "support"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class LossView:
    """One mass loss as pages and messages show it; `ids` are at most a thousand."""

    id: int
    kind: LossKind
    entity: str
    key: str
    name: str
    lost: int
    before: int
    since: datetime
    found_at: datetime
    ids: tuple[int, ...]
    clocks: LossClocks
    numbers: Mapping[str, Json]
    closed_at: datetime | None = None
    closed_how: str = ""
    reason: str = ""
    closed_by_name: str = ""


def has_open_loss() -> bool:
    """Whether people have not decided yet; old copies are not thinned meanwhile."""
    return db.session.scalar(select(MassLoss.id).where(MassLoss.closed_at.is_(None)).limit(1)) is not None


def open_losses() -> tuple[LossView, ...]:
    """The losses of the portal of the scope that wait for a decision, the newest first."""
    rows = db.session.scalars(
        select(MassLoss).where(MassLoss.closed_at.is_(None)).order_by(MassLoss.id.desc())
    ).all()
    grace_ends = last_counted_day() if rows else None
    return tuple(_view(row, grace_ends) for row in rows)


def get_loss(loss_id: int) -> LossView:
    """One loss, open or closed; raises NotFound."""
    return _view(_row(loss_id), last_counted_day())


def close_loss(loss_id: int, how: str, reason: str, *, by: Author, at: datetime) -> LossView:
    """End an alarm: what was meant needs a reason; raises BadInput. Closing twice keeps the first decision."""
    row, told = _row(loss_id), reason.strip()
    if how not in set(ClosedHow):
        raise BadInput(N_("Choose what became of it."), "how")
    if how == ClosedHow.INTENDED and not told:
        raise BadInput(N_("Write why it was meant to be so: the alarm is over then."), "reason")
    check_text(told, "reason", MOST_REASON)
    if row.closed_at is None:
        row.closed_at, row.closed_how, row.reason = at, how, told
        row.closed_by, row.closed_by_name = by.user_id or 0, by.name
        db.session.flush()
    return _view(row, last_counted_day())


def reopen_loss(loss_id: int, *, by: Author, at: datetime) -> LossView:  # noqa: ARG001 - who and when are in the call log
    """Take a decision back: the alarm is open again as it was."""
    row = _row(loss_id)
    row.closed_at, row.closed_how, row.reason = None, "", ""
    row.closed_by, row.closed_by_name = 0, ""
    db.session.flush()
    return _view(row, last_counted_day())


def note_reported(loss_id: int, at: datetime) -> None:
    """Note that a loss was reported to people, and with which number."""
    row = _row(loss_id)
    row.told_at = row.told_at or at
    row.content = {**row.content, "told": row.lost, "grown": False}


def untold_losses() -> list[int]:
    """Open losses that were not reported: a worker that was killed had found them."""
    mine = select(MassLoss.id).where(MassLoss.told_at.is_(None), MassLoss.closed_at.is_(None))
    return list(db.session.scalars(mine.order_by(MassLoss.id)))


def last_counted_day() -> date | None:
    """The last day of grace of the portal's main term; None while its end is unknown."""
    profile = get_profile()
    kind = main_kind(profile)
    term = find_paid_term(kind)
    if term is None or term.ends_on is None:
        return None
    return corrected_policy(kind, profile).grace_ends(term.ends_on)


def _row(loss_id: int) -> MassLoss:
    row = db.session.scalar(select(MassLoss).where(MassLoss.id == loss_id))
    if row is None:
        raise NotFound
    return row


def _view(row: MassLoss, grace_ends: date | None) -> LossView:
    ids = row.content.get("ids")
    numbers = {name: value for name, value in row.content.items() if name != "ids"}
    since = min(row.since, row.found_at, services().clock.now() + CLOCKS_DIFFER)
    return LossView(
        row.id,
        LossKind(row.kind) if row.kind in set(LossKind) else LossKind.ITEMS,
        row.entity,
        row.key,
        row.name or "",
        row.lost,
        row.before,
        since,
        row.found_at,
        tuple(one for one in ids if isinstance(one, int)) if is_array(ids) else (),
        clocks(day_at(since), grace_ends),
        numbers,
        row.closed_at,
        row.closed_how,
        row.reason,
        row.closed_by_name,
    )
