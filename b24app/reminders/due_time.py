"""When the next reminder of a portal can fall due: kept, so that the hourly job wakes only portals whose time has come.

The hourly reminder is decided here: `due_portals` asks one SQL statement for all portals together, and with nothing due
that is all it costs.

Whatever a reminder depends on ends the kept time in the transaction that writes it: terms, profile, corrections, cases
and their stages, a lock, the schedule, reminders and tasks. The row is written and never deleted, so a look that began
before another's commit cannot keep a time after it: it waits for that row, and then misses it. A delivery has a moment
of its own, by which `send_due` finds it.
"""

import contextlib
import secrets
from datetime import datetime, time, timedelta

from sqlalchemy import Result, event, inspect, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from b24app.database import EVERY_PORTAL, Base, changed_rows, db, every_portal
from b24app.each_portal import for_each_portal
from b24app.portals.model import AvailabilityRecord, InstallStatus, Portal
from b24app.reminders import model
from b24app.reminders.kinds import ReminderSchedule
from b24app.renewal.model import Case, RolePerson, StageMark
from b24app.services import services
from b24app.terms.model import FactOverride, LicenseProfile, PaidTerm

LONGEST = timedelta(days=2)
"""The end of the quiet hours of the next day comes before it, so a time further away was kept while the clock was wrong."""

ALL, NONE = ("*",), ()
WITHOUT_MOMENT = tuple(name for name in LicenseProfile.__table__.columns.keys() if name != "license_seen_at")  # noqa: SIM118 - not a dict
"""The moment at which the portal was last seen to have the same plan decides nothing, and changes every night."""
DECIDING: dict[type[object], tuple[str, ...]] = {
    PaidTerm: ALL,
    LicenseProfile: WITHOUT_MOMENT,
    FactOverride: ALL,
    Case: ALL,
    StageMark: ALL,
    RolePerson: ALL,
    AvailabilityRecord: ("refused_since", "kind"),
    model.ScheduleSetting: ALL,
    model.Reminder: ALL,
    model.ReminderTask: ALL,
    Portal: ("time_zone", "status"),
}
"""The tables that decide what is due, and which of their columns."""


def remind_everyone() -> None:
    """Wake each portal whose time has come; a portal that refuses us is reminded by other channels all the more."""
    found = due_portals(services().clock.now())
    for_each_portal(found, lambda portal_id: services().queue.later("remind_portal", portal_id))


def due_portals(now: datetime) -> list[int]:
    """The portals in which something may be due by now."""
    due_at, kept_at = model.ReminderDue.due_at, model.ReminderDue.kept_at
    come = or_(due_at.is_(None), due_at <= now, due_at > now + LONGEST, kept_at > now)
    query = select(Portal.id).outerjoin(model.ReminderDue, model.ReminderDue.portal_id == Portal.id)
    with every_portal():
        return list(
            db.session.scalars(query.where(Portal.status == InstallStatus.ACTIVE, come).order_by(Portal.id))
        )


def start_look() -> str:
    """Begin to look at what is due in this portal; the answer is needed to keep a time. Empty at the first look. Commits."""
    token = secrets.token_hex(8)
    begin = update(model.ReminderDue).values(due_at=None, token=token)
    found = db.session.execute(begin.execution_options(synchronize_session=False))
    if not changed_rows(found):
        token = ""
        with contextlib.suppress(IntegrityError), db.session.begin_nested():
            db.session.add(model.ReminderDue(token=""))
    db.session.commit()
    return token


def keep_due_time(token: str, due_at: datetime, at: datetime) -> bool:
    """Keep when something can fall due next; False when something was written since the look began."""
    mine = update(model.ReminderDue).where(model.ReminderDue.token == token)
    mine = mine.values(due_at=due_at, kept_at=at)
    return changed_rows(db.session.execute(mine.execution_options(synchronize_session=False))) == 1


def next_morning(local: datetime, schedule: ReminderSchedule) -> datetime:
    """When a portal that has nothing left to send can have something: with its next day, or when quiet hours end."""
    if schedule.is_quiet(local):
        return schedule.wakes_at(local)
    return schedule.wakes_at(datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo))


@event.listens_for(Session, "before_flush")
def _end_with_flush(session: Session, _context: UOWTransaction, _instances: object) -> None:
    changed = (row for row in session.dirty if session.is_modified(row))
    written = [row for row in (*session.new, *changed, *session.deleted) if _decides(row)]
    for portal_id in {row.id if isinstance(row, Portal) else row.portal_id for row in written}:
        _end(session, portal_id)


def _decides(row: object) -> bool:
    columns = DECIDING.get(type(row), NONE)
    state = inspect(row)
    return columns == ALL or any(state.attrs[name].history.has_changes() for name in columns)


@event.listens_for(Session, "do_orm_execute")
def _end_with_statement(state: ORMExecuteState) -> Result[tuple[object, ...]] | None:
    """An UPDATE, a DELETE and an INSERT write without a flush; one that met no row has written nothing."""
    mapper = None if state.is_select else state.bind_mapper
    if mapper is None or mapper.class_ not in DECIDING or mapper.class_ is Portal:
        return None
    found = state.invoke_statement()
    if changed_rows(found):
        _end(state.session, state.session.info.get("portal"))
    return found


def _end(session: Session, portal_id: int | str | None) -> None:
    """End the kept time of a portal by its table: a portal is also written outside of any portal's scope."""
    table = Base.metadata.tables[model.ReminderDue.__tablename__]
    ended = update(table).values(due_at=None, token="")
    session.execute(ended if portal_id == EVERY_PORTAL else ended.where(table.c.portal_id == portal_id))
