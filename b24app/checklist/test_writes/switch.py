"""The switch of test writes: off in every portal until an administrator switches it on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from b24app.checklist.model import ProbeSwitch
from b24app.database import current_portal_id, db
from b24app.services import services


@dataclass(frozen=True, slots=True)
class Switch:
    """Whether probes may write here; who said so and when, empty while nobody has."""

    on: bool = False
    by: str = ""
    at: datetime | None = None


def read_switch() -> Switch:
    """The last word on this portal."""
    row = db.session.scalar(select(ProbeSwitch).order_by(ProbeSwitch.id.desc()).limit(1))
    return Switch(row.allowed, row.said_by_name, row.said_at) if row else Switch()


def turn_switch(*, on: bool, user_id: int, user_name: str) -> Switch:
    """Allow or forbid probes; the earlier word stays as history, the same word is not said twice."""
    if read_switch().on != on:
        row = ProbeSwitch(
            portal_id=current_portal_id(),
            allowed=on,
            said_by=user_id,
            said_by_name=user_name[:255],
            said_at=services().clock.now(),
        )
        db.session.add(row)
        db.session.commit()
    return read_switch()
