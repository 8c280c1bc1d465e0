"""Settings of administrators for a check or an area: a mute until a day, with a reason, and who is responsible."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select

from b24app.checklist.engine.check import Area, load_checks
from b24app.checklist.model import CheckOwner, Mute
from b24app.checklist.questions.question import load_questions
from b24app.database import db
from b24app.errors import BadInput, NotFound
from b24app.input_limits import one_line
from b24app.portal_rows import PortalRows
from b24app.portals.model import day_at
from b24app.portals.people import dismissed_ids
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import N_

AREA_PREFIX = "area:"
LONGEST_DAYS = 370


@dataclass(frozen=True, slots=True)
class Owner:
    """The responsible person, the target (a check or its whole area), and who named him when."""

    target: str
    user_id: int | None
    name: str
    said_by: str
    said_at: datetime


def mute(target: str, reason: str, until: date, *, by: Author, at: datetime) -> Mute:
    """Mute a check's code or `area:<name>` until the end of a day."""
    refuse_unknown(target)
    if not reason.strip():
        raise BadInput(N_("Say why: the next administrator will read it."), "reason")
    if not 0 <= (until - day_at(at)).days <= LONGEST_DAYS:
        raise BadInput(N_("Choose a day from today to a year from now."), "until")
    unmute(target)
    row = Mute(
        target=target, reason=reason.strip(), until=until,
        user_id=by.user_id, user_name=by.name, muted_at=at,
    )  # fmt: skip
    db.session.add(row)
    return row


def unmute(target: str) -> None:
    """Let a check or an area count again."""
    db.session.execute(delete(Mute).where(Mute.target == target))


MUTES = PortalRows(select(Mute).order_by(Mute.id))
OWNERS = PortalRows(select(CheckOwner))


def mutes_in_force() -> dict[str, Mute]:
    """The mutes in force today, by target."""
    today = day_at(services().clock.now())
    return {row.target: row for row in MUTES.read() if row.until >= today}


def refuse_unknown(target: str) -> None:
    """Raises NotFound for a target that is neither a check, nor a question, nor an area."""
    areas = {f"{AREA_PREFIX}{area}" for area in Area}
    if target not in areas and target not in load_checks() and target not in load_questions():
        raise NotFound("check")


def name_owner(target: str, name: str, person_id: int | None, *, by: Author, at: datetime) -> None:
    """Store who is responsible for a check's code or `area:<name>`; an empty name removes the entry."""
    refuse_unknown(target)
    db.session.execute(delete(CheckOwner).where(CheckOwner.target == target))
    if name := one_line(name):
        row = CheckOwner(
            target=target, user_id=person_id, name=name[:255],
            said_by=by.user_id or 0, said_by_name=by.name[:255], said_at=at,
        )  # fmt: skip
        db.session.add(row)


def owners() -> dict[str, Owner]:
    """All named owners who were not dismissed since, by target."""
    gone = dismissed_ids()
    return {target: owner for target, owner in named_owners().items() if owner.user_id not in gone}


def named_owners() -> dict[str, Owner]:
    """All named owners, by target, also the dismissed."""
    return {
        row.target: Owner(row.target, row.user_id, row.name, row.said_by_name, row.said_at)
        for row in OWNERS.read()
    }


def owner_of(code: str, area: Area, named: Mapping[str, Owner]) -> Owner | None:
    """The owner of a check: its own, else the one of its area."""
    return named.get(code) or named.get(f"{AREA_PREFIX}{area}")
