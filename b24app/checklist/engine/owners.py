"""Who is responsible for a check or an area: named by an administrator, told with the finding and in notices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from b24app.checklist.engine.areas import Area
from b24app.checklist.engine.mutes import AREA_PREFIX, refuse_unknown
from b24app.checklist.model import CheckOwner
from b24app.database import current_portal_id, db
from b24app.portals.people import dismissed_ids
from b24app.services import services
from b24app.text.messages import one_line


@dataclass(frozen=True, slots=True)
class Owner:
    """The person, what the naming was about (a check or its whole area), and who named him when."""

    target: str
    user_id: int | None
    name: str
    said_by: str
    said_at: datetime


def name_owner(target: str, name: str, person_id: int | None, *, user_id: int, user_name: str) -> None:
    """Write down who is responsible for a check's code or `area:<name>`; an empty name takes it back."""
    refuse_unknown(target)
    db.session.execute(delete(CheckOwner).where(CheckOwner.target == target))
    name = one_line(name)
    if name:
        row = CheckOwner(portal_id=current_portal_id(), target=target, user_id=person_id)
        row.name, row.said_by, row.said_by_name = name[:255], user_id, user_name[:255]
        row.said_at = services().clock.now()
        db.session.add(row)
    db.session.commit()


def owners() -> dict[str, Owner]:
    """Everybody who was named and was not dismissed since, by target."""
    gone = dismissed_ids()
    return {target: owner for target, owner in named_owners().items() if owner.user_id not in gone}


def named_owners() -> dict[str, Owner]:
    """Everybody who was named, by target, also the dismissed."""
    rows = db.session.scalars(select(CheckOwner))
    return {
        row.target: Owner(row.target, row.user_id, row.name, row.said_by_name, row.said_at) for row in rows
    }


def owner_of(code: str, area: Area, named: Mapping[str, Owner]) -> Owner | None:
    """Who answers for a check: its own person, else the one of its area."""
    return named.get(code) or named.get(f"{AREA_PREFIX}{area}")
