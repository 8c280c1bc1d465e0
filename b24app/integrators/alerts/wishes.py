"""What each person of an integrator wants to be notified of: read with usual values, changed by himself, with his zone and quiet hours."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from b24app.clock import VENDORS_ZONE
from b24app.database import current_portal_id, db
from b24app.errors import BadInput
from b24app.integrators.alerts.model import MemberWishes
from b24app.portals.model import Person, get_portal
from b24app.reminders.kinds import ReminderSchedule
from b24app.single_rows import single_row
from b24app.text.messages import N_


@dataclass(frozen=True, slots=True)
class Wishes:
    """The switches of one person and his quiet hours."""

    digest_on: bool = True
    empty_on: bool = True
    alerts_on: bool = True
    by_portal: bool = True
    by_mail: bool = True
    by_telegram: bool = True
    quiet_from: int = 20
    quiet_to: int = 9

    def wakes_at(self, local: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours that it falls into."""
        return ReminderSchedule(quiet_from=self.quiet_from, quiet_to=self.quiet_to).wakes_at(local)


SWITCHES = tuple(one.name for one in fields(Wishes) if one.name not in ("quiet_from", "quiet_to"))


def list_wishes() -> Mapping[int, Wishes]:
    """The wishes of everybody in the portal in scope who has changed something."""
    return {row.user_id: _view(row) for row in db.session.scalars(select(MemberWishes))}


def wishes_of(user_id: int) -> Wishes:
    """The wishes of one person of the portal in scope."""
    row = db.session.scalar(select(MemberWishes).where(MemberWishes.user_id == user_id))
    return _view(row) if row else Wishes()


def keep_wishes(user_id: int, wishes: Wishes) -> None:
    """Keep what a person wants; raises BadInput for hours that a day does not have."""
    for name in ("quiet_from", "quiet_to"):
        if not 0 <= getattr(wishes, name) <= 23:
            raise BadInput(N_("Hours go from 0 to 23."), name)
    row = single_row(MemberWishes, user_id=user_id)
    for one in fields(Wishes):
        setattr(row, one.name, getattr(wishes, one.name))
    db.session.flush()


def zone_of(user_id: int) -> ZoneInfo:
    """The zone of a person of the portal in scope, as the portal returned it at his last opening; else that of the portal."""
    own = db.session.scalar(select(Person.time_zone).where(Person.user_id == user_id))
    portal = get_portal(current_portal_id())
    return ZoneInfo(own or (portal.time_zone if portal else VENDORS_ZONE))


def _view(row: MemberWishes) -> Wishes:
    return Wishes(**{one.name: getattr(row, one.name) for one in fields(Wishes)})
