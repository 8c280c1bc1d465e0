"""Checks and areas that nobody wants to hear about: with a reason, and only until a day."""

from datetime import date

from sqlalchemy import delete, select

from b24app.checklist.engine.areas import Area
from b24app.checklist.engine.check import load_checks
from b24app.checklist.model import Mute
from b24app.checklist.questions.question import by_code
from b24app.database import current_portal_id, db
from b24app.errors import BadInput, NotFound
from b24app.portals.model import day_at
from b24app.services import services
from b24app.text.messages import N_

AREA_PREFIX = "area:"
LONGEST_DAYS = 370


def mute(target: str, reason: str, until: date, *, user_id: int, user_name: str) -> Mute:
    """Silence a check's code or `area:<name>` until the end of a day."""
    refuse_unknown(target)
    now = services().clock.now()
    if not reason.strip():
        raise BadInput(N_("Say why: the next administrator will read it."), "reason")
    if not 0 <= (until - day_at(now)).days <= LONGEST_DAYS:
        raise BadInput(N_("Choose a day from today to a year from now."), "until")
    unmute(target)
    row = Mute(
        portal_id=current_portal_id(),
        target=target,
        reason=reason.strip(),
        until=until,
        user_id=user_id,
        user_name=user_name,
        muted_at=now,
    )
    db.session.add(row)
    db.session.commit()
    return row


def unmute(target: str) -> None:
    """Let a check or an area speak again."""
    db.session.execute(delete(Mute).where(Mute.target == target))
    db.session.commit()


def mutes_in_force() -> dict[str, Mute]:
    """What is silenced today, by target."""
    today = day_at(services().clock.now())
    return {row.target: row for row in db.session.scalars(select(Mute).where(Mute.until >= today))}


def refuse_unknown(target: str) -> None:
    """Raise NotFound for what is neither a check, nor a question, nor an area."""
    areas = {f"{AREA_PREFIX}{area}" for area in Area}
    if target not in areas and target not in load_checks() and target not in by_code():
        raise NotFound("check")
