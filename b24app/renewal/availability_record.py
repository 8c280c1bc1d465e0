"""Records how a portal answered each call, so that pages outside know what it said and since when."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select

from b24app.database import db, read_once
from b24app.errors import MarketplaceEnded, PlanLapsed, PortalError, PortalLocked
from b24app.renewal import model
from b24app.renewal.answer_age import Heard, heard_at

DEAD = {PlanLapsed: "plan_lapsed", MarketplaceEnded: "marketplace_ended", PortalLocked: "locked"}


@dataclass(frozen=True, slots=True)
class AvailabilityView:
    """The last answer and the last refusal of a portal; from `refused_from` to `back_at` it refused before."""

    answered_at: datetime | None = None
    refused_since: datetime | None = None
    refused_at: datetime | None = None
    kind: str = ""
    code: str = ""
    words: str = ""
    back_at: datetime | None = None
    refused_from: datetime | None = None

    @property
    def refused(self) -> bool:
        """Whether the portal refuses applications now."""
        return self.refused_since is not None

    def heard(self, now: datetime) -> Heard:
        """When the portal last said anything, and whether that holds still."""
        return heard_at(self.answered_at, self.refused_at, now)

    @property
    def locked(self) -> bool:
        """Whether the portal is locked by the compatibility scanner."""
        return self.refused and self.kind == "locked"


@read_once
def get_availability() -> AvailabilityView:
    """The pulse of this portal."""
    row = db.session.scalar(select(model.AvailabilityRecord))
    return (
        AvailabilityView(**{field.name: getattr(row, field.name) for field in fields(AvailabilityView)})
        if row
        else AvailabilityView()
    )


def note_answer(at: datetime) -> bool:
    """The portal answered; True when it had been refusing before."""
    row = _row()
    was_refused = row.refused_since is not None
    row.answered_at = at
    if was_refused:
        row.refused_from, row.refused_since, row.back_at = row.refused_since, None, at
    db.session.flush()
    return was_refused


def note_refusal(error: PortalError, at: datetime) -> bool:
    """The portal refused; True when this is about the licence and it is the first such answer.

    Only these exact refusals count; anything else is an outage and changes nothing.
    """
    kind = next((name for known, name in DEAD.items() if isinstance(error, known)), "")
    if not kind:
        return False
    row = _row()
    first = row.refused_since is None
    row.refused_since = row.refused_since or at
    row.refused_at, row.kind = at, kind
    row.code, row.words = error.code[:80], error.description[:300]
    db.session.flush()
    return first


def _row() -> model.AvailabilityRecord:
    row = db.session.scalar(select(model.AvailabilityRecord))
    if row is None:
        row = model.AvailabilityRecord()
        db.session.add(row)
        db.session.flush()
    return row
