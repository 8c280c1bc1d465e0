"""When the plan was activated, as long as the proof of it goes on."""

from datetime import datetime, timedelta

from sqlalchemy import select

from b24app.checklist.model import AfterStep
from b24app.database import db

PROVED_WITHIN = timedelta(days=30)


def activated_at(now: datetime) -> datetime | None:
    """The newest activation; None when it was long ago: by then the usual checks tell more."""
    newest = db.session.scalar(
        select(AfterStep.activated_at).order_by(AfterStep.activated_at.desc()).limit(1)
    )
    return newest if newest is not None and now - newest <= PROVED_WITHIN else None
